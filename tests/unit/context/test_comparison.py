"""Two sentences compared: against plain Hugging Face outputs, sentence-transformers, scikit-learn and by hand."""

import json
import shutil
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics.pairwise import cosine_similarity as reference_cosines

from components.core import Encoder, PositionsOff, SentenceError, load_encoder
from components.core.context.alignment import align
from components.core.context.comparison import Comparison, bag_of_words, compare, word_vectors
from tests.support.reference import SENTENCES, Opened, assert_close, cosine

#: Two sentences with a split word, cut by hand: the tokens of each word, and which words are the same.
#: [CLS] squat ##ch eats hot pizza [SEP] and [CLS] a pizza eats squat ##ch today [SEP]
FIRST, SECOND = "Squatch eats hot pizza", "A pizza eats Squatch today"
WORDS = [[0], [1, 2], [3], [4], [5], [6]]
WORDS_OTHER = [[0], [1], [2], [3], [4, 5], [6], [7]]
PAIRS = [(0, 0), (1, 4), (2, 3), (4, 2), (5, 6)]
HOT = 3  # the word of the first that has no partner

LAYERS, HEADS = 6, 12

ORDERED = ("Squatch", "eats", "hot", "pizza", "daily")


def _compared(encoder: Encoder, first: str, second: str, *, positions: bool = True) -> Comparison:
    traces = [encoder.trace(text, [] if positions else [PositionsOff()]) for text in (first, second)]
    return compare(encoder, *traces)


def _mean_of(vectors: np.ndarray, tokens: list[int]) -> np.ndarray:
    return sum((vectors[i] for i in tokens), np.zeros(vectors.shape[-1])) / len(tokens)


def _between(weights: np.ndarray, words: list[list[int]]) -> np.ndarray:
    """(S, S) to (W, W) in loops: the mean over the pieces that give of the sum over the pieces that receive."""
    return np.array([[np.mean([sum(weights[i, j] for j in b) for i in a]) for b in words] for a in words])


@pytest.fixture(scope="module")
def compared(bundled: Opened) -> Comparison:
    """FIRST and SECOND."""
    return _compared(bundled.encoder, FIRST, SECOND)


def test_the_sentences_are_cut_and_aligned_as_worked_by_hand(compared: Comparison) -> None:
    assert [list(word.token_indices) for word in compared.alignment.first] == WORDS
    assert [list(word.token_indices) for word in compared.alignment.second] == WORDS_OTHER
    assert list(compared.alignment.pairs) == PAIRS
    assert [word.text for word in compared.paired_words] == ["[CLS]", "Squatch", "eats", "pizza", "[SEP]"]
    assert not compared.same_words


# Context vectors


def test_a_words_vector_is_the_mean_of_its_pieces(bundled: Opened, compared: Comparison) -> None:
    states = bundled.reference(FIRST).hidden_states
    vectors = word_vectors(compared.first.hidden_states, compared.alignment.first)
    assert vectors.shape == (LAYERS + 1, len(WORDS), states.shape[-1])
    assert_close(vectors, [[_mean_of(layer, word) for word in WORDS] for layer in states])


def test_word_cosines_are_those_of_hugging_faces_context_vectors(bundled: Opened, compared: Comparison) -> None:
    first, second = (bundled.reference(text).hidden_states for text in (FIRST, SECOND))
    expected = [
        [cosine(_mean_of(one, WORDS[i]), _mean_of(other, WORDS_OTHER[j])) for i, j in PAIRS]
        for one, other in zip(first, second, strict=True)
    ]
    assert compared.word_cosines.shape == (LAYERS + 1, len(PAIRS))
    assert_close(compared.word_cosines, expected)


def test_moved_most_names_the_word_and_layer_of_the_lowest_cosine(bundled: Opened, compared: Comparison) -> None:
    first, second = (bundled.reference(text).hidden_states for text in (FIRST, SECOND))
    words = [place for place, (i, _) in enumerate(PAIRS) if i not in (0, 5)]  # [CLS] and [SEP] aside
    cosines = {
        (place, layer): cosine(
            _mean_of(first[layer], WORDS[PAIRS[place][0]]), _mean_of(second[layer], WORDS_OTHER[PAIRS[place][1]])
        )
        for place in words
        for layer in range(1, LAYERS + 1)
    }
    assert compared.moved_most() == min(cosines, key=lambda each: cosines[each])


