"""A head finds a relation as often as Hugging Face's own attention says, and the best distance as often as counted."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import bootstrap

from components.core import Encoder, SentenceError
from components.core.context.relation_heads import DIRECTIONS, RelatedSentence, RelationHeads, leads, relation_heads
from components.ui.attention.grammar import related_sentences
from tests.support.reference import Opened

SENTENCES = (
    RelatedSentence.marked(
        "The squatch ate a warm pizza.", {"determiner": "The>squatch a>pizza", "object": "pizza>ate"}
    ),
    RelatedSentence.marked("A cat saw the dog near the oven.", {"determiner": "A>cat the>dog", "object": "dog>saw"}),
)


def own_links(opened: Opened, text: str) -> tuple[list[str], np.ndarray]:
    """The words of a text, and (L, H, words): at which other word each looks most, in Hugging Face's attention."""
    encoded = opened.tokenizer(text)
    numbers = encoded.word_ids()
    words = sorted({number for number in numbers if number is not None})
    spans = [encoded.word_to_chars(number) for number in words]
    attentions = opened.reference(text).attentions
    groups = [[place for place, number in enumerate(numbers) if number == word] for word in words]
    between = np.stack(
        [
            np.stack([attentions[:, :, rows].mean(axis=2)[:, :, columns].sum(axis=2) for columns in groups], axis=-1)
            for rows in groups
        ],
        axis=2,
    )
    for word in range(len(words)):
        between[:, :, word, word] = -1
    return [text[span.start : span.end] for span in spans], between.argmax(axis=-1)


def test_a_pair_is_found_where_one_word_looks_at_the_other_most(bundled: Opened) -> None:
    measured = relation_heads(bundled.encoder, SENTENCES)
    expected = []
    for sentence, pairs in zip(SENTENCES, (((0, 1), (3, 5)), ((0, 1), (3, 4))), strict=True):
        _, looked_at = own_links(bundled, sentence.text)
        expected += [np.stack([looked_at[:, :, one] == other, looked_at[:, :, other] == one]) for one, other in pairs]
    np.testing.assert_array_equal(measured["determiner"].found, expected)
    assert measured["determiner"].offsets.tolist() == [1, 2, 1, 1]
    assert measured["determiner"].sentences.tolist() == [0, 0, 1, 1]
    assert measured["object"].offsets.tolist() == [-3, -2]


def test_of_equal_words_the_nearest_two_are_a_pair(bundled: Opened) -> None:
    words, _ = own_links(bundled, SENTENCES[1].text)
    assert words == ["A", "cat", "saw", "the", "dog", "near", "the", "oven", "."]
    marked = RelatedSentence.marked(SENTENCES[1].text, {"determiner": "the>oven"})
    assert relation_heads(bundled.encoder, [marked])["determiner"].offsets.tolist() == [1]


def made(found: list[list[bool]], offsets: list[int], sentences: list[int]) -> RelationHeads:
    """One layer of heads that find just these pairs from the dependent, and none from the head."""
    forward = np.array(found)[:, None, None]
    return RelationHeads(
        np.concatenate([forward, np.zeros_like(forward)], axis=1), np.array(offsets), np.array(sentences)
    )


def test_the_best_head_and_the_best_distance_are_counted_by_hand() -> None:
    relation = made([[True, False], [True, True], [False, True], [True, False]], [1, 1, 2, 3], [0, 1, 2, 3])
    assert relation.accuracy.tolist() == [[[0.75, 0.5]], [[0.0, 0.0]]]
    assert relation.best == (0, 0, 0)
    assert relation.best_direction(0, 1) == 0
    assert relation.best_offset == (1, 0.5)


def test_held_out_a_head_is_tested_where_it_was_not_picked() -> None:
    # Head 1 is right in the even sentences only, head 2 in the odd ones only: picked on one half, wrong in the other.
    relation = made([[True, False], [False, True], [True, False], [False, True]], [1, 2, 1, 2], [0, 1, 2, 3])
    assert relation.accuracy.max() == 0.5
    assert relation.held_out == 0
    always = made([[True, False]] * 4, [1, 1, 1, 2], [0, 1, 2, 3])
    assert always.held_out == 1


