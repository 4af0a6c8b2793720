"""The passages as a map, and where the question lands on it."""

import html
from collections.abc import Sequence
from threading import Condition

import numpy as np
import pandas as pd
import streamlit as st
from cachetools import LRUCache, cached

from components.core.mapping.clustering import Cluster, describe_clusters, k_means
from components.core.mapping.neighbours import nearest_dots
from components.core.mapping.projection import Projection, ProjectionSettings, fit_projection
from components.ui import state
from components.ui.charts import show_scatter
from components.ui.page import markup, section, shorten
from components.ui.pickers import pick_option
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.passages import best_sentences, name_of, passage_html
from components.ui.retrieval.results import WHY, score
from components.ui.retrieval.search_result import DENSE, METHODS, SearchResult
from components.ui.sentence_map.maps import group_name
from components.ui.tables import table
from components.ui.wording import format_count, spell_number
from components.views.scatter import Group, Line, MapMarks, Marks, marks

_KEY, _CHANNEL = "passage-map", "passages"
_SETTINGS = ProjectionSettings()
_BY_DOCUMENT, _BY_GROUP = "documents", "groups"
# As many as ten topics; more colours nobody tells apart.
_GROUPS, _MOST_DOCUMENTS = 8, 19
# A dot reads out so much of its passage.
_READ_OUT = 240
_MOST_CLICKED = 10
# What the question is called where passages have ids.
_STAR = "question"
# As many passages as a question is placed among.
_AROUND = 5
_MAPS = 50_000_000


@cached(
    LRUCache(_MAPS, getsizeof=lambda each: each.points.nbytes),
    key=lambda prepared: (prepared.model, prepared.corpus.digest, prepared.settings),
    condition=Condition(),
)
def passage_map(prepared: IndexedCorpus) -> Projection:
    """The map of all passages. It knows nothing of any question, and so does not move when another is asked."""
    return fit_projection(prepared.unit_vectors, _SETTINGS)


def _passage_groups(prepared: IndexedCorpus) -> tuple[np.ndarray, tuple[Cluster, ...]]:
    """(N,) the number of each passage's group, and the groups, the largest first.

    Their names are words of the passages, and so stay with them.
    """

    def find() -> tuple[np.ndarray, tuple[Cluster, ...]]:
        numbers = k_means(prepared.unit_vectors, _GROUPS, _SETTINGS.seed)
        return numbers, describe_clusters(numbers, prepared.unit_vectors, [chunk.text for chunk in prepared.chunks])

    found: tuple[np.ndarray, tuple[Cluster, ...]] = prepared.memo.get("groups", find)
    return found


