"""Computes the Sentence map page of the shipped sentences before the first visitor comes."""

from components.core.embeddings.representations import Representation
from components.core.mapping.projection import ProjectionSettings
from components.core.model.loading import BUNDLED_NAME
from components.ui.caches import sentence_sets
from components.ui.caches.sentence_sets import (
    EncodingRequest,
    GroupingRequest,
    ProjectionRequest,
    QualityRequest,
    SilhouetteRequest,
)
from components.ui.sentence_map.controls import opening_grouping
from components.ui.sentence_map.groups import counts_tried
from components.ui.sentence_map.quality import maps_compared
from components.ui.sentence_map.sentences import shipped
from components.ui.sentence_map.session import NEIGHBOURS


def warm() -> None:
    """Make the maps, groups and measures of the shipped sentences, in the order in which readers see them."""
    settings = ProjectionSettings()
    opening = EncodingRequest(BUNDLED_NAME, shipped(), Representation.CONTEXT, fast=False)
    sentence_sets.projection(ProjectionRequest(opening, settings))
    sentence_sets.nearest_with_same_label(opening)
    sentence_sets.groups(GroupingRequest(opening, opening_grouping()))
    for kind in Representation:
        vectors = EncodingRequest(BUNDLED_NAME, shipped(), kind, fast=False)
        sentence_sets.quality(QualityRequest(ProjectionRequest(vectors, settings), NEIGHBOURS))
    for each in maps_compared(settings, len(shipped().sentences)):
        sentence_sets.quality(QualityRequest(ProjectionRequest(opening, each), NEIGHBOURS))
    counts = counts_tried(len(shipped().sentences))
    sentence_sets.silhouette_by_count(SilhouetteRequest(opening, counts, settings.seed))
