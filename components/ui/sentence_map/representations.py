"""The same sentences as four kinds of vectors, side by side: the effect of context and order."""

import streamlit as st
from markupsafe import Markup

from components.core.embeddings.representations import Representation
from components.core.mapping.clustering import agreement
from components.ui.caches import sentence_sets
from components.ui.caches.sentence_sets import (
    EncodingRequest,
    Grouping,
    GroupingRequest,
    ProjectionRequest,
    QualityRequest,
)
from components.ui.page import markup, section
from components.ui.progress import ensure_unit_vectors
from components.ui.sentence_map.controls import GROUPINGS
from components.ui.sentence_map.maps import draw_small_map
from components.ui.sentence_map.session import NEIGHBOURS, SentenceMap
from components.ui.tables import table

#: Four maps of more sentences take long and make the page slow.
MOST_SENTENCES = 3_000

# k-means with more groups takes long.
_MOST_LABELS = 50

_SAYS = {
    Representation.CONTEXT: "the model's sentence vectors",
    Representation.UNORDERED: "the same model without positions",
    Representation.STATIC: "the mean of the tokens' word embeddings, before the first layer",
    Representation.TF_IDF: "counts of words, with more weight for rare words; no model",
}


def kinds_shown(session: SentenceMap) -> tuple[Representation, ...]:
    """The kinds that are drawn side by side; () with too many sentences."""
    return tuple(Representation) if len(session.of_set.sentences) <= MOST_SENTENCES else ()


def draw(session: SentenceMap, colours: str) -> None:
    """Draw the maps of all kinds, and the agreement of their groups with the labels."""
    kinds = kinds_shown(session)
    if not kinds:
        section(
            "Too many sentences for four maps",
            f"Four maps are drawn for up to {MOST_SENTENCES:,} sentences; this set has "
            f"{len(session.of_set.sentences):,}. Under “Map settings” you can switch the large map to each kind of "
            "vectors.",
        )
        return
    section(
        "The same sentences as four kinds of vectors",
        "All maps are made in the same way; only the vectors differ. A selection on one map is marked on all.",
    )
    for pair in (kinds[:2], kinds[2:]):
        for column, kind in zip(st.columns(2, gap="medium"), pair, strict=True):
            ensure_unit_vectors(session.encoding_request(kind))
            with column:
                size = sentence_sets.unit_vectors(session.encoding_request(kind)).shape[1]
                heading = Markup('<p class="es-step"><b>{}</b>: {}, {:,} numbers</p>')
                markup(heading.format(kind.value, _SAYS[kind], size))
                draw_small_map(session, kind, colours)
    rows = [[kind.value, *_measures(session, session.encoding_request(kind))] for kind in kinds]
    columns = ["vectors", "kept by the map"]
    if _has_few_labels(session):
        columns += ["nearest has same label", "V-measure"]
    table(columns, rows, _caption(session))


def _has_few_labels(session: SentenceMap) -> bool:
    return 2 <= len(set(session.of_set.labels or ())) <= _MOST_LABELS


def grouping_by_labels(session: SentenceMap) -> Grouping:
    """The grouping by k-means with one group for each label."""
    labels = len(set(session.of_set.labels or ()))
    return Grouping(GROUPINGS[0], max(2, labels), 2, session.grouping.seed)


def _measures(session: SentenceMap, request: EncodingRequest) -> list[str]:
    quality = sentence_sets.quality(QualityRequest(ProjectionRequest(request, session.settings), NEIGHBOURS))
    cells = ["too few" if quality is None else f"{quality.recall:.0%}"]
    labels = session.of_set.labels
    if labels is not None and _has_few_labels(session):
        numbers, _ = sentence_sets.groups(GroupingRequest(request, grouping_by_labels(session)))
        same = sentence_sets.nearest_with_same_label(request)
        cells += [f"{same / len(labels):.0%}", f"{agreement(labels, numbers).v_measure:.2f}"]
    return cells


def _caption(session: SentenceMap) -> str:
    recall = f"Kept by the map: the share of the {NEIGHBOURS} true nearest neighbours."
    if not _has_few_labels(session):
        return (
            f"{recall} With 2 to {_MOST_LABELS} labels (a column of a file) the table also shows which kind finds them."
        )
    count = grouping_by_labels(session).count
    return (
        f"{recall} V-measure: the agreement of k-means with {count} groups on these vectors with the labels, from 0 to "
        "1. Another seed changes it by a few hundredths."
    )
