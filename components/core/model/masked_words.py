"""The masked-word head: what makes a probability for each token of the vocabulary out of one context vector.

The head is trained together with the encoder to guess words that are hidden (masked-language modelling; Devlin, Chang,
Lee & Toutanova, "BERT: Pre-training of deep bidirectional transformers", 2019). Models for sentence vectors are often
saved without it. S tokens, L layers, V tokens in the vocabulary, D hidden size.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32
from safetensors import safe_open
from torch import nn
from transformers import AutoConfig, AutoModelForMaskedLM, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput
from transformers.utils import cached_file

from components.core.errors import EncoderscopeError, ModelError, SentenceError
from components.core.model import loading
from components.core.model.encoder import Encoder
from components.core.model.opened_model import array_of
from components.core.numerics.device import device
from components.core.numerics.lanes import lanes
from components.core.text.blanks import mark_blanks
from components.core.tokens.tokens import Tokens

# The text on which a head is held against the whole model: words that every tokenizer reads, and a hidden one.
_TEXT = "the cat sat on {mask} mat"
# As in gate.py: 32-bit sums in another order stay far below.
_ROUNDING = 1e-4


@dataclass(frozen=True, eq=False)
class BlankText:
    """A text with blanks, as a model's tokenizer reads it."""

    text: str  # with the mask token in place of each blank
    mask: str
    tokens: Tokens
    blanks: tuple[int, ...]  # the index of each blank's token

    def filled(self, words: dict[int, str]) -> str:
        """Return the text with words in some of its blanks, which are counted from 0; the others are ___."""
        parts = self.text.split(self.mask)
        return parts[0] + "".join(words.get(number, "___") + part for number, part in enumerate(parts[1:]))


class _Given(nn.Module):
    """Stands in the place of the transformer: hands on the vectors that it is given."""

    def forward(self, *_: Any, inputs_embeds: torch.Tensor, **__: Any) -> BaseModelOutput:
        return BaseModelOutput(last_hidden_state=inputs_embeds)


