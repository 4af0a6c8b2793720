"""A task of encoders, put to a decoder: do sentences that share a word lie closer together than sentences that do not?

A sentence becomes a vector as it is usually done with each kind: of an encoder, the mean of its context vectors
(Reimers and Gurevych 2019, "Sentence-BERT"); of a decoder, the context vector of the last word, the only one that has
seen all others (Neelakantan et al. 2022, "Text and Code Embeddings by Contrastive Pre-Training"), or the mean, too.
None of these models was trained for it.
"""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import torch
from jaxtyping import Bool, Float
from scipy.stats import rankdata

from components.core.kinds.models import KindModels, Sentence
from components.core.numerics.similarity import normalise_rows
from components.core.training.tiny_model import SPECIAL, reads, rows_of


class Vector(StrEnum):
    """How a sentence becomes a vector. The value is its name on screen."""

    ENCODER_MEAN = "encoder, mean of all words"
    DECODER_MEAN = "decoder, mean of all words"
    DECODER_LAST = "decoder, last word"


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


def compare(models: KindModels, places: Sequence[int]) -> list[dict[Vector, float]]:
    """Return for each place how well the vectors tell whether two sentences have the same word there.

    That is the probability that a pair which shares the word has the higher cosine of two (the area under the ROC
    curve: Hanley and McNeil 1982); 0.5 is chance. All pairs of all sentences of the language are counted, so the area
    of a model is exact; only another training gives another.
    """
    sentences = list(models.language.sentences)
    first, second = np.triu_indices(len(sentences), 1)
    cosines = {}
    for kind, each in sentence_vectors(models, sentences).items():
        units = normalise_rows(each)
        cosines[kind] = (units[first] * units[second]).sum(axis=1)
    answers = []
    for place in places:
        words = np.array([sentence[place] for sentence in sentences])
        answers.append({kind: area(each, words[first] == words[second]) for kind, each in cosines.items()})
    return answers


def area(cosines: Float[np.ndarray, " P"], same: Bool[np.ndarray, " P"]) -> float:
    """Return the area under the ROC curve of P pairs, some the same and some not: equal cosines count half.

    >>> area(np.array([0.9, 0.1, 0.5]), np.array([True, False, True]))
    1.0
    """
    positive = int(same.sum())
    # Mann and Whitney 1947: ranks of the positive, less those among themselves.
    above = rankdata(cosines)[same].sum() - positive * (positive + 1) / 2
    return float(above / (positive * (len(same) - positive)))
