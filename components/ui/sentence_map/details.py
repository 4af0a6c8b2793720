"""The selected sentences: one with its true neighbours, all in a table and compared with each other."""

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.mapping.neighbours import Neighbourhood
from components.core.mapping.sentence_pairs import most_similar, most_surprising
from components.figures.heatmaps.similarity import similarity_heatmap
from components.ui import downloads, state
from components.ui.charts import show
from components.ui.page import markup, palette, quoted
from components.ui.sentence_map import added_sentences, selection
from components.ui.sentence_map.group_names import group_names
from components.ui.sentence_map.selection import search_hits
from components.ui.sentence_map.sentences import SHIPPED, traps
from components.ui.sentence_map.session import SentenceMap
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count, join_list, shorten, spell_number

# Sentences whose cosines can be read in one picture.
_MOST_PICTURED = 30
# Comparing more of them with each other would take time and memory in each run.
_MOST_COMPARED = 300
_LABEL = 40
# Selected sentences that are listed beside the map.
_MOST_LISTED = 12


def draw(session: SentenceMap, selected: tuple[int, ...], focus: int | None, grouped: bool) -> None:
    """Draw the selection beside the map.

    focus: the sentence whose neighbours are shown. grouped: True if the page shows groups.
    """
    if not selected:
        _draw_empty(session)
        return
    _draw_trap(session, selected)
    selection.pick_focus(session, selected)
    added_sentences.offer_to_remove()
    if focus is not None:
        _draw_neighbours(session, focus)
    else:
        _draw_list(session, selected)
    with frame.details():
        _draw_table(session, selected, focus, grouped)


def draw_compared(session: SentenceMap, selected: tuple[int, ...]) -> None:
    """Draw how similar the selected sentences are to each other."""
    compared = selected if len(selected) > 1 else _opening(session)
    if len(compared) < 2:
        frame.heading("It takes two sentences to compare them", "Add another.")
        return
    _draw_similarities(session, compared, chosen=compared == selected)


def _opening(session: SentenceMap) -> tuple[int, ...]:
    """The sentences that are compared while fewer than two are selected: those of the first trap, or the first few."""
    if st.session_state[state.SentenceMap.SOURCE] == SHIPPED:
        sentences, _ = next(iter(traps().values()))
        return tuple(session.of_set.indices[each] for each in sentences)
    return tuple(range(min(_MOST_LISTED, len(session.sentences))))


def _draw_empty(session: SentenceMap) -> None:
    if session.search is not None and not search_hits(session):
        contains = "has anything in common with" if session.search.by_meaning else "contains"
        heading = f"No sentence {contains} {quoted(shorten(session.search.phrase, 60))}"
    else:
        heading = "No sentence is selected"
    frame.part(
        heading,
        "Click a dot, enclose dots with the lasso, find a phrase, try a trap, or add your own sentence.",
    )


def _draw_list(session: SentenceMap, selected: tuple[int, ...]) -> None:
    frame.part(_heading(session, selected))
    shown = selected[:_MOST_LISTED]
    more = len(selected) - len(shown)
    markup(
        Markup('<ul class="es-list">{}</ul>').format(
            Markup("").join(Markup("<li dir=auto>{}</li>").format(session.sentences[index]) for index in shown)
        )
    )
    if more:
        frame.note(f"And {more:,} more, under “Details”.")


def _finding(session: SentenceMap, focus: int, neighbours: Neighbourhood) -> str:
    """The heading: the true neighbours of a sentence that the map keeps near."""
    kept, count = int(neighbours.near.sum()), len(neighbours.indices)
    name = shorten(session.sentences[focus], 60)
    if not count:
        alone = len(session.sentences) == 1
        return f"“{name}” is alone on this map" if alone else f"No other sentence has anything in common with “{name}”"
    if count == 1:
        return f"“{name}”: the only similar sentence is {'near it' if kept else 'far from it'} on the map"
    share = f"{spell_number(kept) if kept else 'none'} of the {spell_number(count)} most similar sentences"
    return f"“{name}”: {share} {'are' if kept > 1 else 'is'} near it on the map"


def _draw_trap(session: SentenceMap, selected: tuple[int, ...]) -> None:
    if st.session_state[state.SentenceMap.SOURCE] != SHIPPED:
        return
    selected_texts = {session.sentences[index] for index in selected}
    for name, (sentences, says) in traps().items():
        if selected_texts == set(sentences):
            markup(Markup('<p class="es-note"><b>{}.</b> {}</p>').format(name, says))


def _draw_neighbours(session: SentenceMap, focus: int) -> None:
    neighbours = session.neighbourhood(focus)
    frame.part(
        _finding(session, focus, neighbours),
        "Solid lines lead to true neighbours that the map keeps near, dashed lines to those that are far.",
    )
    table(
        ["sentence", "cosine", "on the map"],
        [
            [session.sentences[index], f"{cosine:.4f}", "near" if near else "far"]
            for index, cosine, near in zip(neighbours.indices, neighbours.cosines, neighbours.near, strict=True)
        ],
        f"The sentences nearest to “{shorten(session.sentences[focus], 80)}” in "
        f"{session.unit_vectors().shape[1]:,} dimensions.",
    )


