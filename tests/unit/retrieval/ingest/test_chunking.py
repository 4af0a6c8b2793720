"""Documents cut into chunks: nothing is lost, sizes hold, and what the model does not read of a chunk is known."""

import unicodedata
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from components.core import Encoder
from components.core.retrieval.documents import Chunk, ChunkSettings, Document, Section, Unit
from components.core.retrieval.ingest.chunking import LONGEST_PASSAGE, chunks_of, passages_in, sentences_in, unread_from
from components.core.text.words import characters_of
from tests.support import scripts
from tests.support.reference import Opened
from tests.support.scripts import FORMS, SCRIPTS, Form

# Words, marks and breaks of many kinds: texts of only random letters would have no sentences.
PIECES = st.sampled_from(
    [
        "a",
        "Pizza",
        "unbelievably",
        "三四五",
        "😀",
        "é",
        "x" * 150,
        ".",
        "?",
        "Dr.",
        '"',
        "-",
        "\n",
        "\n\n",
        " \n \n",
        "\t",
    ]
)
TEXTS = st.lists(PIECES, max_size=60).flatmap(lambda pieces: st.sampled_from(["", " "]).map(lambda by: by.join(pieces)))
UNITS = (Unit.TOKENS, Unit.SENTENCES, Unit.PARAGRAPHS)
SETTINGS = st.tuples(st.sampled_from(UNITS), st.integers(1, 12), st.integers(0, 11)).map(
    lambda drawn: ChunkSettings(drawn[0], drawn[1], min(drawn[2], drawn[1] - 1))
)

PROSE = " ".join(f"Sentence {number} has exactly eight words in it." for number in range(40))  # each of 9 tokens


def cut(text: str, encoder: Encoder, unit: Unit, size: int, overlap: int = 0) -> list[str]:
    return [chunk.text for chunk in chunks_of(Document("", text), ChunkSettings(unit, size, overlap), encoder)]


@settings(max_examples=150)
@given(TEXTS, SETTINGS)
def test_every_character_stands_in_a_chunk_and_every_chunk_in_its_place(
    encoder: Encoder, text: str, how: ChunkSettings
) -> None:
    document = Document("", text)
    chunks = chunks_of(document, how, encoder)
    covered = set()
    for number, chunk in enumerate(chunks):
        assert (chunk.document, chunk.number) == (document.id, number)
        assert document.text[chunk.start : chunk.end] == chunk.text == chunk.text.strip() != ""
        assert chunk.token_count == encoder.tokenize(chunk.text, truncate=True).total_tokens > 2
        covered |= set(range(chunk.start, chunk.end))
    assert [character for index, character in enumerate(text) if index not in covered and not character.isspace()] == []
    # Each goes further than the one before, and none begins before it.
    assert all(before.start < after.start and before.end < after.end for before, after in pairwise(chunks))


@settings(max_examples=100)
@given(st.lists(PIECES, max_size=60).map(" ".join), st.integers(5, 20), st.integers(0, 19))
def test_chunks_of_tokens_have_at_most_that_many_and_share_at_most_the_overlap(
    encoder: Encoder, text: str, size: int, overlap: int
) -> None:
    overlap = min(overlap, size - 1)
    chunks = chunks_of(Document("", text), ChunkSettings(Unit.TOKENS, size, overlap), encoder)
    # A word that is cut may have other tokens than it had as a whole; none of these words has more than 5.
    assert all(chunk.token_count - 2 <= size for chunk in chunks)
    starts = encoder.token_spans(text)[:, 0]
    shared = [int(np.sum((starts >= after.start) & (starts < before.end))) for before, after in pairwise(chunks)]
    assert all(count <= overlap for count in shared)


