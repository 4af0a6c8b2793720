"""The encoder–decoder translates: what it writes, whether the grammar writes the same, and at which words it looks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from components.core.kinds.models import KindModels, Sentence, word_of
from components.core.training.tiny_model import FIRST, LAST, SPECIAL, reads, rows_of


@dataclass(frozen=True, eq=False)
class Translation:
    """What is written for one sentence.

    cross: for each word that is written, the attention of the place that writes it, which is the one before. Its
    columns are the tokens that the encoder has read: [CLS], the words and [SEP].
    """

    sentence: Sentence
    written: Sentence
    right: frozenset[Sentence]  # all that the grammar writes; none for a sentence that it does not write
    cross: Float[np.ndarray, "L H T S"]


@dataclass(frozen=True, eq=False)
class Translations:
    """The translations of all sentences of a language."""

    count: int  # of the sentences
    wrong: tuple[Translation, ...]  # those that the grammar does not write
    found: Float[np.ndarray, "L H"]  # the share of words at whose source a head looks most while it writes them

    @property
    def best_head(self) -> tuple[int, int]:
        """The layer and the head that look at the word being translated most often, counted from 0."""
        layer, head = np.unravel_index(int(self.found.argmax()), self.found.shape)
        return int(layer), int(head)


def translate(models: KindModels, sentences: Sequence[Sentence]) -> list[Sentence]:
    """Write the translation of each sentence, always the likeliest word next (greedy decoding).

    A translation ends at its end or at the number of words of the longest one of the language.
    """
    return [each.written for each in _written(models, sentences)]


def translation_of(models: KindModels, sentence: Sentence) -> Translation:
    """Return the translation of a sentence of words of the language."""
    return _written(models, [sentence])[0]


def translations(models: KindModels) -> Translations:
    """Translate all sentences of the language, and count what is right."""
    every = _written(models, list(models.language.sentences))
    hits, asked = np.zeros((models.layers, models.heads)), 0
    for each in every:
        for weights, word in zip(np.moveaxis(each.cross, 2, 0), each.written, strict=True):
            source = models.lexicon.get(word)
            if source in each.sentence:
                asked += 1
                # [CLS] stands before the words.
                hits += weights.argmax(axis=-1) == 1 + each.sentence.index(source)
    return Translations(len(every), tuple(each for each in every if each.written not in each.right), hits / asked)


def _written(models: KindModels, sentences: Sequence[Sentence]) -> list[Translation]:
    rows = rows_of(models.language, sentences)
    written = torch.full((len(sentences), 1), SPECIAL.index(FIRST))
    mask = reads(rows)
    with torch.inference_mode():
        states = models.translator.encoder(input_ids=rows, attention_mask=mask).last_hidden_state
        for _ in range(models.other.longest + 1):
            output = models.translator.decoder(
                input_ids=written,
                encoder_hidden_states=states,
                encoder_attention_mask=mask,
                output_attentions=True,
                use_cache=False,
            )
            written = torch.hstack([written, output.logits[:, -1].argmax(dim=-1, keepdim=True)])
    # (N, L, H, T, S) of the last pass: the causal mask makes each row what it was when its word was written.
    weights = torch.stack(output.cross_attentions, dim=1).numpy()
    found = []
    for number, (row, sentence) in enumerate(zip(written[:, 1:].tolist(), sentences, strict=True)):
        length = row.index(SPECIAL.index(LAST)) if SPECIAL.index(LAST) in row else models.other.longest
        words = tuple(word_of(models.other, each) for each in row[:length])
        right = frozenset(models.language.translations.get(sentence, ()))
        found.append(Translation(sentence, words, right, weights[number, :, :, :length, : len(sentence) + 2]))
    return found