def _draw_table(session: SentenceMap, selected: tuple[int, ...], focus: int | None, grouped: bool) -> None:
    frame.part(_heading(session, selected), "Click a column’s name to sort by it.")
    selected_table = _selected_table(session, selected, focus, grouped)
    st.dataframe(
        selected_table,
        hide_index=True,
        height="content" if len(selected_table) < 8 else 300,
        column_config={"sentence": st.column_config.TextColumn(width="large")}
        | {name: st.column_config.NumberColumn(format="%.4f") for name in selected_table.columns if "cosine" in name},
        key=state.SentenceMap.SELECTION_TABLE,
    )
    downloads.offer(
        "Download the selection (CSV)",
        lambda: selected_table.set_index("sentence").to_csv().encode("utf-8"),
        "encoderscope-selection.csv",
        key="numbers_selection",
        type="tertiary",
    )


def _heading(session: SentenceMap, selected: tuple[int, ...]) -> str:
    about = f"{format_count(len(selected), 'sentence')} selected"
    if session.search is None or selected != search_hits(session):
        return about
    phrase = shorten(session.search.phrase, 60)
    phrase_vector = session.phrase_vector()
    if phrase_vector is None:
        return f"{about}: with “{phrase}”"
    best = session.unit_vectors()[selected[0]] @ phrase_vector
    return f"{about}: nearest in meaning to “{phrase}”; highest cosine {best:.2f}"


def _selected_table(session: SentenceMap, selected: tuple[int, ...], focus: int | None, grouped: bool) -> pd.DataFrame:
    known = len(session.of_set.sentences)
    indices = np.array(selected)
    unit_vectors = session.unit_vectors()
    columns: dict[str, object] = {"sentence": [session.sentences[index] for index in selected]}
    if session.of_set.labels is not None:
        columns["label"] = [session.of_set.labels[index] if index < known else "(added)" for index in selected]
    if grouped:
        numbers, names = session.groups[0], group_names(session)
        columns["group"] = [names[int(numbers[index])] if index < known else "(added)" for index in selected]
    phrase_vector = session.phrase_vector()
    if phrase_vector is not None:
        columns["cosine to the phrase"] = (unit_vectors[indices] @ phrase_vector).round(4)
    if focus is not None:
        columns["cosine to the sentence above"] = (unit_vectors[indices] @ unit_vectors[focus]).round(4)
    return pd.DataFrame(columns)


def _draw_similarities(session: SentenceMap, selected: tuple[int, ...], chosen: bool) -> None:
    """Draw the cosines of sentences with each other. chosen: True if the reader has selected them."""
    compared = selected[:_MOST_COMPARED]
    unit_vectors = session.unit_vectors()[list(compared)]
    texts = [session.sentences[index] for index in compared]
    frame.heading(
        f"{format_count(len(selected), 'selected sentence' if chosen else 'sentence')}, each compared with each",
        " ".join(
            [
                *_pairs(unit_vectors, texts),
                _limits(len(selected)),
                "" if chosen else "Select others on the map, find a phrase, or try a trap.",
            ]
        ),
    )
    pictured = texts[:_MOST_PICTURED]
    cosines = np.clip(unit_vectors[: len(pictured)] @ unit_vectors[: len(pictured)].T, -1, 1)
    show(
        similarity_heatmap(cosines, [shorten(text, _LABEL) for text in pictured], "sentence", palette()),
        key="selected-similarities",
        alt=f"Cosine similarity of {format_count(len(pictured), 'selected sentence')} with each other",
        numbers=lambda: pd.DataFrame(cosines, index=pictured, columns=pictured),
    )


def _limits(count: int) -> str:
    compared = f"The first {_MOST_COMPARED} of {count:,} are compared. " if count > _MOST_COMPARED else ""
    return compared + (f"The picture shows the first {_MOST_PICTURED}." if count > _MOST_PICTURED else "")


def _pairs(unit_vectors: np.ndarray, texts: list[str]) -> list[str]:
    """Sentences about the most similar pair, and about the most similar pair without a content word in common."""
    alike, odd = most_similar(unit_vectors), most_surprising(unit_vectors, texts)
    if alike is None:
        return []
    first, second, cosine = alike
    most = f"The most similar are “{texts[first]}” and “{texts[second]}” ({cosine:.4f})"
    if odd is None:
        return [f"{most}.", "All similar pairs here share a content word."]
    shared = f"only {join_list([f'“{word}”' for word in odd.in_common])}" if odd.in_common else "no word"
    if (odd.first, odd.second) == (first, second):
        return [f"{most}. Surprisingly, they have {shared} in common."]
    return [
        f"{most}.",
        f"The most surprising pair has {shared} in common, but a cosine of {odd.cosine:.4f}: "
        f"“{texts[odd.first]}” and “{texts[odd.second]}”.",
    ]
