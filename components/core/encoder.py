"""The public face of core: open an encoder, trace a sentence, encode many.

encoder = load_encoder()
trace = encoder.trace("Squatch eats pizza")
trace.attention_weights(layer=3, head=1)
"""

import copy
import inspect
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from components.core import models, probe
from components.core.interventions import Intervention, PositionsReordered, check_interventions
from components.core.normalisation import LayerNorm
from components.core.tokens import Tokens, check_text, check_whole, readable, tokenize
from components.core.trace import Trace
from components.core.wordpiece import Step, is_wordpiece, normalised, wordpiece_steps

# A trace holds every query, key, value and hidden state: pages are built for up to this many tokens, also
# where a model (ModernBERT: 8,192) could read more.
MOST_TRACED_TOKENS = 512

# Texts encoded between two reports of progress.
_CHUNK = 256


def load_encoder(name: str = models.BUNDLED_NAME) -> "Encoder":
    """Open an encoder-only model.

    name: the bundled model, a local directory or a hub id. Raises ModelError.
    """
    return Encoder(name, models.open_model(name))


class Encoder:
    """An encoder-only transformer whose inside can be seen. Safe to use from several threads."""

    def __init__(self, name: str, pipeline: SentenceTransformer) -> None:
        self.name = name
        self._pipeline = pipeline
        self._model = models.transformer_of(name, pipeline)
        # sentence-transformers changes the truncation of its tokenizer at each call; ours never truncates.
        self._tokenizer = copy.deepcopy(pipeline.tokenizer)
        self._tokenizer_lock = threading.Lock()
        self._encode_lock = threading.Lock()
        self._forward_names = set(inspect.signature(self._model.forward).parameters)
        config = self._model.config
        self.architecture: str = type(self._model).__name__
        self.num_layers: int = config.num_hidden_layers
        self.num_heads: int = config.num_attention_heads
        self.hidden_size: int = config.hidden_size
        probe.attach(self._model)
        self._first_position = self._check_probe()
        #: The most tokens a trace reads, special tokens included.
        self.trace_limit: int = min(self._positions_available(), MOST_TRACED_TOKENS)
        # Where no sentence configuration says how long a text may be, sentence-transformers takes the rows of
        # the position table for positions; RoBERTa has two more.
        pipeline.max_seq_length = min(pipeline.max_seq_length or MOST_TRACED_TOKENS, self._positions_available())
        #: The most tokens encode() reads before it cuts, as the model's sentence configuration says.
        self.encode_limit: int = pipeline.max_seq_length

    def tokenize(self, text: str, cut: bool = False) -> Tokens:
        """Cut a text into tokens without running the model.

        cut: read the first tokens of a text that is too long instead of refusing it. Raises SentenceError.
        """
        with self._tokenizer_lock:
            tokens = tokenize(self._tokenizer, text, self.trace_limit)
        if not cut:
            check_whole(tokens, self.trace_limit, self.short_name)
        return tokens

    def trace(self, text: str, interventions: Iterable[Intervention] = (), cut: bool = False) -> Trace:
        """Run one sentence and keep what happened.

        interventions: what to change while it runs. cut: read the first tokens of a text that is too long
        instead of refusing it. Raises SentenceError or InterventionError.
        """
        tokenized = self.tokenize(text, cut)
        checked = check_interventions(interventions, self.num_layers, self.num_heads, len(tokenized.tokens))
        inputs = self._inputs(tokenized.token_ids[None], np.ones((1, len(tokenized.tokens)), dtype=int))
        with torch.inference_mode(), probe.run(checked, record=True) as seen:
            result = self._model(**inputs, output_hidden_states=True)
            vector = self._pooled(result.last_hidden_state, inputs["attention_mask"])[0]
        addends = {name: _array(tensor) for name, tensor in seen.addends.items()}
        return Trace(
            model=self.name,
            tokenized=tokenized,
            interventions=checked,
            word_embeddings=addends["word_embeddings"],
            position_embeddings=addends.get("position_embeddings"),
            token_type_embeddings=addends.get("token_type_embeddings"),
            queries=_array(torch.stack([layer.queries for layer in seen.layers])),
            keys=_array(torch.stack([layer.keys for layer in seen.layers])),
            values=_array(torch.stack([layer.values for layer in seen.layers])),
            scaling=tuple(layer.scaling for layer in seen.layers),
            masks=_shared_masks([layer.mask for layer in seen.layers]),
            hidden_states=_array(torch.stack(result.hidden_states)[:, 0]),
            sentence_vector=_array(vector),
        )

    def context_vectors(self, token_ids: np.ndarray, visible: np.ndarray) -> np.ndarray:
        """Run several rows of tokens at once and return every layer's context vectors, (B, L+1, S, D).

        token_ids: (B, S), rows of one length. visible: (B, S) of bool; no token looks at one that is not visible,
        in any layer, as no token looks at padding. Of a row at least one must be visible.
        """
        inputs = self._inputs(token_ids, visible.astype(int))
        with torch.inference_mode():
            states = self._model(**inputs, output_hidden_states=True).hidden_states
        return _array(torch.stack(states, dim=1))

    def context_vectors_of_all(self, tokens: Sequence[Tokens]) -> list[np.ndarray]:
        """Every layer's context vectors of several texts, each (L+1, S, D) with its own S."""
        if not tokens:
            return []
        lengths = np.array([len(each.tokens) for each in tokens])
        visible = np.arange(lengths.max()) < lengths[:, None]
        ids = np.full(visible.shape, self.padding_id or 0)
        ids[visible] = np.concatenate([each.token_ids for each in tokens])
        return [
            vectors[:, :length] for vectors, length in zip(self.context_vectors(ids, visible), lengths, strict=True)
        ]

    def pooled(self, context_vectors: np.ndarray) -> np.ndarray:
        """Sentence vectors, (N, D), of N times the context vectors of S tokens, (N, S, D), as the model pools them."""
        vectors = torch.from_numpy(context_vectors.copy()).to(self._model.device)
        mask = torch.ones(vectors.shape[:2], dtype=torch.long, device=self._model.device)
        with torch.inference_mode():
            return _array(self._pooled(vectors, mask))

    def _inputs(self, token_ids: np.ndarray, visible: np.ndarray) -> dict[str, torch.Tensor]:
        """What the model is called with. token_ids, visible: (B, S)."""
        ids, mask = (torch.from_numpy(each.copy()).to(self._model.device) for each in (token_ids, visible))
        inputs = {"input_ids": ids, "attention_mask": mask}
        if "token_type_ids" in self._forward_names:
            inputs["token_type_ids"] = torch.zeros_like(ids)
        return inputs

    def _pooled(self, context_vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """(N, S, D) to (N, D), by the modules that follow the transformer."""
        features = {"token_embeddings": context_vectors, "attention_mask": mask}
        for module in list(self._pipeline)[1:]:
            features = module(features)
        return features["sentence_embedding"]

    def encode(
        self,
        texts: Sequence[str],
        interventions: Iterable[Intervention] = (),
        fast: bool = False,
        progress: Callable[[int, int], None] | None = None,
        batch_size: int = 32,
    ) -> np.ndarray:
        """Turn texts into sentence vectors, (N, D) float32.

        Texts are cut, pooled, normalised and, where the model asks for it, begun with its default prompt, as its
        configuration says (a trace reads the text alone). fast: allow bfloat16 where
        `fast_precision` says that the hardware helps; otherwise exact. progress(done, N) is called as texts
        are done, and may raise to stop. Raises SentenceError for a text with nothing in it, InterventionError
        for an order of positions if the texts have different numbers of tokens.
        """
        for text in texts:
            check_text(text)
            # A letter or digit makes a token; of other texts only the tokenizer knows whether it reads them.
            if not any(character.isascii() and character.isalnum() for character in text):
                self.tokenize(text, cut=True)
        checked = self._interventions_for_all(texts, interventions)
        vectors = np.empty((len(texts), self.vector_size), dtype=np.float32)
        # Sorted by length, texts of a batch are padded little.
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        precision = fast_precision() if fast else None
        for start in range(0, len(texts), _CHUNK):
            chunk = order[start : start + _CHUNK]
            # Chunk by chunk, so that a long job does not shut out a short one.
            with self._encode_lock, torch.inference_mode():
                vectors[chunk] = self._encode_chunk([texts[i] for i in chunk], checked, precision, batch_size)
            if progress:
                progress(start + len(chunk), len(texts))
        return vectors

    def _interventions_for_all(
        self, texts: Sequence[str], interventions: Iterable[Intervention]
    ) -> tuple[Intervention, ...]:
        given = tuple(interventions)
        tokens = None
        if any(isinstance(each, PositionsReordered) for each in given):
            counts = {len(self.tokenize(text).tokens) for text in texts}
            tokens = counts.pop() if len(counts) == 1 and max(counts) <= self.encode_limit else None
        return check_interventions(given, self.num_layers, self.num_heads, tokens)

    def _encode_chunk(
        self,
        texts: list[str],
        interventions: Sequence[Intervention],
        precision: torch.dtype | None,
        batch_size: int,
    ) -> np.ndarray:
        autocast = torch.autocast(self._model.device.type, dtype=precision, enabled=precision is not None)
        rows = []
        with autocast:
            for start in range(0, len(texts), batch_size):
                batch = texts[start : start + batch_size]
                if not interventions:
                    rows.append(self._pipeline.encode(batch, batch_size=batch_size, show_progress_bar=False))
                    continue
                # One run a batch: a run counts the layers it has seen.
                with probe.run(interventions):
                    rows.append(self._pipeline.encode(batch, batch_size=batch_size, show_progress_bar=False))
        return np.concatenate(rows)

    def wordpiece_steps(self, word: str) -> list[Step] | None:
        """How WordPiece cuts one word of the text; None for a tokenizer of another kind."""
        if not is_wordpiece(self._tokenizer):
            return None
        return wordpiece_steps(normalised(self._tokenizer, word), self._ids)

    def static_vector(self, word: str) -> tuple[np.ndarray, tuple[str, ...]]:
        """The word's vector before any context: the mean of its tokens' rows of the embedding table.

        Returns (E,) and the labels of the tokens. Raises SentenceError for a word with nothing to read.
        """
        tokens = self.tokenize(word)
        rows = tokens.token_ids[~tokens.special]
        labels = tuple(np.array(tokens.labels, dtype=object)[~tokens.special])
        return self.word_embedding_table[rows].mean(axis=0), labels

    @property
    def short_name(self) -> str:
        """The model's name without its folder or owner."""
        return self.name.rstrip("/").rsplit("/", 1)[-1]

    @property
    def vector_size(self) -> int:
        """D of a sentence vector."""
        return int(self._pipeline.get_embedding_dimension() or self.hidden_size)

    @property
    def padding_id(self) -> int | None:
        """The id of the token that fills up shorter texts of a batch; None for a tokenizer without one."""
        padding = self._tokenizer.pad_token_id
        return None if padding is None else int(padding)

    @cached_property
    def pooling(self) -> str:
        """How token vectors become one sentence vector, as sentence-transformers names it ("mean", "cls")."""
        modes = [m.pooling_mode for m in self._pipeline if hasattr(m, "pooling_mode")]
        return str(modes[0]) if modes else "none"

    @cached_property
    def normalises(self) -> bool:
        """Whether sentence vectors are scaled to length 1."""
        return any(type(module).__name__ == "Normalize" for module in self._pipeline)

    @property
    def adds_positions(self) -> bool:
        """Whether positions are added to the word embeddings (rotary models turn queries and keys instead)."""
        return self._position_table() is not None

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """All tokens by id, as the vocabulary spells them."""
        tokens = self._tokenizer.convert_ids_to_tokens(range(len(self.word_embedding_table)))
        # A table is often padded to a round number of rows: what no token uses has no spelling.
        return tuple(token or "" for token in tokens)

    @cached_property
    def _ids(self) -> dict[str, int]:
        """Token → id."""
        return {token: number for number, token in enumerate(self.vocabulary)}

    @cached_property
    def vocabulary_labels(self) -> tuple[str, ...]:
        """All tokens by id, for people."""
        return readable(self._tokenizer, self.vocabulary)

    @cached_property
    def word_embedding_table(self) -> np.ndarray:
        """(V, E): the learned row of each token of the vocabulary."""
        return _array(self._model.get_input_embeddings().weight.detach())  # type: ignore[operator]

    @cached_property
    def embedding_norm(self) -> LayerNorm | None:
        """The LayerNorm that the sum of the embedding addends goes through; None if the model has none there."""
        for name, module in self._model.named_modules():
            if isinstance(module, torch.nn.LayerNorm) and name.startswith("embeddings."):
                gain = _array(module.weight.detach())
                bias = np.zeros_like(gain) if module.bias is None else _array(module.bias.detach())
                return LayerNorm(gain, bias, module.eps)
        return None

    @cached_property
    def position_embedding_table(self) -> np.ndarray | None:
        """(P, E): the learned row of each position, from the first that text uses; None if none are added."""
        table = self._position_table()
        return None if table is None else _array(table.weight.detach()[self._first_position :])

    def _position_table(self) -> torch.nn.Embedding | None:
        for name, module in self._model.named_modules():
            if name.endswith("position_embeddings") and isinstance(module, torch.nn.Embedding):
                return module
        return None

    def _positions_available(self) -> int:
        table = self._position_table()
        if table is None:
            return int(getattr(self._model.config, "max_position_embeddings", MOST_TRACED_TOKENS))
        return table.num_embeddings - self._first_position

    def _check_probe(self) -> int:
        """Read one word and see that each layer came through the probe.

        Returns the row of the position table that the first token gets (RoBERTa starts at 2).
        """
        with self._tokenizer_lock:
            ids = torch.tensor([self._tokenizer("a")["input_ids"]], device=self._model.device)
        with torch.inference_mode(), probe.run(record=True) as seen:
            try:
                self._model(input_ids=ids, attention_mask=torch.ones_like(ids))
            except Exception as error:
                raise models.no_interface(self.name, self.architecture) from error
        if seen.calls != self.num_layers or "word_embeddings" not in seen.addends:
            raise models.no_interface(self.name, self.architecture)
        return seen.first_position or 0


def fast_precision() -> torch.dtype | None:
    """The lower precision that this machine computes faster, or None.

    bfloat16 on a CUDA device that has it and on CPUs with AVX-512 BF16 or AMX; elsewhere it would be slower.
    """
    if torch.cuda.is_available():
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else None
    helps = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if helps else None


def _array(tensor: torch.Tensor) -> np.ndarray:
    """A read-only float array of its own."""
    array = tensor.detach().to("cpu", torch.float32).contiguous().numpy().copy()
    array.setflags(write=False)
    return array


def _shared_masks(masks: list[torch.Tensor | None]) -> tuple[np.ndarray | None, ...]:
    """One array for each distinct mask; None for one that hides nothing."""
    arrays: dict[int, np.ndarray | None] = {}
    for mask in masks:
        if mask is not None and mask.data_ptr() not in arrays:
            arrays[mask.data_ptr()] = _array(mask) if bool(mask.any()) else None
    return tuple(None if mask is None else arrays[mask.data_ptr()] for mask in masks)
