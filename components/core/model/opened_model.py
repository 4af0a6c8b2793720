"""An opened model: its sizes, vocabulary, embedding tables and pooling. Running it is encoder.py's job.

V tokens in the vocabulary, P positions, E the width of the embedding tables, D hidden size, H heads of d dimensions.
"""

import copy
import hashlib
import json
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32
from sentence_transformers import SentenceTransformer

from components.core.errors import ModelError
from components.core.lazy import cached_property
from components.core.model import layer_probe, loading, probe
from components.core.model.layer_norm import LayerNorm
from components.core.model.layer_parts import LayerParts, find_layer_parts
from components.core.model.layers import InputProjection, OutputProjection
from components.core.model.omissions import NOTHING, Omissions
from components.core.model.prompts import TextKind, prompt_before
from components.core.text.spelling import fold
from components.core.tokens.tokens import readable

# Pages are built for texts of up to this many tokens, also where a model (ModernBERT: 8,192) could read more.
MOST_TRACED_TOKENS = 512

# What architectures call the linear layers that make queries and keys.
_QUERY_NAMES = ("query", "q_lin", "q_proj")
_KEY_NAMES = ("key", "k_lin", "k_proj")

_PAST_THE_INTERFACE = "does not compute its attention by transformers' attention interface alone"


