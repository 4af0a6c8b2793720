"""The passages on a map, and the question among them."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.mapping.clustering import Cluster, describe_clusters, k_means
from components.core.mapping.neighbours import nearest_dots
from components.core.mapping.projection import Projection, ProjectionSettings, fit_projection
from components.ui import state
from components.ui.caches import corpora
from components.ui.charts import show
from components.ui.page import markup
from components.ui.pickers import pick_option
from components.ui.retrieval import feedback
from components.ui.retrieval.feedback import Feedback
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.passages import best_sentences, name_of, passage_html
from components.ui.retrieval.results import WHY, format_score
from components.ui.retrieval.search_result import DENSE, METHODS, SearchResult
from components.ui.sentence_map.group_names import own_words
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count, join_list, shorten, spell_number
from components.views.scatter import Group, Line, MapMarks, Marks, marks, scatter

_KEY, _CHANNEL = "passage-map", "passages"
_SETTINGS = ProjectionSettings()
_BY_DOCUMENT, _BY_GROUP = "documents", "groups"
# More colours cannot be told apart.
_GROUPS, _MOST_DOCUMENTS = 8, 19
# Characters of a passage that its dot shows.
_READ_OUT = 240
_MOST_CLICKED = 10
# The question's name among the ids of passages.
_STAR = "question"
# Of the map's width: a shorter way cannot be seen.
_HARDLY = 0.02
# Passages whose mean is the place of a question.
_AROUND = 5


def passage_map(indexed_corpus: IndexedCorpus) -> Projection:
    """The map of all passages. It is made without the question, so it stays when another is asked."""
    return corpora.passage_map(indexed_corpus.request, lambda: fit_projection(indexed_corpus.unit_vectors, _SETTINGS))


def _passage_groups(indexed_corpus: IndexedCorpus) -> tuple[np.ndarray, tuple[Cluster, ...]]:
    """(N,) the number of each passage's group, and the groups, the largest first.

    They are kept with the corpus, since their names are words of it.
    """

    def compute() -> tuple[np.ndarray, tuple[Cluster, ...]]:
        numbers = k_means(indexed_corpus.unit_vectors, _GROUPS, _SETTINGS.seed)
        return numbers, describe_clusters(
            numbers, indexed_corpus.unit_vectors, [chunk.text for chunk in indexed_corpus.chunks]
        )

    groups: tuple[np.ndarray, tuple[Cluster, ...]] = indexed_corpus.memo.get("groups", compute)
    return groups


def draw(result: SearchResult, method: str) -> None:
    """Draw the map, and the question of a search on it. method: of the ranking that lines lead to."""
    indexed_corpus = result.indexed_corpus
    with frame.controls():
        colours = pick_option("Colours show", [_BY_DOCUMENT, _BY_GROUP], state.Retrieval.PASSAGES_COLOURED)
    settings = feedback.ask(result)
    moved = feedback.moved_by(result, settings)
    with st.spinner("Making the map …"):
        projection = passage_map(indexed_corpus)
    picture, beside = st.columns([5, 3], gap="medium")
    with picture:
        _draw_map(indexed_corpus, projection, colours)
    star = {_STAR: len(indexed_corpus.chunks)}
    indices = [
        (indexed_corpus.indices | star).get(chunk)
        for chunk in st.session_state.get(state.Retrieval.PASSAGE_CLICKED, ())
    ]
    clicked = [index for index in indices if index is not None]
    lines = _draw_question(projection, result, method, clicked, moved)
    heading, lead = _finding(indexed_corpus, DENSE if moved else method, lines)
    if moved:
        heading, lead = feedback.finding(moved), f"{_lead_of(projection, result, moved)} {lead.partition('. ')[2]}"
        with frame.details():
            names = [name_of(indexed_corpus, index) for index in moved.wrong]
            feedback.explain(moved, settings, names)
    frame.heading(heading, lead)
    with beside, st.container(key="scroll_map"):
        if clicked:
            _draw_all_clicked(result, clicked)
        elif lines:
            _draw_lines(result, method, lines, moved)
    if clicked and lines:
        with frame.details():
            _draw_lines(result, method, lines, moved)


def _lead_of(projection: Projection, result: SearchResult, moved: Feedback) -> str:
    """What the arrow shows."""
    before, after = _places(projection, result, moved)
    if np.linalg.norm(after - before) < _HARDLY * np.ptp(projection.points, axis=0).max():
        around = spell_number(min(_AROUND, len(result.indexed_corpus.chunks)))
        return f"On the map the star hardly moves: the {around} passages around it stay nearly the same."
    return "The arrow leads from where the question was to where it is now."


def _places(projection: Projection, result: SearchResult, moved: Feedback) -> np.ndarray:
    """(2, 2) the question on the map before feedback and after it."""
    vectors = np.vstack([moved.moved.before, moved.moved.after])
    return projection.place(vectors, result.indexed_corpus.unit_vectors)


def _draw_map(indexed_corpus: IndexedCorpus, projection: Projection, colours: str) -> None:
    groups, group_of = _coloured(indexed_corpus, colours)
    show(
        partial(
            scatter,
            projection.points,
            [_read_out(indexed_corpus, index) for index in range(len(indexed_corpus.chunks))],
            groups,
            group_of,
            channel=_CHANNEL,
            height=520,
            on_pick=lambda indices: _take(indexed_corpus, indices),
        ),
        key=_KEY,
        alt=f"Map of {format_count(len(indexed_corpus.chunks), 'passage')} by {projection.method}",
        numbers=lambda: pd.DataFrame(
            projection.points,
            index=pd.Index([chunk.id for chunk in indexed_corpus.chunks], name="passage"),
            columns=["x", "y"],
        ).assign(text=[chunk.text for chunk in indexed_corpus.chunks]),
    )


def _draw_all_clicked(result: SearchResult, clicked: Sequence[int]) -> None:
    for index in clicked[:_MOST_CLICKED]:
        _draw_clicked(result.indexed_corpus, result, index)
    if len(clicked) > _MOST_CLICKED:
        frame.note(f"And {len(clicked) - _MOST_CLICKED:,} more of the selected passages.")


def ask_for_ranking() -> str:
    """Ask for one of the rankings."""
    return pick_option("Ranking", METHODS, state.Retrieval.RANKED_BY)


def _coloured(indexed_corpus: IndexedCorpus, by: str) -> tuple[list[Group], np.ndarray]:
    if by == _BY_GROUP:
        numbers, clusters = _passage_groups(indexed_corpus)
        order = {cluster.number: index for index, cluster in enumerate(clusters)}
        names = [Group(own_words(each.words, each.number)) for each in clusters]
        return names, np.array([order[number] for number in numbers.tolist()])
    titles = [shorten(indexed_corpus.titles[document.id], 40) for document in indexed_corpus.corpus.documents]
    if len(titles) <= _MOST_DOCUMENTS + 1:
        return [Group(title) for title in titles], indexed_corpus.documents
    named = [Group(title) for title in titles[:_MOST_DOCUMENTS]]
    return [*named, Group("other documents", rest=True)], np.minimum(indexed_corpus.documents, _MOST_DOCUMENTS)


def _read_out(indexed_corpus: IndexedCorpus, index: int) -> str:
    chunk = indexed_corpus.chunks[index]
    text = shorten(" ".join(chunk.text.split()), _READ_OUT)
    return f"{name_of(indexed_corpus, index)}: {text}"


def _take(indexed_corpus: IndexedCorpus, indices: tuple[int, ...]) -> None:
    count = len(indexed_corpus.chunks)
    # The map in the browser may still be the one of the corpus before.
    known = [indexed_corpus.chunks[index].id if index < count else _STAR for index in sorted(indices) if index <= count]
    st.session_state[state.Retrieval.PASSAGE_CLICKED] = tuple(known)


def _draw_question(
    projection: Projection, result: SearchResult, method: str, clicked: Sequence[int], moved: Feedback | None
) -> tuple[Line, ...]:
    """Draw the question and the lines to the passages that were retrieved; returns the lines.

    A question that feedback has moved is drawn with an arrow from where it was, and its lines lead to the passages that
    Dense now finds.
    """
    vectors, origin = result.indexed_corpus.unit_vectors, None
    if moved is None:
        landed = projection.place(result.question_vector[None], vectors)
        ranking, cosines = [each.index for each in result.ranking(method)], result.cosines
    else:
        origin, landed = np.split(_places(projection, result, moved), 2)
        ranking, cosines = [each.index for each in moved.after], vectors @ moved.moved.after
    count = len(projection.points)
    near = set(
        nearest_dots(np.vstack([projection.points, landed]), min(result.k, count), np.array([count]))[0].tolist()
    )
    lines = tuple(Line(index, float(cosines[index]), index in near) for index in ranking)
    placed = MapMarks(landed, None, projection.points.shape, lines, origin=None if origin is None else origin[0])
    shown = Marks(tuple(clicked), count, (f"Question: {result.question}",), None)
    marks(shown, {_KEY: placed}, key="passage-marks", channel=_CHANNEL)
    return lines


def _finding(indexed_corpus: IndexedCorpus, method: str, lines: tuple[Line, ...]) -> tuple[str, str]:
    """The title and the lead: how many of the passages that are retrieved are near on the map."""
    near = sum(line.near for line in lines)
    if not lines:
        heading = "Nothing is retrieved for this question"
    else:
        are = "is" if near == 1 else "are"
        heading = (
            f"{spell_number(near).capitalize()} of {spell_number(len(lines))} retrieved passages {are} near on this map"
        )
    around = spell_number(min(_AROUND, len(indexed_corpus.chunks)))
    with frame.details():
        frame.note(
            f"The mean of the {around} passages is weighted by their cosines. Lines are thicker for a higher true "
            "cosine. The map is made from the passages alone, so it stays the same for every question."
        )
    return heading, (
        f"The star is the question, drawn at the mean of its {around} most similar passages, which moves it towards "
        f"what Dense retrieves. Lines lead to the passages that {method} retrieves, green and solid to the star’s "
        "nearest dots, red and dashed to others."
    )


def _draw_lines(result: SearchResult, method: str, lines: tuple[Line, ...], moved: Feedback | None) -> None:
    names = [name_of(result.indexed_corpus, line.to) for line in lines]
    where = ["near" if line.near else "far" for line in lines]
    cosines = [format_score(DENSE, line.cosine) for line in lines]
    if moved is None:
        table(
            ["retrieved", "cosine", "on the map"],
            [list(row) for row in zip(names, cosines, where, strict=True)],
            f"The passages that {method} retrieves, best first, with their true cosines to the question.",
        )
        return
    before = [feedback.rank_before(result, line.to) for line in lines]
    gone = [each for each in moved.before if each.index not in {line.to for line in lines}]
    table(
        ["retrieved", "rank before", "cosine", "on the map"],
        [list(row) for row in zip(names, before, cosines, where, strict=True)],
        "The passages that Dense retrieves for the moved question, best first, with their true cosines to it.",
    )
    if gone:
        left = join_list([f"{name_of(result.indexed_corpus, each.index)} (rank {each.rank} before)" for each in gone])
        frame.note(f"No longer among them: {left}.")


def _draw_clicked(indexed_corpus: IndexedCorpus, result: SearchResult, index: int) -> None:
    if index == len(indexed_corpus.chunks):
        markup(
            Markup('<div class="es-passage"><p>The question</p><p class="es-text">{}</p></div>').format(result.question)
        )
        return
    best = best_sentences(result, [index]).get(index)
    cosine = Markup('<b class="es-score">{}</b>').format(format_score(DENSE, float(result.cosines[index])))
    text = passage_html(indexed_corpus, index, best)
    name = name_of(indexed_corpus, index)
    markup(Markup('<div class="es-passage"><p>{}{}</p>{}</div>').format(name, cosine, text))
    st.button(
        "Why this score?",
        key=f"why_clicked_{index}",
        type="tertiary",
        on_click=lambda: st.session_state.update(
            {state.Retrieval.PASSAGE: indexed_corpus.chunks[index].id, state.Stage.SCREEN: WHY}
        ),
    )