def test_without_a_common_word_none_has_moved_most(encoder: Encoder) -> None:
    lone = _compared(encoder, "it", "pizza")
    assert lone.moved_most() is None
    assert [word.text for word in lone.paired_words] == ["[CLS]", "[SEP]"]


# Sentence vectors


@pytest.mark.parametrize(("first", "second"), [(FIRST, SECOND), SENTENCES[1:3], SENTENCES[2:4]])
def test_the_last_sentence_cosine_is_sentence_transformers(bundled: Opened, first: str, second: str) -> None:
    one, other = bundled.sentence_model.encode([first, second])
    assert _compared(bundled.encoder, first, second).sentence_cosines[-1] == pytest.approx(cosine(one, other), abs=1e-5)


def test_sentence_cosines_are_those_of_each_layers_mean_vector(bundled: Opened, compared: Comparison) -> None:
    means = [bundled.reference(text).hidden_states.mean(axis=1) for text in (FIRST, SECOND)]
    assert compared.sentence_cosines.shape == (LAYERS + 1,)
    assert_close(compared.sentence_cosines, np.diag(reference_cosines(*means)))


def test_the_last_sentence_cosine_is_that_of_the_sentence_vectors(opened: Opened) -> None:
    one, other = opened.sentence_model.encode(["squatch eats pizza", "pizza eats it"])
    found = _compared(opened.encoder, "squatch eats pizza", "pizza eats it")
    assert found.sentence_cosines[-1] == pytest.approx(cosine(one, other), abs=1e-5)


def test_who_eats_whom_is_worth_what_the_lesson_says(encoder: Encoder) -> None:
    with_positions = _compared(encoder, "Squatch eats pizza", "pizza eats Squatch")
    assert with_positions.sentence_cosines[-1] == pytest.approx(0.9647, abs=5e-5)
    without = _compared(encoder, "Squatch eats pizza", "pizza eats Squatch", positions=False)
    assert without.sentence_cosines[-1] == pytest.approx(1, abs=1e-6)
    assert_close(without.word_cosines, 1, atol=1e-6)


# Attention


@pytest.mark.parametrize("layer", range(LAYERS))
def test_attention_between_words_is_hugging_faces_in_the_order_of_the_first(
    bundled: Opened, compared: Comparison, layer: int
) -> None:
    first, second = (bundled.reference(text).attentions[layer] for text in (FIRST, SECOND))
    weights, reordered = compared.attention(layer)
    assert weights.shape == reordered.shape == (HEADS, len(WORDS), len(WORDS))
    partner = dict(PAIRS)
    for head in range(HEADS):
        assert_close(weights[head], _between(first[head], WORDS))
        others = _between(second[head], WORDS_OTHER)
        for i in range(len(WORDS)):
            for j in range(len(WORDS)):
                if HOT in (i, j):
                    assert np.isnan(reordered[head, i, j])
                else:
                    assert reordered[head, i, j] == pytest.approx(others[partner[i], partner[j]], abs=1e-5)
    np.testing.assert_array_equal(compared.attention_difference(layer), reordered - weights)


def test_a_difference_in_attention_is_what_the_second_sentence_has_more(bundled: Opened, compared: Comparison) -> None:
    first, second = (bundled.reference(text).attentions[2, 5] for text in (FIRST, SECOND))
    # "Squatch" to "eats": from its two pieces, at 1 and 2 in the first, at 4 and 5 in the second.
    before, after = (first[1, 3] + first[2, 3]) / 2, (second[4, 3] + second[5, 3]) / 2
    assert compared.attention_difference(2)[5, 1, 2] == pytest.approx(after - before, abs=1e-5)


@pytest.mark.parametrize(("first", "second"), [(FIRST, SECOND), (SECOND, FIRST), SENTENCES[2:4], SENTENCES[:2]])
def test_the_attention_of_every_word_of_the_first_sums_to_one(encoder: Encoder, first: str, second: str) -> None:
    found = _compared(encoder, first, second)
    for layer in range(LAYERS):
        assert_close(found.attention(layer)[0].sum(axis=-1), 1)


