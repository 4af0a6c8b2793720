"""One word in several sentences: found, followed through the layers, and left out where it does not stand."""

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import cosine_similarity as reference_cosines
from sklearn.neighbors import NearestNeighbors

from components.core import Encoder, SentenceError
from components.core.context.word_occurrences import (
    MOST_TOKENS,
    UNKNOWN_SENSE,
    Usage,
    find_word,
    follow_word,
    read_usages,
)
from tests.support.reference import Opened, assert_close

BANK = [
    Usage("We sat on the bank of the river.", "river"),
    Usage("A heron stood on the bank.", "river"),
    Usage("The bank lent them the money.", "money"),
    Usage("She works at the bank, he says.", "money"),
]


def test_a_colon_names_a_sense_and_a_blank_line_begins_an_unnamed_one() -> None:
    text = "\n river: \n one\n\n  two \n\n\nmoney:\nthree\nfour\n:\nfive"
    assert read_usages(text) == [
        Usage("one", "river"),
        Usage("two", "sense 2"),
        Usage("three", "money"),
        Usage("four", "money"),
        Usage("five", "sense 4"),
    ]


@given(st.text())
def test_every_line_that_says_something_and_ends_in_no_colon_is_a_sentence(text: str) -> None:
    lines = [line.strip() for line in text.splitlines()]
    assert [each.sentence for each in read_usages(text)] == [x for x in lines if x and not x.endswith(":")]
    assert all(each.sense for each in read_usages(text))


def test_a_words_vectors_are_hugging_faces_and_its_pieces_are_averaged(opened: Opened) -> None:
    sentences = ["Look, the squatch ate pizza", "it was a squatch"]
    found = follow_word(opened.encoder, "squatch", [Usage(each, "") for each in sentences])
    table = opened.encoder.word_embedding_table
    assert found.problems == {}
    for occurrence, text in zip(found.occurrences, sentences, strict=True):
        encoded = opened.tokenizer(text, return_offsets_mapping=True)
        # The blank before a word may be a token, which belongs to the word.
        begin = text.index("squatch") - 1
        spans = enumerate(encoded["offset_mapping"])
        places = [place for place, (start, _) in spans if begin <= start < begin + len(" squatch")]
        assert list(occurrence.word.token_indices) == places
        # Read in one batch with a longer sentence, and yet as if alone.
        assert_close(occurrence.context_vectors, opened.reference(text).hidden_states, atol=2e-5)
        assert_close(occurrence.vectors, opened.reference(text).hidden_states[:, places].mean(axis=1), atol=2e-5)
        assert_close(occurrence.static_vector, table[np.array(encoded["input_ids"])[places]].mean(axis=0))


def test_cosines_and_nearest_uses_are_scikit_learns(encoder: Encoder) -> None:
    found = follow_word(encoder, "bank", BANK)
    assert_close(found.cosines[0], 1)
    for step in range(1, encoder.num_layers + 2):
        vectors = np.stack([each.vectors[step - 1] for each in found.occurrences])
        assert_close(found.cosines[step], reference_cosines(vectors))
        nearest = NearestNeighbors(n_neighbors=2, metric="cosine").fit(vectors).kneighbors(vectors)[1][:, 1]
        same = [BANK[i].sense == BANK[other].sense for i, other in enumerate(nearest)]
        assert found.nearest_of_same_sense(step) == sum(same)
        cosines = reference_cosines(vectors)
        assert found.mean_cosines(found.same_sense)[step] == pytest.approx(
            (cosines[0, 1] + cosines[2, 3]) / 2, abs=1e-5
        )
        assert found.mean_cosines(found.other_sense)[step] == pytest.approx(cosines[:2, 2:].mean(), abs=1e-5)


def test_paths_are_one_pca_of_what_differs_and_start_at_the_one_word_embedding(encoder: Encoder) -> None:
    found = follow_word(encoder, "bank", BANK)
    points, kept = found.paths()
    assert points.shape == (4, encoder.num_layers + 2, 2)
    assert_close(points[:, 0], 0)
    steps = []
    for layer in range(encoder.num_layers + 1):
        vectors = np.stack([each.vectors[layer] for each in found.occurrences])
        units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        steps.append(units - units.mean(axis=0))
    pca = PCA(n_components=2, svd_solver="full").fit(np.concatenate([np.zeros_like(steps[0]), *steps]))
    expected = np.stack([pca.transform(step) for step in steps], axis=1)
    assert kept == pytest.approx(pca.explained_variance_ratio_.sum(), abs=1e-5)
    assert_close(np.abs(points[:, 1:]), np.abs(expected), atol=1e-4)


