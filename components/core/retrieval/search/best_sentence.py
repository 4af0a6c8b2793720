"""Passages scored by their best sentence, or by the mean of its score and their own.

Dai and Callan 2019, "Deeper Text Understanding for IR with Contextual Neural Language Modeling": a document is as good
as its best passage (MaxP); here a passage is as good as its best sentence. N passages with S sentences in all, D
dimensions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from components.core.model.encoder import Encoder
from components.core.retrieval.documents import Chunk
from components.core.retrieval.ingest.chunking import sentences_in, unread_from
from components.core.storage.cached_encoding import find_unreadable
from components.core.text.words import TextSpan


@dataclass(frozen=True, eq=False)
class PassageSentences:
    """The sentences of N passages, those of one passage after the other's; each passage has at least one."""

    texts: tuple[str, ...]  # S
    spans: tuple[TextSpan, ...]  # S, in the text of the passage
    passages: Int[np.ndarray, " S"]  # the index of each sentence's passage, ascending


@dataclass(frozen=True, eq=False)
class BestSentences:
    """The best sentence of each of N passages for one question."""

    scores: Float[np.ndarray, " N"]
    sentences: Int[np.ndarray, " N"]  # their indices among all S; of equal ones the first


def sentences_of(passages: Sequence[Chunk], encoder: Encoder) -> PassageSentences:
    """Divide passages into sentences, by sentences_in(), as far as the model reads a passage.

    A sentence without a token is omitted. A passage in which no sentence is left is its own sentence.
    """
    found: list[tuple[int, TextSpan]] = []
    for index, passage in enumerate(passages):
        unread = unread_from(passage, encoder)
        found += [(index, span) for span in sentences_in(passage.text) if unread is None or span[0] < unread]
    texts = [passages[index].text[slice(*span)] for index, span in found]
    unreadable = {number for number, _ in find_unreadable(encoder, texts)}
    found = [each for number, each in enumerate(found) if number not in unreadable]
    with_sentence = {index for index, _ in found}
    whole = [(index, (0, len(each.text))) for index, each in enumerate(passages) if index not in with_sentence]
    found = sorted([*found, *whole])
    return PassageSentences(
        tuple(passages[index].text[slice(*span)] for index, span in found),
        tuple(span for _, span in found),
        np.array([index for index, _ in found], dtype=int),
    )


def best_sentences(cosines: Float[np.ndarray, " S"], passages: Int[np.ndarray, " S"]) -> BestSentences:
    """Return the highest cosine of a question with a sentence of each passage, and that sentence.

    passages: the index of each sentence's passage, from 0, ascending, none left out.

    >>> found = best_sentences(np.array([0.2, 0.7, 0.7, 0.4]), np.array([0, 0, 0, 1]))
    >>> found.scores, found.sentences
    (array([0.7, 0.4]), array([1, 3]))
    """
    starts = np.flatnonzero(np.diff(passages, prepend=-1))
    if not len(starts):
        return BestSentences(np.zeros(0, dtype=cosines.dtype), np.zeros(0, dtype=int))
    # Rounded, so that rounding errors do not choose between equal sentences.
    rounded = cosines.round(6)
    is_best = rounded == np.maximum.reduceat(rounded, starts)[passages]
    first = np.flatnonzero(is_best)
    _, places = np.unique(passages[first], return_index=True)
    return BestSentences(cosines[first[places]], first[places])


def mean_with_passage(best: Float[np.ndarray, " N"], own: Float[np.ndarray, " N"]) -> Float[np.ndarray, " N"]:
    """Return the mean of the score of each passage's best sentence and of the passage's own.

    A sentence alone may lack what it is about; a passage's vector blurs what one of its sentences says.
    """
    mean: np.ndarray = (best + own) / 2
    return mean
