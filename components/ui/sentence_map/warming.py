"""What the Sentence map page shows of the shipped sentences, computed before somebody asks for it."""

from components.core.maps import MapSettings
from components.core.models import BUNDLED_NAME
from components.core.vector_kinds import Kind
from components.ui import map_cache
from components.ui.map_cache import Read
from components.ui.sentence_map.controls import opening_grouping
from components.ui.sentence_map.groups import counts_tried
from components.ui.sentence_map.honesty import maps_compared
from components.ui.sentence_map.sentences import shipped
from components.ui.sentence_map.session import NEIGHBOURS


def warm() -> None:
    """Have umap-learn compile what it compiles, and compute what most readers look at, what comes first first."""
    settings = MapSettings()
    opening = Read(BUNDLED_NAME, shipped(), Kind.CONTEXT, fast=False)
    map_cache.fitted(opening, settings)
    map_cache.nearest_of_own_label(opening)
    map_cache.groups(opening, opening_grouping())
    for kind in Kind:
        map_cache.quality(Read(BUNDLED_NAME, shipped(), kind, fast=False), settings, NEIGHBOURS)
    for each in maps_compared(settings, len(shipped().sentences)):
        map_cache.quality(opening, each, NEIGHBOURS)
    map_cache.silhouette_by_count(opening, counts_tried(len(shipped().sentences)), settings.seed)