@settings(max_examples=40)
@given(
    text=st.one_of(
        scripts.TEXTS, st.sampled_from(sorted(scripts.SCRIPTS)).map(lambda each: 5 * SCRIPTS[each].sentence)
    ),
    form=st.sampled_from(FORMS),
    size=st.integers(4, 40),
    overlap=st.integers(0, 39),
    name=st.sampled_from(["bundled", "roberta", "modernbert", "xlm-roberta", "albert"]),
)
@example(text="🍕" * 20, form="NFC", size=6, overlap=0, name="roberta")
@example(text="pizza eats " * 20, form="NFC", size=7, overlap=2, name="roberta")
@example(text="a e\u0301 " * 20, form="NFD", size=4, overlap=1, name="modernbert")
@example(text=" ", form="NFC", size=4, overlap=0, name="roberta")
@example(text="oven \n ", form="NFC", size=4, overlap=0, name="roberta")
@example(text="0ÀÀ", form="NFD", size=4, overlap=2, name="xlm-roberta")
@example(text=SCRIPTS["Hindi"].sentence, form="NFC", size=6, overlap=0, name="roberta")
def test_no_chunk_cuts_a_character_or_has_more_tokens_than_its_limit_whatever_the_tokenizer(
    open_model: Callable[[str], Opened],
    bundled: Opened,
    text: str,
    form: Form,
    size: int,
    overlap: int,
    name: str,
) -> None:
    encoder = (bundled if name == "bundled" else open_model(name)).encoder
    text = unicodedata.normalize(form, text)
    chunks = chunks_of(Document("", text), ChunkSettings(Unit.TOKENS, size, min(overlap, size - 1)), encoder)
    special = encoder.token_counts([""])[0]
    seen = {border for span in characters_of(text) for border in span}
    sizes = dict(
        zip(characters_of(text), encoder.token_counts([text[a:b] for a, b in characters_of(text)]), strict=True)
    )
    for chunk in chunks:
        assert chunk.text == text[chunk.start : chunk.end]
        # Only a character that does not fit by itself may be divided, or make a chunk too long.
        too_long = any(count - special > size for (a, b), count in sizes.items() if a < chunk.end and chunk.start < b)
        assert too_long or chunk.token_count - special <= size
        assert too_long or {chunk.start, chunk.end} <= seen
    covered = {index for chunk in chunks for index in range(chunk.start, chunk.end)}
    assert all(
        character.isspace() or _is_dropped(encoder, character)
        for character in (text[index] for index in range(len(text)) if index not in covered)
    )


def _is_dropped(encoder: Encoder, text: str) -> bool:
    """Whether a tokenizer has no token for a text."""
    return encoder.token_counts([text]) == encoder.token_counts([""])


def test_an_overlap_gives_way_to_a_word_that_would_fit_without_it(encoder: Encoder) -> None:
    # 5 tokens: un, bel, ie, va, bly.
    assert cut("a a unbelievably a a", encoder, Unit.TOKENS, 5, 1) == ["a a", "unbelievably", "a a"]


def test_chunks_of_tokens_end_with_sentences_where_they_fit(encoder: Encoder) -> None:
    sentences = PROSE.replace(". ", ".|").split("|")
    counts = [count - 2 for count in encoder.token_counts(sentences)]
    assert set(counts) == {9}
    # 3 sentences of 9 tokens fit into 30, and 1 into an overlap of 10.
    assert cut(PROSE, encoder, Unit.TOKENS, 30) == [" ".join(sentences[at : at + 3]) for at in range(0, 40, 3)]
    assert cut(PROSE, encoder, Unit.TOKENS, 30, 10) == [" ".join(sentences[at : at + 3]) for at in range(0, 40, 2)]


def test_a_chunk_ends_with_a_paragraph_that_fills_half_of_it_and_not_with_a_heading(encoder: Encoder) -> None:
    one, two, three = "One two three four five six.", "One two. Three four. Five.", "Six seven eight. Nine."
    assert cut(f"{one}\n\n{two}", encoder, Unit.TOKENS, 12) == [one, two]
    assert cut(f"Title\n\n{two}\n\n{three}", encoder, Unit.TOKENS, 8) == [
        "Title\n\nOne two. Three four.",
        f"Five.\n\n{three}",
    ]


def test_a_sentence_that_is_too_long_is_cut_between_words_and_a_word_between_tokens(encoder: Encoder) -> None:
    assert cut("one two three four five", encoder, Unit.TOKENS, 2) == ["one two", "three four", "five"]
    assert cut("one two three four five", encoder, Unit.TOKENS, 3, 1) == ["one two three", "three four five"]
    assert cut("in unbelievably", encoder, Unit.TOKENS, 2) == ["in", "unbel", "ieva", "bly"]


