"""Groups of sentences: found from the vectors, named by their own words, compared with labels if there are any."""

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.mapping.clustering import NOISE, agreement
from components.figures.charts.curves import curves
from components.figures.heatmaps.tables import counts_heatmap
from components.ui import state
from components.ui.caches import sentence_sets
from components.ui.caches.sentence_sets import SilhouetteRequest
from components.ui.charts import show
from components.ui.page import markup, palette, section
from components.ui.sentence_map.controls import GROUPINGS, MOST_GROUPS
from components.ui.sentence_map.maps import group_name
from components.ui.sentence_map.session import SentenceMap
from components.ui.tables import table
from components.ui.wording import format_count

# With more sentences the silhouettes take more than ten seconds, and are measured only if the reader asks.
_MOST_MEASURED_AT_ONCE = 2_500


def draw(session: SentenceMap) -> None:
    """Draw the groups, their silhouettes, and their agreement with the labels."""
    _draw_list(session)
    if session.grouping.method == GROUPINGS[0]:
        _draw_silhouettes(session)
    labels = session.of_set.labels
    if labels is not None and len(set(labels)) > 1:
        _draw_agreement(session, labels)


def _draw_list(session: SentenceMap) -> None:
    numbers, clusters = session.groups
    named_clusters = [each for each in clusters if each.number != NOISE]
    noise = int((numbers == NOISE).sum())
    section(
        f"{format_count(len(named_clusters), 'group')}"
        + (f", and {format_count(noise, 'sentence')} in none" if session.grouping.method == GROUPINGS[1] else ""),
        f"The groups come from the vectors of {session.unit_vectors().shape[1]:,} numbers, not from the map. A "
        "group's words are frequent in it and rare in the others (class-based TF-IDF, Grootendorst 2022). Its most "
        "central sentence is the nearest to the group's mean; “tight” is the mean cosine of its sentences with that "
        "mean.",
    )
    if not named_clusters:
        note = "No sentences are close enough together. Lower “Smallest group”."
        markup(Markup('<p class="es-note">{}</p>').format(note))
        return
    table(
        ["its own words", "most central sentence", "sentences", "tight"],
        [
            [
                ", ".join(each.words) or group_name(each.words, each.number),
                session.sentences[each.central or 0],
                f"{len(each.members):,}",
                f"{each.tightness:.2f}",
            ]
            for each in named_clusters
        ],
        "Groups, the largest first.",
        prose={1},
    )


def _draw_silhouettes(session: SentenceMap) -> None:
    counts = counts_tried(len(session.of_set.sentences))
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
    section(
        f"The silhouette is highest with {best} groups",
        "The silhouette compares the distances to a sentence's own group and to the next, from −1 to 1 (Rousseeuw "
        "1987). Below about 0.25 groups overlap, as they usually do with sentences.",
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


def counts_tried(sentences: int) -> tuple[int, ...]:
    """The numbers of groups whose silhouette is shown."""
    return tuple(range(2, min(MOST_GROUPS, sentences - 1) + 1))


def _draw_agreement(session: SentenceMap, labels: tuple[str, ...]) -> None:
    numbers, clusters = session.groups
    scores = agreement(labels, numbers)
    names = [group_name(each.words, each.number) for each in clusters]
    section(
        f"Agreement with the labels: V-measure {scores.v_measure:.2f}",
        "At 1 groups and labels are the same, at 0 they have nothing in common; many groups raise it even by chance. "
        f"It is the harmonic mean of homogeneity {scores.homogeneity:.2f} (a group holds one label) and completeness "
        f"{scores.completeness:.2f} (a label lies in one group; Rosenberg and Hirschberg 2007). Adjusted Rand index: "
        f"{scores.adjusted_rand:.2f} (0 by chance; Hubert and Arabie 1985)."
        + (" Sentences in no group count as one group." if (numbers == NOISE).any() else ""),
    )
    show(
        counts_heatmap(scores.table, list(scores.labels), names, "label", "group", palette()),
        key="contingency",
        alt="How many sentences of each label are in each group",
        numbers=lambda: pd.DataFrame(scores.table, index=list(scores.labels), columns=names),
    )
