"""The quality of the map: the neighbours it keeps, and what its distances do not mean."""

from dataclasses import replace

import streamlit as st
from markupsafe import Markup

from components.core.mapping.neighbours import QUALITY_SAMPLE
from components.core.mapping.projection import METHODS, ProjectionSettings
from components.ui.caches import sentence_sets
from components.ui.caches.sentence_sets import ProjectionRequest, QualityRequest
from components.ui.page import markup
from components.ui.sentence_map.maps import beside_map
from components.ui.sentence_map.session import NEIGHBOURS, SentenceMap
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count

# With more sentences t-SNE is slow, and measured only if the reader chose it.
_QUICK_TSNE = 300
# Of fewer sentences, most are neighbours of each.
_FEW = 2 * NEIGHBOURS


_WARNINGS = Markup(
    '<ul class="es-short">'
    "<li>The distance between two groups says little about how different they are. The size of a gap says even "
    "less.</li>"
    "<li>The size or density of a group does not show how similar its sentences are: both methods make densities more "
    "equal.</li>"
    "<li>The axes have no meaning. With another seed, UMAP turns or mirrors the map and moves its groups.</li>"
    "<li>Groups can appear where there are none, above all with few neighbours.</li></ul>"
)
_SOURCES = (
    "UMAP and t-SNE keep near neighbours together. They do not keep larger distances. PCA is linear, but two "
    "components keep little of the variance. McInnes, Healy and Melville (2018), “UMAP”; van der Maaten and Hinton "
    "(2008), “Visualizing Data using t-SNE”; Wattenberg, Viégas and Johnson (2016), “How to Use t-SNE Effectively”; "
    "Chari and Pachter (2023), “The specious art of single-cell genomics”."
)


def draw(session: SentenceMap, colours: str) -> None:
    """Draw the quality of the map, and of other maps of the same vectors."""
    quality = sentence_sets.quality(QualityRequest(ProjectionRequest(session.request, session.settings), NEIGHBOURS))
    if quality is None:
        frame.heading(
            "Too few sentences to measure", "The quality of a map can be measured with three sentences or more."
        )
        return
    kept = f"{quality.recall:.0%} of the nearest neighbours"
    frame.heading(
        f"{format_count(_count(session), 'sentence')} are too few to judge a map, though it keeps {kept}"
        if _count(session) <= _FEW
        else f"This map keeps {kept}",
        f"This is the share of each sentence’s {quality.neighbours} true nearest neighbours that are among its "
        f"{quality.neighbours} nearest dots; by chance it is {quality.neighbours / (_count(session) - 1):.0%}."
        + (f" Measured on {QUALITY_SAMPLE:,} sentences drawn at random." if quality.measured < _count(session) else ""),
    )
    with beside_map(session, colours), st.container(key="scroll_quality"):
        _draw_others(session)
        frame.part("What distances on a map do not mean")
        markup(_WARNINGS)
    with frame.details():
        frame.note(
            f"Trustworthiness is {quality.trustworthiness:.2f}; 1 means that all near dots are true neighbours (Venna "
            "and Kaski 2001). If you change the map’s settings, both are measured again."
        )
        frame.note(_SOURCES)


def _draw_others(session: SentenceMap) -> None:
    rows = []
    for settings in maps_compared(session.settings, _count(session)):
        other = sentence_sets.quality(QualityRequest(ProjectionRequest(session.request, settings), NEIGHBOURS))
        if other is not None:
            shown = " (shown)" if settings == session.settings else ""
            name = f"{settings.method}, {settings.dimensions}-D{shown}"
            rows.append([name, f"{other.recall:.0%}", f"{other.trustworthiness:.2f}"])
    table(["map", "kept", "trustworthiness"], rows, "Other maps of the same vectors: neighbours kept.")


def maps_compared(shown: ProjectionSettings, sentences: int) -> list[ProjectionSettings]:
    """The settings of the page's map and of others: all methods in two and three dimensions, without a slow t-SNE."""
    every = [replace(shown, method=method, dimensions=dimensions) for method in METHODS for dimensions in (2, 3)]
    return [
        each
        for each in every
        if each == shown or each.method != "t-SNE" or (each.dimensions == 2 and sentences <= _QUICK_TSNE)
    ]


def _count(session: SentenceMap) -> int:
    return len(session.of_set.sentences)
