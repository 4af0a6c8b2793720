"""Models beside the encoder that the operator of the app may name; none is bundled.

Only safetensors are read, and no code of a model is ever run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final, Generic

from components.core.model.loading import Pipeline, short_name


@dataclass(frozen=True)
class ModelVariable:
    """The environment variable that names a model of one kind."""

    name: str
    kind: str  # as a sentence calls such a model

    def named_in(self, environment: Mapping[str, str]) -> str | None:
        """Return the name of the operator's model; None if there is none, as `not_configured` says.

        >>> SPARSE_ENCODER.named_in({"ENCODERSCOPE_SPARSE": " ./my-splade "}), SPARSE_ENCODER.named_in({})
        ('./my-splade', None)
        """
        return environment.get(self.name, "").strip() or None

    @property
    def not_configured(self) -> str:
        """What a page says where no model is named."""
        return (
            f"This server has no {self.kind}. Its operator can name one in {self.name}: a directory, or an id on the "
            "Hugging Face hub."
        )


RERANKER: Final = ModelVariable("ENCODERSCOPE_RERANKER", "cross-encoder")
SPARSE_ENCODER: Final = ModelVariable("ENCODERSCOPE_SPARSE", "sparse encoder")

#: What the operator can do about a model that cannot be opened, as the end of a sentence.
OTHERWISE: Final = "or name none"


class OperatorsModel(Generic[Pipeline]):
    """An opened model of one of sentence-transformers' kinds. Safe to use from several threads."""

    def __init__(self, name: str, pipeline: Pipeline) -> None:
        self.name = name
        self._pipeline = pipeline
        # A tokenizer keeps settings that it changes at each call.
        self._preprocess_lock = Lock()

    @property
    def short_name(self) -> str:
        """The model's name without its folder or owner."""
        return short_name(self.name)

    @property
    def limit(self) -> int | None:
        """The most tokens that are read at a time; None if the model does not say."""
        return self._pipeline.max_seq_length

    @property
    def _device(self) -> str:
        return str(self._pipeline.device.type)
