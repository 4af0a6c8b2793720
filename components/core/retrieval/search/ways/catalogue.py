"""The techniques of retrieval that can be compared: the only list of them, in the order in which they are offered.

To add one: a subclass of Way, and an entry here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from components.core.embeddings.representations import Representation
from components.core.retrieval.search.fusion import Fusion
from components.core.retrieval.search.methods import SearchMethod
from components.core.retrieval.search.operators_models import RERANKER, SPARSE_ENCODER
from components.core.retrieval.search.parent_documents import Parent
from components.core.retrieval.search.ways.compressed import (
    SIGNS,
    VECTORS,
    BinaryWay,
    FirstDimensionsWay,
    Int8Way,
    PrincipalComponentsWay,
    RescoredBinaryWay,
)
from components.core.retrieval.search.ways.feedback import Rm3Way, RocchioWay
from components.core.retrieval.search.ways.first_stage import DENSE, WORDS, VectorWay
from components.core.retrieval.search.ways.fused import HybridWay, WeightedWay
from components.core.retrieval.search.ways.late import ALL_TOKENS, TYPED_TOKENS, LateRerankWay, LateWay
from components.core.retrieval.search.ways.operators import CrossEncoderWay, HydeWay, RewritingWay, SparseWay
from components.core.retrieval.search.ways.parts import (
    ALONE,
    WITH_PASSAGE,
    BestSentenceWay,
    HeaderWay,
    ParentWay,
    SemanticWay,
    SentenceWindowWay,
)
from components.core.retrieval.search.ways.reordered import DistinctWay, DiverseWay
from components.core.retrieval.search.ways.way import NOTHING_NAMED, Group, Operators, Way

#: The search methods of the app as ways.
METHOD_WAYS: Final[Mapping[SearchMethod, Way]] = {
    SearchMethod.BM25: WORDS,
    SearchMethod.DENSE: DENSE,
    SearchMethod.HYBRID: HybridWay(),
    SearchMethod.STATIC: VectorWay(Representation.STATIC),
    SearchMethod.UNORDERED: VectorWay(Representation.UNORDERED),
}

Setting = int | float | str


@dataclass(frozen=True)
class Parameter:
    """A setting of a technique."""

    field: str  # of its way
    label: str  # on screen
    choices: tuple[Setting, ...]  # ascending, where they are numbers
    first: Setting  # the choice before a reader makes one


@dataclass(frozen=True)
class Technique:
    """A technique with its settings still open."""

    name: str  # on screen and in the address, so it never changes
    group: Group
    make: Callable[..., Way]  # called with the settings by the names of their fields
    parameters: tuple[Parameter, ...] = ()
    #: Returns the name of the operator's model that the technique needs, and what to say if there is none.
    model: Callable[[Operators], tuple[str | None, str]] | None = None

    def obstacle(self, operators: Operators) -> str:
        """Return why the technique cannot be used; "" if it can."""
        if self.model is None:
            return ""
        name, otherwise = self.model(operators)
        return "" if name else otherwise

    def way(self, settings: Mapping[str, Any], operators: Operators = NOTHING_NAMED) -> Way:
        """Return the technique with these settings, by field; a field that is not named has its first choice."""
        given = {each.field: settings.get(each.field, each.first) for each in self.parameters}
        if self.model is not None:
            given["model"], _ = self.model(operators)
        return self.make(**given)


def _of(method: SearchMethod) -> Technique:
    return Technique(method.value, Group.SCORE, lambda: METHOD_WAYS[method])


def _sizes(first: int) -> tuple[Parameter, ...]:
    return (Parameter("size", "number kept", (24, 48, 96, 192, 256), first),)


def _generator(operators: Operators) -> tuple[str | None, str]:
    return operators.generator, operators.no_generator


_LAMBDAS: Final = (0.1, 0.3, 0.5, 0.7, 0.9)

#: All techniques that are compared with dense search.
TECHNIQUES: Final = (
    _of(SearchMethod.BM25),
    _of(SearchMethod.HYBRID),
    Technique(
        "Weighted sum",
        Group.SCORE,
        WeightedWay,
        (
            Parameter("dense_weight", "weight of dense", (0.1, 0.25, 0.5, 0.75, 0.9), 0.5),
            Parameter("fusion", "scale", (Fusion.MIN_MAX.value, Fusion.Z_SCORES.value), Fusion.MIN_MAX.value),
        ),
    ),
    Technique(
        "Late interaction",
        Group.SCORE,
        LateWay,
        (Parameter("tokens", "tokens", (ALL_TOKENS, TYPED_TOKENS), ALL_TOKENS),),
    ),
    Technique(
        "SPLADE", Group.SCORE, SparseWay, model=lambda operators: (operators.sparse, SPARSE_ENCODER.not_configured)
    ),
    _of(SearchMethod.STATIC),
    _of(SearchMethod.UNORDERED),
    Technique(
        "Best sentence", Group.CUT, BestSentenceWay, (Parameter("by", "scored by", (ALONE, WITH_PASSAGE), ALONE),)
    ),
    Technique(
        "Sentence window", Group.CUT, SentenceWindowWay, (Parameter("neighbours", "on each side", (0, 1, 2, 3, 5), 2),)
    ),
    Technique(
        "Parent",
        Group.CUT,
        ParentWay,
        (Parameter("parent", "handed over", tuple(each.value for each in Parent), Parent.SECTION.value),),
    ),
    Technique("Headers", Group.CUT, HeaderWay),
    Technique(
        "By meaning",
        Group.CUT,
        SemanticWay,
        (
            Parameter("percentile", "percent of borders", (10, 25, 50), 25),
            Parameter("size", "most tokens", (64, 128, 256), 128),
        ),
    ),
    Technique("First dimensions", Group.COMPRESS, FirstDimensionsWay, _sizes(96)),
    Technique("PCA", Group.COMPRESS, PrincipalComponentsWay, _sizes(96)),
    Technique("int8", Group.COMPRESS, Int8Way),
    Technique("Binary", Group.COMPRESS, BinaryWay),
    Technique(
        "Binary, rescored",
        Group.COMPRESS,
        RescoredBinaryWay,
        (Parameter("by", "rescored by", (SIGNS, VECTORS), SIGNS), Parameter("factor", "times 50", (1, 2, 4), 2)),
    ),
    Technique(
        "Rocchio",
        Group.AFTER,
        RocchioWay,
        (
            Parameter("passages", "passages", (1, 3, 5, 10), 3),
            Parameter("beta", "β", (0.25, 0.5, 0.75, 1.0), 0.75),
        ),
    ),
    Technique(
        "RM3",
        Group.AFTER,
        Rm3Way,
        (
            Parameter("passages", "passages", (3, 5, 10, 20), 10),
            Parameter("question_weight", "λ", _LAMBDAS, 0.5),
        ),
    ),
    Technique("MMR", Group.AFTER, DiverseWay, (Parameter("relevance_weight", "λ", _LAMBDAS, 0.7),)),
    Technique(
        "No near-duplicates", Group.AFTER, DistinctWay, (Parameter("bound", "cosine", (0.7, 0.8, 0.9, 0.95), 0.9),)
    ),
    Technique(
        "Cross-encoder",
        Group.AFTER,
        CrossEncoderWay,
        (Parameter("first", "passages", (5, 10, 20, 50), 20),),
        lambda operators: (operators.reranker, RERANKER.not_configured),
    ),
    Technique("HyDE", Group.AFTER, HydeWay, model=_generator),
    Technique(
        "Other wordings", Group.AFTER, RewritingWay, (Parameter("count", "wordings", (1, 2, 3, 5), 3),), _generator
    ),
    Technique("Late re-ranking", Group.AFTER, LateRerankWay, (Parameter("first", "passages", (10, 20, 50, 100), 50),)),
)
#: Those that a comparison begins with: they take seconds.
FIRST: Final = ("BM25", "Hybrid", "First dimensions", "int8", "Binary", "Rocchio", "MMR")
