"""What pages leave out for a model, because it does not hold for it."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Omissions:
    """Parts that are left out, each with the sentence that stands in its place; None for a part that holds."""

    embedding_sum: str | None = None  # the addends, through the norm, are what enters layer 1
    gradients: str | None = None  # a text can be read from rows of the embedding table in place of its tokens
    layer_parts: str | None = None  # attention and network, as named, make what a layer hands on

    @property
    def names(self) -> tuple[str, ...]:
        """The parts that are left out, in words."""
        left_out = (each.name for each in fields(self) if getattr(self, each.name) is not None)
        return tuple(_IN_WORDS[name] for name in left_out)


_IN_WORDS = {
    "embedding_sum": "the sum of the embeddings",
    "gradients": "explanations by gradients",
    "layer_parts": "One layer",
}

#: Of a model for which everything holds.
NOTHING = Omissions()
