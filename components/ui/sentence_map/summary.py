"""The title of the Sentence map page and the line below it."""

from components.core.embeddings.representations import Representation
from components.core.text.sentence_set import SentenceSet
from components.ui.caches import sentence_sets
from components.ui.caches.sentence_sets import ProjectionRequest, QualityRequest
from components.ui.sentence_map.session import NEIGHBOURS, SentenceMap
from components.ui.wording import format_count

_VECTORS = {
    Representation.CONTEXT: "the encoder",
    Representation.UNORDERED: "the encoder without positions",
    Representation.STATIC: "the mean of its word embeddings",
    Representation.TF_IDF: "word counts (TF-IDF)",
}
_LOOK = "Similar numbers give near dots. Point at a dot to read it; click it to see its true neighbours."


def finding(session: SentenceMap) -> str:
    """The page's title. It does not depend on the selection: a longer title would move the map."""
    count = len(session.of_set.sentences)
    if count == 1:
        return "A map needs more than one sentence: add another"
    # With few sentences or one label, the titles below would be true of any vectors.
    if count <= 2 * NEIGHBOURS:
        return f"{format_count(count, 'sentence')} on one map: similar vectors are near"
    if len(set(session.of_set.labels or ())) > 1:
        same = sentence_sets.nearest_with_same_label(session.request)
        return f"{same:,} of {format_count(count, 'sentence')} have a nearest neighbour with the same label"
    quality = sentence_sets.quality(QualityRequest(ProjectionRequest(session.request, session.settings), NEIGHBOURS))
    share = quality.recall if quality else 0
    return f"{format_count(count, 'sentence')}: {share:.0%} of nearest neighbours stay near on the map"


def while_encoding(sentences: SentenceSet, stopped: bool) -> tuple[str, str]:
    """The page's title and the line below it while sentences are encoded, or after a stop."""
    count = format_count(len(sentences.sentences), "sentence")
    if stopped:
        return f"Encoding of {count} was stopped", "The map is drawn when all sentences are encoded."
    return f"Encoding {count} …", "Each sentence becomes a dot when all are encoded."


def lead(session: SentenceMap) -> str:
    """The line below the title: what to look at."""
    size = sentence_sets.unit_vectors(session.request).shape[1]
    return f"Each dot is a sentence; its {size:,} numbers come from {_VECTORS[session.request.representation]}. {_LOOK}"