def _moved_by_loops(
    first: np.ndarray, second: np.ndarray, words: list[list[int]], others: list[list[int]], pairs: list[tuple[int, int]]
) -> np.ndarray:
    """(L, H) from two of (L, H, S, S): both rows over all words of either sentence, ½ Σ |difference|, and the mean."""
    moved = np.zeros(first.shape[:2])
    for layer, head in np.ndindex(*moved.shape):
        one, other = _between(first[layer, head], words), _between(second[layer, head], others)
        distances = []
        for i, j in pairs:
            # What both hold, then what only the first and what only the second holds: there the other row is 0.
            terms = [abs(one[i, k] - other[j, m]) for k, m in pairs]
            terms += [one[i, k] for k in range(len(words)) if k not in dict(pairs)]
            terms += [other[j, m] for m in range(len(others)) if m not in dict(pairs).values()]
            distances.append(sum(terms) / 2)
        moved[layer, head] = sum(distances) / len(distances)
    return moved


def test_attention_moved_is_the_total_variation_distance_also_to_words_without_partner(
    bundled: Opened, compared: Comparison
) -> None:
    first, second = (bundled.reference(text).attentions for text in (FIRST, SECOND))
    assert_close(compared.attention_moved, _moved_by_loops(first, second, WORDS, WORDS_OTHER, PAIRS))


def test_attention_moved_between_orders_of_the_same_words_is_the_total_variation_distance(bundled: Opened) -> None:
    # [CLS] squat ##ch eats pizza [SEP] and [CLS] pizza eats squat ##ch [SEP]
    texts = ("Squatch eats pizza", "pizza eats Squatch")
    first, second = (bundled.reference(text).attentions for text in texts)
    found = _compared(bundled.encoder, *texts)
    assert found.same_words
    words, others = [[0], [1, 2], [3], [4], [5]], [[0], [1], [2], [3, 4], [5]]
    expected = _moved_by_loops(first, second, words, others, [(0, 0), (1, 3), (2, 2), (3, 1), (4, 4)])
    assert_close(found.attention_moved, expected)
    assert expected.max() > 0.1


@settings(max_examples=25)
@given(words=st.lists(st.sampled_from(["the", "dog", "Squatch", "saw", "!"]), min_size=1, max_size=5))
def test_attention_moved_is_a_share(encoder: Encoder, words: list[str]) -> None:
    moved = _compared(encoder, " ".join(words), "the dog saw it").attention_moved
    assert moved.shape == (LAYERS, HEADS)
    assert ((moved > -1e-6) & (moved < 1 + 1e-6)).all()


# Step by step


def test_largest_differences_are_those_between_hugging_faces_numbers(bundled: Opened, compared: Comparison) -> None:
    first, second = (bundled.reference(text) for text in (FIRST, SECOND))
    largest = compared.largest_differences

    def farthest(layer: int) -> float:
        one, other = first.hidden_states[layer], second.hidden_states[layer]
        return max(float(np.abs(_mean_of(one, WORDS[i]) - _mean_of(other, WORDS_OTHER[j])).max()) for i, j in PAIRS)

    assert len(largest) == 2 * LAYERS + 2
    assert largest["what enters layer 1"] == pytest.approx(farthest(0), abs=1e-5)
    for layer in range(LAYERS):
        assert largest[f"context vectors, layer {layer + 1}"] == pytest.approx(farthest(layer + 1), abs=2e-5)
        by_head = []
        for head in range(HEADS):
            one = _between(first.attentions[layer, head], WORDS)
            other = _between(second.attentions[layer, head], WORDS_OTHER)
            by_head += [abs(one[i, k] - other[j, m]) for i, j in PAIRS for k, m in PAIRS]
        assert largest[f"attention weights, layer {layer + 1}"] == pytest.approx(max(by_head), abs=1e-5)
    vectors = bundled.sentence_model.encode([FIRST, SECOND])
    assert largest["sentence vector"] == pytest.approx(float(np.abs(vectors[0] - vectors[1]).max()), abs=1e-5)


@pytest.mark.parametrize("text", SENTENCES)
def test_a_text_compared_with_itself_differs_in_nothing(encoder: Encoder, text: str) -> None:
    found = _compared(encoder, text, text)
    assert found.same_words
    assert_close(found.sentence_cosines, 1, atol=1e-6)
    assert_close(found.word_cosines, 1, atol=1e-6)
    assert_close(found.attention_moved, 0, atol=1e-6)
    assert set(found.largest_differences.values()) == {0.0}
    for layer in range(LAYERS):
        assert not found.attention_difference(layer).any()


