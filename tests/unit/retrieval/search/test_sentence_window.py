"""Sentences handed over with their neighbours: by hand, at the ends of documents, and each text once."""

import pytest

from components.core import Encoder
from components.core.retrieval.documents import Document
from components.core.retrieval.search.sentence_window import sentence_windows, without_repetition

FIRST = Document("First", "One eats. Two eat.\n\nThree eat. Four eat. Five eat.")
SECOND = Document("Second", "A house.")


@pytest.mark.parametrize(
    ("neighbours", "expected"),
    [
        (0, ["One eats.", "Two eat.", "Three eat.", "Four eat.", "Five eat.", "A house."]),
        (
            1,
            [
                *("One eats. Two eat.", "One eats. Two eat.\n\nThree eat.", "Two eat.\n\nThree eat. Four eat."),
                *("Three eat. Four eat. Five eat.", "Four eat. Five eat.", "A house."),
            ],
        ),
        (9, [FIRST.text] * 5 + [SECOND.text]),
    ],
)
def test_a_sentence_comes_with_its_neighbours_of_its_own_document(
    encoder: Encoder, neighbours: int, expected: list[str]
) -> None:
    found = sentence_windows([FIRST, SECOND], neighbours, encoder)
    assert [each.text for each in found.sentences] == [
        *("One eats.", "Two eat.", "Three eat.", "Four eat.", "Five eat.", "A house.")
    ]
    assert [each.text for each in found.windows] == expected
    for sentence, window in zip(found.sentences, found.windows, strict=True):
        assert (sentence.document, sentence.number) == (window.document, window.number)
        document = FIRST if window.document == FIRST.id else SECOND
        assert document.text[window.start : window.end] == window.text
        assert window.start <= sentence.start < sentence.end <= window.end
        assert window.token_count == encoder.token_counts([window.text])[0]


def test_what_a_better_window_holds_is_not_handed_over_again(encoder: Encoder) -> None:
    found = sentence_windows([FIRST, SECOND], 1, encoder)
    # The window of sentence 1 holds 0 and 2; that of 3 holds 4; sentence 5 is of another document.
    assert without_repetition([1, 2, 5, 0, 3, 4], found) == (1, 5, 3)
    assert without_repetition([0, 1, 2], found) == (0, 2)
    assert without_repetition([], found) == ()


def test_without_neighbours_every_sentence_is_handed_over(encoder: Encoder) -> None:
    found = sentence_windows([FIRST, SECOND], 0, encoder)
    assert without_repetition([5, 4, 3, 2, 1, 0], found) == (5, 4, 3, 2, 1, 0)


def test_a_window_of_fewer_than_no_neighbours_is_refused(encoder: Encoder) -> None:
    with pytest.raises(ValueError, match="0 neighbours or more, not -1"):
        sentence_windows([FIRST], -1, encoder)
    assert sentence_windows([], 2, encoder).windows == ()
