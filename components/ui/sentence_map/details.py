"""The selected sentences: one of them with its true neighbours, all of them in a table and compared with each other."""

import html

import numpy as np
import pandas as pd
import streamlit as st

from components.core.mapping.neighbours import Neighbourhood
from components.core.mapping.sentence_pairs import most_similar, most_surprising
from components.figures.heatmaps.similarity import similarity_heatmap
from components.ui import state
from components.ui.charts import numbers_button, show
from components.ui.page import markup, palette, section, shorten
from components.ui.sentence_map.maps import group_name
from components.ui.sentence_map.selection import search_hits
from components.ui.sentence_map.sentences import SHIPPED, traps
from components.ui.sentence_map.session import SentenceMap
from components.ui.tables import table
from components.ui.wording import format_count, join_list, spell_number

# What fits into one picture, with values to be read.
_MOST_PICTURED = 30
# Of more, comparing each with each would take a while, and memory, at each step.
_MOST_COMPARED = 300
_LABEL = 40


def draw(session: SentenceMap, selected: tuple[int, ...], picked: int | None, grouped: bool) -> None:
    """Draw what is known of the selection. grouped: whether the page shows groups, and so their names."""
    if not selected:
        _say_nothing(session)
        return
    _say_of_trap(session, selected)
    if picked is not None:
        _draw_neighbours(session, picked)
    _draw_table(session, selected, picked, grouped)
    if len(selected) > 1:
        _draw_similarities(session, selected)


def _say_nothing(session: SentenceMap) -> None:
    if session.search is not None and not search_hits(session):
        contains = "has anything in common with" if session.search.by_meaning else "contains"
        heading = f"No sentence {contains} “{shorten(session.search.phrase, 60)}”"
    else:
        heading = "Nothing is selected"
    section(
        heading,
        "Click a dot, draw a line around some with the lasso, find a phrase, try a trap, or add a sentence of your "
        "own.",
    )


def _finding(session: SentenceMap, picked: int, around: Neighbourhood) -> str:
    """What is found of one sentence."""
    kept, asked = int(around.near.sum()), len(around.indices)
    name = shorten(session.sentences[picked], 60)
    if not asked:
        alone = len(session.sentences) == 1
        return f"“{name}” is alone on this map" if alone else f"No other sentence has anything in common with “{name}”"
    if asked == 1:
        return f"“{name}”: the one sentence like it is {'near it' if kept else 'far from it'} on the map"
    share = f"{spell_number(kept) if kept else 'none'} of the {spell_number(asked)} sentences most like it"
    return f"“{name}”: {share} {'are' if kept > 1 else 'is'} near it on the map"


def _say_of_trap(session: SentenceMap, selected: tuple[int, ...]) -> None:
    if st.session_state[state.SentenceMap.SOURCE] != SHIPPED:
        return
    chosen = {session.sentences[place] for place in selected}
    for name, (sentences, says) in traps().items():
        if chosen == set(sentences):
            markup(f'<p class="es-lead"><b>{html.escape(name)}.</b> {html.escape(says)}</p>')


def _draw_neighbours(session: SentenceMap, picked: int) -> None:
    around = session.neighbourhood(picked)
    section(
        _finding(session, picked, around),
        "Its true nearest neighbours, by the cosines of the vectors, not by distances on the map. There an unbroken "
        "line leads to those that are among the nearest dots, a dashed one to those that the map has torn away.",
    )
    table(
        ["sentence", "cosine", "on the map"],
        [
            [session.sentences[place], f"{cosine:.4f}", "near" if near else "torn away"]
            for place, cosine, near in zip(around.indices, around.cosines, around.near, strict=True)
        ],
        f"The sentences nearest to “{shorten(session.sentences[picked], 80)}” in "
        f"{session.unit_vectors().shape[1]} dimensions.",
    )