# Every order of the words


def test_without_positions_every_order_of_five_words_holds_the_same_vectors_and_attention(bundled: Opened) -> None:
    encoder = bundled.encoder
    model = bundled.hugging_face()
    model.get_parameter("embeddings.position_embeddings.weight").data.zero_()
    original = " ".join(ORDERED)
    first = encoder.trace(original, [PositionsOff()])
    expected = bundled.reference(original, model)
    orders = list(permutations(ORDERED))
    assert len(orders) == 120
    for order in orders:
        second = encoder.trace(" ".join(order), [PositionsOff()])
        # No token comes twice, so that its name says where it came from.
        back = [second.tokens.index(token) for token in first.tokens]
        assert sorted(back) == list(range(first.num_tokens))
        assert_close(second.hidden_states[:, back], expected.hidden_states)
        assert_close(second.attention_weights()[..., back, :][..., back], expected.attentions)
        found = compare(encoder, first, second)
        assert found.same_words
        assert_close(*found.pairs_of(first.hidden_states, second.hidden_states))
        assert_close(found.attention_moved, 0)
        assert_close(list(found.largest_differences.values()), 0)
        assert_close(found.sentence_cosines, 1, atol=1e-6)


def test_with_positions_another_order_holds_other_vectors_and_attention(encoder: Encoder) -> None:
    found = _compared(encoder, " ".join(ORDERED), " ".join(reversed(ORDERED)))
    assert found.same_words
    assert min(found.largest_differences.values()) > 1e-3
    assert found.attention_moved.min() > 1e-3


# Bags of words


def test_a_bag_of_words_counts_the_words_of_both_texts_worked_by_hand(encoder: Encoder) -> None:
    alignment = align(encoder.tokenize("The dog saw the Squatch."), encoder.tokenize("A squatch saw."))
    vocabulary, counts = bag_of_words(alignment)
    assert vocabulary == ("the", "dog", "saw", "squatch", ".", "a")
    assert counts.tolist() == [[2, 1, 1, 1, 1, 0], [0, 0, 1, 1, 1, 1]]


_BAGS = st.lists(st.sampled_from(["the", "The", "dog", "saw", "Squatch", "squatch", "A"]), min_size=1, max_size=7)


@given(first=_BAGS, second=_BAGS)
def test_a_bag_of_words_is_scikit_learns(encoder: Encoder, first: list[str], second: list[str]) -> None:
    texts = [" ".join(words) for words in (first, second)]
    vocabulary, counts = bag_of_words(align(*map(encoder.tokenize, texts)))
    counter = CountVectorizer(token_pattern=r"\w+")
    expected = counter.fit_transform(texts).toarray()
    assert sorted(vocabulary) == counter.get_feature_names_out().tolist()
    np.testing.assert_array_equal(counts[:, np.argsort(vocabulary)], expected)


@given(data=st.data(), words=_BAGS)
def test_a_bag_of_words_does_not_know_their_order(encoder: Encoder, data: st.DataObject, words: list[str]) -> None:
    other = data.draw(st.permutations(words))
    alignment = align(encoder.tokenize(" ".join(words)), encoder.tokenize(" ".join(other)))
    _, (here, there) = bag_of_words(alignment)
    np.testing.assert_array_equal(here, there)
    assert here.sum() == len(words)


def test_sentences_of_a_tokenizer_without_special_tokens_that_share_no_word_are_refused(
    open_model: Callable[[str], Opened], tmp_path: Path
) -> None:
    directory = shutil.copytree(open_model("bert").directory, tmp_path / "bare")
    # BERT's own tokenizer class would add its special tokens whatever the file says.
    changes = {
        "tokenizer.json": {"post_processor": None},
        "tokenizer_config.json": {"tokenizer_class": "TokenizersBackend"},
    }
    for name, change in changes.items():
        changed = json.loads((directory / name).read_text(encoding="utf-8")) | change
        (directory / name).write_text(json.dumps(changed), encoding="utf-8")
    encoder = load_encoder(str(directory))
    assert not encoder.tokenize("pizza").special.any()
    with pytest.raises(SentenceError, match="of 1 and 2 words, share none"):
        compare(encoder, encoder.trace("pizza"), encoder.trace("the oven"))
    assert compare(encoder, encoder.trace("the pizza"), encoder.trace("the oven")).alignment.pairs == ((0, 0),)
