"""The same sentences as four kinds of vectors, side by side: the effect of context and order."""

from collections.abc import Mapping

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
from components.ui.page import markup
from components.ui.progress import ensure_unit_vectors
from components.ui.sentence_map.controls import GROUPINGS
from components.ui.sentence_map.maps import draw_small_map
from components.ui.sentence_map.session import NEIGHBOURS, SentenceMap
from components.ui.stage import frame
from components.ui.tables import table

#: Four maps of more sentences take long and make the page slow.
MOST_SENTENCES = 3_000

# k-means with more groups takes long.
_MOST_LABELS = 50

_SAYS = {
    Representation.CONTEXT: "the model's sentence vectors",
    Representation.UNORDERED: "the same model without positions",
    Representation.STATIC: "the mean of its word embeddings",
    Representation.TF_IDF: "counts of words; rare ones weigh more",
}


def kinds_shown(session: SentenceMap) -> tuple[Representation, ...]:
    """The kinds that are drawn side by side; () with too many sentences."""
    return tuple(Representation) if len(session.of_set.sentences) <= MOST_SENTENCES else ()


def draw(session: SentenceMap, colours: str) -> None:
    """Draw the maps of all kinds, and the agreement of their groups with the labels."""
    kinds = kinds_shown(session)
    if not kinds:
        frame.heading(
            "Too many sentences for four maps",
            f"Four maps are drawn for up to {MOST_SENTENCES:,} sentences; this set has "
            f"{len(session.of_set.sentences):,}. Under “More settings” you can switch the large map to each kind of "
            "vectors.",
        )
        return
    for kind in kinds:
        ensure_unit_vectors(session.encoding_request(kind))
    measures = {kind: _measures(session, session.encoding_request(kind)) for kind in kinds}
    frame.heading(
        _finding(session, measures),
        "The same sentences, mapped in the same way; only the vectors differ. A selection is marked on all maps.",
    )
    with st.container(key="kinds"):
        for column, kind in zip(st.columns(len(kinds), gap="small"), kinds, strict=True):
            with column:
                draw_small_map(session, kind, colours)
                markup(Markup('<p class="es-note"><b>{}</b>: {}</p>').format(kind.value, _SAYS[kind]))
    columns = ["vectors", "numbers", "kept by the map"]
    if _has_few_labels(session):
        columns += ["nearest has same label", "V-measure"]
    sizes = {kind: sentence_sets.unit_vectors(session.encoding_request(kind)).shape[1] for kind in kinds}
    rows = [[kind.value, f"{sizes[kind]:,}", *cells] for kind, cells in measures.items()]
    with frame.details():
        table(columns, rows, "How well each kind of vectors brings sentences of one label together.")
        frame.note(_caption(session))


def _finding(session: SentenceMap, measures: Mapping[Representation, list[str]]) -> str:
    """The title: what the encoder adds to counting words."""
    if not _has_few_labels(session):
        return "The same sentences as four kinds of vectors"
    with_encoder, of_words = (measures[kind][1] for kind in (Representation.CONTEXT, Representation.TF_IDF))
    return f"The nearest sentence has the same label: {with_encoder} with the encoder, {of_words} with word counts"


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
