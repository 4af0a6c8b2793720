"""The maps on the page: dots in the colours of labels or groups, with the selection marked."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components.core.classroom.guesses import NOBODY
from components.core.embeddings.representations import Representation
from components.core.mapping.clustering import NOISE
from components.ui.charts import show
from components.ui.sentence_map import landing, selection
from components.ui.sentence_map.controls import BY_GROUP, BY_LABEL
from components.ui.sentence_map.group_names import group_names
from components.ui.sentence_map.session import SentenceMap
from components.ui.stage import frame
from components.ui.stage.question import Asked
from components.ui.wording import format_count
from components.views.scatter import Group, Line, MapMarks, Marks, marks, scatter

MAIN = "sentence-map"
_CHANNEL = "sentences"
# More than look different: ten colours, four shapes, filled or hollow.
_MOST_GROUPS = 80


def dot_groups(session: SentenceMap, by: str) -> tuple[list[Group], np.ndarray]:
    """The groups of dots, and (N,) the index of each sentence's group."""
    count = len(session.of_set.sentences)
    if by == BY_LABEL and session.of_set.labels is not None:
        labels = session.of_set.labels
        frequent = [label for label, _ in Counter(labels).most_common()]
        # In order of appearance, so that a label keeps its colour when the counts change.
        rest = len(frequent) > _MOST_GROUPS
        kept = set(frequent[: _MOST_GROUPS - 1] if rest else frequent)
        named = [label for label in dict.fromkeys(labels) if label in kept]
        indices = {label: index for index, label in enumerate(named)}
        groups = [Group(label) for label in named] + [Group("other labels", rest=True)] * rest
        return groups, np.array([indices.get(label, len(named)) for label in labels])
    if by == BY_GROUP:
        numbers, clusters = session.groups
        order = {cluster.number: index for index, cluster in enumerate(clusters)}
        names = group_names(session)
        groups = [Group(names[each.number], rest=each.number == NOISE) for each in clusters]
        return groups, np.array([order[number] for number in numbers.tolist()])
    return [Group("sentences")], np.zeros(count, dtype=int)


def draw_map(session: SentenceMap, colours: str) -> None:
    """Draw the large map."""
    _draw(session, None, colours, MAIN, 560)


@contextmanager
def beside_map(session: SentenceMap, colours: str) -> Iterator[None]:
    """Draw the large map, and what the caller draws beside it. Of all screens under one another the first has it."""
    if frame.current().prints:
        yield
        return
    picture, beside = st.columns([5, 3], gap="medium")
    with picture:
        draw_map(session, colours)
    with beside:
        yield


def draw_small_map(session: SentenceMap, kind: Representation, colours: str) -> None:
    """Draw a small map of one kind of vectors."""
    _draw(session, kind, colours, _key(kind), 300, compact=True)


def _key(kind: Representation) -> str:
    return f"map-of-{kind.name.lower().replace('_', '-')}"


def _draw(
    session: SentenceMap, kind: Representation | None, colours: str, key: str, height: int, compact: bool = False
) -> None:
    groups, group_of = dot_groups(session, colours)
    projection, sentences = session.map(kind), session.sentences
    points, vectors = projection.points, (kind or session.request.representation).value
    show(
        partial(
            scatter,
            points,
            session.of_set.sentences,
            groups,
            group_of,
            channel=_CHANNEL,
            height=height,
            # Sorted, since the order depends on the view; the browser's map may be that of an earlier set.
            on_pick=lambda indices: selection.select(
                [sentences[index] for index in sorted(indices) if index < len(sentences)]
            ),
            compact=compact,
            on_guess=landing.take_guess,
        ),
        key=key,
        alt=f"Map of {format_count(len(points), 'sentence')} by {projection.method}, {vectors}",
        numbers=lambda: pd.DataFrame(
            session.points(kind),
            index=pd.Index(sentences, name="sentence"),
            columns=["x", "y", "z"][: points.shape[1]],
        ).assign(group=[*(groups[index].name for index in group_of), *("added" for _ in session.added)]),
    )


def draw_marks(
    session: SentenceMap,
    selected: tuple[int, ...],
    focus: int | None,
    kinds: Sequence[Representation] = (),
    asked: Asked[tuple[float, float]] | None = None,
) -> None:
    """Mark on all maps the selection, added sentences, the phrase, and the neighbours of one sentence.

    focus: the index of that sentence. asked: the question where the sentence that was added last lands.
    """
    asks = asked is not None and asked.hidden
    known = len(session.of_set.sentences)
    placements = {}
    for kind, key in [(None, MAIN), *((kind, _key(kind)) for kind in kinds)]:
        phrase_vector = session.phrase_vector(kind)
        if phrase_vector is not None and not phrase_vector.any():
            phrase_vector = None
        lines: tuple[Line, ...] = ()
        if focus is not None:
            neighbours = session.neighbourhood(focus, kind)
            lines = tuple(map(Line, neighbours.indices.tolist(), neighbours.cosines.tolist(), neighbours.near.tolist()))
        placements[key] = MapMarks(
            added=session.points(kind)[known : known if asks else None],
            phrase=None
            if phrase_vector is None
            else session.map(kind).place(phrase_vector[None], session.unit_vectors(kind)[:known])[0],
            lines=() if asks else lines,
            guesses=asked.guesses if asked is not None and kind is None else NOBODY,
            shape=session.map(kind).points.shape,
        )
    phrase = session.search.phrase if session.search else None
    shown = Marks((), None, (), phrase, asks=True) if asks else Marks(selected, focus, session.added, phrase)
    marks(shown, placements, key="marks", channel=_CHANNEL)