def test_a_sentence_without_the_word_is_named_and_the_others_still_count(encoder: Encoder) -> None:
    texts = [BANK[0].sentence, "The banks were closed.", "", "\x00", "word " * 200 + "bank", "Bank!", "No money here."]
    found = follow_word(encoder, "bank", [Usage(text, "") for text in texts])
    assert [each.number for each in found.occurrences] == [1, 6]
    assert found.problems[2] == "“bank” does not stand in it, but “banks”: write it in the same form."
    assert "nothing was typed" in found.problems[3]
    assert "nothing to read" in found.problems[4]
    assert found.problems[5] == f"It has 203 tokens; here a sentence may have {MOST_TOKENS}. Shorten it."
    assert found.problems[7] == "“bank” does not stand in it."


@pytest.mark.parametrize("word", ["", "  ", "\x07"])
def test_a_word_with_nothing_in_it_is_refused(encoder: Encoder, word: str) -> None:
    with pytest.raises(SentenceError):
        follow_word(encoder, word, BANK)


def test_several_words_in_a_row_count_as_one_wherever_they_stand(encoder: Encoder) -> None:
    tokens = encoder.tokenize("Ice-cream, ice - cream and ICE-CREAM; an ice, a cream.")
    found = find_word(tokens, "ice-cream")
    assert [each.token_indices for each in found] == [(1, 2, 3), (5, 6, 7), (9, 10, 11)]


def test_a_word_of_signs_is_shown_as_it_is_typed(encoder: Encoder) -> None:
    found = follow_word(encoder, "c++", [Usage("I write C++ daily.", ""), Usage("No C here.", "")])
    assert [each.word.text for each in found.occurrences] == ["C++"]
    assert found.problems[2] == "“c++” does not stand in it, but “C”: write it in the same form."


@pytest.mark.parametrize("name", ["albert", "xlm-roberta"])
def test_a_word_before_a_full_stop_is_found_whatever_the_tokenizer(
    open_model: Callable[[str], Opened], name: str
) -> None:
    found = follow_word(open_model(name).encoder, "bank", [Usage("We lay on the grassy bank.", "")])
    assert ([each.word.text for each in found.occurrences], found.problems) == (["bank"], {})


def test_a_word_is_found_however_its_letters_are_composed_and_kept_apart_without_its_accent(encoder: Encoder) -> None:
    for word, sentence in (("café", "THE CAFE\u0301"), ("cafe\u0301", "The Café"), ("istanbul", "İstanbul, again")):
        (occurrence,) = follow_word(encoder, word, [Usage(sentence, "")]).occurrences
        assert occurrence.word.text == sentence.removeprefix("THE ").removeprefix("The ").removesuffix(", again")
    assert follow_word(encoder, "cafe", [Usage("the café", "")]).occurrences == ()


def test_a_word_that_shares_a_token_with_what_is_next_to_it_is_said_to_be_joined(
    open_model: Callable[[str], Opened],
) -> None:
    with pytest.raises(SentenceError, match="“比” does not stand in it: this tokenizer joins it to what is next to it"):
        find_word(open_model("xlm-roberta").encoder.tokenize("good 比萨"), "比")


def test_no_sentences_have_no_occurrences(encoder: Encoder) -> None:
    assert follow_word(encoder, "bank", []).occurrences == ()


def test_a_use_that_is_alone_in_its_sense_is_not_counted_as_one_that_could_have_a_partner(encoder: Encoder) -> None:
    found = follow_word(encoder, "bank", [*BANK[:2], BANK[2]])
    assert found.with_partner.tolist() == [True, True, False]
    assert found.nearest_of_same_sense() == 2
    # Each of the two has one partner among two others.
    assert found.nearest_by_chance == 1