def test_a_head_leads_by_what_it_finds_beyond_the_best_distance_and_sentences_are_drawn_not_pairs() -> None:
    # Of 20 sentences with four pairs each the head finds all in 15 and none in 5; distance 1 finds one in each.
    found = [[number < 15] for number in range(20) for _ in range(4)]
    relation = made(found, [1, 2, 3, 4] * 20, [number for number in range(20) for _ in range(4)])
    assert relation.best_offset == (1, 0.25)
    # The other direction, which finds nothing, varies as little as the distance and widens the interval hardly.
    lead = leads({"determiner": relation}, 0, 0)["determiner"]
    assert lead.value == 0.5
    by_sentence = np.array([0.75] * 15 + [-0.25] * 5)
    expected = bootstrap(
        (by_sentence,), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    assert (lead.low, lead.high) == pytest.approx(tuple(expected), abs=0.051)  # one sentence of 20
    # As if each pair were an example by itself, the interval would be half as wide.
    assert lead.high - lead.low > 1.6 * 2 * 1.96 * (relation.found.std() ** 2 / 80) ** 0.5


def test_of_heads_that_look_where_the_distance_points_as_often_as_not_one_in_twenty_has_a_clear_lead_anywhere() -> None:
    random = np.random.default_rng(8)
    sentences = np.repeat(np.arange(50), 2)
    clear = 0
    for _ in range(40):
        relations = {}
        for name in ("determiner", "object", "possessive"):
            # Distance 1 finds half of the pairs, the head another half in each direction: neither leads.
            offsets = np.where(np.arange(100) % 2, 1, np.arange(100) + 5)
            relations[name] = RelationHeads(random.random((100, 2, 1, 1)) < 0.5, offsets, sentences)
        clear += any(each.low > 0 for each in leads(relations, 0, 0).values())
    assert clear <= 4


def test_a_relation_without_a_pair_that_can_be_read_is_named(encoder: Encoder) -> None:
    marked = RelatedSentence.marked("The cat ate.", {"object": "fish>ate"})
    with pytest.raises(SentenceError, match="relation “object”"):
        relation_heads(encoder, [marked])


def test_the_shipped_sentences_mark_words_that_stand_in_them() -> None:
    sentences = related_sentences()
    counts: dict[str, int] = {}
    for sentence in sentences:
        words = re.findall(r"\w+", sentence.text)
        for relation, pairs in sentence.pairs:
            counts[relation] = counts.get(relation, 0) + len(pairs)
            for pair in pairs:
                assert set(pair) <= set(words), sentence.text
    assert len({sentence.text for sentence in sentences}) == len(sentences) == 68
    assert counts == {"determiner": 119, "object": 73, "possessive": 72}


def test_in_the_bundled_model_the_head_of_the_pizza_links_determiners_to_nouns(encoder: Encoder) -> None:
    measured = relation_heads(encoder, related_sentences())
    determiner = measured["determiner"]
    assert len(determiner.offsets) == 119
    assert (determiner.offsets > 0).all()
    assert DIRECTIONS[determiner.best[0]] == "dependent → head"
    assert determiner.best[1:] == (3, 1)
    assert determiner.held_out > 0.8
    assert leads(measured, 3, 1)["determiner"].low > 0.2
    # No fixed distance finds much more than half, so that it cannot be mistaken for grammar.
    assert all(each.best_offset[1] < 0.5 for each in measured.values())
    # What is picked and tested on the same sentences never looks worse than it is.
    assert all(each.held_out <= each.accuracy.max() + 1e-9 for each in measured.values())


@pytest.mark.parametrize("name", ["bert", "distilbert", "electra"])
def test_words_are_found_in_every_architecture_whose_words_are_words(
    open_model: Callable[[str], Opened], name: str
) -> None:
    measured = relation_heads(open_model(name).encoder, related_sentences())
    assert {relation: len(each.offsets) for relation, each in measured.items()} == {
        "determiner": 119,
        "object": 73,
        "possessive": 72,
    }