class MaskedWordHead:
    """The head of one model. Safe to use from several threads."""

    def __init__(self, model: PreTrainedModel, final_norm: nn.Module | None) -> None:
        """model: the whole model, whose transformer is let go. final_norm: what follows the last layer, if anything."""
        setattr(model, model.base_model_prefix, _Given())
        self._model: Any = model
        self._final_norm = final_norm

    @property
    def has_final_norm(self) -> bool:
        """True if the model normalises what its last layer hands on, as models do that normalise first."""
        return self._final_norm is not None

    def logits(self, vectors: Float[np.ndarray, "N D"]) -> Float32[np.ndarray, "N V"]:
        """Return the score of each token of the vocabulary for each of N context vectors."""
        with torch.inference_mode():
            return array_of(self._logits(_tensor(vectors)))

    def probabilities(self, vectors: Float[np.ndarray, "N D"]) -> Float32[np.ndarray, "N V"]:
        """Return the probability of each token of the vocabulary, the softmax of its score, for each of N vectors."""
        with lanes.turn(), torch.inference_mode():
            return array_of(self._logits(_tensor(vectors)).softmax(dim=-1))

    def probabilities_by_layer(self, states: Float[np.ndarray, "states D"]) -> Float32[np.ndarray, "states V"]:
        """Return what the head makes of one token's vector in all L + 1 hidden states (nostalgebraist 2020).

        That is the logit lens ("interpreting GPT: the logit lens"): the head was trained for the last state alone. If
        the model has a final norm, all states go through it; the last one has already.
        """
        with lanes.turn(), torch.inference_mode():
            vectors = _tensor(states)
            if self._final_norm is not None:
                vectors = torch.cat([self._final_norm(vectors[:-1]), vectors[-1:]])
            return array_of(self._logits(vectors).softmax(dim=-1))

    def _logits(self, vectors: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self._model(inputs_embeds=vectors[None]).logits[0]
        return logits


def has_head(name: str) -> bool:
    """True if a model on this machine is saved with all weights of a masked-word head. It is not opened.

    name: as for load_encoder(). A hub id that was not downloaded yet has none, as far as is known.
    """
    try:
        expected, saved = _head_keys(loading.source_of(name))
    # A file from outside can fail in any way; then it offers no head.
    except Exception:
        return False
    return bool(expected) and expected <= saved


def open_head(encoder: Encoder) -> MaskedWordHead:
    """Open the masked-word head of an opened model, and check that it makes of its vectors what the whole model does.

    Raises ModelError, with the reason in a sentence, for a model without a head or with only a part of it.
    """
    name = encoder.short_name
    if encoder.mask_token is None:
        raise ModelError(
            f"The tokenizer of {name} has no token that stands for a hidden word, so {name} cannot be asked for one."
        )
    try:
        return _opened(encoder)
    except EncoderscopeError:
        raise
    # A file or an architecture from outside can fail in any way; the reader learns which.
    except Exception as error:
        raise ModelError(
            f"The masked-word head of {name} cannot be opened ({type(error).__name__}: {loading.first_line(error)}). "
            "Save the model again, with AutoModelForMaskedLM and save_pretrained()."
        ) from error


def _opened(encoder: Encoder) -> MaskedWordHead:
    source, name = encoder.source, encoder.short_name
    expected, saved = _head_keys(source)
    if not expected & saved:
        raise ModelError(
            f"{name} has no masked-word head: it was saved as an encoder alone, which makes vectors and no words."
        )
    loaded: Any = AutoModelForMaskedLM.from_pretrained(
        source,
        subfolder=loading.transformer_folder(source),
        output_loading_info=True,
        trust_remote_code=False,
        use_safetensors=True,
        local_files_only=True,
        attn_implementation="eager",
        dtype=torch.float32,
    )
    model, report = loaded
    missing = sorted(key for key in report["missing_keys"] if "pooler" not in key)
    if missing:
        raise ModelError(
            f"The masked-word head of {name} lacks {len(missing)} of its weights, {missing[0]} the first, and would "
            "run on random numbers in their place. Download or save the model again."
        )
    model = model.eval().to(device())
    whole = _read_whole(encoder, model)
    head = MaskedWordHead(model, whole.final_norm)
    trace = encoder.trace(whole.text)
    logits = head.logits(trace.hidden_states[-1])
    if not _same(logits, whole.logits) or logits.shape[1] != len(encoder.vocabulary):
        raise ModelError(
            f"{type(model).__name__} ({name}) makes other words of a text than its masked-word head makes of what "
            f"pages show, so the head cannot be used. {loading.USE_ANOTHER}"
        )
    return head


@dataclass(frozen=True, eq=False)
class _WholeReading:
    """What the whole model makes of a text."""

    text: str
    logits: Float[np.ndarray, "S V"]
    final_norm: nn.Module | None


def _read_whole(encoder: Encoder, model: Any) -> _WholeReading:
    """Read a text with the whole model, and find the norm that its last hidden state comes out of."""
    text = _TEXT.format(mask=encoder.mask_token)
    ids = torch.from_numpy(encoder.tokenize(text).token_ids.copy())[None].to(device())
    outputs: list[tuple[nn.Module, torch.Tensor]] = []
    # What stands in no list of layers belongs to the model as a whole.
    found = [
        module
        for name, module in model.base_model.named_modules()
        if "Norm" in type(module).__name__ and not any(part.isdecimal() for part in name.split("."))
    ]
    handles = [
        module.register_forward_hook(lambda module, _, output: outputs.append((module, output))) for module in found
    ]
    try:
        with torch.inference_mode():
            result = model(input_ids=ids, attention_mask=torch.ones_like(ids), output_hidden_states=True)
    finally:
        for handle in handles:
            handle.remove()
    last = result.hidden_states[-1]
    norms = [module for module, output in outputs if output.shape == last.shape and torch.equal(output, last)]
    return _WholeReading(text, array_of(result.logits[0]), norms[-1] if norms else None)


def _head_keys(source: str) -> tuple[set[str], set[str]]:
    """Return the names of the weights that the head of this model has, tied ones left out, and all that are saved."""
    folder = loading.transformer_folder(source)
    config = AutoConfig.from_pretrained(source, subfolder=folder, trust_remote_code=False, local_files_only=True)
    try:
        with torch.device("meta"):
            model: Any = AutoModelForMaskedLM.from_config(config, trust_remote_code=False)
    except ValueError:  # transformers knows no such head for this architecture
        return set(), set()
    tied = {*model.all_tied_weights_keys, *model.all_tied_weights_keys.values()}
    names = {name for name in model.state_dict() if not name.startswith(f"{model.base_model_prefix}.")}
    # Old files call the gain and the shift of a LayerNorm so.
    saved = {
        key.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")
        for key in _saved_keys(source, folder)
    }
    return names - tied, saved


def _saved_keys(source: str, folder: str) -> set[str]:
    """Return the names of all weights in the safetensors files of a model."""

    def find(name: str) -> str | None:
        found: str | None = cached_file(
            source, name, subfolder=folder, local_files_only=True, _raise_exceptions_for_missing_entries=False
        )
        return found

    single = find("model.safetensors")
    if single is not None:
        with safe_open(single, "pt") as file:
            return set(file.keys())
    index = find("model.safetensors.index.json")
    return set(json.loads(Path(index).read_text(encoding="utf-8"))["weight_map"]) if index else set()


def read_blanks(encoder: Encoder, text: str) -> BlankText:
    """Read a text with blanks, however they are written. Raises SentenceError."""
    mask = encoder.mask_token
    assert mask is not None  # open_head() has refused a tokenizer without one
    marked, _ = mark_blanks(text, mask)
    tokens = encoder.tokenize(marked, truncate=True)
    if tokens.unread_text:
        raise SentenceError(
            f"This text has {tokens.total_tokens:,} tokens; {encoder.short_name} reads at most {encoder.trace_limit}. "
            "Shorten it."
        )
    blanks = np.flatnonzero(tokens.token_ids == encoder.mask_id)
    return BlankText(marked, mask, tokens, tuple(int(index) for index in blanks))


def token_in_blank(encoder: Encoder, read: BlankText, blank: int, word: str) -> int:
    """Return the id of the token that a word is in a blank of a text, counted from 0.

    The word is read in its place, since tokenizers spell a token otherwise after a space. Raises SentenceError for a
    word that is not one token of the vocabulary.
    """
    parts = read.text.split(read.mask)
    before, after = read.mask.join(parts[: blank + 1]), read.mask.join(parts[blank + 1 :])
    tokens = encoder.tokenize(f"{before}{word}{after}", truncate=True)
    start, end = len(before), len(before) + len(word)
    places = [
        index
        for index, (first, last) in enumerate(tokens.offsets)
        if first < end and last > start and not tokens.special[index]
    ]
    if len(places) != 1:
        pieces = ", ".join(tokens.labels[index] for index in places[:8])
        raise SentenceError(
            f"{encoder.short_name} reads “{word}” as {len(places)} tokens ({pieces}), and a blank holds one. Type "
            "another word."
            if places
            else f"The tokenizer of {encoder.short_name} finds nothing to read in “{word}”. Type another word."
        )
    (place,) = places
    if tokens.unknown[place]:
        raise SentenceError(
            f"“{word}” is not among the {len(encoder.vocabulary):,} tokens of {encoder.short_name}. Type another word."
        )
    return int(tokens.token_ids[place])


def _tensor(vectors: Float[np.ndarray, "*shape"]) -> torch.Tensor:
    return torch.from_numpy(vectors.astype(np.float32)).to(device())


def _same(one: Float[np.ndarray, "S V"], other: Float[np.ndarray, "S W"]) -> bool:
    return one.shape == other.shape and bool(
        np.abs(one - other).max() <= _ROUNDING * max(1.0, float(np.abs(other).max()))
    )
