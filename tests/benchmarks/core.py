"""Tracing a sentence, beside a plain Hugging Face forward pass that returns attentions."""

from collections.abc import Iterator

import torch
from transformers import AutoModel

from components.core import load_encoder
from components.core.model.loading import bundled_directory
from tests.benchmarks.measure import Measurement, side_by_side

_PEER = "Hugging Face forward with attentions and hidden states"


def text_of(tokens: int) -> str:
    """A text of that many tokens, [CLS] and [SEP] included."""
    words = ["the", "pizza", "came", "out", "of", "the", "oven", "and", "it", "tasted", "good"]
    return " ".join(words[i % len(words)] for i in range(tokens - 2))


def measure() -> Iterator[Measurement]:
    """Time at 16, 128 and 512 tokens, and the memory of a trace."""
    encoder = load_encoder()
    plain = AutoModel.from_pretrained(bundled_directory(), attn_implementation="eager").eval()
    for tokens in (16, 128, 512):
        text = text_of(tokens)
        ids = torch.tensor([encoder.tokenize(text).token_ids.tolist()])

        def forward(ids: torch.Tensor = ids) -> object:
            with torch.inference_mode():
                return plain(input_ids=ids, output_attentions=True, output_hidden_states=True)

        ours, theirs = side_by_side(lambda text=text: encoder.trace(text), forward)  # type: ignore[misc]
        yield Measurement(f"trace of {tokens} tokens", ours, "ms", _PEER, theirs)
    trace = encoder.trace(text_of(512))
    stored = trace.attention_weights().nbytes * 2 + trace.nbytes
    yield Measurement(
        "trace of 512 tokens, memory", trace.nbytes / 1e6, "MB", "storing all scores and weights too", stored / 1e6
    )
