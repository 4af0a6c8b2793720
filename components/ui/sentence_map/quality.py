"""What the map keeps of the truth, what it loses, and what its distances do not mean."""

from dataclasses import replace

from components.core.mapping.neighbours import QUALITY_SAMPLE
from components.core.mapping.projection import METHODS, ProjectionSettings
from components.ui.caches import sentence_sets
from components.ui.caches.sentence_sets import ProjectionRequest, QualityRequest
from components.ui.page import raw_markup as markup
from components.ui.page import section
from components.ui.sentence_map.session import NEIGHBOURS, SentenceMap
from components.ui.tables import table

# t-SNE of more than this is worth a wait only to those who ask for it.
_QUICK_TSNE = 300


def draw(session: SentenceMap) -> None:
    """Measure the map, and others of the same vectors beside it."""
    kept = sentence_sets.quality(QualityRequest(ProjectionRequest(session.request, session.settings), NEIGHBOURS))
    if kept is None:
        section("Too few to measure", "What a map keeps can be measured from three sentences on.")
        return
    section(
        f"This map keeps {kept.recall:.0%} of the nearest neighbours",
        f"Of the {kept.neighbours} sentences nearest to each in truth, so many are among its {kept.neighbours} nearest "
        f"dots. Its trustworthiness is {kept.trustworthiness:.2f}: 1 would mean that no dot is near that is not near "
        "in truth (Venna and Kaski 2001). Change the map's settings above and both are measured again."
        + (f" Measured on {QUALITY_SAMPLE:,} sentences drawn at random." if kept.measured < _count(session) else ""),
    )
    rows = []
    for settings in maps_compared(session.settings, _count(session)):
        other = sentence_sets.quality(QualityRequest(ProjectionRequest(session.request, settings), NEIGHBOURS))
        if other is not None:
            shown = " (shown above)" if settings == session.settings else ""
            name = f"{settings.method}, {settings.dimensions}-D{shown}"
            rows.append([name, f"{other.recall:.0%}", f"{other.trustworthiness:.2f}"])
    table(["map", "neighbours kept", "trustworthiness"], rows, "The same vectors, mapped in other ways.")
    section(
        "What distances on such a map do not mean",
        "UMAP and t-SNE keep who is near whom, and pay with everything else.",
    )
    markup(
        '<ul class="es-page">'
        "<li>How far apart two groups lie says little about how different they are; the gap between them says "
        "less.</li>"
        "<li>How large or dense a group looks says nothing about how alike its sentences are: both methods even that "
        "out.</li>"
        "<li>The axes have no meaning. Another seed turns and mirrors the map and moves its groups.</li>"
        "<li>Groups can appear where there are none, the more so with few neighbours.</li></ul>"
        '<p class="es-note">McInnes, Healy and Melville (2018), “UMAP”; van der Maaten and Hinton (2008), '
        "“Visualizing Data using t-SNE”; Wattenberg, Viégas and Johnson (2016), “How to Use t-SNE Effectively”; "
        "Chari and Pachter (2023), “The specious art of single-cell genomics”. PCA is a straight projection: its "
        "distances are true as far as it goes, and in two dimensions it goes not far.</p>"
    )


def maps_compared(shown: ProjectionSettings, sentences: int) -> list[ProjectionSettings]:
    """The map that is shown and those beside it: all methods in two and three dimensions, but for a slow t-SNE."""
    every = [replace(shown, method=method, dimensions=dimensions) for method in METHODS for dimensions in (2, 3)]
    return [
        each
        for each in every
        if each == shown or each.method != "t-SNE" or (each.dimensions == 2 and sentences <= _QUICK_TSNE)
    ]


def _count(session: SentenceMap) -> int:
    return len(session.of_set.sentences)
