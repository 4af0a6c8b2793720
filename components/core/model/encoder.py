"""The public face of core: trace a sentence, encode many.

encoder = load_encoder()  # gate.py
trace = encoder.trace("Squatch eats pizza")
trace.attention_weights(layer=3, head=1)
"""

import inspect
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, Int
from sentence_transformers import SentenceTransformer
from sentence_transformers.util import batch_to_device, truncate_embeddings

from components.core.errors import ModelError
from components.core.model import probe
from components.core.model.interventions import Intervention, PositionsReordered, check_interventions
from components.core.model.opened_model import MOST_TRACED_TOKENS, OpenedModel, array_of, read_only, stacked_array_of
from components.core.model.prompts import TextKind, prompt_before
from components.core.model.slices import longest_first, slices_of
from components.core.model.trace import Trace
from components.core.numerics.lanes import at_once, lanes
from components.core.tokens.tokens import Tokens, check_text, check_whole, tokenize
from components.core.tokens.wordpiece import Step, is_wordpiece, normalised, wordpiece_steps

# Texts that are encoded between two reports of progress.
_CHUNK = 256
# Tokens of short requests that are read together, which take a processor as long as a slice.
_TOKENS_TOGETHER = 256
# A text of fewer tokens is read alone. From here on its numbers were the same to the last bit beside any others;
# libraries add the terms of smaller products in another order, and a trace is Hugging Face's to the last bit.
_FEWEST_TOKENS_TOGETHER = 16


