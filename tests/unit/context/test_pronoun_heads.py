"""How often a head is right about "it" is counted, bounded and compared with chance as the formulas say."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import bootstrap

from components.core import Encoder, SentenceError
from components.core.context.pronoun_heads import PronounHeads, pronoun_heads
from components.core.context.pronoun_similarity import WinogradSentence, pair_numbers
from components.ui.context.pronouns import pronoun_pairs
from tests.support.reference import Opened, assert_close

OpenModel = Callable[[str], Opened]


def made(correct: np.ndarray, right_is_nearest: np.ndarray | None = None) -> PronounHeads:
    """Heads that are right just where `correct`, (N, L, H) of bool, says so."""
    count = len(correct)
    form = WinogradSentence("The cat saw the dog because it ran.", ("cat", "dog"), "dog")
    nearest = np.ones(count, dtype=bool) if right_is_nearest is None else right_is_nearest
    return PronounHeads((form,) * count, np.where(correct, 0.6, 0.2), np.where(correct, 0.1, 0.3), nearest)


def right_in(counts: list[int], sentences: int) -> PronounHeads:
    """One layer whose heads are right in so many sentences, the first ones."""
    return made(np.array([[[sentence < count for count in counts]] for sentence in range(sentences)]))


# Counts


def test_a_head_is_right_where_more_goes_to_the_noun_that_is_meant() -> None:
    form = WinogradSentence("The cat saw the dog because it ran.", ("cat", "dog"), "dog")
    to_right = np.array([[[0.5, 0.1]], [[0.2, 0.4]], [[0.3, 0.0]]])  # three sentences, one layer, two heads
    to_other = np.array([[[0.4, 0.2]], [[0.3, 0.1]], [[0.3, 0.0]]])
    heads = PronounHeads((form,) * 3, to_right, to_other, np.array([True, False, True]))
    # To give both alike, nothing included, is not to be right.
    assert heads.correct.tolist() == [[[True, False]], [[False, True]], [[False, False]]]
    assert heads.counts.tolist() == [[1, 1]]
    assert heads.always_nearest == 2
    assert [heads.split(0, head) for head in (0, 1)] == [(1, 0), (0, 1)]


def test_counts_are_kept_apart_by_layer_and_head() -> None:
    correct = np.random.default_rng(0).random((20, 3, 4)) < 0.6
    nearest = np.random.default_rng(1).random(20) < 0.5
    heads = made(correct, nearest)
    assert heads.always_nearest == sum(nearest)
    for layer, head in np.ndindex(3, 4):
        right = [bool(correct[sentence, layer, head]) for sentence in range(20)]
        assert heads.counts[layer, head] == sum(right)
        near = sum(each for each, is_near in zip(right, nearest, strict=True) if is_near)
        assert heads.split(layer, head) == (near, sum(right) - near)


def test_a_head_that_always_takes_the_nearer_noun_is_right_as_often_as_that_rule() -> None:
    nearest = np.array([True, True, False, True, False])
    heads = made(nearest[:, None, None], nearest)
    assert heads.counts[0, 0] == heads.always_nearest == 3
    assert heads.split(0, 0) == (3, 0)


# How sure one can be


def in_pairs(first: list[bool], second: list[bool]) -> PronounHeads:
    """One head that is right in these sentences of as many Winograd pairs."""
    both = np.array([first, second]).T.reshape(-1, 1, 1)
    forms = [
        WinogradSentence("", (f"cat {pair}", "dog"), noun)
        for pair in range(len(first))
        for noun in (f"cat {pair}", "dog")
    ]
    return PronounHeads(
        tuple(forms), np.where(both, 0.6, 0.2), np.where(both, 0.1, 0.3), np.ones(len(forms), dtype=bool)
    )


def test_a_head_that_prefers_one_noun_whatever_is_said_is_right_in_half_without_any_doubt() -> None:
    heads = in_pairs([True] * 20, [False] * 20)
    # Of each pair one sentence, however many pairs there are: no sample of pairs has another share.
    assert (heads.interval(0, 0).value, heads.interval(0, 0).low, heads.interval(0, 0).high) == (0.5, 0.5, 0.5)
    assert (heads.by_chance.mean, heads.by_chance.seldom_exceeded) == (20, 20)


def test_an_interval_draws_pairs_and_not_sentences() -> None:
    # 12 pairs wholly right, 8 wholly wrong: 20 examples, not 40.
    heads = in_pairs([True] * 12 + [False] * 8, [True] * 12 + [False] * 8)
    spread = heads.interval(0, 0)
    assert spread.value == 0.6
    deviation = (0.6 * 0.4 / 20) ** 0.5
    assert (spread.low, spread.high) == pytest.approx((0.6 - 1.96 * deviation, 0.6 + 1.96 * deviation), abs=0.03)


def test_without_pairs_an_interval_is_the_bootstrap_of_scipy() -> None:
    heads = right_in([33], 50)
    correct = heads.correct[:, 0, 0].astype(float)
    reference = bootstrap((correct,), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(1))
    spread = heads.interval(0, 0)
    expected = (reference.confidence_interval.low, reference.confidence_interval.high)
    assert (spread.low, spread.high) == pytest.approx(expected, abs=0.021)  # one sentence of 50


def test_the_bundled_models_best_head_beats_chance_and_the_head_of_the_pizza_does_not(encoder: Encoder) -> None:
    forms = [form for pair in pronoun_pairs() for form in pair]
    heads = pronoun_heads(encoder, forms)
    assert pair_numbers(heads.forms).tolist() == [number // 2 for number in range(100)]
    assert heads.by_chance.mean == pytest.approx(55, abs=0.2)
    assert heads.by_chance.seldom_exceeded == 57
    assert heads.counts[3, 10] == heads.counts.max() == 58
    assert heads.by_chance.p_value(58) == pytest.approx(0.03, abs=0.01)
    assert heads.counts[3, 1] == 55
    assert heads.by_chance.p_value(55) > 0.3


# What the model gives

FORMS = (
    WinogradSentence("The pizza came out of the oven and it tasted good!", ("pizza", "oven"), "pizza"),
    WinogradSentence("The cat chased the squatch because it had stolen fish.", ("cat", "squatch"), "squatch"),
    WinogradSentence("When it barked, the dog woke the old cat at once.", ("cat", "dog"), "dog"),
)


def _places(opened: Opened, text: str, word: str) -> list[int]:
    """The tokens of a word, by the character at which it first stands in the text between blanks or marks."""
    spaced = "".join(letter if letter.isalnum() else " " for letter in text.lower())
    encoded = opened.tokenizer(text)
    number = encoded.char_to_word(f" {spaced} ".index(f" {word.lower()} "))
    return [place for place, of in enumerate(encoded.word_ids()) if of == number]


@pytest.mark.parametrize("name", ["all-MiniLM-L6-v2", "bert", "roberta", "albert"])
def test_what_it_gives_to_each_noun_is_hugging_faces_attention_summed_over_pieces(
    open_model: OpenModel, name: str
) -> None:
    opened = open_model(name)
    heads = pronoun_heads(opened.encoder, FORMS)
    assert heads.forms == FORMS
    shape = (len(FORMS), opened.encoder.num_layers, opened.encoder.num_heads)
    assert heads.to_right.shape == heads.to_other.shape == heads.correct.shape == shape
    for number, form in enumerate(FORMS):
        attentions = opened.reference(form.text).attentions
        it = _places(opened, form.text, "it")
        other = form.nouns[1 - form.nouns.index(form.right)]
        for noun, given in ((form.right, heads.to_right), (other, heads.to_other)):
            expected = sum(attentions[:, :, row, place] for row in it for place in _places(opened, form.text, noun))
            assert_close(given[number], expected / len(it))


def test_nouns_and_pronouns_in_pieces_are_among_the_sentences(bundled: Opened, open_model: OpenModel) -> None:
    assert len(_places(bundled, FORMS[1].text, "squatch")) == 2
    assert len(_places(open_model("roberta"), FORMS[0].text, "it")) > 1


def test_the_nearer_noun_is_the_one_with_fewer_tokens_between(encoder: Encoder) -> None:
    assert pronoun_heads(encoder, FORMS).right_is_nearest.tolist() == [False, True, True]
    swapped = [
        WinogradSentence(form.text, form.nouns[::-1], form.nouns[1 - form.nouns.index(form.right)]) for form in FORMS
    ]
    assert pronoun_heads(encoder, swapped).right_is_nearest.tolist() == [True, False, False]


def test_which_noun_is_named_first_changes_nothing(encoder: Encoder) -> None:
    given = pronoun_heads(encoder, FORMS)
    turned = pronoun_heads(encoder, [WinogradSentence(form.text, form.nouns[::-1], form.right) for form in FORMS])
    np.testing.assert_array_equal(turned.to_right, given.to_right)
    np.testing.assert_array_equal(turned.to_other, given.to_other)
    np.testing.assert_array_equal(turned.right_is_nearest, given.right_is_nearest)


def test_head_2_of_layer_4_is_right_about_the_pizza(encoder: Encoder) -> None:
    heads = pronoun_heads(encoder, FORMS[:1])
    assert round(float(heads.to_right[0, 3, 1]), 2) == 0.70
    assert heads.counts[3, 1] == 1


def test_a_sentence_that_lacks_a_noun_or_the_pronoun_is_left_out_and_named_if_there_is_no_other(
    encoder: Encoder,
) -> None:
    for form, word in (
        (WinogradSentence("The cat saw it.", ("cat", "dog"), "dog"), "dog"),
        (WinogradSentence("The cat saw the kitchen and the dog.", ("cat", "dog"), "dog"), "it"),
    ):
        assert pronoun_heads(encoder, [FORMS[0], form]).forms == (FORMS[0],)
        with pytest.raises(SentenceError, match=f"“{word}” does not stand in it"):
            pronoun_heads(encoder, [form])
    with pytest.raises(SentenceError, match="0 were given"):
        pronoun_heads(encoder, [])


def test_a_noun_in_pieces_after_the_pronoun_is_as_far_as_its_first_piece(encoder: Encoder) -> None:
    form = WinogradSentence(
        "The cat saw it and the floccinaucinihilipilification.", ("cat", "floccinaucinihilipilification"), "cat"
    )
    heads = pronoun_heads(encoder, [form])
    assert heads.right_is_nearest.tolist() == [True]
    near = WinogradSentence("Our cat now often saw it, floccinaucinihilipilification.", form.nouns, "cat")
    assert pronoun_heads(encoder, [near]).right_is_nearest.tolist() == [False]