def test_an_overlap_gives_way_to_a_sentence_that_would_be_cut_for_it(encoder: Encoder) -> None:
    # 4 + 7 tokens: with 3 tokens shared, the second sentence would not fit into 8.
    assert cut("One two three. Four five six seven eight nine.", encoder, Unit.TOKENS, 8, 3) == [
        "One two three.",
        "Four five six seven eight nine.",
    ]


def test_an_overlap_never_repeats_a_whole_chunk(encoder: Encoder) -> None:
    # 6 + 3 + 12 tokens: the third sentence is too long for any chunk, and the first two are as long as the overlap.
    text = "He ran home fast today. Go on. one two three four five six seven eight nine ten eleven."
    first, second, *_ = cut(text, encoder, Unit.TOKENS, 10, 9)
    assert (first, second) == ("He ran home fast today. Go on.", "Go on. one two three four five six seven")


@pytest.mark.parametrize(
    ("size", "overlap", "expected"),
    [
        (1, 0, ["He ran.", "She sat.", "It fell.", "We ate.", "They left."]),
        (2, 0, ["He ran. She sat.", "It fell.\n\nWe ate.", "They left."]),
        (2, 1, ["He ran. She sat.", "She sat. It fell.", "It fell.\n\nWe ate.", "We ate. They left."]),
        (3, 1, ["He ran. She sat. It fell.", "It fell.\n\nWe ate. They left."]),
        (9, 8, ["He ran. She sat. It fell.\n\nWe ate. They left."]),
    ],
)
def test_windows_of_sentences_share_the_overlap_and_none_repeats_the_end_of_another(
    encoder: Encoder, size: int, overlap: int, expected: list[str]
) -> None:
    assert cut("He ran. She sat. It fell.\n\nWe ate. They left.", encoder, Unit.SENTENCES, size, overlap) == expected


def test_paragraphs_stand_between_blank_lines(encoder: Encoder) -> None:
    assert cut("A.\nB.\n\nC.\n \n\nD.", encoder, Unit.PARAGRAPHS, 1) == ["A.\nB.", "C.", "D."]
    assert cut("A.\n\nB.\n\nC.", encoder, Unit.PARAGRAPHS, 2, 1) == ["A.\n\nB.", "B.\n\nC."]


def test_a_short_section_is_one_passage_and_a_long_one_is_its_paragraphs() -> None:
    short, long = "Soup\nHot.\n\nVery.", f"Cake\n\n{'Sweet. ' * 200}\n\n{'Round. ' * 100}".strip()
    assert len(short) <= LONGEST_PASSAGE < len(long)
    text = f"Preface.\n\nMore.\n\n{short}\n\n{long}\n\nAfter."
    at = text.index(long)
    document = Document("", text, (Section("1", "Soup", 17, 17 + len(short)), Section("2", "Cake", at, at + len(long))))
    found = [text[start:end] for start, end in passages_in(document)]
    assert found == [
        "Preface.",
        "More.",
        short,
        f"Cake\n\n{('Sweet. ' * 200).strip()}",
        ("Round. " * 100).strip(),
        "After.",
    ]


def test_a_heading_alone_belongs_to_what_follows_it_unless_nothing_does() -> None:
    text = "# One\n\n## Two ##\n\nText.\n\n# Three"
    sections = (Section("1", "One", 0, 5), Section("2", "Two", 7, 23), Section("3", "Three", 25, 32))
    found = [text[start:end] for start, end in passages_in(Document("", text, sections))]
    assert found == ["# One\n\n## Two ##\n\nText.", "# Three"]


def test_sentences_are_found_by_characters_and_not_by_bytes() -> None:
    text = "Hello 😀 world. 这是中文。第二句！ Dr. Smith went home.\n\nTitle\nYes?  No."
    assert [text[start:end] for start, end in sentences_in(text)] == [
        *("Hello 😀 world.", "这是中文。", "第二句！", "Dr. Smith went home.", "Title", "Yes?", "No."),
    ]
    assert sentences_in(" \n ") == ()


