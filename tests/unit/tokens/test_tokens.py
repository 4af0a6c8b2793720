"""Text becomes tokens that can be traced back to its characters, or an error that says what to do."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import transformers
from hypothesis import example, given
from hypothesis import strategies as st

from components.core import Encoder, SentenceError, load_encoder
from components.core.tokens.tokens import Tokens, readable
from tests.support.reference import SENTENCES, Opened
from tests.support.tiny_models import LIMIT, SUPPORTED, roberta_bytes, wordpiece

OpenModel = Callable[[str], Opened]


def _spelled(tokens: Tokens) -> list[str]:
    return [tokens.text[start:end] for start, end in tokens.offsets]


# Worked by hand


def test_a_word_that_the_vocabulary_lacks_splits_into_pieces_of_one_word(encoder: Encoder) -> None:
    tokens = encoder.tokenize("Squatch eats pizza.")
    assert tokens.tokens == ("[CLS]", "squat", "##ch", "eats", "pizza", ".", "[SEP]")
    assert tokens.labels == tokens.tokens
    assert tokens.word_ids == (None, 0, 0, 1, 2, 3, None)
    assert tokens.offsets == ((0, 0), (0, 5), (5, 7), (8, 12), (13, 18), (18, 19), (0, 0))
    assert [(word.text, word.token_indices) for word in tokens.words] == [
        ("Squatch", (1, 2)),
        ("eats", (3,)),
        ("pizza", (4,)),
        (".", (5,)),
    ]
    assert tokens.special.tolist() == [True, False, False, False, False, False, True]
    assert not tokens.unknown.any()
    assert (tokens.text, tokens.unread_text, tokens.total_tokens) == ("Squatch eats pizza.", "", 7)


def test_what_the_vocabulary_has_no_piece_for_is_flagged_unknown(encoder: Encoder) -> None:
    tokens = encoder.tokenize("I ate 🍕 today")
    assert tokens.tokens == ("[CLS]", "i", "ate", "[UNK]", "today", "[SEP]")
    assert tokens.unknown.tolist() == [False, False, False, True, False, False]
    assert _spelled(tokens)[3] == "🍕"


def test_special_tokens_are_those_added_not_those_typed(encoder: Encoder) -> None:
    tokens = encoder.tokenize("the [MASK] [SEP]")
    assert tokens.tokens == ("[CLS]", "the", "[MASK]", "[SEP]", "[SEP]")
    assert tokens.special.tolist() == [True, False, False, False, True]


def test_markup_is_read_as_text(encoder: Encoder) -> None:
    tokens = encoder.tokenize("<script>alert(1)</script>")
    assert "".join(_spelled(tokens)) == tokens.text
    assert tokens.tokens[1:4] == ("<", "script", ">")


def test_byte_level_labels_show_spaces_and_letters_not_their_stand_ins(open_model: OpenModel) -> None:
    for name in ("roberta", "modernbert"):
        tokens = open_model(name).encoder.tokenize("eats pizza é")
        assert tokens.tokens[1:-1] == ("ea", "ts", "Ġpizz", "a", "Ġ", "Ã", "©")
        assert tokens.labels[1:-1] == (
            "ea",
            "ts",
            "▁pizz",
            "a",
            "▁",
            "\\xc3",
            "\\xa9",
        )  # é is two bytes, two tokens
        assert tokens.labels[0] == tokens.tokens[0]  # special tokens keep their names


def test_byte_level_labels_decode_bytes_that_make_a_character(open_model: OpenModel) -> None:
    tokenizer = open_model("roberta").tokenizer
    assert readable(tokenizer, ["Ġcaf", "Ã©", "ĠÃ©t", "ðŁįķ", "<s>"]) == ("▁caf", "é", "▁ét", "🍕", "<s>")


def test_byte_level_labels_show_what_would_not_be_seen(open_model: OpenModel) -> None:
    tokenizer = open_model("modernbert").tokenizer
    invisible = ["Ċ", "Ā", "âĢĭ", "ĠĠĠ", "aĠb"]  # a line break, byte 0, a blank of no width, blanks, one inside
    assert readable(tokenizer, invisible) == ("\\n", "\\x00", "\\u200b", "▁▁▁", "a▁b")


def test_a_token_that_was_added_to_a_byte_level_vocabulary_is_spelled_in_letters() -> None:
    tokenizer = roberta_bytes()
    tokenizer.add_tokens(["é", "naïve"])
    added = tokenizer.convert_ids_to_tokens(tokenizer("é naïve", add_special_tokens=False)["input_ids"])
    assert {"é", "naïve"} <= set(readable(tokenizer, added))


def test_labels_of_other_vocabularies_are_their_tokens(open_model: OpenModel) -> None:
    for name in ("bert", "albert", "xlm-roberta"):
        tokens = open_model(name).encoder.tokenize("Squatch eats pizza")
        assert tokens.labels == tokens.tokens


def test_a_vocabulary_has_one_label_for_each_row_of_the_word_table(opened: Opened) -> None:
    encoder = opened.encoder
    assert len(encoder.vocabulary) == len(encoder.vocabulary_labels) == len(encoder.word_embedding_table)
    tokens = encoder.tokenize("Squatch eats pizza")
    assert tuple(encoder.vocabulary[i] for i in tokens.token_ids) == tokens.tokens
    assert tuple(encoder.vocabulary_labels[i] for i in tokens.token_ids) == tokens.labels


def test_rows_that_no_token_uses_have_an_empty_spelling(tmp_path: Path) -> None:
    # Tables are often padded to a round number of rows.
    tokenizer, config = wordpiece(), SUPPORTED["bert"][0]()
    config.vocab_size = 80
    transformers.AutoModel.from_config(config).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    encoder = load_encoder(str(tmp_path))
    assert len(tokenizer) == 75
    assert encoder.vocabulary == (*tokenizer.convert_ids_to_tokens(list(range(75))), *[""] * 5)
    assert encoder.vocabulary_labels == encoder.vocabulary


@pytest.mark.parametrize("text", SENTENCES)
def test_token_ids_are_the_tokenizers_own(opened: Opened, text: str) -> None:
    tokens = opened.encoder.tokenize(text)
    assert tokens.token_ids.tolist() == opened.tokenizer(text)["input_ids"]
    assert list(tokens.tokens) == opened.tokenizer.convert_ids_to_tokens(tokens.token_ids.tolist())
    trace = opened.encoder.trace(text)
    assert (trace.tokens, trace.word_ids, trace.offsets) == (tokens.tokens, tokens.word_ids, tokens.offsets)
    np.testing.assert_array_equal(trace.token_ids, tokens.token_ids)


# Refusals


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"nothing was typed\. Type at least one word\."),
        ("   \n", r"4 blank characters were typed\. Type at least one word\."),
        ("\t", r"1 blank character was typed\. Type at least one word\."),
        (
            "\x00\x01\x02",
            r"nothing to read in 3 characters: .* control characters .*\. Type at least one word\.",
        ),
        ("\u200b", r"nothing to read in 1 character: .* control characters .*\. Type at least one word\."),
        ("ab \ud83d", r"Character 4 is half of a surrogate pair \(U\+D83D\).*\. Delete it, or paste"),
        ("\udc00", r"Character 1 is half of a surrogate pair \(U\+DC00\).*\. Delete it, or paste"),
    ],
)
def test_text_with_nothing_to_read_is_refused_with_what_how_many_and_what_to_do(
    encoder: Encoder, text: str, message: str
) -> None:
    for read in (encoder.tokenize, encoder.trace, lambda text: encoder.encode(["it", text])):
        with pytest.raises(SentenceError, match=message):
            read(text)


def test_a_text_too_long_is_refused_with_its_length_the_limit_and_what_to_do(encoder: Encoder) -> None:
    message = r"has 1,202 tokens; all-MiniLM-L6-v2 reads at most 512\. Shorten it, or read its first 512\."
    for read in (encoder.tokenize, encoder.trace):
        with pytest.raises(SentenceError, match=message):
            read("pizza " * 1200)


# Cutting


def test_a_cut_reads_the_first_tokens_and_gives_back_the_rest(opened: Opened) -> None:
    encoder = opened.encoder
    text = "The pizza came out of the oven, and Squatch ate it: naïve! " * encoder.trace_limit
    tokens = encoder.tokenize(text, truncate=True)
    everything = opened.tokenizer(text)["input_ids"]
    assert tokens.text + tokens.unread_text == text
    assert tokens.unread_text
    assert tokens.total_tokens == len(everything)
    assert encoder.trace_limit - 3 <= len(tokens.tokens) <= encoder.trace_limit
    assert tokens.token_ids.tolist() == opened.tokenizer(tokens.text)["input_ids"]
    assert tokens.token_ids[:-3].tolist() == everything[: len(tokens.tokens) - 3]
    assert encoder.trace(text, truncate=True).tokens == tokens.tokens


def test_a_cut_leaves_a_text_within_the_limit_alone(encoder: Encoder) -> None:
    cut, whole = encoder.tokenize("Squatch eats pizza", truncate=True), encoder.tokenize("Squatch eats pizza")
    assert (cut.text, cut.unread_text, cut.tokens) == (whole.text, "", whole.tokens)


# Any text at all

_INVISIBLE = ["\x00", "\x07", "\x1b[31m", "\u200b", "\u200f", "\ufeff", "\ufffd", "\ud800", "\r\n", "\t"]
_LETTERS = ["é", "e\u0301", "ﷺ", "ﬁ", "İ", "ß", "שלום", "مرحبا", "𝔓𝔦𝔷𝔷𝔞", "比萨饼", "🍕", "👩\u200d👩\u200d👧", "🇫🇷"]
_LIKE_MARKUP = ["<script>", "&amp;", "$", "''", "[CLS]", "<s>", "</s>", "<pad>", "##ch", "▁", "Ġ"]
_ODD = st.sampled_from([*_INVISIBLE, *_LETTERS, *_LIKE_MARKUP, "Squatch", " eats ", "pizza", "x" * 120])
_TEXTS = st.one_of(
    st.text(st.characters(codec=None), max_size=60),
    st.lists(_ODD, max_size=12).map("".join),
    st.lists(_ODD, min_size=20, max_size=60).map("".join),
)


@given(text=_TEXTS, name=st.sampled_from(["bundled", "roberta", "modernbert", "albert", "xlm-roberta"]))
@example(text="\ud800", name="roberta")
@example(text="ﷺ" * LIMIT, name="albert")
@example(text="🍕" * LIMIT, name="modernbert")
@example(text="x" * 1000, name="bundled")
def test_any_text_is_tokenized_consistently_or_refused(
    open_model: OpenModel, bundled: Opened, text: str, name: str
) -> None:
    opened = bundled if name == "bundled" else open_model(name)
    for cut in (False, True):
        try:
            tokens = opened.encoder.tokenize(text, cut)
        except SentenceError as error:
            advice = ("Type at least", "Delete it") if cut else ("Type at least", "Delete it", "Shorten it")
            if not any(words in str(error) for words in advice):
                raise
            continue
        size = len(tokens.tokens)
        assert 0 < size <= opened.encoder.trace_limit
        parts = (tokens.labels, tokens.token_ids, tokens.word_ids, tokens.offsets, tokens.special, tokens.unknown)
        assert {len(part) for part in parts} == {size}
        assert tokens.text + tokens.unread_text == text
        assert not tokens.special.all()
        assert cut or size == tokens.total_tokens
        assert tokens.token_ids.tolist() == opened.tokenizer(tokens.text)["input_ids"]
        assert [word is None for word in tokens.word_ids] == tokens.special.tolist()
        assert not (tokens.unknown & tokens.special).any()

        read = [span for span, special in zip(tokens.offsets, tokens.special, strict=True) if not special]
        assert all(0 <= start <= end <= len(tokens.text) for start, end in read)
        assert read == sorted(read)
        indices = [index for word in tokens.words for index in word.token_indices]
        assert indices == np.flatnonzero(~tokens.special).tolist()
        assert all(word.text in tokens.text for word in tokens.words)


@pytest.mark.parametrize("name", ["albert", "xlm-roberta"])
def test_punctuation_is_apart_also_where_the_tokenizer_joins_it_to_a_word(open_model: OpenModel, name: str) -> None:
    tokens = open_model(name).encoder.tokenize("the grassy bank. (Good!)")
    assert [word.text for word in tokens.words] == ["the", "grassy", "bank", ".", "(", "Good", "!", ")"]
    assert tokens.num_words == 4


def test_one_token_that_holds_several_words_makes_them_one(open_model: OpenModel) -> None:
    # A vocabulary without a single one of these letters has one token for the run of them.
    assert [word.text for word in open_model("xlm-roberta").encoder.tokenize("good 比萨, ok").words][:2] == [
        "good",
        "比萨",
    ]


@pytest.mark.parametrize(
    "text", ["cafe\u0301 is", "❤️ is", "बिल्ली is", "שָׁלוֹם is", "1️⃣ is", "👍🏽 is", "e\u0301\u0323 is"]
)
def test_a_word_reaches_over_the_marks_that_follow_it_also_where_the_tokenizer_drops_them(
    opened: Opened, text: str
) -> None:
    word, other = opened.encoder.tokenize(text).words
    assert (word.text, other.text) == tuple(text.split())


def test_a_cut_text_keeps_the_marks_of_its_last_letter(encoder: Encoder) -> None:
    tokens = encoder.tokenize("e\u0301 " * 600, truncate=True)
    assert tokens.text.endswith("e\u0301")
    assert tokens.text + tokens.unread_text == "e\u0301 " * 600


def test_blanks_are_no_word_and_their_tokens_belong_to_the_word_after_them(open_model: OpenModel) -> None:
    tokens = open_model("roberta").encoder.tokenize("0\r  pizza  ")
    assert [word.text for word in tokens.words] == ["0", "pizza"]
    assert [index for word in tokens.words for index in word.token_indices] == np.flatnonzero(~tokens.special).tolist()
