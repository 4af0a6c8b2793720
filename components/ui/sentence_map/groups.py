"""Groups of sentences: found from the vectors, named by their own words, compared with labels if there are any."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components.core.mapping.clustering import NOISE, Cluster, agreement
from components.figures.charts.curves import curves
from components.ui import state
from components.ui.caches import sentence_sets
from components.ui.caches.sentence_sets import GroupingRequest, SilhouetteRequest
from components.ui.charts import show
from components.ui.page import palette, quoted
from components.ui.sentence_map import selection
from components.ui.sentence_map.controls import BY_GROUP, GROUPINGS
from components.ui.sentence_map.group_names import group_names, own_words
from components.ui.sentence_map.maps import beside_map
from components.ui.sentence_map.naming import ask_for_names
from components.ui.sentence_map.session import SentenceMap
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count, spell_number
from components.views.counts import Side, counts_table

# With more sentences the silhouettes take more than ten seconds, and are measured only if the reader asks.
_MOST_MEASURED_AT_ONCE = 2_500
# The screen that shows selected sentences.
_SELECTION = "the selection"
# Numbers of groups up to this one are tried one by one, larger ones in steps.
_TRIED_ONE_BY_ONE = 20


def draw(session: SentenceMap) -> None:
    """Draw the map in the colours of the groups, and the groups beside it."""
    named_clusters = [each for each in session.groups[1] if each.number != NOISE]
    names = group_names(session)
    frame.heading(
        _finding(session, named_clusters, names),
        f"The groups come from the vectors of {session.unit_vectors().shape[1]:,} numbers, not from the map. A "
        "group’s words are frequent in it and rare in the others.",
    )
    with frame.controls():
        ask_for_names(session)
    with beside_map(session, BY_GROUP), st.container(key="scroll_groups"):
        _draw_list(session, named_clusters, names)


def _finding(session: SentenceMap, named_clusters: Sequence[Cluster], names: Mapping[int, str]) -> str:
    """The title: how many groups there are, what is in none, and which group is the tightest."""
    numbers, _ = session.groups
    count = format_count(len(named_clusters), "group")
    if session.grouping.method == GROUPINGS[1]:
        count += f", and {format_count(int((numbers == NOISE).sum()), 'sentence')} in none"
    if len(named_clusters) < 2:
        return count
    tightest = max(named_clusters, key=lambda each: each.tightness)
    return f"{count}; {quoted(names[tightest.number])} is the tightest"


def draw_counts(session: SentenceMap) -> None:
    """Draw how well each number of groups divides the sentences, and the agreement of the groups with the labels."""
    labels = session.of_set.labels
    drawn = [
        *([_draw_silhouettes] if session.grouping.method == GROUPINGS[0] else []),
        *([_draw_agreement] if labels is not None and len(set(labels)) > 1 else []),
    ]
    if not drawn:
        frame.heading(
            "HDBSCAN finds the number of groups itself",
            "With labels, this screen also shows how groups agree with them.",
        )
        return
    frame.heading(*_counts_finding(session))
    for column, draw_part in zip(st.columns(len(drawn), gap="medium"), drawn, strict=True):
        with column:
            draw_part(session)


def _draw_list(session: SentenceMap, named_clusters: Sequence[Cluster], names: Mapping[int, str]) -> None:
    if not named_clusters:
        frame.note("No sentences are close enough together. Lower “Smallest group”.")
        return
    named = any(names[each.number] != own_words(each.words, each.number) for each in named_clusters)
    table(
        ["name or own words" if named else "its own words", "sentences", "tight"],
        [
            [
                names[each.number],
                f"{len(each.members):,}",
                f"{each.tightness:.2f}",
            ]
            for each in named_clusters
        ],
        "Groups, the largest first. Tight: the mean cosine of a group’s sentences with their mean.",
    )
    with frame.details():
        frame.note("The words of a group come from class-based TF-IDF (Grootendorst 2022).")
        table(
            ["all its own words", "most central sentence"],
            [
                [", ".join(each.words) or own_words(each.words, each.number), session.sentences[each.central or 0]]
                for each in named_clusters
            ],
            "The sentence nearest to the mean of each group.",
            prose={1},
        )


def _counts_finding(session: SentenceMap) -> tuple[str, str]:
    """The title and the lead of the screen about the number of groups."""
    labels = session.of_set.labels
    if labels is not None and len(set(labels)) > 1:
        scores = agreement(labels, session.groups[0])
        by_count = session.grouping.method == GROUPINGS[0]
        which = format_count(session.grouping.count, "group") if by_count else "The groups"
        spread = sentence_sets.agreement_spread(GroupingRequest(session.request, session.grouping))
        low, high = min(spread.v_measures), max(spread.v_measures)
        starts = len(spread.v_measures)
        seeds = f" From {spell_number(starts)} starts of k-means: {low:.2f} to {high:.2f}." if starts > 1 else ""
        return (
            f"{which} agree with the labels: V-measure {scores.v_measure:.2f}",
            f"At 1 groups and labels are the same; shuffled groups of these sizes get {spread.by_chance:.2f}.{seeds} "
            f"Adjusted Rand index: {scores.adjusted_rand:.2f} (0 by chance).",
        )
    return "How many groups are there?", "The silhouette tells how well each number of groups divides the sentences."


def _draw_silhouettes(session: SentenceMap) -> None:
    labels = len(set(session.of_set.labels or ()))
    counts = counts_tried(len(session.of_set.sentences), max(labels, session.grouping.count))
    if len(counts) < 2:
        return
    if len(session.of_set.sentences) > _MOST_MEASURED_AT_ONCE and not st.toggle(
        f"Measure the silhouette of {counts[0]} to {counts[-1]} groups",
        key=state.SentenceMap.SILHOUETTES_WANTED,
        help="With this many sentences it takes a while: they are grouped once for each number of groups.",
    ):
        return
    values = sentence_sets.silhouette_by_count(SilhouetteRequest(session.request, counts, session.grouping.seed))
    if not np.isfinite(values).any():
        return
    best = counts[int(np.nanargmax(values))]
    frame.part(f"The silhouette is highest with {best} groups")
    with frame.details():
        frame.note(
            "The silhouette compares the distances to a sentence’s own group and to the next, from −1 to 1 (Rousseeuw "
            "1987). Below about 0.25 groups overlap, as they usually do with sentences."
        )
    colours = palette()
    count = session.grouping.count
    figure = curves(
        np.array(counts),
        {"mean silhouette": (values, colours.key)},
        "groups",
        "mean silhouette",
        colours,
        (min(0.0, float(np.nanmin(values))), max(0.3, 1.1 * float(np.nanmax(values)))),
        marked=count if count in counts else None,
    )
    show(
        figure,
        key="silhouettes",
        alt=f"Mean silhouette of k-means for 2 to {counts[-1]} groups",
        numbers=lambda: pd.DataFrame({"mean silhouette": values}, index=pd.Index(counts, name="groups")),
    )


def counts_tried(sentences: int, wanted: int = 0) -> tuple[int, ...]:
    """The numbers of groups whose silhouette is shown. wanted: that the reader or the labels suggest.

    >>> counts_tried(5), counts_tried(240)[-1], counts_tried(240, 58)[-3:]
    ((2, 3, 4), 20, (60, 80, 100))
    """
    further = (25, 30, 40, 50, 60, 80, 100) if wanted > _TRIED_ONE_BY_ONE else ()
    return tuple(count for count in (*range(2, _TRIED_ONE_BY_ONE + 1), *further) if count < sentences)


def _draw_agreement(session: SentenceMap) -> None:
    labels = session.of_set.labels or ()
    numbers, clusters = session.groups
    scores = agreement(labels, numbers)
    given = group_names(session)
    names = [given[each.number] for each in clusters]
    frame.part("How many sentences of each label are in each group", "Click a cell to see them on the map.")
    with frame.details():
        frame.note(
            f"The V-measure is the harmonic mean of homogeneity {scores.homogeneity:.2f} (a group holds one label) and "
            f"completeness {scores.completeness:.2f} (a label lies in one group; Rosenberg and Hirschberg 2007). "
            "Adjusted Rand index: Hubert and Arabie (1985)."
            + (" Sentences in no group count as one group." if (numbers == NOISE).any() else "")
        )

    def select_cell(row: int, column: int) -> None:
        members = clusters[column].members.tolist()
        selection.select([session.of_set.sentences[index] for index in members if labels[index] == scores.labels[row]])
        st.session_state[state.Stage.SCREEN] = _SELECTION

    show(
        partial(
            counts_table,
            scores.table,
            Side("label", scores.labels),
            Side("group", tuple(names)),
            unit="sentences",
            on_cell=select_cell,
        ),
        key="contingency",
        alt="How many sentences of each label are in each group",
        numbers=lambda: pd.DataFrame(scores.table, index=list(scores.labels), columns=names),
    )
