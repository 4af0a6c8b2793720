"""The trace: the numbers of one run of the encoder on one sentence, as plain arrays.

It stores what cannot be derived and derives the rest, so that the arithmetic a page shows is the
arithmetic that ran. At 512 tokens of the bundled model that is about 22 MB instead of 170.

S tokens, L layers, H heads, D hidden size, d = D // H dimensions a head. No batch axis. All arrays are
read-only.
"""

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float, Int

from components.core.model.attention import attention_scores, softmax
from components.core.model.interventions import AttentionChange, Intervention, attention_change
from components.core.tokens.tokens import Tokens


@dataclass(frozen=True, eq=False)
class Trace:
    """One sentence on its way through the encoder.

    E, the width of the embedding addends, is D in most models; ALBERT and ELECTRA project from a smaller E.
    """

    model: str
    tokenized: Tokens
    interventions: tuple[Intervention, ...]
    word_embeddings: Float[np.ndarray, "S E"]  # rows of the embedding table
    position_embeddings: Float[np.ndarray, "S E"] | None  # None where no position is added (rotary models)
    token_type_embeddings: Float[np.ndarray, "S E"] | None  # None in models without sentence A and B
    queries: Float[np.ndarray, "L H S d"]  # as they enter the dot product (rotated, where the model rotates)
    keys: Float[np.ndarray, "L H S d"]
    values: Float[np.ndarray, "L H S d"]
    scaling: tuple[float, ...]  # L numbers, 1/√d in BERT
    masks: tuple[Float[np.ndarray, "_ S S"] | None, ...]  # L, the model's own, for 1 or H heads; added to the scores
    hidden_states: Float[np.ndarray, "L+1 S D"]  # [0] enters layer 1
    sentence_vector: Float[np.ndarray, " size"]  # pooled as the model's own configuration says

    @property
    def text(self) -> str:
        """The text as far as the model read it."""
        return self.tokenized.text

    @property
    def tokens(self) -> tuple[str, ...]:
        """S tokens as the vocabulary spells them, special tokens included."""
        return self.tokenized.tokens

    @property
    def token_ids(self) -> Int[np.ndarray, " S"]:
        """Row of the embedding table for each token."""
        return self.tokenized.token_ids

    @property
    def word_ids(self) -> tuple[int | None, ...]:
        """Number of each token's word, None for special tokens."""
        return self.tokenized.word_ids

    @property
    def offsets(self) -> tuple[tuple[int, int], ...]:
        """Characters [start, end) of each token in the text."""
        return self.tokenized.offsets

    @property
    def num_tokens(self) -> int:
        """S."""
        return len(self.tokenized.tokens)

    @property
    def num_layers(self) -> int:
        """L."""
        return self.queries.shape[0]

    @property
    def num_heads(self) -> int:
        """H."""
        return self.queries.shape[1]

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays, shared ones counted once."""
        arrays = [getattr(self, f.name) for f in fields(self)] + list(self.masks) + [self.token_ids]
        return sum({id(a): a.nbytes for a in arrays if isinstance(a, np.ndarray)}.values())

    def attention_scores(self, layer: int | None = None, head: int | None = None) -> Float[np.ndarray, "*heads S S"]:
        """Return q · kᵀ · scaling (+ the model's mask, + interventions), before the softmax.

        layer and head are counted from 0. head=None: all H heads of the layer; both None: all L layers of H heads.
        Rows are queries, columns are keys.
        """
        if layer is None:
            if head is not None:
                raise ValueError("A head belongs to a layer: give both, the layer alone, or neither.")
            return np.stack([self.attention_scores(each) for each in range(self.num_layers)])
        change = self._change(layer)
        pick = slice(None) if head is None else slice(head, head + 1) if head >= 0 else [head]
        gate = None if change.score_gate is None else change.score_gate[pick]
        scores = attention_scores(self.queries[layer][pick], self.keys[layer][pick], self.scaling[layer])
        if gate is not None:
            scores = scores * gate
        mask = self.masks[layer]
        if mask is not None:
            scores = scores + (mask if mask.shape[0] == 1 else mask[pick])
        if change.score_bias is not None:
            scores = scores + change.score_bias
        return scores if head is None else scores[0]

    def attention_weights(self, layer: int | None = None, head: int | None = None) -> Float[np.ndarray, "*heads S S"]:
        """Return softmax(scores): the share of its attention that each query (row) gives to each key (column).

        Shapes as in attention_scores. A head that is switched off still has its weights; only its output is off.
        """
        return softmax(self.attention_scores(layer, head))

    def head_outputs(self, layer: int, head: int | None = None) -> Float[np.ndarray, "*heads S d"]:
        """Return weights · values, of all H heads with head=None. Zero for a head that is off."""
        pick = slice(None) if head is None else head
        output = self.attention_weights(layer, head) @ self.values[layer][pick]
        gate = self._change(layer).output_gate
        return output if gate is None else output * gate[pick]

    def _change(self, layer: int) -> AttentionChange:
        # Arrays can be counted from the end, interventions cannot.
        return attention_change(self.interventions, layer % self.num_layers, self.num_heads, self.num_tokens)
