"""The selected sentences: clicked or enclosed on a map, found by a search, or those of a trap.

A selection is kept as texts, so it stays the same when the set changes.
"""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from markupsafe import Markup

from components.core.errors import EncoderscopeError
from components.core.mapping.neighbours import ZERO_COSINE
from components.core.text.spelling import indices_containing
from components.ui import state
from components.ui.caches import traces
from components.ui.caches.requests import TextRequest
from components.ui.page import markup
from components.ui.pickers import pick_option
from components.ui.sentence_map.session import NEIGHBOURS, Search, SentenceMap

_MEANING, _WORDS = "by meaning", "in the text"
_MOST_OFFERED = 200


def ask_for_phrase() -> str:
    """Ask for a phrase to search for; the sentences found become the selection."""
    phrase: str = st.text_input(
        "Find",
        placeholder="a lost football match",
        key=state.SentenceMap.FIND,
        bind=state.IN_URL,
        persist_state="session",
        max_chars=2_000,
        width=210,
        on_change=_clear_selection,
    )
    return phrase.strip()


def pick_way_to_find() -> str:
    """Ask how to search."""
    return pick_option("Find it", [_MEANING, _WORDS], state.SentenceMap.FIND_BY, on_change=_clear_selection)


def search_for(phrase: str, way: str) -> Search | None:
    """The search for a phrase; None without one, or with one that cannot be read: then the reason is drawn."""
    if not phrase:
        return None
    by_meaning = way == _MEANING
    if by_meaning:
        try:
            traces.tokens(TextRequest(st.session_state[state.Shared.MODEL], phrase))
        except EncoderscopeError as error:
            markup(Markup('<p class="es-problem">{}</p>').format(str(error)))
            return None
    return Search(phrase, by_meaning)


def _clear_selection() -> None:
    st.session_state.pop(state.SentenceMap.SELECTED, None)


def select(sentences: Sequence[str]) -> None:
    """Select these sentences from the next run on; () clears the selection."""
    st.session_state[state.SentenceMap.SELECTED] = tuple(sentences)


def selected_indices(session: SentenceMap) -> tuple[int, ...]:
    """The indices of the selected sentences: those that the reader selected, else those of the search, best first."""
    selected_texts = st.session_state.get(state.SentenceMap.SELECTED)
    if selected_texts is not None:
        known = len(session.of_set.sentences)
        indices = session.of_set.indices | {each: known + number for number, each in enumerate(session.added)}
        return tuple(indices[each] for each in dict.fromkeys(selected_texts) if each in indices)
    return search_hits(session) if session.search else ()


def search_hits(session: SentenceMap) -> tuple[int, ...]:
    """The indices of the sentences that contain the phrase, or of those nearest in meaning, best first."""
    if session.search is None:
        return ()
    phrase_vector = session.phrase_vector()
    if phrase_vector is not None:
        cosines = session.unit_vectors() @ phrase_vector
        best = np.argsort(-cosines, kind="stable")[:NEIGHBOURS]
        return tuple(best[np.abs(cosines[best]) > ZERO_COSINE].tolist())
    return indices_containing(session.search.phrase, session.sentences)


def focus_of(session: SentenceMap, indices: tuple[int, ...]) -> int | None:
    """The index of the sentence whose neighbours are shown: the only selected one, or the one asked for; or None."""
    if len(indices) < 2:
        return indices[0] if indices else None
    return _offered(session, indices).get(st.session_state.get(state.SentenceMap.PICKED) or "")


def pick_focus(session: SentenceMap, indices: tuple[int, ...]) -> None:
    """Ask for the sentence whose neighbours are shown, if several are selected."""
    if len(indices) < 2:
        return
    offered = _offered(session, indices)
    if st.session_state.get(state.SentenceMap.PICKED) not in offered:
        st.session_state.pop(state.SentenceMap.PICKED, None)
    st.selectbox(
        "Neighbours of",
        list(offered),
        index=None,
        placeholder="Choose a sentence",
        key=state.SentenceMap.PICKED,
    )


def _offered(session: SentenceMap, indices: tuple[int, ...]) -> dict[str, int]:
    return {session.sentences[index]: index for index in indices[:_MOST_OFFERED]}
