"""A pair of texts is read as the tokenizer joins it, and every token knows which of the two it is of."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from components.core import Encoder, SentenceError
from components.core.model.loading import BUNDLED_NAME
from components.core.tokens.tokens import Tokens
from tests.support.reference import SENTENCES, Opened, assert_close
from tests.support.tiny_models import LIMIT

OpenModel = Callable[[str], Opened]

#: Short enough for the tiny models; one token each, repeated words, marks, right-to-left, joined emoji, markup.
PAIRS = (
    ("it", "eats"),
    ("it", "it"),
    ("The pizza came out.", "Squatch eats it, naïve: pizza?"),
    ("שלום עולם", "👩\u200d👩\u200d👧 مرحبا"),
    ("<script>alert(1)</script>", "[SEP] &amp; <s></s>"),
)


def _texts_read(tokens: Tokens) -> tuple[str, str]:
    assert tokens.second_text is not None
    return tokens.text, tokens.second_text


# What is read


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_pair_is_tokenized_as_the_tokenizer_joins_pairs(opened: Opened, first: str, second: str) -> None:
    tokens = opened.encoder.tokenize(first, second=second)
    expected = opened.tokenizer(first, second, return_special_tokens_mask=True)
    assert tokens.token_ids.tolist() == expected["input_ids"]
    assert list(tokens.tokens) == opened.tokenizer.convert_ids_to_tokens(expected["input_ids"])
    assert tokens.special.tolist() == [bool(special) for special in expected["special_tokens_mask"]]
    assert list(tokens.text_ids) == expected.sequence_ids()
    assert [number is None for number in tokens.word_ids] == tokens.special.tolist()
    for text in (0, 1):
        numbers = [word or 0 for word, of in zip(tokens.word_ids, tokens.text_ids, strict=True) if of == text]
        assert sorted(set(numbers)) == list(range(len(set(numbers))))
        assert numbers == sorted(numbers)
    assert tokens.token_type_ids.tolist() == expected.get("token_type_ids", [0] * len(tokens.tokens))
    assert _texts_read(tokens) == (first, second)
    assert (tokens.unread_text, tokens.total_tokens) == ("", len(tokens.tokens))


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_hidden_states_and_attention_of_a_pair_are_hugging_faces_own(opened: Opened, first: str, second: str) -> None:
    trace = opened.encoder.trace(first, second=second)
    expected = opened.reference(first, **opened.tokenizer(first, second, return_tensors="pt"))
    assert_close(trace.hidden_states, expected.hidden_states)
    assert_close(trace.attention_weights(), expected.attentions)


def test_the_sentence_vector_of_a_pair_is_the_mean_of_all_its_context_vectors(opened: Opened) -> None:
    first, second = PAIRS[2]
    vector = opened.encoder.trace(first, second=second).sentence_vector
    mean = (
        opened.reference(first, **opened.tokenizer(first, second, return_tensors="pt")).hidden_states[-1].mean(axis=0)
    )
    assert_close(vector, mean / np.linalg.norm(mean) if opened.encoder.normalises else mean)


def test_bert_is_told_which_text_each_token_is_of(bundled: Opened) -> None:
    trace = bundled.encoder.trace("Squatch eats pizza", second="it eats")
    assert trace.tokens == ("[CLS]", "squat", "##ch", "eats", "pizza", "[SEP]", "it", "eats", "[SEP]")
    assert trace.tokenized.token_type_ids.tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 1]
    assert trace.tokenized.text_ids == (None, 0, 0, 0, 0, None, 1, 1, None)
    rows = bundled.hugging_face().get_parameter("embeddings.token_type_embeddings.weight").detach().cpu().numpy()
    np.testing.assert_array_equal(trace.token_type_embeddings, rows[[0, 0, 0, 0, 0, 0, 1, 1, 1]])


def test_a_single_text_is_read_as_if_there_were_no_pairs(opened: Opened) -> None:
    for text in SENTENCES:
        tokens = opened.encoder.tokenize(text)
        assert tokens.second_text is None
        assert tokens.text_ids == tuple(None if special else 0 for special in tokens.special)
        assert tokens.token_type_ids.shape == tokens.token_ids.shape
        assert not tokens.token_type_ids.any()
        trace, expected = opened.encoder.trace(text), opened.reference(text)
        assert_close(trace.hidden_states, expected.hidden_states)
        np.testing.assert_array_equal(trace.hidden_states, opened.encoder.trace(text, second=None).hidden_states)


# Words


def test_words_of_both_texts_are_told_apart_and_spelled_as_typed(encoder: Encoder) -> None:
    tokens = encoder.tokenize("Squatch eats eats", second="Pizza EATS  Squatch")
    assert tokens.tokens[1:5] == ("squat", "##ch", "eats", "eats")
    assert [(word.text, word.token_indices, word.special) for word in tokens.words_and_marks] == [
        ("[CLS]", (0,), True),
        ("Squatch", (1, 2), False),
        ("eats", (3,), False),
        ("eats", (4,), False),
        ("[SEP]", (5,), True),
        ("Pizza", (6,), False),
        ("EATS", (7,), False),
        ("Squatch", (8, 9), False),
        ("[SEP]", (10,), True),
    ]
    assert tokens.words == tuple(word for word in tokens.words_and_marks if not word.special)


@pytest.mark.parametrize(("first", "second"), [*PAIRS[:3], ("pizza pizza pizza", "pizza")])
def test_the_words_of_a_pair_spell_both_texts_and_cover_every_token_once(
    opened: Opened, first: str, second: str
) -> None:
    tokens = opened.encoder.tokenize(first, second=second)
    indices = [index for word in tokens.words_and_marks for index in word.token_indices]
    assert indices == list(range(len(tokens.tokens)))
    spelled = ["", ""]
    for word in tokens.words:
        (of,) = {tokens.text_ids[index] for index in word.token_indices}  # no word reaches over both texts
        assert of is not None
        spelled[of] += word.text
    assert ["".join(text.split()) for text in spelled] == ["".join(text.split()) for text in (first, second)]


def test_markup_in_a_pair_is_read_as_text(encoder: Encoder) -> None:
    tokens = encoder.tokenize("it", second="<script>alert(1)</script>")
    assert "".join(word.text for word in tokens.words[1:]) == "<script>alert(1)</script>"


# Refusals


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"nothing was typed\. Type at least one word\."),
        ("  \n", r"3 blank characters were typed\. Type at least one word\."),
        ("\u200b", r"nothing to read in 1 character: .*\. Type at least one word\."),
        ("ab \ud83d", r"Character 4 is half of a surrogate pair \(U\+D83D\).*\. Delete it, or paste"),
    ],
)
def test_a_pair_of_which_one_text_has_nothing_to_read_is_refused(encoder: Encoder, text: str, message: str) -> None:
    for first, second in ((text, "it"), ("it", text)):
        for truncate in (False, True):
            with pytest.raises(SentenceError, match=message):
                encoder.tokenize(first, truncate, second)
            with pytest.raises(SentenceError, match=message):
                encoder.trace(first, truncate=truncate, second=second)


def test_a_pair_too_long_is_refused_with_its_length_the_limit_and_what_to_do(encoder: Encoder) -> None:
    message = r"The two texts together have 1,203 tokens; all-MiniLM-L6-v2 reads at most 512\. Shorten one of them\."
    for first, second in ((600, 600), (1, 1199), (1199, 1)):
        with pytest.raises(SentenceError, match=message):
            encoder.tokenize("pizza " * first, second="pizza " * second)
        with pytest.raises(SentenceError, match=message):
            encoder.trace("pizza " * first, second="pizza " * second)


def test_a_pair_of_exactly_the_limit_is_read_and_one_token_more_is_refused(opened: Opened) -> None:
    limit, marks = opened.encoder.trace_limit, opened.tokenizer.num_special_tokens_to_add(pair=True)
    half = (limit - marks) // 2

    def dots(count: int) -> str:
        # The first full stop may be two tokens (a blank of its own before it).
        return "." * (count - (len(opened.tokenizer(".", add_special_tokens=False)["input_ids"]) - 1))

    first, second = dots(half), dots(limit - marks - half)
    assert len(opened.encoder.tokenize(first, second=second).tokens) == limit
    assert np.isfinite(opened.encoder.trace(first, second=second).hidden_states).all()
    with pytest.raises(SentenceError, match=rf"have {limit + 1} tokens.* at most {limit}\. Shorten"):
        opened.encoder.tokenize(first, second=second + ".")
    with pytest.raises(SentenceError, match=rf"have {limit + 1} tokens.* at most {limit}\. Shorten"):
        opened.encoder.tokenize(first + ".", second=second)


# Cutting


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ((600, 600), (254, 254)),  # 509 places beside three special tokens: one stays unused
        ((600, 3), (506, 3)),
        ((3, 600), (3, 506)),
        ((254, 600), (254, 255)),
        ((255, 600), (254, 254)),
        ((600, 254), (255, 254)),
        ((600, 255), (254, 254)),
        ((255, 255), (254, 254)),
        ((255, 254), (255, 254)),  # fits
    ],
)
def test_of_a_pair_that_is_cut_each_text_gets_its_share(
    encoder: Encoder, words: tuple[int, int], read: tuple[int, int]
) -> None:
    first, second = ("pizza " * count for count in words)
    tokens = encoder.tokenize(first, truncate=True, second=second)
    assert tuple(tokens.text_ids.count(number) for number in (0, 1)) == read
    assert tokens.total_tokens == sum(words) + 3
    assert bool(tokens.unread_text) == (tokens.total_tokens > 512)
    assert tokens.unread_text.split() == ["pizza"] * (sum(words) - sum(read))


def test_every_token_that_a_cut_keeps_is_the_same_as_in_the_whole(opened: Opened) -> None:
    encoder = opened.encoder
    long = "The pizza came out of the oven, and Squatch ate it! " * encoder.trace_limit
    for first, second in ((long, long.upper()), (long, "it"), ("it", long)):
        tokens = encoder.tokenize(first, truncate=True, second=second)
        whole = opened.tokenizer(first, second)
        assert tokens.total_tokens == len(whole["input_ids"])
        assert encoder.trace_limit - 4 <= len(tokens.tokens) <= encoder.trace_limit
        assert tokens.token_ids.tolist() == opened.tokenizer(*_texts_read(tokens))["input_ids"]
        for number in (0, 1):
            ids, everything = (
                [of for of, text in zip(part, texts, strict=True) if text == number]
                for part, texts in (
                    (tokens.token_ids.tolist(), tokens.text_ids),
                    (whole["input_ids"], whole.sequence_ids()),
                )
            )
            settled = len(ids) if len(ids) == len(everything) else len(ids) - 2  # next to a cut, pieces may differ
            assert ids[:settled] == everything[:settled]
        parts = [full[len(part) :] for full, part in zip((first, second), _texts_read(tokens), strict=True)]
        assert all(full.startswith(part) for full, part in zip((first, second), _texts_read(tokens), strict=True))
        assert tokens.unread_text == " ".join(part for part in parts if part)
        trace = encoder.trace(first, truncate=True, second=second)
        assert trace.tokens == tokens.tokens
        assert (trace.text, trace.tokenized.second_text) == _texts_read(tokens)


def test_a_cut_leaves_a_pair_within_the_limit_alone(encoder: Encoder) -> None:
    cut, whole = (encoder.tokenize("Squatch eats", cut, "pizza") for cut in (True, False))
    assert (_texts_read(cut), cut.unread_text, cut.tokens) == (_texts_read(whole), "", whole.tokens)


@pytest.mark.parametrize(
    ("name", "character"), [("roberta", "比"), ("modernbert", "🍕")], ids=["three byte tokens", "four byte tokens"]
)
def test_a_text_within_its_share_is_read_whole_whatever_the_other_is_made_of(
    open_model: OpenModel, name: str, character: str
) -> None:
    # Half of the room ends inside a character, which is then read whole or not at all: at its own text's cost.
    encoder = open_model(name).encoder
    within, beyond = "pizza eats pizza eats pizza", character * LIMIT
    count = (~encoder.tokenize(within).special).sum()
    assert count < LIMIT // 2 - 2
    for texts in ((within, beyond), (beyond, within)):
        tokens = encoder.tokenize(texts[0], truncate=True, second=texts[1])
        assert _texts_read(tokens)[texts.index(within)] == within
        assert tokens.text_ids.count(texts.index(within)) == count


# Any pair at all

_ODD = st.sampled_from(
    [
        *("\x00", "\u200b", "\u200f", "\ufffd", "\ud800", "\r\n", "\t", "é", "e\u0301", "ﷺ", "İ", "שלום", "مرحبا"),
        *("比萨饼", "🍕", "👩\u200d👩\u200d👧", "<script>", "&amp;", "[SEP]", "<s>", "</s>", "##ch", "▁", "Ġ"),
        *("Squatch", " eats ", "pizza", "x" * 120),
    ]
)
_TEXTS = st.one_of(
    st.text(st.characters(codec=None), max_size=40),
    st.lists(_ODD, max_size=8).map("".join),
    st.lists(_ODD, min_size=15, max_size=40).map("".join),
)


@given(first=_TEXTS, second=_TEXTS, name=st.sampled_from([BUNDLED_NAME, "roberta", "modernbert", "albert"]))
@example(first="🍕" * LIMIT, second="it", name="modernbert")
@example(first="ﷺ" * LIMIT, second="ﷺ" * LIMIT, name="albert")
@example(first="x" * 1000, second="x " * 1000, name=BUNDLED_NAME)
def test_any_pair_is_tokenized_consistently_or_refused(
    open_model: OpenModel, first: str, second: str, name: str
) -> None:
    opened = open_model(name)
    for truncate in (False, True):
        try:
            tokens = opened.encoder.tokenize(first, truncate, second)
        except SentenceError as error:
            advice = ("Type at least", "Delete it") if truncate else ("Type at least", "Delete it", "Shorten one")
            if not any(words in str(error) for words in advice):
                raise
            continue
        size = len(tokens.tokens)
        assert size <= opened.encoder.trace_limit
        parts = (tokens.labels, tokens.token_ids, tokens.word_ids, tokens.offsets, tokens.special, tokens.unknown)
        assert {len(part) for part in (*parts, tokens.text_ids, tokens.token_type_ids)} == {size}
        read = _texts_read(tokens)
        assert first.startswith(read[0])
        assert second.startswith(read[1])
        assert truncate or (read == (first, second) and size == tokens.total_tokens)
        assert tokens.token_ids.tolist() == opened.tokenizer(*read)["input_ids"]
        assert [text is None for text in tokens.text_ids] == tokens.special.tolist()
        assert [word is None for word in tokens.word_ids] == tokens.special.tolist()
        assert {text for text in tokens.text_ids if text is not None} == {0, 1}  # neither text is lost
        indices = [index for word in tokens.words_and_marks for index in word.token_indices]
        assert indices == list(range(size))
        for word in tokens.words:
            of = tokens.text_ids[word.token_indices[0]]
            assert of is not None
            assert word.text in read[of]
