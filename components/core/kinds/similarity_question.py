"""A task of encoders, put to a decoder: do sentences that share a word lie closer together than sentences that do not?

A sentence becomes a vector as it is usually done with each kind: of an encoder, the mean of its context vectors
(Reimers and Gurevych 2019, "Sentence-BERT"); of a decoder, the context vector of the last word, the only one that has
seen all others (Neelakantan et al. 2022, "Text and Code Embeddings by Contrastive Pre-Training"), or the mean, too.
None of these models was trained for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import torch
from jaxtyping import Bool, Float, Int

from components.core.kinds.models import KindModels, Sentence
from components.core.numerics.bootstrap import Interval, interval, resample_counts
from components.core.numerics.similarity import normalise_rows
from components.core.training.tiny_model import SPECIAL, reads, rows_of

_TOGETHER = 50  # samples that are counted at once


class Vector(StrEnum):
    """How a sentence becomes a vector. The value is its name on screen."""

    ENCODER_MEAN = "encoder, mean of all words"
    DECODER_MEAN = "decoder, mean of all words"
    DECODER_LAST = "decoder, last word"


@dataclass(frozen=True)
class Answer:
    """How well the vectors of one kind answer one question.

    area: the probability that a pair which shares the word has the higher cosine of two (the area under the ROC curve:
    Hanley and McNeil 1982); 0.5 is chance. beyond: the area minus that of the encoder on the same samples.
    """

    area: Interval
    beyond: Interval


def sentence_vectors(models: KindModels, sentences: Sequence[Sentence]) -> dict[Vector, Float[np.ndarray, "N D"]]:
    """Return the vectors of N sentences of one length, without special tokens, from the last layer."""
    rows = rows_of(models.language, sentences)
    words = (rows >= len(SPECIAL))[:, :, None]
    with torch.inference_mode():
        read = models.encoder.bert(input_ids=rows, attention_mask=reads(rows)).last_hidden_state * words
        # What stands behind a word changes nothing of what a decoder makes of it.
        past = models.decoder.bert(input_ids=rows, attention_mask=reads(rows)).last_hidden_state * words
    counts = words.sum(dim=1)
    last = past[torch.arange(len(rows)), counts[:, 0]]
    return {
        Vector.ENCODER_MEAN: (read.sum(dim=1) / counts).numpy(),
        Vector.DECODER_MEAN: (past.sum(dim=1) / counts).numpy(),
        Vector.DECODER_LAST: last.numpy(),
    }


def compare(models: KindModels, places: Sequence[int], seed: int = 0) -> list[dict[Vector, Answer]]:
    """Answer for each place whether sentences with the same word there are closer, over all pairs of sentences.

    The intervals draw sentences, not pairs, since the pairs of one sentence depend on one another; all vectors share
    their samples.
    """
    sentences = list(models.language.sentences)
    first, second = np.triu_indices(len(sentences), 1)
    vectors = sentence_vectors(models, sentences)
    cosines = {}
    for kind, each in vectors.items():
        units = normalise_rows(each)
        cosines[kind] = (units[first] * units[second]).sum(axis=1)
    samples = resample_counts(np.ones(len(sentences), dtype=int), seed)
    once = np.ones((1, len(sentences)), dtype=int)
    answers = []
    for place in places:
        words = np.array([sentence[place] for sentence in sentences])
        same = words[first] == words[second]
        whole = {kind: float(areas(each, same, first, second, once)[0]) for kind, each in cosines.items()}
        drawn = {kind: areas(each, same, first, second, samples) for kind, each in cosines.items()}
        base = Vector.ENCODER_MEAN
        answers.append(
            {
                kind: Answer(
                    interval(whole[kind], drawn[kind]), interval(whole[kind] - whole[base], drawn[kind] - drawn[base])
                )
                for kind in vectors
            }
        )
    return answers


def areas(
    cosines: Float[np.ndarray, " P"],
    same: Bool[np.ndarray, " P"],
    first: Int[np.ndarray, " P"],
    second: Int[np.ndarray, " P"],
    samples: Int[np.ndarray, "R N"],
) -> Float[np.ndarray, " R"]:
    """Return for each sample of sentences the area under the ROC curve of P pairs: equal cosines count half.

    first, second: the sentences of each pair. samples: how often each sample holds each sentence; a pair counts as
    often as its sentences are drawn together, and a sentence makes no pair with itself.

    >>> two = np.array([0, 0, 1]), np.array([1, 2, 2])
    >>> areas(np.array([0.9, 0.1, 0.5]), np.array([True, False, False]), *two, np.ones((1, 3), dtype=int))
    array([1.])
    """
    order = np.argsort(cosines, kind="stable")
    first, second, same = first[order], second[order], same[order]
    steps = np.flatnonzero(np.diff(cosines[order], prepend=-np.inf))
    found = []
    for start in range(0, len(samples), _TOGETHER):
        drawn = samples[start : start + _TOGETHER].astype(float)
        weights = drawn[:, first] * drawn[:, second]
        positive = weights * same
        negative = weights - positive
        if len(steps) < len(order):  # some cosines are equal
            positive, negative = (np.add.reduceat(each, steps, axis=1) for each in (positive, negative))
        below = np.cumsum(negative, axis=1) - negative / 2
        found.append((positive * below).sum(axis=1) / (positive.sum(axis=1) * negative.sum(axis=1)))
    return np.concatenate(found)
