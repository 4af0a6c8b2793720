"""Words of two sentences are paired by what they are: checked against regular expressions, brute force and by hand."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from components.core import Encoder
from components.core.context.alignment import Alignment, align
from tests.support.reference import SENTENCES, Opened

OpenModel = Callable[[str], Opened]

#: Few, so that repeats are common; some split into pieces, some into several words.
_WORDS = ["the", "The", "dog", "cat", "saw", "Squatch", "floccinaucinihilipilification", "don't", "!", "cat,", "🍕"]
_TEXTS = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=8).map(" ".join)
#: Hardly anything but repeats.
_REPETITIVE = st.lists(st.sampled_from("abc"), min_size=1, max_size=6).map(" ".join)


def _by_regex(text: str) -> list[str]:
    """The words of a text made of _WORDS, found without a tokenizer."""
    return re.findall(r"\w+|[^\w\s]", text)


def _counted(text: str) -> Counter[str]:
    return Counter(word.casefold() for word in _by_regex(text))


def _aligned(encoder: Encoder, first: str, second: str) -> Alignment:
    return align(encoder.tokenize(first), encoder.tokenize(second))


def _spelled(alignment: Alignment) -> list[tuple[str, str]]:
    return [(alignment.first[i].text, alignment.second[j].text) for i, j in alignment.pairs]


# Words and marks


@given(text=_TEXTS)
def test_the_words_between_the_marks_are_those_a_regular_expression_finds(encoder: Encoder, text: str) -> None:
    first, *words, last = encoder.tokenize(text).words_and_marks
    assert [word.text for word in words] == _by_regex(text)
    assert (first.text, last.text) == ("[CLS]", "[SEP]")
    assert [word.special for word in (first, *words, last)] == [True, *(False for _ in words), True]


@pytest.mark.parametrize("text", SENTENCES)
def test_every_token_belongs_to_one_word_or_mark_and_they_come_in_order(opened: Opened, text: str) -> None:
    tokens = opened.encoder.tokenize(text)
    words = tokens.words_and_marks
    assert [index for word in words for index in word.token_indices] == list(range(len(tokens.tokens)))
    for word in words:
        assert word.special == bool(tokens.special[list(word.token_indices)].all())
        assert word.special or text[slice(*word.span)] == word.text
    # These tokenizers have no token that holds two words, and drop nothing that can be seen.
    assert [word.text for word in words if not word.special] == _by_regex(text)
    assert tokens.words == tuple(word for word in words if not word.special)


def test_the_pieces_of_a_split_word_are_one_word_worked_by_hand(encoder: Encoder) -> None:
    words = encoder.tokenize("Squatch, eats").words_and_marks
    assert [(word.text, word.token_indices, word.special) for word in words] == [
        ("[CLS]", (0,), True),
        ("Squatch", (1, 2), False),
        (",", (3,), False),
        ("eats", (4,), False),
        ("[SEP]", (5,), True),
    ]


# What holds for any two texts


@given(first=_TEXTS, second=_TEXTS)
def test_pairs_are_one_to_one_and_come_in_the_order_of_the_first(encoder: Encoder, first: str, second: str) -> None:
    alignment = _aligned(encoder, first, second)
    here, there = ([pair[side] for pair in alignment.pairs] for side in (0, 1))
    assert here == sorted(set(here))
    assert len(there) == len(set(there))
    assert set(here) <= set(range(len(alignment.first)))
    assert set(there) <= set(range(len(alignment.second)))


@given(first=_TEXTS, second=_TEXTS)
def test_the_words_of_a_pair_are_spelled_the_same_capitals_aside(encoder: Encoder, first: str, second: str) -> None:
    alignment = _aligned(encoder, first, second)
    assert all(one.casefold() == other.casefold() for one, other in _spelled(alignment))
    assert all(alignment.first[i].special == alignment.second[j].special for i, j in alignment.pairs)


@given(first=_TEXTS, second=_TEXTS)
def test_as_many_words_are_paired_as_both_texts_hold(encoder: Encoder, first: str, second: str) -> None:
    alignment = _aligned(encoder, first, second)
    common = _counted(first) & _counted(second)
    assert Counter(one.casefold() for one, _ in _spelled(alignment)) == common + Counter(["[cls]", "[sep]"])


@given(first=_TEXTS, second=_TEXTS)
def test_what_is_not_paired_is_the_rest_of_each_side(encoder: Encoder, first: str, second: str) -> None:
    alignment = _aligned(encoder, first, second)
    here, there = ({pair[side] for pair in alignment.pairs} for side in (0, 1))
    assert list(alignment.only_first) == sorted(set(range(len(alignment.first))) - here)
    assert list(alignment.only_second) == sorted(set(range(len(alignment.second))) - there)
    lacking = Counter(alignment.first[i].text.casefold() for i in alignment.only_first)
    assert lacking == _counted(first) - _counted(second)


@given(first=_TEXTS, second=_TEXTS)
def test_the_other_way_round_as_many_are_paired(encoder: Encoder, first: str, second: str) -> None:
    there, back = _aligned(encoder, first, second), _aligned(encoder, second, first)
    assert len(there.pairs) == len(back.pairs)
    assert (back.first, back.second) == (there.second, there.first)


@given(text=_TEXTS | _REPETITIVE)
def test_a_text_aligned_with_itself_pairs_every_word_with_itself(encoder: Encoder, text: str) -> None:
    alignment = _aligned(encoder, text, text)
    assert alignment.pairs == tuple((place, place) for place in range(len(alignment.first)))
    assert alignment.only_first == alignment.only_second == ()


@given(order=st.permutations(["Squatch", "eats", "floccinaucinihilipilification", "🍕", "hot", "!"]))
def test_distinct_words_in_any_order_are_all_paired_with_themselves(encoder: Encoder, order: list[str]) -> None:
    words = sorted(order)
    alignment = _aligned(encoder, " ".join(words), " ".join(order))
    # The places of the words are one off: [CLS] comes first.
    between = [(place + 1, order.index(word) + 1) for place, word in enumerate(words)]
    assert list(alignment.pairs) == [(0, 0), *between, (len(words) + 1, len(words) + 1)]


# Words that occur more than once


def _neighbours_shared(words: list[str], i: int, others: list[str], j: int) -> np.ndarray:
    """Of two words between the marks: how many words they share on the same side and on the other, and how many marks.

    The words here are letters, the marks [CLS] and [SEP].
    """
    sides = [(words[i + by], others[j + by], others[j - by]) for by in (-1, 1)]
    same = sum(here == there for here, there, _ in sides if len(here) == 1)
    crossed = sum(here == there for here, _, there in sides if len(here) == 1)
    marks = sum(here == there for here, there, _ in sides if len(here) > 1)
    return np.array([same, crossed, marks])


def _spellings(alignment: Alignment) -> tuple[list[str], list[str]]:
    return [word.text for word in alignment.first], [word.text for word in alignment.second]


def test_the_the_before_the_dog_goes_with_the_the_before_the_dog(encoder: Encoder) -> None:
    # [CLS] The dog saw the cat [SEP] against [CLS] The cat saw the dog [SEP].
    alignment = _aligned(encoder, "The dog saw the cat", "The cat saw the dog")
    assert dict(alignment.pairs) == {0: 0, 1: 4, 2: 5, 3: 3, 4: 1, 5: 2, 6: 6}


def test_words_of_a_phrase_that_moved_go_with_it(encoder: Encoder) -> None:
    # [CLS] Today the dog saw the cat [SEP] against [CLS] Then a cat and the dog saw [SEP].
    alignment = _aligned(encoder, "Today the dog saw the cat", "Then a cat and the dog saw")
    assert dict(alignment.pairs) == {0: 0, 2: 5, 3: 6, 4: 7, 6: 3, 7: 8}
    # [CLS] I know the big dog and the cats [SEP] against [CLS] and the cats know the big dog [SEP].
    alignment = _aligned(encoder, "I know the big dog and the cats", "and the cats know the big dog")
    assert dict(alignment.pairs) == {0: 0, 2: 4, 3: 5, 4: 6, 5: 7, 6: 1, 7: 2, 8: 3, 9: 8}


@given(first=_REPETITIVE, second=_REPETITIVE)
def test_no_other_pairing_would_share_more_neighbours(encoder: Encoder, first: str, second: str) -> None:
    alignment = _aligned(encoder, first, second)
    words, others = _spellings(alignment)

    def score(pairs: Iterable[tuple[int, int]]) -> int:
        # A word on the same side counts twice as much as one on the other, and a mark hardly at all.
        return sum(int(_neighbours_shared(words, i, others, j) @ [4, 2, 1]) for i, j in pairs)

    for letter in set(words) & set(others) - {"[CLS]", "[SEP]"}:
        here, there = ([i for i, word in enumerate(side) if word == letter] for side in (words, others))
        if len(here) <= len(there):
            best = max(score(zip(here, choice, strict=True)) for choice in permutations(there, len(here)))
        else:
            best = max(score(zip(choice, there, strict=True)) for choice in permutations(here, len(there)))
        assert score(pair for pair in alignment.pairs if words[pair[0]] == letter) == best


@given(first=_REPETITIVE, second=_REPETITIVE)
@example(first="c a a a a", second="a a a a a")
@example(first="a c c b c", second="c b c c c")
def test_occurrences_do_not_change_places_where_it_is_all_the_same_to_their_neighbours(
    encoder: Encoder, first: str, second: str
) -> None:
    alignment = _aligned(encoder, first, second)
    words, others = _spellings(alignment)
    for (i, j), (k, m) in combinations(alignment.pairs, 2):
        if words[i] == words[k] and j > m:
            crossed = _neighbours_shared(words, i, others, j) + _neighbours_shared(words, k, others, m)
            in_order = _neighbours_shared(words, i, others, m) + _neighbours_shared(words, k, others, j)
            assert crossed.tolist() != in_order.tolist()


def test_a_word_that_one_text_holds_once_is_paired_once(encoder: Encoder) -> None:
    alignment = _aligned(encoder, "very very very", "very")
    assert len(alignment.pairs) == 3
    assert len(alignment.only_first) == 2
    assert alignment.only_second == ()


# Special tokens


def test_a_typed_special_token_is_not_paired_with_the_tokenizers_own(encoder: Encoder) -> None:
    alone = _aligned(encoder, "[CLS] pizza", "pizza")
    assert [word.text for word in alone.first] == ["[CLS]", "[CLS]", "pizza", "[SEP]"]
    assert alone.pairs == ((0, 0), (2, 1), (3, 2))
    assert (alone.only_first, alone.only_second) == ((1,), ())
    last = _aligned(encoder, "pizza [SEP]", "pizza")
    assert last.pairs == ((0, 0), (1, 1), (3, 2))
    assert (last.only_first, last.only_second) == ((2,), ())
    both = _aligned(encoder, "[CLS] pizza", "pizza [CLS]")
    assert both.pairs == ((0, 0), (1, 2), (2, 1), (3, 3))


def test_two_texts_without_a_common_word_share_their_special_tokens_only(opened: Opened) -> None:
    alignment = _aligned(opened.encoder, "pizza", "eats it")
    assert [alignment.first[i].special for i, _ in alignment.pairs] == [True, True]
    assert [alignment.first[i].text for i in alignment.only_first] == ["pizza"]
    assert [alignment.second[j].text for j in alignment.only_second] == ["eats", "it"]


# Other vocabularies


@pytest.mark.parametrize("name", ["roberta", "modernbert"])
def test_a_byte_level_word_is_the_same_at_the_start_of_a_text_and_inside_it(open_model: OpenModel, name: str) -> None:
    encoder = open_model(name).encoder
    first, second = encoder.tokenize("pizza eats squatch"), encoder.tokenize("squatch eats pizza")
    one, other = (next(word for word in tokens.words_and_marks if word.text == "pizza") for tokens in (first, second))
    # As tokens the two are unlike: the blank belongs to the word inside.
    assert [first.tokens[i] for i in one.token_indices] != [second.tokens[i] for i in other.token_indices]
    alignment = align(first, second)
    assert alignment.pairs == ((0, 0), (1, 3), (2, 2), (3, 1), (4, 4))
    assert _spelled(alignment)[1] == ("pizza", "pizza")


def test_words_are_paired_in_every_kind_of_vocabulary(opened: Opened) -> None:
    alignment = _aligned(opened.encoder, "The squatch eats pizza", "pizza eats the good Squatch")
    places = {0: 0, 1: 3, 2: 5, 3: 2, 4: 1, 5: 6}
    assert dict(alignment.pairs) == places
    assert alignment.only_second == (4,)


def test_words_that_the_vocabulary_lacks_are_one_word_to_the_model(encoder: Encoder) -> None:
    assert _aligned(encoder, "🦖 runs", "runs 🦕").pairs == ((0, 0), (1, 2), (2, 1), (3, 3))
    assert _aligned(encoder, "🦖 runs", "runs unknown").pairs == ((0, 0), (2, 1), (3, 3))