def draw(prepared: IndexedCorpus, searched: SearchResult | None) -> None:
    """Draw the map. searched: the question, if there is one to be seen."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        colours = pick_option("Colours show", [_BY_DOCUMENT, _BY_GROUP], state.Retrieval.PASSAGES_COLOURED)
        method = ask_for_ranking() if searched else DENSE
    heading = st.empty()
    with st.spinner("Making the map …"):
        made = passage_map(prepared)
    groups, group_of = _coloured(prepared, colours)
    show_scatter(
        made.points,
        [_read_out(prepared, place) for place in range(len(prepared.chunks))],
        groups,
        group_of,
        key=_KEY,
        alt=f"Map of {format_count(len(prepared.chunks), 'passage')} by {made.method}",
        numbers=lambda: pd.DataFrame(
            made.points, index=pd.Index([chunk.id for chunk in prepared.chunks], name="passage"), columns=["x", "y"]
        ).assign(text=[chunk.text for chunk in prepared.chunks]),
        channel=_CHANNEL,
        height=520,
        on_pick=lambda places: _take(prepared, places),
    )
    star = {} if searched is None else {_STAR: len(prepared.chunks)}
    places = [
        (prepared.indices | star).get(chunk) for chunk in st.session_state.get(state.Retrieval.PASSAGE_CLICKED, ())
    ]
    clicked = [place for place in places if place is not None]
    lines = _draw_question(made, searched, method, clicked)
    with heading.container():
        _say(prepared, searched, method, lines)
    if searched is not None and lines:
        _draw_lines(searched, method, lines)
    for place in clicked[:_MOST_CLICKED]:
        _draw_clicked(prepared, searched, place)
    if len(clicked) > _MOST_CLICKED:
        markup(f'<p class="es-note">And {len(clicked) - _MOST_CLICKED:,} more of the passages picked.</p>')


def ask_for_ranking() -> str:
    """Ask which ranking is meant."""
    return pick_option("Ranking", METHODS, state.Retrieval.RANKED_BY)


def _coloured(prepared: IndexedCorpus, by: str) -> tuple[list[Group], np.ndarray]:
    if by == _BY_GROUP:
        numbers, clusters = _passage_groups(prepared)
        order = {cluster.number: place for place, cluster in enumerate(clusters)}
        names = [Group(group_name(each.words, each.number)) for each in clusters]
        return names, np.array([order[number] for number in numbers.tolist()])
    titles = [shorten(prepared.titles[document.id], 40) for document in prepared.corpus.documents]
    if len(titles) <= _MOST_DOCUMENTS + 1:
        return [Group(title) for title in titles], prepared.documents
    named = [Group(title) for title in titles[:_MOST_DOCUMENTS]]
    return [*named, Group("other documents", rest=True)], np.minimum(prepared.documents, _MOST_DOCUMENTS)


def _read_out(prepared: IndexedCorpus, place: int) -> str:
    chunk = prepared.chunks[place]
    text = shorten(" ".join(chunk.text.split()), _READ_OUT)
    return f"{name_of(prepared, place)}: {text}"


def _take(prepared: IndexedCorpus, places: tuple[int, ...]) -> None:
    count = len(prepared.chunks)
    # A map that is about to change may still name others.
    known = [prepared.chunks[place].id if place < count else _STAR for place in sorted(places) if place <= count]
    st.session_state[state.Retrieval.PASSAGE_CLICKED] = tuple(known)


def _draw_question(
    made: Projection, searched: SearchResult | None, method: str, clicked: Sequence[int]
) -> tuple[Line, ...]:
    """Where the question lands, and the lines to what was retrieved for it."""
    selected = tuple(clicked)
    if searched is None:
        nothing = MapMarks(np.zeros((0, made.points.shape[1])), None, made.points.shape)
        marks(Marks(selected, None, (), None), {_KEY: nothing}, key="passage-marks", channel=_CHANNEL)
        return ()
    landed = made.place(searched.question_vector[None], searched.prepared.unit_vectors)
    count = len(made.points)
    found = [each.index for each in searched.ranking(method)]
    near = set(nearest_dots(np.vstack([made.points, landed]), min(searched.k, count), np.array([count]))[0].tolist())
    lines = tuple(Line(place, float(searched.cosines[place]), place in near) for place in found)
    placed = MapMarks(landed, None, made.points.shape, lines)
    shown = Marks(selected, count, (f"Question: {searched.question}",), None)
    marks(shown, {_KEY: placed}, key="passage-marks", channel=_CHANNEL)
    return lines


def _say(prepared: IndexedCorpus, searched: SearchResult | None, method: str, lines: tuple[Line, ...]) -> None:
    if searched is None:
        section(
            f"{format_count(len(prepared.chunks), 'passage')} on one map", "Ask a question, and see where it lands."
        )
        return
    near = sum(line.near for line in lines)
    if not lines:
        heading = "The question lands, and nothing is retrieved for it"
    else:
        are = "is" if near == 1 else "are"
        heading = f"{spell_number(near).capitalize()} of {spell_number(len(lines))} retrieved {are} near on this map"
    around = spell_number(min(_AROUND, len(prepared.chunks)))
    section(
        heading,
        f"The star is the question, at the mean of the {around} passages most like it, weighted by similarity. Lines "
        f"lead to what {method} retrieves, the thicker the higher the true cosine: green and unbroken where it is "
        "among the star's nearest dots, red and dashed where the map has torn it away. The map is made of the passages "
        "alone and does not move. Click a dot to read it.",
    )


def _draw_lines(searched: SearchResult, method: str, lines: tuple[Line, ...]) -> None:
    table(
        ["retrieved", "cosine", "on the map"],
        [
            [name_of(searched.prepared, line.to), score(DENSE, line.cosine), "near" if line.near else "torn away"]
            for line in lines
        ],
        f"What {method} retrieves, best first, with the true cosine of each to the question.",
    )


def _draw_clicked(prepared: IndexedCorpus, searched: SearchResult | None, place: int) -> None:
    if searched is not None and place == len(prepared.chunks):
        markup(
            f'<div class="es-passage"><p>The question</p><p class="es-text">{html.escape(searched.question)}</p></div>'
        )
        return
    best, cosine = None, ""
    if searched is not None:
        best = best_sentences(searched, [place]).get(place)
        cosine = f'<b class="es-score">{score(DENSE, float(searched.cosines[place]))}</b>'
    text = passage_html(prepared, place, best)
    markup(f'<div class="es-passage"><p>{html.escape(name_of(prepared, place))}{cosine}</p>{text}</div>')
    if searched is not None:
        st.button(
            "Why this score?",
            key=f"why_clicked_{place}",
            type="tertiary",
            on_click=lambda: st.session_state.update(
                {state.Retrieval.PASSAGE: prepared.chunks[place].id, state.Retrieval.VIEW: WHY}
            ),
        )