class OpenedModel:
    """A transformer and its tokenizer, opened and checked."""

    def __init__(self, name: str, pipeline: SentenceTransformer) -> None:
        self.name = name
        #: Where the model was opened from: its directory or its hub id.
        self.source = name
        #: What pages leave out, since it does not hold for this model (gate.py).
        self.omissions: Omissions = NOTHING
        self._pipeline = pipeline
        self._model = loading.transformer_of(name, pipeline)
        # Asked for once: transformers looks through all parameters each time.
        self._device = self._model.device
        self._tokenizer = _own_tokenizer(pipeline.tokenizer)
        self._tokenizer_lock = threading.Lock()
        config = self._model.config
        self.architecture: str = type(self._model).__name__
        self.num_layers: int = config.num_hidden_layers
        self.num_heads: int = config.num_attention_heads
        self.hidden_size: int = config.hidden_size
        probe.attach(self._model)
        #: True if the model turns queries and keys by their positions.
        self.rotates: bool = False
        #: True if the model multiplies the rows of its embedding table before it adds anything to them.
        self.scales_rows: bool = False
        self._first_position, self._projections = self._check_probe()
        # A model may use one layer's modules again and again; each is found by the linear layer that joins its heads.
        self._layer_parts: tuple[LayerParts | None, ...] = tuple(
            None if each is None else find_layer_parts(self._model, each) for each in self._projections
        )
        layer_probe.attach(self._layer_parts)

    @property
    def short_name(self) -> str:
        """The model's name without its folder or owner."""
        return loading.short_name(self.name)

    @property
    def vector_size(self) -> int:
        """D of a sentence vector."""
        return int(self._pipeline.get_embedding_dimension() or self.hidden_size)

    @property
    def padding_id(self) -> int | None:
        """The id of the token that fills up shorter texts of a batch; None for a tokenizer without one."""
        padding = self._tokenizer.pad_token_id
        return None if padding is None else int(padding)

    @property
    def mask_token(self) -> str | None:
        """What stands for a hidden word, such as "[MASK]"; None for a tokenizer without it."""
        token = self._tokenizer.mask_token
        return None if token is None else str(token)

    @property
    def mask_id(self) -> int | None:
        """The id of the token that stands for a hidden word; None for a tokenizer without it."""
        return None if self.mask_token is None else int(self._tokenizer.mask_token_id)

    @cached_property
    def pooling(self) -> str:
        """The pooling that makes one sentence vector, as sentence-transformers names it ("mean", "cls")."""
        modes = [m.pooling_mode for m in self._pipeline if hasattr(m, "pooling_mode")]
        return str(modes[0]) if modes else "none"

    @cached_property
    def normalises(self) -> bool:
        """True if sentence vectors are scaled to length 1."""
        return any(type(module).__name__ == "Normalize" for module in self._pipeline)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of everything that a sentence vector depends on: equal for a model opened twice, by any name.

        Weights, configuration, tokenizer, pooling and what follows it, limit and prompts. They must not change
        after the first access.
        """
        pipeline: Any = self._pipeline
        tokenizer = self._tokenizer
        with self._tokenizer_lock:
            vocabulary = tokenizer.backend_tokenizer.to_str()
        described = {
            # Two models of the same weights may differ in their number of heads, or in how far a layer sees.
            "config": {key: value for key, value in self._model.config.to_dict().items() if key != "_name_or_path"},
            "tokenizer": [vocabulary, tokenizer.truncation_side, tokenizer.padding_side, tokenizer.model_input_names],
            "modules": [(f"{type(m).__module__}.{type(m).__qualname__}", m.get_config_dict()) for m in pipeline],
            "limit": pipeline.max_seq_length,
            "prompt": {kind: prompt for kind in TextKind if (prompt := prompt_before(pipeline, kind))} or None,
            "width": pipeline.truncate_dim,
        }
        digest = hashlib.sha256(json.dumps(described, sort_keys=True, default=str).encode())
        for name, tensor in pipeline.state_dict().items():
            # No sentence vector comes through it, and where a model lacks it, it is random each time (models.py).
            if "pooler" in name:
                continue
            digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}:".encode())
            # As bytes, since numpy has no bfloat16.
            digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
        return digest.hexdigest()

    def digest_with(self, texts: Sequence[str]) -> str:
        """Return SHA-256 (hex) of what a measurement on these texts depends on: the model, and the texts in order."""
        return hashlib.sha256("\0".join((self.fingerprint, *texts)).encode()).hexdigest()

    @property
    def adds_positions(self) -> bool:
        """True if positions are added to the word embeddings (rotary models rotate queries and keys instead)."""
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
    def vocabulary_spellings(self) -> tuple[str, ...]:
        """The labels folded, to be searched."""
        return tuple(map(fold, self.vocabulary_labels))

    @cached_property
    def word_embedding_table(self) -> Float32[np.ndarray, "V E"]:
        """The learned row of each token of the vocabulary, read-only: the model's own numbers, not a copy of them."""
        weight: torch.Tensor = self._model.get_input_embeddings().weight.detach()  # type: ignore[operator]
        if weight.device.type == "cpu" and weight.dtype == torch.float32:
            return read_only(weight.numpy())
        return array_of(weight)

    @cached_property
    def word_embedding_lengths(self) -> Float32[np.ndarray, " V"]:
        """The length of each row of the word embedding table."""
        return read_only(np.linalg.norm(self.word_embedding_table, axis=1))

    @cached_property
    def embedding_norm(self) -> LayerNorm | None:
        """The LayerNorm that the sum of the embedding addends goes through; None if the model has none there."""
        for name, module in self._model.named_modules():
            if name.startswith("embeddings.") and (norm := layer_norm_of(module)) is not None:
                return norm
        return None

    def output_projection(self, layer: int) -> OutputProjection | None:
        """Return the linear layer that joins the heads of a layer, counted from 0; None if it is none."""
        linear = self._projections[layer]
        return None if linear is None else OutputProjection(*_weight_and_bias(linear))

    def layer_parts(self, layer: int) -> LayerParts | None:
        """Return the modules of a layer, counted from 0; None for an architecture whose parts are not known."""
        return None if self.omissions.layer_parts else self._layer_parts[layer]

    @property
    def hidden_width(self) -> int | None:
        """The number F of hidden neurons of a layer's network; None if the parts of a layer are not known."""
        found = [self.layer_parts(layer) for layer in range(len(self._layer_parts))]
        widths = {None if parts is None else parts.hidden_width for parts in found}
        return widths.pop() if len(widths) == 1 else None

    def input_projections(self, layer: int) -> tuple[InputProjection, InputProjection] | None:
        """Return the linear layers that make the queries and the keys of a layer, counted from 0.

        None where the model has no such layers under a name that is known, as where one makes queries, keys and values.
        """
        found = [self._named_linears(names) for names in (_QUERY_NAMES, _KEY_NAMES)]
        if not all(found):
            return None
        # A model may use one layer's weights again and again.
        query, key = (linears[layer % len(linears)] for linears in found)
        return InputProjection(*_weight_and_bias(query)), InputProjection(*_weight_and_bias(key))

    def _named_linears(self, names: tuple[str, ...]) -> list[torch.nn.Linear]:
        """The linear layers with one of these last names, in order: one a layer, or one for all; else none."""
        found = [
            module
            for name, module in self._model.named_modules()
            if isinstance(module, torch.nn.Linear) and name.rsplit(".", 1)[-1] in names
        ]
        return found if len(found) in (1, len(self._projections)) else []

    def copy_with_own_last_layer(self) -> tuple[SentenceTransformer, list[torch.nn.Parameter]]:
        """Return a copy of the whole pipeline, and the weights of its last layer, which are the copy's own.

        All other numbers are those of this model itself and ask for no gradient. In a model that uses one layer's
        weights again and again, all uses change together. Raises ModelError if the last layer cannot be found.
        """
        own = {id(parameter) for parameter in self._last_layer().parameters()}
        shared: dict[int, Any] = {id(each): each for each in (self._pipeline.tokenizer, *self._pipeline.buffers())}
        for parameter in self._pipeline.parameters():
            if id(parameter) not in own:
                shared[id(parameter)] = torch.nn.Parameter(parameter.detach(), requires_grad=False)
        copied = copy.deepcopy(self._pipeline, shared)
        changed = [name for name, parameter in self._pipeline.named_parameters() if id(parameter) in own]
        return copied, [copied.get_parameter(name) for name in changed]

    def _last_layer(self) -> torch.nn.Module:
        """The module of the last layer: that of the list of layers which holds the last output projection."""
        last = self._projections[-1]
        for name, module in self._model.named_modules():
            parts = name.split(".")
            if module is last and any(part.isdecimal() for part in parts):
                while not parts[-1].isdecimal():
                    parts.pop()
                return self._model.get_submodule(".".join(parts))
        raise ModelError(
            f"The last layer of {self.architecture} ({self.name}) cannot be told apart, so it cannot be changed alone. "
            f"{loading.USE_ANOTHER}"
        )

    @cached_property
    def position_embedding_table(self) -> Float32[np.ndarray, "P E"] | None:
        """The learned row of each position, from the first that text uses; None if none are added."""
        table = self._position_table()
        return None if table is None else array_of(table.weight.detach()[self._first_position :])

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

    def _check_probe(self) -> tuple[int, list[torch.nn.Linear | None]]:
        """Read one word and see that each layer came through the probe.

        Returns the row of the position table that the first token gets (RoBERTa starts at 2), and each layer's
        output projection.
        """
        with self._tokenizer_lock:
            ids = torch.tensor([self._tokenizer("a")["input_ids"]], device=self._device)
        linear = probe.inputs_of_linear_layers(self._model)
        with torch.inference_mode(), linear as given, probe.run(recorded_layers=self.num_layers) as seen:
            try:
                self._model(input_ids=ids, attention_mask=torch.ones_like(ids))
            except NotImplementedError as error:
                raise self._cannot_be_watched(
                    "changes its attention scores by more than a mask, as by a bias, a cap or a sink"
                ) from error
            except Exception as error:
                raise self._cannot_be_watched(_PAST_THE_INTERFACE) from error
        if seen.calls != self.num_layers or "word_embeddings" not in seen.addends:
            raise self._cannot_be_watched(_PAST_THE_INTERFACE)
        self.rotates = seen.rotates
        rows = self._model.get_input_embeddings().weight[ids[0]]  # type: ignore[index]
        self.scales_rows = not torch.equal(seen.addends["word_embeddings"][0], rows)
        # The layer that is handed what attention gave is the one that joins the heads, whatever it is called.
        joins = [next((m for m, at in given if torch.equal(at, layer.joined)), None) for layer in seen.layers]
        return seen.first_position or 0, joins

    def _cannot_be_watched(self, what_it_does: str) -> ModelError:
        return ModelError(
            f"{self.architecture} ({self.name}) {what_it_does}, so its heads cannot be watched. {loading.USE_ANOTHER}"
        )