def test_what_the_model_cannot_read_is_left_out_and_chunks_are_numbered_without_it(encoder: Encoder) -> None:
    document = Document("", "A.\n\n\u200b\n\nB.")
    chunks = chunks_of(document, ChunkSettings(Unit.PARAGRAPHS, 1), encoder)
    assert [(chunk.number, chunk.text) for chunk in chunks] == [(0, "A."), (1, "B.")]
    for how in [*(ChunkSettings(unit, 1) for unit in UNITS), ChunkSettings(Unit.MEANING, 1, percentile=20)]:
        assert chunks_of(Document("", "\u200b"), how, encoder) == ()
        assert chunks_of(Document("", ""), how, encoder) == ()


def whole(text: str, encoder: Encoder) -> Chunk:
    (chunk,) = chunks_of(Document("", text), ChunkSettings(Unit.TOKENS, 1_000), encoder)
    return chunk


@pytest.mark.parametrize("unit", [Unit.SENTENCES, Unit.PARAGRAPHS])
def test_a_paragraph_or_sentence_longer_than_the_model_reads_is_divided_where_sentences_end(
    encoder: Encoder, unit: Unit
) -> None:
    listed = ", ".join(f"item {number}" for number in range(400))
    text = f"Short.\n\n{PROSE}\n\nAfter it, {listed}."
    chunks = chunks_of(Document("", text), ChunkSettings(unit, 1), encoder)
    assert all(unread_from(chunk, encoder) is None for chunk in chunks)
    assert "".join("".join(chunk.text.split()) for chunk in chunks) == "".join(text.split())
    if unit is Unit.PARAGRAPHS:
        # 40 sentences of 9 tokens each; 254 fit beside the special tokens.
        assert [chunk.text.count("Sentence") for chunk in chunks[:3]] == [0, 28, 12]
    assert len(cut(text, encoder, unit, 20)) < len(chunks)


@settings(max_examples=30)
@given(st.lists(PIECES, max_size=60).map(" ".join), st.sampled_from([Unit.SENTENCES, Unit.PARAGRAPHS]))
def test_chunks_of_one_paragraph_or_sentence_are_read_whole(encoder: Encoder, text: str, unit: Unit) -> None:
    chunks = chunks_of(Document("", f"{text} {text} {PROSE}"), ChunkSettings(unit, 1), encoder)
    assert all(unread_from(chunk, encoder) is None for chunk in chunks)


def test_encode_reads_a_chunk_up_to_the_place_where_it_is_said_to_stop(encoder: Encoder) -> None:
    chunk = whole(" ".join(f"It cost {number}." for number in range(100, 200)), encoder)
    end = unread_from(chunk, encoder)
    assert end is not None
    assert chunk.token_count > encoder.encode_limit == encoder.token_counts([chunk.text[:end]])[0]
    read, changed, longer, shorter = encoder.encode(
        [chunk.text, chunk.text[:end] + "completely different", chunk.text[:end], chunk.text[: end - 2]]
    )
    np.testing.assert_allclose(changed, read, atol=1e-6)
    np.testing.assert_allclose(longer, read, atol=1e-6)
    assert np.abs(shorter - read).max() > 1e-4


def test_a_chunk_that_just_fits_is_read_whole_and_one_more_word_is_not(encoder: Encoder) -> None:
    room = encoder.encode_limit - 2
    assert unread_from(whole("word " * room, encoder), encoder) is None
    assert unread_from(whole("word " * room + "more", encoder), encoder) == 5 * room


def test_a_default_prompt_takes_room(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    before = encoder.room()
    monkeypatch.setattr(encoder._pipeline, "prompts", {"query": "one two three "})
    monkeypatch.setattr(encoder._pipeline, "default_prompt_name", "query")
    assert encoder.room() == before - 3


def test_chunks_of_every_kind_of_tokenizer_lose_nothing(opened: Opened) -> None:
    text = "The quick brown fox 😀 jumps. Über die Straße! 三四五六\n\n\nDr. Who? unbelievably-long e\u0301."
    for size, overlap in ((1, 0), (3, 1), (8, 4)):
        chunks = chunks_of(Document("", text), ChunkSettings(Unit.TOKENS, size, overlap), opened.encoder)
        covered = {index for chunk in chunks for index in range(chunk.start, chunk.end)}
        assert not [c for index, c in enumerate(text) if index not in covered and not c.isspace()]
