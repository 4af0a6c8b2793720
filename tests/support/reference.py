"""A model opened twice: by Encoderscope, and by the libraries that know nothing of it.

What the second says is what the first must show.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModel, AutoTokenizer, PreTrainedModel

from components.core import Encoder, load_encoder
from components.core.numerics.device import device

#: Where a transformer of each architecture mixes its heads' outputs: the end of that module's name.
OUTPUT_PROJECTIONS = ("attention.output.dense", "attention.out_lin", "attention.dense", "attn.Wo")

#: Short and long, with repeated words, and with marks and letters that some vocabularies lack.
SENTENCES = (
    "it",
    "Squatch eats pizza",
    "The pizza came out of the oven and it tasted good!",
    "Café, naïve: 'the oven' ate the 🍕?",
)


@dataclass(frozen=True)
class Outputs:
    """What Hugging Face's model answers, without batch axis."""

    hidden_states: np.ndarray  # (L+1, S, D)
    attentions: np.ndarray  # (L, H, S, S)


@dataclass(frozen=True)
class Opened:
    """One model, as our encoder and as plain Hugging Face and sentence-transformers objects."""

    directory: Path
    encoder: Encoder
    tokenizer: Any
    sentence_model: SentenceTransformer

    def hugging_face(self) -> PreTrainedModel:
        """A fresh eager model, which a test may change."""
        return plain_model(self.directory)

    @cached_property
    def _untouched(self) -> PreTrainedModel:
        return self.hugging_face()

    def reference(self, text: str, model: PreTrainedModel | None = None, **inputs: Any) -> Outputs:
        """What a plain model, by default an unchanged one, answers to this text."""
        encoded = dict(self.tokenizer(text, return_tensors="pt")) | inputs
        return outputs(model or self._untouched, encoded)


def open_both(name: str, directory: Path) -> Opened:
    """Open a model by our name for it and, independently, from its directory."""
    return Opened(
        directory,
        load_encoder(name),
        AutoTokenizer.from_pretrained(directory),
        SentenceTransformer(str(directory), device=device()),
    )


def plain_model(directory: Path) -> PreTrainedModel:
    """Open a directory with Hugging Face's eager attention and full precision."""
    model: torch.nn.Module = AutoModel.from_pretrained(
        directory, attn_implementation="eager", dtype=torch.float32
    ).eval()
    return cast(PreTrainedModel, model.to(device()))


def outputs(model: PreTrainedModel, inputs: dict[str, torch.Tensor]) -> Outputs:
    """Run a plain model on one text."""
    on_device = {name: tensor.to(model.device) for name, tensor in inputs.items()}
    with torch.inference_mode():
        result = model(**on_device, output_hidden_states=True, output_attentions=True)
    return Outputs(
        torch.stack(result.hidden_states)[:, 0].cpu().numpy(), torch.stack(result.attentions)[:, 0].cpu().numpy()
    )


def output_projections(model: PreTrainedModel) -> list[torch.nn.Linear]:
    """The modules that mix the heads' outputs, layer by layer (ALBERT: group by group)."""
    return [
        module
        for name, module in model.named_modules()
        if name.endswith(OUTPUT_PROJECTIONS) and isinstance(module, torch.nn.Linear)
    ]


def assert_close(actual: Any, expected: Any, atol: float = 1e-5) -> None:
    """No number is farther from the one expected than atol, however small it is."""
    np.testing.assert_allclose(actual, expected, rtol=0, atol=atol)


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    """The cosine of the angle between two vectors."""
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
