"""The techniques of retrieval that can be compared: the only list of them, in the order in which they are offered.

To add one: a subclass of Way, and an entry here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from components.core.embeddings.representations import Representation
from components.core.retrieval.search.methods import SearchMethod
from components.core.retrieval.search.ways.first_stage import DENSE, VectorWay, WordWay
from components.core.retrieval.search.ways.fused import HybridWay
from components.core.retrieval.search.ways.way import EncodedCorpus, Group, Way

#: The search methods of the app as ways.
METHOD_WAYS: Final[Mapping[SearchMethod, Way]] = {
    SearchMethod.BM25: WordWay(),
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


def _always(_: EncodedCorpus) -> str:
    return ""


@dataclass(frozen=True)
class Technique:
    """A technique with its settings still open."""

    name: str  # on screen and in the address, so it never changes
    group: Group
    make: Callable[..., Way]  # called with the settings by the names of their fields
    parameters: tuple[Parameter, ...] = ()
    #: Returns why it cannot be used on a corpus with this model; "" if it can.
    obstacle: Callable[[EncodedCorpus], str] = _always

    def way(self, settings: Mapping[str, Any]) -> Way:
        """Return the technique with these settings, by field; a field that is not named has its first choice."""
        return self.make(**{each.field: settings.get(each.field, each.first) for each in self.parameters})


def _of(method: SearchMethod) -> Technique:
    return Technique(method.value, Group.SCORE, lambda: METHOD_WAYS[method])


#: All techniques that are compared with dense search.
TECHNIQUES: Final = (
    _of(SearchMethod.BM25),
    _of(SearchMethod.HYBRID),
    _of(SearchMethod.STATIC),
    _of(SearchMethod.UNORDERED),
)
#: Those that a comparison begins with: they take seconds.
FIRST: Final = (SearchMethod.BM25.value, SearchMethod.HYBRID.value, SearchMethod.STATIC.value)