def _draw_table(session: SentenceMap, selected: tuple[int, ...], picked: int | None, grouped: bool) -> None:
    section(_heading(session, selected), "A click on a column's name sorts by it.")
    frame = _selected_table(session, selected, picked, grouped)
    st.dataframe(
        frame,
        hide_index=True,
        height="content" if len(frame) < 8 else 300,
        column_config={"sentence": st.column_config.TextColumn(width="large")}
        | {name: st.column_config.NumberColumn(format="%.4f") for name in frame.columns if "cosine" in name},
        key=state.SentenceMap.SELECTION_TABLE,
    )
    numbers_button(lambda: frame.set_index("sentence"), "selection", "Download the selection (CSV)")


def _heading(session: SentenceMap, selected: tuple[int, ...]) -> str:
    about = f"{format_count(len(selected), 'sentence')} selected"
    if session.search is None or selected != search_hits(session):
        return about
    phrase = shorten(session.search.phrase, 60)
    unit = session.phrase_unit()
    if unit is None:
        return f"{about}: with “{phrase}”"
    best = session.unit_vectors()[selected[0]] @ unit
    return f"{about}: nearest in meaning to “{phrase}”, the best at a cosine of {best:.2f}"


def _selected_table(session: SentenceMap, selected: tuple[int, ...], picked: int | None, grouped: bool) -> pd.DataFrame:
    known = len(session.of_set.sentences)
    places = np.array(selected)
    units = session.unit_vectors()
    columns: dict[str, object] = {"sentence": [session.sentences[place] for place in selected]}
    if session.of_set.labels is not None:
        columns["label"] = [session.of_set.labels[place] if place < known else "(added)" for place in selected]
    if grouped:
        numbers, clusters = session.groups
        names = {each.number: group_name(each.words, each.number) for each in clusters}
        columns["group"] = [names[int(numbers[place])] if place < known else "(added)" for place in selected]
    unit = session.phrase_unit()
    if unit is not None:
        columns["cosine to the phrase"] = (units[places] @ unit).round(4)
    if picked is not None:
        columns["cosine to the one above"] = (units[places] @ units[picked]).round(4)
    return pd.DataFrame(columns)


def _draw_similarities(session: SentenceMap, selected: tuple[int, ...]) -> None:
    compared = selected[:_MOST_COMPARED]
    units = session.unit_vectors()[list(compared)]
    texts = [session.sentences[place] for place in compared]
    section("How alike they are", " ".join([*_pairs(units, texts), _shown(len(selected))]))
    pictured = texts[:_MOST_PICTURED]
    cosines = np.clip(units[: len(pictured)] @ units[: len(pictured)].T, -1, 1)
    show(
        similarity_heatmap(cosines, [shorten(text, _LABEL) for text in pictured], "sentence", palette()),
        key="selected-similarities",
        alt=f"Cosine similarity of {format_count(len(pictured), 'selected sentence')} with each other",
        numbers=lambda: pd.DataFrame(cosines, index=pictured, columns=pictured),
    )


def _shown(count: int) -> str:
    said = f"Compared are the first {_MOST_COMPARED} of {count:,} selected. " if count > _MOST_COMPARED else ""
    return said + (f"Pictured are the first {_MOST_PICTURED}." if count > _MOST_PICTURED else "")


def _pairs(units: np.ndarray, texts: list[str]) -> list[str]:
    """The most similar pair, and the one that is most alike without a word in common."""
    alike, odd = most_similar(units), most_surprising(units, texts)
    if alike is None:
        return []
    first, second, cosine = alike
    most = f"Most alike are “{texts[first]}” and “{texts[second]}” ({cosine:.4f})"
    if odd is None:
        return [f"{most}.", "Whatever is alike here shares a word that carries meaning."]
    shared = f"nothing but {join_list([f'“{word}”' for word in odd.in_common])}" if odd.in_common else "no word"
    if (odd.first, odd.second) == (first, second):
        return [f"{most}, and they have {shared} in common: that is surprising."]
    return [
        f"{most}.",
        f"The most surprising pair has {shared} in common and still a cosine of {odd.cosine:.4f}: "
        f"“{texts[odd.first]}” and “{texts[odd.second]}”.",
    ]
