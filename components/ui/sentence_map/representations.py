"""What context and order add: the same sentences as four kinds of vectors, side by side."""

import streamlit as st

from components.core.embeddings.representations import Representation
from components.core.mapping.clustering import agreement
from components.ui.caches import sentence_sets
from components.ui.caches.encoding import ensure_unit_vectors
from components.ui.caches.sentence_sets import (
    EncodingRequest,
    Grouping,
    GroupingRequest,
    ProjectionRequest,
    QualityRequest,
)
from components.ui.page import raw_markup as markup
from components.ui.page import section
from components.ui.sentence_map.controls import GROUPINGS
from components.ui.sentence_map.maps import draw_small_map
from components.ui.sentence_map.session import NEIGHBOURS, SentenceMap
from components.ui.tables import table

#: Four maps of more sentences than this would be a long wait and a slow page.
MOST_SENTENCES = 3_000

# k-means with more groups than this takes a while, four times over.
_MOST_LABELS = 50

_SAYS = {
    Representation.CONTEXT: "the model's sentence vectors",
    Representation.UNORDERED: "the same model, no token knowing where it stands",
    Representation.STATIC: "the mean of the tokens' learned rows, before any layer",
    Representation.TF_IDF: "counts of words, rare ones weighing more; no model",
}


def kinds_shown(session: SentenceMap) -> tuple[Representation, ...]:
    """The kinds that are drawn side by side; none of too many sentences."""
    return tuple(Representation) if len(session.of_set.sentences) <= MOST_SENTENCES else ()


def draw(session: SentenceMap, colours: str) -> None:
    """Draw the maps of all kinds and how well their groups agree with the labels."""
    kinds = kinds_shown(session)
    if not kinds:
        section(
            "Too many to set side by side",
            f"Four maps are drawn of up to {MOST_SENTENCES:,} sentences; these are {len(session.of_set.sentences):,}. "
            "Under “Map settings” you can switch the large map to each kind of vectors.",
        )
        return
    section(
        "The same sentences as four kinds of vectors",
        "Each map is made in the same way; what you select on one lights up on all. Only the vectors differ.",
    )
    for pair in (kinds[:2], kinds[2:]):
        for column, kind in zip(st.columns(2, gap="medium"), pair, strict=True):
            ensure_unit_vectors(session.encoding_request(kind))
            with column:
                size = sentence_sets.unit_vectors(session.encoding_request(kind)).shape[1]
                markup(f'<p class="es-step"><b>{kind.value}</b>: {_SAYS[kind]}, {size:,} numbers</p>')
                draw_small_map(session, kind, colours)
    rows = [[kind.value, *_measures(session, session.encoding_request(kind))] for kind in kinds]
    columns = ["vectors", "kept by the map"]
    if _labels_told_apart(session):
        columns += ["nearest has its label", "V-measure"]
    table(columns, rows, _caption(session))


def _labels_told_apart(session: SentenceMap) -> bool:
    return 2 <= len(set(session.of_set.labels or ())) <= _MOST_LABELS


def grouping_by_labels(session: SentenceMap) -> Grouping:
    """k-means with as many groups as there are labels."""
    labels = len(set(session.of_set.labels or ()))
    return Grouping(GROUPINGS[0], max(2, labels), 2, session.grouping.seed)


def _measures(session: SentenceMap, read: EncodingRequest) -> list[str]:
    kept = sentence_sets.quality(QualityRequest(ProjectionRequest(read, session.settings), NEIGHBOURS))
    cells = ["too few" if kept is None else f"{kept.recall:.0%}"]
    labels = session.of_set.labels
    if labels is not None and _labels_told_apart(session):
        numbers, _ = sentence_sets.groups(GroupingRequest(read, grouping_by_labels(session)))
        same = sentence_sets.nearest_with_same_label(read)
        cells += [f"{same / len(labels):.0%}", f"{agreement(labels, numbers).v_measure:.2f}"]
    return cells


def _caption(session: SentenceMap) -> str:
    kept = f"Kept by the map: of the {NEIGHBOURS} truly nearest sentences."
    if not _labels_told_apart(session):
        return f"{kept} With 2 to {_MOST_LABELS} labels (a column of a file) the page also says which kind finds them."
    count = grouping_by_labels(session).count
    return (
        f"{kept} V-measure: how well k-means with {count} groups on these vectors agrees with the labels, from 0 to 1. "
        f"Another seed moves it by a few hundredths."
    )