def test_of_a_word_repeated_in_a_sentence_the_first_are_followed_and_that_is_said(encoder: Encoder) -> None:
    found = follow_word(encoder, "bank", [Usage("bank bank bank bank bank", "")])
    assert [each.word.token_indices for each in found.occurrences] == [(1,), (2,), (3,)]
    assert found.problems == {1: "The word stands in it 5 times; the first 3 are followed."}


def test_chance_is_what_ninety_five_of_a_hundred_shuffles_of_the_senses_reach(encoder: Encoder) -> None:
    sentences = [*BANK, Usage("He fell from the bank into the water.", "river"), Usage("The bank was robbed.", "money")]
    found = follow_word(encoder, "bank", sentences)
    cosines = found.cosines[-1] - 2 * np.eye(len(sentences))
    nearest = cosines.argmax(axis=1)
    counts = sorted(
        sum(one == senses[other] for one, other in zip(senses, nearest, strict=True))
        for senses in permutations([each.sense for each in sentences])
    )
    assert found.most_by_chance == counts[int(0.95 * len(counts))]
    # Four uses are too few to be beyond it.
    assert not follow_word(encoder, "bank", BANK).separates


TWICE = [
    Usage("The bank of the river faced the other bank.", "river"),
    Usage("A heron flew from one bank to the next bank.", "river"),
    Usage("That bank bought another bank.", "money"),
    Usage("This bank lends more than our bank.", "money"),
    Usage("The bank was steep.", "river"),
]


def test_two_uses_in_one_sentence_are_no_two_examples_of_a_sense(encoder: Encoder) -> None:
    found = follow_word(encoder, "bank", TWICE)
    numbers = np.array([each.number for each in found.occurrences])
    assert numbers.tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5]
    senses = np.array([TWICE[number - 1].sense for number in numbers])
    apart = numbers[:, None] != numbers
    np.testing.assert_array_equal(found.same_sense, apart & (senses[:, None] == senses))
    np.testing.assert_array_equal(found.other_sense, senses[:, None] != senses)
    nearest = np.where(apart, found.cosines[-1], -2).argmax(axis=1)
    assert found.nearest_of_same_sense() == (senses == senses[nearest]).sum()
    # Of 7 or 8 uses in other sentences those of the same sense: 3, 3, 3, 3, then 2 for each use of "money", then 4.
    assert found.nearest_by_chance == pytest.approx(4 * 3 / 7 + 4 * 2 / 7 + 4 / 8)


def test_chance_shuffles_the_senses_of_sentences_and_not_of_uses(encoder: Encoder) -> None:
    found = follow_word(encoder, "bank", TWICE)
    numbers = np.array([each.number for each in found.occurrences])
    nearest = np.where(numbers[:, None] != numbers, found.cosines[-1], -2).argmax(axis=1)
    shuffles = [np.array(senses)[numbers - 1] for senses in permutations([each.sense for each in TWICE])]
    counts = sorted(int((senses == senses[nearest]).sum()) for senses in shuffles)
    assert found.most_by_chance == counts[int(0.95 * len(counts))]


def test_a_word_that_stands_twice_in_each_sentence_does_not_separate_what_nothing_separates(encoder: Encoder) -> None:
    sentences = ["The bank faced the other bank.", "A bank is not like another bank.", "No bank is a bad bank."]
    found = follow_word(encoder, "bank", [Usage(each, sense) for each, sense in zip(sentences, "abc", strict=True)])
    # Each sentence has a sense of its own, so no other use can be of the same.
    assert found.nearest_of_same_sense() == 0
    assert not found.with_partner.any()


def test_a_use_whose_sense_is_asked_about_counts_neither_as_the_same_nor_as_another(encoder: Encoder) -> None:
    known = follow_word(encoder, "bank", BANK)
    asked = follow_word(encoder, "bank", [*BANK, Usage("They met at the bank.", UNKNOWN_SENSE)])
    assert asked.nearest_of_same_sense() == known.nearest_of_same_sense()
    assert asked.nearest_by_chance == known.nearest_by_chance
    for pairs in ("same_sense", "other_sense"):
        assert_close(asked.mean_cosines(getattr(asked, pairs)), known.mean_cosines(getattr(known, pairs)), atol=1e-5)
    assert asked.with_partner.tolist() == [True] * 4 + [False]