class Encoder(OpenedModel):
    """An encoder-only transformer that can be traced and changed. Safe to use from several threads."""

    def __init__(self, name: str, pipeline: SentenceTransformer) -> None:
        super().__init__(name, pipeline)
        self._preprocess_lock = threading.Lock()
        self._around: dict[str, int] = {}  # prompt → tokens that are read with a text
        self._forward_names = set(inspect.signature(self._model.forward).parameters)
        #: The most tokens a trace reads, special tokens included.
        self.trace_limit: int = min(self._positions_available(), MOST_TRACED_TOKENS)
        # Where no sentence configuration says how long a text may be, sentence-transformers takes the rows of
        # the position table for positions; RoBERTa has two more.
        pipeline.max_seq_length = min(pipeline.max_seq_length or MOST_TRACED_TOKENS, self._positions_available())
        #: The most tokens that encode() reads of a text, as the model's sentence configuration says.
        self.encode_limit: int = pipeline.max_seq_length

    def tokenize(self, text: str, truncate: bool = False, second: str | None = None) -> Tokens:
        """Split a text, or a pair of texts, into tokens without running the model.

        truncate: read the first tokens of a text that is too long instead of refusing it. second: a text to be read
        together with the first, joined as the tokenizer joins pairs. Raises SentenceError.
        """
        with self._tokenizer_lock:
            tokens = tokenize(self._tokenizer, text, self.trace_limit, second)
        if not truncate:
            check_whole(tokens, self.trace_limit, self.short_name)
        return tokens

    def tokenize_whole(self, text: str) -> Tokens:
        """Split a text into all of its tokens, also beyond what the model reads. Raises SentenceError."""
        with self._tokenizer_lock:
            return tokenize(self._tokenizer, text, sys.maxsize)

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        """Count all tokens of each text, special tokens included, also beyond what encode() reads."""
        counts: list[int] = []
        for start in range(0, len(texts), _CHUNK):
            some = list(texts[start : start + _CHUNK])
            with self._tokenizer_lock:
                # Not verbose: no warning of texts that are too long.
                read = self._tokenizer(some, truncation=False, return_attention_mask=False, verbose=False)
            counts += [len(ids) for ids in read["input_ids"]]
        return counts

    def token_spans(self, text: str) -> Int[np.ndarray, "S 2"]:
        """Return the characters [start, end) of each token of a text, without special tokens."""
        with self._tokenizer_lock:
            read = self._tokenizer(
                text, truncation=False, add_special_tokens=False, return_offsets_mapping=True, verbose=False
            )
        return np.array(read["offset_mapping"], dtype=int).reshape(-1, 2)

    def room(self, kind: TextKind = TextKind.PLAIN) -> int:
        """The most tokens of a text that encode() reads: special tokens and the prompt take the rest."""
        return self.encode_limit - self._tokens_around(self.prompt(kind))

    def _tokens_around(self, prompt: str) -> int:
        """The number of tokens that are read with a text: special ones and those of the prompt."""
        if prompt not in self._around:
            # Beside a letter: a tokenizer may join the end of a prompt to what follows.
            self._around[prompt] = self.token_counts([f"{prompt}a"])[0] - len(self.token_spans("a"))
        return self._around[prompt]

    def prompt(self, kind: TextKind = TextKind.PLAIN) -> str:
        """Return what encode() puts before a text of this kind; a trace has none."""
        return prompt_before(self._pipeline, kind)

    @property
    def has_prompt(self) -> bool:
        """True if encode() puts a default prompt before a text; a trace has none."""
        return bool(self.prompt())

    def trace(
        self, text: str, interventions: Iterable[Intervention] = (), truncate: bool = False, second: str | None = None
    ) -> Trace:
        """Run the model on one sentence, or a pair, and record what it computes.

        interventions: changes while it runs. truncate, second: as for `tokenize`. Raises SentenceError or
        InterventionError.
        """
        tokenized = self.tokenize(text, truncate, second)
        count = len(tokenized.tokens)
        checked = self._checked(interventions, count)
        trace_all = partial(self._traces, interventions=checked)
        return lanes.together(("trace", self, count, checked), tokenized, trace_all, _at_a_time(count))

    def _traces(self, texts: Sequence[Tokens], interventions: tuple[Intervention, ...]) -> list[Trace]:
        """Trace texts of one number of tokens in one batch."""
        inputs = self._rows(texts)
        with torch.inference_mode(), probe.run(interventions, self.num_layers) as seen:
            result = self._model(**inputs, output_hidden_states=True)
            vectors = self._pooled(result.last_hidden_state, inputs["attention_mask"])
        masks = [layer.mask for layer in seen.layers]
        looked_up = seen.addends["word_embeddings"]
        if self.scales_rows:
            looked_up = self._model.get_input_embeddings().weight[inputs["input_ids"]]  # type: ignore[index]

        def addend(name: str, text: int) -> np.ndarray | None:
            tensor = seen.addends.get(name)
            return None if tensor is None else array_of(_of_text(tensor, text))

        return [
            Trace(
                model=self.name,
                tokenized=tokenized,
                interventions=interventions,
                word_embeddings=array_of(looked_up[text]),
                position_embeddings=addend("position_embeddings", text),
                token_type_embeddings=addend("token_type_embeddings", text),
                queries=read_only(seen.heads["queries"][text]),
                keys=read_only(seen.heads["keys"][text]),
                values=read_only(seen.heads["values"][text]),
                scaling=tuple(layer.scaling for layer in seen.layers),
                masks=_shared_masks([None if mask is None else _of_text(mask, text) for mask in masks]),
                hidden_states=stacked_array_of([states[text] for states in result.hidden_states]),
                sentence_vector=array_of(vectors[text]),
            )
            for text, tokenized in enumerate(texts)
        ]

    def context_vectors(
        self, token_ids: Int[np.ndarray, "B S"], visible: Bool[np.ndarray, "B S"]
    ) -> Float32[np.ndarray, "B states S D"]:
        """Run several rows of tokens in one batch and return their vectors in all L + 1 hidden states.

        visible: no token attends to one that is not visible, in any layer, as with padding. At least one token of
        each row must be visible.
        """
        inputs = self._inputs(token_ids, visible.astype(int))
        with lanes.turn(), torch.inference_mode():
            states = self._model(**inputs, output_hidden_states=True).hidden_states
        return array_of(torch.stack(states, dim=1))

    def context_vectors_of_all(self, tokens: Sequence[Tokens]) -> list[Float32[np.ndarray, "states _ D"]]:
        """Return the vectors of several texts in all L + 1 hidden states, each with its own number of tokens."""
        if not tokens:
            return []
        of_all = self.context_vectors(*self._padded(tokens))
        return [vectors[:, : len(each.tokens)] for vectors, each in zip(of_all, tokens, strict=True)]

    def last_hidden_states(self, tokens: Sequence[Tokens], batch_size: int = 32) -> list[Float32[np.ndarray, "_ D"]]:
        """Return the context vectors of the last layer of many texts, each with its own number of tokens.

        Bulk work: as encode() does, it reads texts of similar length in batches, each in one turn at a lane.
        """
        found = [np.empty((0, 0), dtype=np.float32)] * len(tokens)
        lengths = [len(each.text) for each in tokens]
        slices = slices_of(lengths, longest_first(lengths), self._device.type, batch_size)

        def read(some: Sequence[int]) -> Float32[np.ndarray, "B S D"]:
            ids, visible = self._padded([tokens[index] for index in some])
            inputs = self._inputs(ids, visible.astype(int))
            with lanes.turn(bulk=len(slices) > 1), torch.inference_mode():
                return array_of(self._model(**inputs).last_hidden_state)

        for some, states in zip(slices, at_once(read, slices), strict=True):
            for index, vectors in zip(some, states, strict=True):
                found[index] = vectors[: len(tokens[index].tokens)]
        return found

    def _padded(self, tokens: Sequence[Tokens]) -> tuple[Int[np.ndarray, "B S"], Bool[np.ndarray, "B S"]]:
        """Return the token ids of several texts, padded to the longest, and which of them are no padding."""
        lengths = np.array([len(each.tokens) for each in tokens])
        visible = np.arange(lengths.max()) < lengths[:, None]
        ids = np.full(visible.shape, self.padding_id or 0)
        ids[visible] = np.concatenate([each.token_ids for each in tokens])
        return ids, visible

    def sentence_vectors_gated(
        self, tokens: Tokens, head_gates: Float[np.ndarray, "B L H"], interventions: Iterable[Intervention] = ()
    ) -> Float32[np.ndarray, "B D"]:
        """Return sentence vectors of one text in a batch of B, each with other heads switched off.

        head_gates: factors of the heads' outputs; 1 keeps a head, 0 switches it off. interventions: further changes,
        the same for all. Raises InterventionError.
        """
        checked = self._checked(interventions, len(tokens.tokens))
        inputs = self._rows([tokens] * len(head_gates))
        gates = torch.from_numpy(head_gates.astype(np.float32)).to(self._device, self._model.dtype)
        with lanes.turn(), torch.inference_mode(), probe.run(checked, head_gates=gates):
            result = self._model(**inputs)
            return array_of(self._pooled(result.last_hidden_state, inputs["attention_mask"]))

    def pooled(
        self, context_vectors: Float[np.ndarray, "N S D"], visible: Bool[np.ndarray, "N S"] | None = None
    ) -> Float32[np.ndarray, "N size"]:
        """Pool the context vectors of N texts into sentence vectors, as the model does.

        visible: tokens that are not visible are omitted like padding. None: all are visible.
        """
        counted = np.ones(context_vectors.shape[:2], dtype=int) if visible is None else visible.astype(int)
        vectors, mask = (torch.from_numpy(each.copy()).to(self._device) for each in (context_vectors, counted))
        with torch.inference_mode():
            return array_of(self._pooled(vectors, mask))

    def sentence_vectors_of_visible(
        self, tokens: Tokens, visible: Bool[np.ndarray, "B S"]
    ) -> Float32[np.ndarray, "B size"]:
        """Return the sentence vectors of one text that is read B times, each time with other tokens visible.

        A token that is not visible is masked as padding is, in all layers and heads and in pooling.
        """
        inputs = self._inputs(np.tile(tokens.token_ids, (len(visible), 1)), visible.astype(int))
        with lanes.turn(), torch.inference_mode():
            return array_of(self._pooled(self._model(**inputs).last_hidden_state, inputs["attention_mask"]))

    def gradients(
        self, tokens: Tokens, word_embeddings: Float[np.ndarray, "B S E"], direction: Float[np.ndarray, " D"]
    ) -> tuple[Float32[np.ndarray, " B"], Float32[np.ndarray, "B S E"]]:
        """Read one text B times with other word embeddings, and differentiate the result.

        word_embeddings: in place of the tokens' rows of the table. Returns direction · (unit sentence vector), and its
        gradient with respect to the word embeddings. Raises ModelError for a model that reads rows otherwise than
        tokens.
        """
        if self.omissions.gradients:
            raise ModelError(self.omissions.gradients)
        inputs = self._rows([tokens] * len(word_embeddings))
        del inputs["input_ids"]
        with lanes.turn():
            rows = torch.from_numpy(word_embeddings.copy()).to(self._device, self._model.dtype).requires_grad_()
            along = torch.from_numpy(direction.astype(np.float32)).to(self._device)
            states = self._model(inputs_embeds=rows, **inputs).last_hidden_state
            vectors = self._pooled(states, inputs["attention_mask"]).float()
            results = torch.nn.functional.normalize(vectors, dim=-1) @ along
            (found,) = torch.autograd.grad(results.sum(), rows)
        return array_of(results), array_of(found)

    def _rows(self, texts: Sequence[Tokens]) -> dict[str, torch.Tensor]:
        """Return the model's inputs for a batch of texts of one number of tokens."""
        ids = np.stack([text.token_ids for text in texts])
        inputs = self._inputs(ids, np.ones_like(ids))
        if "token_type_ids" in inputs:
            # A model may be called with types and know only one of them (RoBERTa).
            known = getattr(self._model.config, "type_vocab_size", 1) or 1
            types = np.minimum(np.stack([text.token_type_ids for text in texts]), known - 1)
            inputs["token_type_ids"] += torch.from_numpy(types).to(self._device)
        return inputs

    def _inputs(self, token_ids: Int[np.ndarray, "B S"], visible: Int[np.ndarray, "B S"]) -> dict[str, torch.Tensor]:
        """Return the model's inputs for rows of tokens; visible: 1 and 0."""
        ids, mask = (torch.from_numpy(each.copy()).to(self._device) for each in (token_ids, visible))
        inputs = {"input_ids": ids, "attention_mask": mask}
        if "token_type_ids" in self._forward_names:
            inputs["token_type_ids"] = torch.zeros_like(ids)
        return inputs

    def _pooled(self, context_vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Pool context vectors, (N, S, D), by the modules that follow the transformer."""
        features = {"token_embeddings": context_vectors, "attention_mask": mask}
        for module in list(self._pipeline)[1:]:
            features = module(features)
        return self._truncated(features["sentence_embedding"])

    def _truncated(self, vectors: torch.Tensor) -> torch.Tensor:
        """Return the first numbers of sentence vectors, (N, size), where the model is configured to keep so many."""
        width = self._pipeline.truncate_dim
        return vectors if width is None else truncate_embeddings(vectors, width)

    def encode(
        self,
        texts: Sequence[str],
        interventions: Iterable[Intervention] = (),
        fast: bool = False,
        progress: Callable[[int, int], None] | None = None,
        batch_size: int = 32,
        kind: TextKind = TextKind.PLAIN,
    ) -> Float32[np.ndarray, "N D"]:
        """Turn N texts into sentence vectors.

        The model's configuration decides truncation, pooling, normalisation and a prompt before the text (a trace has
        no prompt). kind: what the texts are, which decides the prompt. fast: allow bfloat16 where `fast_precision` says
        that the hardware helps; otherwise exact. progress(done, N) is called as texts are done, and may raise to stop.
        Raises SentenceError for a text with nothing in it, InterventionError for an order of positions if the texts
        have different numbers of tokens.
        """
        for text in texts:
            self.check_readable(text)
        checked = self._interventions_for_all(texts, interventions)
        vectors = np.empty((len(texts), self.vector_size), dtype=np.float32)
        lengths = [len(text) for text in texts]
        order = longest_first(lengths)
        precision = fast_precision() if fast else None
        for start in range(0, len(texts), _CHUNK):
            chunk = order[start : start + _CHUNK]
            slices = slices_of(lengths, chunk, self._device.type, batch_size)
            encode = partial(
                self._encode_slice,
                prompt=self.prompt(kind),
                interventions=checked,
                precision=precision,
                bulk=len(slices) > 1,
            )
            read = [[texts[i] for i in some] for some in slices]
            for some, rows in zip(slices, at_once(encode, read), strict=True):
                vectors[some] = rows
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
        return self._checked(given, tokens)

    def _checked(self, interventions: Iterable[Intervention], tokens: int | None) -> tuple[Intervention, ...]:
        return check_interventions(interventions, self.num_layers, self.num_heads, tokens, self.hidden_width)

    def _encode_slice(
        self,
        texts: list[str],
        prompt: str,
        interventions: Sequence[Intervention],
        precision: torch.dtype | None,
        bulk: bool,
    ) -> Float[np.ndarray, "N D"]:
        """Encode one batch as sentence-transformers does, in one turn at a lane.

        One text may be read together with others of its length.
        """
        read = self.preprocess(texts, prompt)
        if len(texts) > 1:
            with lanes.turn(bulk=bulk):
                return self._encoded(read, interventions, precision)

        count = read["input_ids"].shape[1]

        def encode_all(each: Sequence[Mapping[str, Any]]) -> Sequence[np.ndarray]:
            return np.split(self._encoded(_joined(each), interventions, precision), len(each))

        alike = ("encode", self, count, prompt, tuple(interventions), precision)
        return lanes.together(alike, read, encode_all, _at_a_time(count))

    def preprocess(self, texts: Sequence[str], prompt: str = "") -> dict[str, Any]:
        """Return texts, each behind a prompt, as the pipeline reads them: truncated, and padded to one length."""
        with self._preprocess_lock:
            read: dict[str, Any] = self._pipeline.preprocess(list(texts), prompt=prompt or None)
        return batch_to_device(read, self._device)

    def _encoded(
        self, read: Mapping[str, Any], interventions: Sequence[Intervention], precision: torch.dtype | None
    ) -> Float[np.ndarray, "N D"]:
        """Return the sentence vectors of preprocessed texts."""
        autocast = torch.autocast(self._device.type, dtype=precision, enabled=precision is not None)
        changed = probe.run(interventions) if interventions else nullcontext()
        with torch.inference_mode(), autocast, changed:
            return array_of(self._truncated(self._pipeline(dict(read))["sentence_embedding"]))

    def wordpiece_steps(self, word: str) -> list[Step] | None:
        """Return WordPiece's steps for one word; None for a tokenizer of another kind."""
        if not is_wordpiece(self._tokenizer):
            return None
        return wordpiece_steps(normalised(self._tokenizer, word), self._ids)

    def static_vector(self, word: str) -> tuple[Float32[np.ndarray, " E"], tuple[str, ...]]:
        """Return a word's vector without context, the mean of its tokens' rows of the embedding table.

        With it come the labels of the tokens. Raises SentenceError for a word with nothing to read.
        """
        tokens = self.tokenize(word)
        rows = tokens.token_ids[~tokens.special]
        labels = tuple(np.array(tokens.labels, dtype=object)[~tokens.special])
        return self.word_embedding_table[rows].mean(axis=0), labels

    def check_readable(self, text: str) -> None:
        """Raise SentenceError for a text that has no token of this model."""
        check_text(text)
        # A letter or digit makes a token; of other texts only the tokenizer knows whether it reads them.
        if not any(character.isascii() and character.isalnum() for character in text):
            self.tokenize(text, truncate=True)

    def static_means(self, texts: Sequence[str]) -> Float32[np.ndarray, "N E"]:
        """Return the mean of each text's rows of the embedding table: no context, no order.

        Special tokens, and tokens beyond what `encode` reads, are omitted. A text without other tokens is all zeros.
        """
        table = self.word_embedding_table
        means = np.zeros((len(texts), table.shape[1]), dtype=np.float32)
        if not texts:
            return means
        with self._tokenizer_lock:
            # Not verbose: texts that are too long are truncated below.
            read = self._tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
        room = self.encode_limit - self._tokenizer.num_special_tokens_to_add()
        for mean, ids in zip(means, read, strict=True):
            if ids:
                mean[:] = table[ids[:room]].mean(axis=0)
        return means


