"""Heads and grammar: how often a head links the two words of a marked relation, beside the best fixed distance.

Clark et al. 2019, "What Does BERT Look At?", section 4.2: a head predicts, for one word of a pair, the word that gets
the largest weight from it; it is right if that is the other word of the pair. Both directions are tried. Words in
pieces: the sum over a key's pieces, the mean over a query's; special tokens are left out, and so is the word itself.
N pairs, L layers, H heads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from components.core.errors import SentenceError
from components.core.lazy import cached_property
from components.core.model.attention import word_attention
from components.core.model.encoder import Encoder
from components.core.numerics.bootstrap import Interval, joint_intervals, means_of_groups, resample_counts
from components.core.tokens.tokens import Word

#: Who looks at whom, by the names on screen.
DIRECTIONS = ("dependent → head", "head → dependent")


@dataclass(frozen=True)
class RelatedSentence:
    """A sentence with marked pairs of words. pairs: relation → (dependent, head), as the sentence spells them."""

    text: str
    pairs: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

    @classmethod
    def marked(cls, text: str, relations: Mapping[str, str]) -> "RelatedSentence":
        """Read pairs from text.

        >>> RelatedSentence.marked("The cat ate.", {"determiner": "The>cat"}).pairs
        (('determiner', (('The', 'cat'),)),)
        """
        pairs = {
            name: tuple((pair.split(">")[0], pair.split(">")[1]) for pair in marked.split())
            for name, marked in relations.items()
        }
        return cls(text, tuple(pairs.items()))


@dataclass(frozen=True, eq=False)
class RelationHeads:
    """Which pairs of one relation each head, and each fixed distance, finds."""

    found: Bool[np.ndarray, "N 2 L H"]  # in both DIRECTIONS
    offsets: Int[np.ndarray, " N"]  # words from the dependent to its head, negative to the left
    sentences: Int[np.ndarray, " N"]  # the sentence of each pair

    @cached_property
    def accuracy(self) -> np.ndarray:
        """(2, L, H): the share of pairs that each head finds in each direction."""
        return np.asarray(self.found.mean(axis=0))

    @property
    def best(self) -> tuple[int, int, int]:
        """The direction, layer and head of the best head, from 0."""
        return _best(self.accuracy)

    def best_direction(self, layer: int, head: int) -> int:
        """Return the direction in which a head finds more pairs."""
        return int(self.accuracy[:, layer, head].argmax())

    @property
    def best_offset(self) -> tuple[int, float]:
        """The fixed distance that finds most pairs, and the share of pairs it finds."""
        distances, counts = np.unique(self.offsets, return_counts=True)
        most = int(counts.argmax())
        return int(distances[most]), float(counts[most] / len(self.offsets))

    def beyond_distance(self, layer: int, head: int) -> Int[np.ndarray, "N 2"]:
        """Return for each pair and direction whether a head finds it, minus whether the best distance does."""
        return self.found[:, :, layer, head].astype(int) - (self.offsets == self.best_offset[0])[:, None]

    @cached_property
    def held_out(self) -> float:
        """The share of pairs that the best head finds in sentences that it was not picked on.

        Picked on every second sentence, tested on the others, and the other way round: the best of many heads is above
        its worth on the sentences that it is picked on. NaN if all pairs stand in the same half.
        """
        found = np.zeros(len(self.offsets))
        for half in (0, 1):
            picked_on = self.sentences % 2 == half
            if picked_on.all() or not picked_on.any():
                return float("nan")
            direction, layer, head = _best(self.found[picked_on].mean(axis=0))
            found[~picked_on] = self.found[~picked_on, direction, layer, head]
        return float(found.mean())


def leads(relations: Mapping[str, RelationHeads], layer: int, head: int, seed: int = 0) -> dict[str, Interval]:
    """Return for each relation the share of pairs that a head finds minus that of the best distance, in its better
    direction, with a 95 % interval.

    Sentences are drawn, since the pairs of a sentence depend on one another, and the intervals are joint over all
    relations and both directions, since the striking ones are picked. The distance is picked on the same pairs, which
    favours it.
    """
    measured, sampled = [], []
    sentences = 1 + max(int(each.sentences.max()) for each in relations.values())
    samples = resample_counts(np.ones(sentences, dtype=int), seed)
    for each in relations.values():
        beyond = each.beyond_distance(layer, head)
        measured.append(beyond.mean(axis=0))
        sampled.append(means_of_groups(beyond, each.sentences, samples))
    found = joint_intervals(np.concatenate(measured), np.concatenate(sampled, axis=1), sentences)
    return {
        name: found[len(DIRECTIONS) * number + each.best_direction(layer, head)]
        for number, (name, each) in enumerate(relations.items())
    }


def relation_heads(encoder: Encoder, sentences: Sequence[RelatedSentence]) -> dict[str, RelationHeads]:
    """Measure every head on the marked pairs of each relation.

    A pair whose words the tokenizer joins to something else is left out. Raises SentenceError if a relation has none.
    """
    found: dict[str, list[np.ndarray]] = {}
    offsets: dict[str, list[int]] = {}
    numbers: dict[str, list[int]] = {}
    for number, sentence in enumerate(sentences):
        trace = encoder.trace(sentence.text)
        words = trace.tokenized.words_and_marks
        typed = [index for index, word in enumerate(words) if not word.special]
        between = word_attention(trace.attention_weights(), [word.token_indices for word in words])
        between = between[..., typed, :][..., typed]
        size = len(typed)
        between = np.where(np.eye(size, dtype=bool), -1.0, between)
        looked_at = between.argmax(axis=-1)  # (L, H, words)
        spelled = [words[index] for index in typed]
        for relation, pairs in sentence.pairs:
            for pair in pairs:
                places = _nearest(spelled, pair)
                found.setdefault(relation, [])
                if places is None:
                    continue
                dependent, head = places
                right = np.stack([looked_at[..., dependent] == head, looked_at[..., head] == dependent])
                found[relation].append(right)
                offsets.setdefault(relation, []).append(head - dependent)
                numbers.setdefault(relation, []).append(number)
    for relation, each in found.items():
        if not each:
            raise SentenceError(f"No marked pair of the relation “{relation}” has words that this model reads apart.")
    return {
        relation: RelationHeads(np.stack(each), np.array(offsets[relation]), np.array(numbers[relation]))
        for relation, each in found.items()
    }


def _nearest(words: Sequence[Word], pair: tuple[str, str]) -> tuple[int, int] | None:
    """Return the places of a pair of words, nearest to each other; None if one of them is no word here."""
    ones, others = ([index for index, word in enumerate(words) if word.text == spelled] for spelled in pair)
    places = [(one, other) for one in ones for other in others if one != other]
    return min(places, key=lambda each: abs(each[0] - each[1]), default=None)


def _best(accuracy: np.ndarray) -> tuple[int, int, int]:
    direction, layer, head = (int(each) for each in np.unravel_index(int(accuracy.argmax()), accuracy.shape))
    return direction, layer, head
