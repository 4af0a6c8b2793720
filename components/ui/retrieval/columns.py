"""The ways of searching that stand side by side on the screen “results”: which ones, and what each brings back."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from components.core.errors import EncoderscopeError
from components.core.retrieval.search.methods import SearchMethod
from components.core.retrieval.search.ways.catalogue import METHOD_WAYS, Technique
from components.core.retrieval.search.ways.way import NOTHING_NAMED, Way
from components.ui import state
from components.ui.retrieval import live_ways, technique_settings
from components.ui.retrieval.ladder.measuring import named_by_operator
from components.ui.retrieval.live_ways import Hit
from components.ui.retrieval.search_result import BM25, DENSE, HYBRID, METHODS, SearchResult
from components.ui.wording import join_list

#: Ways that can still be read beside one another.
MOST: Final = 4

#: Ranking → what orders it.
_SAYS: Final = {
    DENSE: "by meaning: how near the vectors are",
    BM25: "by shared words; rare words count most",
    HYBRID: "by both ranks: 1 ÷ (60 + rank), summed",
}
_SAYS_OF_STEMS: Final = "by shared stems, as “keep” of “keeps”; rare ones count most"
# Where a search has found nothing, the reason.
_NOTHING: Final = "No passage here shares a word with the question; words such as “the” do not count."


@dataclass(frozen=True)
class Column:
    """One way of searching beside others, and what it brings back."""

    key: str  # of its widgets
    title: str
    says: str  # what orders the ranking
    method: str  # the live ranking whose reasons explain it best: one of METHODS
    hits: tuple[Hit, ...]
    problem: str = ""  # why nothing is brought back

    @property
    def is_live_method(self) -> bool:
        """True for one of METHODS, whose own scores are explained."""
        return self.key in METHODS


def ask() -> tuple[Way, ...]:
    """Ask which ways stand side by side, and for their settings."""
    live, others = live_ways.offered()
    names = [DENSE, *live]
    picked = st.multiselect(
        "Side by side",
        names,
        list(METHODS),
        max_selections=MOST,
        key=state.Retrieval.SIDE_BY_SIDE,
        bind=state.IN_URL,
        persist_state="session",
        placeholder="Dense, BM25 and Hybrid",
        help=f"Up to {MOST} ways of searching. Not here: {join_list(list(others))}."
        if others
        else f"Up to {MOST} ways of searching.",
    )
    return tuple(dict.fromkeys(_way(name, live) for name in picked or METHODS))


def _way(name: str, live: dict[str, Technique]) -> Way:
    if name == DENSE:
        return METHOD_WAYS[SearchMethod.DENSE]
    technique = live[name]
    settings = technique_settings.ask(technique, state.Retrieval.column_setting)
    return technique.way(settings, named_by_operator() if technique.model else NOTHING_NAMED)


def read(result: SearchResult, way: Way) -> Column:
    """Return what one way brings back; a way that cannot search this corpus says why."""
    key = way.name
    title = key if key in METHODS else way.short
    method = key if key in METHODS else DENSE
    says = _SAYS_OF_STEMS if key == BM25 and result.stemmed else _SAYS.get(key, way.described.does)
    try:
        hits = live_ways.hits(result, way)
    except EncoderscopeError as error:
        return Column(key, title, says, method, (), str(error))
    if hits:
        return Column(key, title, says, method, hits)
    return Column(key, title, says, method, (), _NOTHING if result.count else "There is no passage to search.")