def fast_precision() -> torch.dtype | None:
    """Return the lower precision that this machine computes faster, or None.

    bfloat16 on a CUDA device that has it and on CPUs with AVX-512 BF16 or AMX; elsewhere it would be slower.
    """
    if torch.cuda.is_available():
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else None
    helps = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if helps else None


def _at_a_time(tokens: int) -> int:
    """The number of texts of so many tokens that are read together."""
    return max(1, _TOKENS_TOGETHER // tokens) if tokens >= _FEWEST_TOKENS_TOGETHER else 1


def _joined(read: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Join preprocessed texts of one number of tokens into one batch."""
    return {
        name: torch.cat([each[name] for each in read]) if isinstance(value, torch.Tensor) else value
        for name, value in read[0].items()
    }


def _of_text(tensor: torch.Tensor, text: int) -> torch.Tensor:
    """Return one text's part of a tensor (1 or B, ...): a batch shares what is the same for all."""
    return tensor[text if len(tensor) > 1 else 0]


def _shared_masks(masks: list[torch.Tensor | None]) -> tuple[np.ndarray | None, ...]:
    """Copy each distinct mask once; None for one that hides nothing."""
    arrays: dict[int, np.ndarray | None] = {}
    for mask in masks:
        if mask is not None and mask.data_ptr() not in arrays:
            arrays[mask.data_ptr()] = array_of(mask) if bool(mask.any()) else None
    return tuple(None if mask is None else arrays[mask.data_ptr()] for mask in masks)
