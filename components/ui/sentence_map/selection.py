"""Which sentences are selected: picked on a map, fenced in, found by a search, or a trap's.

A selection is kept as texts: it means the same sentences whatever set they stand in and wherever.
"""

import html
from collections.abc import Sequence

import numpy as np
import streamlit as st

from components.core.errors import EncoderscopeError
from components.core.mapping.neighbours import ZERO_COSINE
from components.ui import state
from components.ui.caches import traces
from components.ui.caches.requests import TextRequest
from components.ui.page import markup
from components.ui.pickers import pick_option
from components.ui.sentence_map.session import NEIGHBOURS, Search, SentenceMap

_MEANING, _WORDS = "by meaning", "in the text"
_MOST_OFFERED = 200


def ask_to_find() -> Search | None:
    """Ask for a phrase to search for; what it finds becomes the selection."""
    phrase = st.text_input(
        "Find",
        placeholder="something hot to drink",
        key=state.SentenceMap.FIND,
        bind=state.IN_URL,
        persist_state="session",
        max_chars=2_000,
        width=210,
        on_change=_let_go,
    ).strip()
    how = pick_option("Find it", [_MEANING, _WORDS], state.SentenceMap.FIND_BY, on_change=_let_go)
    if not phrase:
        return None
    by_meaning = how == _MEANING
    if by_meaning:
        try:
            traces.tokens(TextRequest(st.session_state[state.Shared.MODEL], phrase))
        except EncoderscopeError as error:
            markup(f'<p class="es-problem">{html.escape(str(error))}</p>')
            return None
    return Search(phrase, by_meaning)


def _let_go() -> None:
    st.session_state.pop(state.SentenceMap.SELECTED, None)


def take(sentences: Sequence[str]) -> None:
    """Select these sentences from the next run on; none lets go of all."""
    st.session_state[state.SentenceMap.SELECTED] = tuple(sentences)


def selected(session: SentenceMap) -> tuple[int, ...]:
    """The places of the selected sentences: the picked ones, or else what the search found, best first."""
    picked = st.session_state.get(state.SentenceMap.SELECTED)
    if picked is not None:
        known = len(session.of_set.sentences)
        places = session.of_set.indices | {each: known + number for number, each in enumerate(session.added)}
        return tuple(places[each] for each in dict.fromkeys(picked) if each in places)
    return search_hits(session) if session.search else ()


def search_hits(session: SentenceMap) -> tuple[int, ...]:
    """The places of what a search finds: those that contain the phrase, or those nearest in meaning, best first."""
    if session.search is None:
        return ()
    unit = session.phrase_unit()
    if unit is not None:
        cosines = session.unit_vectors() @ unit
        best = np.argsort(-cosines, kind="stable")[:NEIGHBOURS]
        return tuple(best[np.abs(cosines[best]) > ZERO_COSINE].tolist())
    wanted = session.search.phrase.casefold()
    return tuple(place for place, sentence in enumerate(session.sentences) if wanted in sentence.casefold())


def pick_one(session: SentenceMap, places: tuple[int, ...]) -> int | None:
    """Whose neighbours are shown: of one selected sentence its own; of several, ask whose. None for nobody's."""
    if len(places) < 2:
        return places[0] if places else None
    offered = {session.sentences[place]: place for place in places[:_MOST_OFFERED]}
    if st.session_state.get(state.SentenceMap.PICKED) not in offered:
        st.session_state.pop(state.SentenceMap.PICKED, None)
    picked = st.selectbox(
        "Neighbours of",
        list(offered),
        index=None,
        placeholder="One of the selected",
        key=state.SentenceMap.PICKED,
        width=330,
    )
    return None if picked is None else offered[picked]
