"""The maps on the page: dots in the colours of labels or groups, and what stands out on them."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from components.core.embeddings.representations import Representation
from components.core.mapping.clustering import NOISE
from components.ui.charts import show_scatter
from components.ui.sentence_map import selection
from components.ui.sentence_map.controls import BY_GROUP, BY_LABEL
from components.ui.sentence_map.session import SentenceMap
from components.ui.wording import format_count
from components.views.scatter import Group, Line, MapMarks, Marks, marks

MAIN = "sentence-map"
_CHANNEL = "sentences"
# More colours than this nobody tells apart.
_MOST_GROUPS = 20


def group_name(words: Sequence[str], number: int) -> str:
    """What a group is called: by its own words, or by its number where it has none of its own.

    >>> group_name(("oven", "soup", "salt", "dough"), 0), group_name((), 2)
    ('oven, soup, salt', 'Group 3')
    """
    if number == NOISE:
        return "no group"
    return ", ".join(words[:3]) or f"Group {number + 1}"


def dot_groups(session: SentenceMap, by: str) -> tuple[list[Group], np.ndarray]:
    """The groups of dots, and (N,) which of them each sentence is in."""
    count = len(session.of_set.sentences)
    if by == BY_LABEL and session.of_set.labels is not None:
        labels = session.of_set.labels
        frequent = [label for label, _ in Counter(labels).most_common()]
        # In their order of appearance, so that a colour stays a label's own when the numbers change.
        rest = len(frequent) > _MOST_GROUPS
        kept = set(frequent[: _MOST_GROUPS - 1] if rest else frequent)
        named = [label for label in dict.fromkeys(labels) if label in kept]
        places = {label: place for place, label in enumerate(named)}
        groups = [Group(label) for label in named] + [Group("other labels", rest=True)] * rest
        return groups, np.array([places.get(label, len(named)) for label in labels])
    if by == BY_GROUP:
        numbers, clusters = session.groups
        order = {cluster.number: place for place, cluster in enumerate(clusters)}
        groups = [Group(group_name(each.words, each.number), rest=each.number == NOISE) for each in clusters]
        return groups, np.array([order[number] for number in numbers.tolist()])
    return [Group("sentences")], np.zeros(count, dtype=int)


def draw_map(session: SentenceMap, colours: str) -> None:
    """The large map."""
    _draw(session, None, colours, MAIN, 560)


def draw_small_map(session: SentenceMap, kind: Representation, colours: str) -> None:
    """The map of another kind of vectors, beside others."""
    _draw(session, kind, colours, _key(kind), 300, compact=True)


def _key(kind: Representation) -> str:
    return f"map-of-{kind.name.lower().replace('_', '-')}"


def _draw(
    session: SentenceMap, kind: Representation | None, colours: str, key: str, height: int, compact: bool = False
) -> None:
    groups, group_of = dot_groups(session, colours)
    made, sentences = session.map(kind), session.sentences
    points, vectors = made.points, (kind or session.request.representation).value
    show_scatter(
        points,
        session.of_set.sentences,
        groups,
        group_of,
        key=key,
        alt=f"Map of {format_count(len(points), 'sentence')} by {made.method}, {vectors}",
        numbers=lambda: pd.DataFrame(
            session.points(kind),
            index=pd.Index(sentences, name="sentence"),
            columns=["x", "y", "z"][: points.shape[1]],
        ).assign(group=[*(groups[place].name for place in group_of), *("added" for _ in session.added)]),
        channel=_CHANNEL,
        height=height,
        # In their own order, however the map is turned; a map that is about to change may still name others.
        on_pick=lambda places: selection.take([sentences[place] for place in sorted(places) if place < len(sentences)]),
        compact=compact,
    )


def draw_marks(
    session: SentenceMap, selected: tuple[int, ...], picked: int | None, kinds: Sequence[Representation] = ()
) -> None:
    """Tell all maps what is selected, what was added, where the phrase lands, and the picked one's neighbours."""
    known = len(session.of_set.sentences)
    placed = {}
    for kind, key in [(None, MAIN), *((kind, _key(kind)) for kind in kinds)]:
        unit = session.phrase_unit(kind)
        if unit is not None and not unit.any():
            unit = None
        lines: tuple[Line, ...] = ()
        if picked is not None:
            around = session.neighbourhood(picked, kind)
            lines = tuple(map(Line, around.indices.tolist(), around.cosines.tolist(), around.near.tolist()))
        placed[key] = MapMarks(
            added=session.points(kind)[known:],
            phrase=None if unit is None else session.map(kind).place(unit[None], session.unit_vectors(kind)[:known])[0],
            lines=lines,
            shape=session.map(kind).points.shape,
        )
    shown = Marks(selected, picked, session.added, session.search.phrase if session.search else None)
    marks(shown, placed, key="marks", channel=_CHANNEL)
