"""Ways with smaller vectors: fewer dimensions, or fewer bits for each."""

from dataclasses import dataclass
from typing import Final

from components.core.model.loading import BUNDLED_NAME
from components.core.retrieval.search.binary_vectors import quantize_binary
from components.core.retrieval.search.int8_vectors import quantize_int8
from components.core.retrieval.search.shortened_vectors import keep_first_dimensions, keep_principal_components
from components.core.retrieval.search.ways.way import Description, EncodedCorpus, PreparedWay, Ranking, Report, Way

# Passages that a rescored search returns: as many as a hybrid search looks at.
_WANTED: Final = 50
SIGNS, VECTORS = "the signs", "full vectors"


@dataclass(frozen=True)
class FirstDimensionsWay(Way):
    """The first dimensions of each vector."""

    source = "Kusupati et al. 2022, “Matryoshka Representation Learning”"
    size: int = 96

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            f"First {self.size} dimensions",
            f"First {self.size}",
            "Keeps the first numbers of each vector and drops the rest. That works well for models that were trained "
            "for it.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Cut the vectors."""
        kept = keep_first_dimensions(corpus.unit_vectors, self.size)
        note = "This model was not trained to be shortened." if corpus.encoder.name == BUNDLED_NAME else ""
        return PreparedWay(
            lambda question: Ranking.of_scores(kept.scores(corpus.questions.vector(question))),
            corpus.chunks,
            kept.unit_vectors.nbytes,
            note,
        )


@dataclass(frozen=True)
class PrincipalComponentsWay(Way):
    """The first principal components of the vectors."""

    source = (
        "Ma, Li, Sun, Xin and Lin 2021, “Simple and Effective Unsupervised Redundancy Elimination to Compress Dense "
        "Vectors for Passage Retrieval”"
    )
    size: int = 96

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            f"PCA, {self.size} dimensions",
            f"PCA {self.size}",
            "Keeps the coordinates along the directions in which the passages vary most.",
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Fit the components to the passages."""
        kept = keep_principal_components(corpus.unit_vectors, self.size)
        fewer = f" More than {kept.size} directions do not exist between them." if kept.size < self.size else ""
        return PreparedWay(
            lambda question: Ranking.of_scores(kept.scores(corpus.questions.vector(question))),
            corpus.chunks,
            kept.coordinates.nbytes,
            f"{kept.size} directions keep {kept.kept:.0%} of the variance of these passages.{fewer} The "
            f"directions themselves take {(kept.mean.nbytes + kept.directions.nbytes) / 1_000:,.0f} kB once.",
        )


@dataclass(frozen=True)
class Int8Way(Way):
    """One byte for each dimension."""

    source = (
        "Shakir, Aarsen and Lee 2024, “Binary and Scalar Embedding Quantization for Significantly Faster & Cheaper "
        "Retrieval”"
    )

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description("One byte a dimension (int8)", "int8", "Rounds each number of a vector to one of 256 steps.")

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Quantize the vectors."""
        kept = quantize_int8(corpus.unit_vectors)
        return PreparedWay(
            lambda question: Ranking.of_scores(kept.scores(corpus.questions.vector(question))),
            corpus.chunks,
            kept.codes.nbytes,
            f"The ranges of the dimensions take {(kept.starts.nbytes + kept.widths.nbytes) / 1_000:,.0f} kB once.",
        )


@dataclass(frozen=True)
class BinaryWay(Way):
    """One bit for each dimension, by counting signs that agree."""

    source = (
        "Yamada, Asai and Hajishirzi 2021, “Efficient Passage Retrieval with Hashing for Open-domain Question "
        "Answering”"
    )

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            "One bit a dimension (binary)", "Binary", "Keeps the sign of each number, and counts the signs that agree."
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Keep the signs."""
        kept = quantize_binary(corpus.unit_vectors)
        return PreparedWay(
            lambda question: Ranking.of_scores(kept.scores(corpus.questions.vector(question))),
            corpus.chunks,
            kept.codes.nbytes,
        )


@dataclass(frozen=True)
class RescoredBinaryWay(Way):
    """One bit for each dimension; the first passages are put in order by the question's own numbers."""

    source = BinaryWay.source
    by: str = SIGNS
    factor: int = 4

    @property
    def described(self) -> Description:
        """What a screen says of this way."""
        return Description(
            f"Binary, {_WANTED * self.factor} rescored by {self.by}",
            f"Binary, {'signs' if self.by == SIGNS else 'vectors'} ×{self.factor}",
            f"Finds {_WANTED * self.factor} passages by signs alone; then multiplies them with the question’s vector, "
            + ("which is not rounded." if self.by == SIGNS else "with full vectors read for these alone."),
        )

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Keep the signs."""
        kept = quantize_binary(corpus.unit_vectors)
        full = corpus.unit_vectors if self.by == VECTORS else None
        return PreparedWay(
            lambda question: Ranking.of_items(
                kept.rescored_search(corpus.questions.vector(question), _WANTED, unit_vectors=full, factor=self.factor)
            ),
            corpus.chunks,
            kept.codes.nbytes + (full.nbytes if full is not None else 0),
        )
