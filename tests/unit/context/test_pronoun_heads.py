"""How often a head is right about "it" is counted, bounded and compared with chance as the formulas say."""

from collections.abc import Callable

import numpy as np
import pytest

from components.core import Encoder, SentenceError
from components.core.context.pronoun_heads import PronounHeads, pronoun_heads
from components.core.context.pronoun_similarity import WinogradSentence
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


def test_an_interval_is_wilsons_as_worked_by_hand() -> None:
    # 7 of 10, z = 1.96: centre (0.7 + 3.8416 / 20) / 1.38416, half width 1.96 · √(0.021 + 0.0096) / 1.38416.
    heads = right_in([7], 10)
    assert heads.interval(0, 0) == pytest.approx((0.3968, 0.8922), abs=1e-4)


@pytest.mark.parametrize(("right", "sentences"), [(0, 10), (10, 10), (1, 1), (25, 50), (33, 100)])
@pytest.mark.parametrize(("confidence", "z"), [(0.95, 1.959964), (0.9, 1.644854), (0.99, 2.575829)])
def test_an_interval_is_wilsons_formula(right: int, sentences: int, confidence: float, z: float) -> None:
    heads = right_in([sentences, right], sentences)
    share = right / sentences
    centre = share + z**2 / (2 * sentences)
    half = z * (share * (1 - share) / sentences + z**2 / (4 * sentences**2)) ** 0.5
    expected = ((centre - half) / (1 + z**2 / sentences), (centre + half) / (1 + z**2 / sentences))
    assert heads.interval(0, 1, confidence) == pytest.approx(expected, abs=1e-6)
    if confidence == 0.95:
        assert heads.interval(0, 1) == heads.interval(0, 1, 0.95)


# The best by chance


def _simulated(sentences: int, heads: int) -> tuple[float, float]:
    """The best of so many heads that toss a coin each: the mean, and what 19 cases of 20 stay within."""
    best = np.random.default_rng(7).binomial(sentences, 0.5, size=(20_000, heads)).max(axis=1)
    return float(best.mean()), float(np.quantile(best, 0.95))


@pytest.mark.parametrize(("sentences", "layers", "heads"), [(100, 6, 12), (50, 3, 4), (100, 1, 1)])
def test_the_best_of_heads_that_have_nothing_in_common_is_the_best_of_so_many_coins(
    sentences: int, layers: int, heads: int
) -> None:
    correct = np.random.default_rng(3).random((sentences, layers, heads)) < 0.5
    mean, seldom = made(correct).best_by_chance
    expected_mean, expected_seldom = _simulated(sentences, layers * heads)
    assert mean == pytest.approx(expected_mean, abs=0.6)
    assert seldom == pytest.approx(expected_seldom, abs=1)
    assert isinstance(seldom, int)


def test_the_best_of_heads_that_are_all_alike_is_no_better_than_one() -> None:
    one = np.random.default_rng(5).random((100, 1, 1)) < 0.7
    alone, alike = made(one), made(np.repeat(np.repeat(one, 6, axis=1), 12, axis=2))
    assert alike.best_by_chance == alone.best_by_chance
    mean, seldom = alike.best_by_chance
    assert mean == pytest.approx(50, abs=0.5)  # however often they are right: the coin knows nothing of that
    assert seldom == pytest.approx(58, abs=1)  # 50 + 1.645 · 5


def test_of_two_heads_that_always_disagree_the_best_is_never_below_half() -> None:
    one = np.random.default_rng(5).random((99, 1, 1)) < 0.5
    mean, seldom = made(np.concatenate([one, ~one], axis=2)).best_by_chance
    coins = np.random.default_rng(7).binomial(99, 0.5, size=20_000)
    best = np.maximum(coins, 99 - coins)
    assert mean == pytest.approx(best.mean(), abs=0.3)
    assert seldom == pytest.approx(np.quantile(best, 0.95), abs=1)
    assert mean > 49.5


@pytest.mark.parametrize("sentences", [1, 2, 3, 7])
def test_with_few_sentences_chance_is_counted_out_in_full(sentences: int) -> None:
    correct = np.random.default_rng(2).random((sentences, 2, 2)) < 0.5
    cases = []
    for number in range(2**sentences):  # each way in which nouns may be meant
        swapped = [bool(number >> sentence & 1) for sentence in range(sentences)]
        cases.append((correct ^ np.array(swapped)[:, None, None]).sum(axis=0).max())
    mean, seldom = made(correct).best_by_chance
    assert mean == pytest.approx(np.mean(cases), abs=0.1)
    assert np.mean(np.array(cases) > seldom) <= 0.05 + 0.01
    assert seldom <= sentences


def test_the_number_by_chance_is_the_same_each_time() -> None:
    correct = np.random.default_rng(0).random((30, 2, 2)) < 0.5
    assert made(correct).best_by_chance == made(correct).best_by_chance


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