def _own_tokenizer(tokenizer: Any) -> Any:
    """Return a fast tokenizer that never truncates, whatever becomes of this one.

    sentence-transformers changes the truncation of its tokenizer at each call. Truncation is a setting of the backend,
    so that alone is copied: transformers keeps its own lists of the whole vocabulary beside it.
    """
    own = copy.copy(tokenizer)
    own._tokenizer = copy.deepcopy(tokenizer._tokenizer)
    return own


def layer_norm_of(module: torch.nn.Module) -> LayerNorm | None:
    """Return a LayerNorm as arrays; None for a module that is none."""
    return LayerNorm(*_weight_and_bias(module), module.eps) if isinstance(module, torch.nn.LayerNorm) else None


def _weight_and_bias(module: torch.nn.Linear | torch.nn.LayerNorm) -> tuple[np.ndarray, np.ndarray]:
    """Return a module's weight and its bias, which is 0 where the module has none."""
    weight = array_of(module.weight)
    # A linear layer may have none, whatever its type says.
    return weight, np.zeros(len(weight), weight.dtype) if module.bias is None else array_of(module.bias)


def array_of(tensor: Float[torch.Tensor, "*shape"]) -> Float32[np.ndarray, "*shape"]:
    """Copy a tensor into a read-only array."""
    array = tensor.detach().to("cpu", torch.float32).contiguous().numpy().copy()
    array.setflags(write=False)
    return array


def stacked_array_of(tensors: Sequence[Float[torch.Tensor, "*shape"]]) -> Float32[np.ndarray, " N *shape"]:
    """Copy N tensors of one shape into a read-only array; each value is copied once."""
    array = np.empty((len(tensors), *tensors[0].shape), dtype=np.float32)
    for row, tensor in zip(torch.from_numpy(array), tensors, strict=True):
        row.copy_(tensor)
    return read_only(array)


def read_only(array: np.ndarray) -> np.ndarray:
    """Make an array read-only and return it."""
    array.setflags(write=False)
    return array
