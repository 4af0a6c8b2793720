"""The page in words: its finding and what to look at."""

from components.core.embeddings.representations import Representation
from components.core.text.sentence_set import SentenceSet
from components.ui.caches import sentence_sets
from components.ui.caches.sentence_sets import ProjectionRequest, QualityRequest
from components.ui.sentence_map.session import NEIGHBOURS, SentenceMap
from components.ui.wording import format_count

_VECTORS = {
    Representation.CONTEXT: "by the encoder",
    Representation.UNORDERED: "by the encoder with positions off",
    Representation.STATIC: "as the mean of its word embeddings",
    Representation.TF_IDF: "by counting words (TF-IDF)",
}
_LOOK = "Dots are near where the numbers are alike. Point at one to read it, click it to see what is truly nearest."


def finding(session: SentenceMap) -> str:
    """What is found of all sentences. It does not follow the selection: a title that grows would push the map away."""
    count = len(session.of_set.sentences)
    if count == 1:
        return "One sentence makes no map yet: add another"
    # Of a few sentences, or with one label, what follows would be true whatever the vectors.
    if count <= 2 * NEIGHBOURS:
        return f"{format_count(count, 'sentence')} on one map, near where their vectors are alike"
    if len(set(session.of_set.labels or ())) > 1:
        same = sentence_sets.nearest_with_same_label(session.request)
        return f"{same:,} of {format_count(count, 'sentence')} have their nearest neighbour under their own label"
    kept = sentence_sets.quality(QualityRequest(ProjectionRequest(session.request, session.settings), NEIGHBOURS))
    return f"{format_count(count, 'sentence')}: {kept.recall if kept else 0:.0%} of nearest neighbours stay near on the map"


def while_encoding(sentences: SentenceSet) -> tuple[str, str]:
    """What the page is called, and says, while it cannot know more."""
    count = format_count(len(sentences.sentences), "sentence")
    return f"{count} on their way through the encoder", "Each becomes a dot as soon as all have been read."


def lead(session: SentenceMap) -> str:
    """What to look at."""
    size = sentence_sets.unit_vectors(session.request).shape[1]
    return f"Each dot is a sentence, turned into {size:,} numbers {_VECTORS[session.request.representation]}. {_LOOK}"
