"""The Sentence map page in tests: the shipped sentences with their vectors, and readers of the page.

tests/unit/mapping proves that core maps, groups and measures as scikit-learn and umap-learn do. Here its results are
what the page has to show.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from components.core import Encoder
from components.core.embeddings.representations import Representation
from components.core.mapping.neighbours import nearest_neighbours
from components.core.mapping.projection import Projection, ProjectionSettings, fit_projection
from components.core.model.interventions import Intervention
from components.core.storage.cached_encoding import encode_with_store
from components.core.storage.vector_store import default_store
from tests.support.paths import ASSETS
from tests.support.visit import Visit

PAGE = "Sentence map"
SELECTION, COMPARED, GROUPS, COUNTS = "the selection", "compared", "groups", "how many"
KINDS, ERRORS = "four kinds", "its errors"
SCREENS = (SELECTION, COMPARED, GROUPS, COUNTS, KINDS, ERRORS)

NEW = "Squatch orders a second pizza."
TWO_TOPICS = (
    "The soup needs a pinch of salt.",
    "Add more seasoning to the broth.",
    "Bread is baked in the oven.",
    "The striker scored in the last minute.",
    "Our team won the match.",
    "The goalkeeper caught the ball.",
)
TABLE = b"""id,text,topic
1,The soup is hot.,food
2,The dog barks.,animals
3,The cat sleeps.,animals
4,The stew is warm.,food
"""


def unit_vectors_of(
    encoder: Encoder, sentences: Sequence[str], kind: Representation = Representation.CONTEXT
) -> np.ndarray:
    """(N, D): the very vectors that the page has of a set of sentences.

    They come from the same store: sentences that were encoded beside others differ in a last digit, and that decides
    where a UMAP puts a dot.
    """

    def encode(texts: Sequence[str], interventions: tuple[Intervention, ...]) -> np.ndarray:
        return encode_with_store(encoder, texts, default_store(), interventions)

    return kind.unit_vectors(encoder, encode, sentences, sentences)


@dataclass(frozen=True, eq=False)
class LabelledSentences:
    """The shipped sentences with their topics, and what core makes of them."""

    encoder: Encoder
    sentences: list[str]
    labels: list[str]

    @cached_property
    def unit_vectors(self) -> np.ndarray:
        """(240, D)"""
        return unit_vectors_of(self.encoder, self.sentences)

    @cached_property
    def kinds(self) -> dict[Representation, np.ndarray]:
        """Kind of vectors → (240, …)"""
        return {kind: unit_vectors_of(self.encoder, self.sentences, kind) for kind in Representation}

    def vector_of(self, sentence: str) -> np.ndarray:
        """(D,) of length 1: the vector of another sentence."""
        vector: np.ndarray = unit_vectors_of(self.encoder, [sentence])[0]
        return vector

    def pca(self, dimensions: int = 2) -> Projection:
        """The map by PCA."""
        return pca_of(self.unit_vectors, dimensions)

    def with_same_label(self, unit_vectors: np.ndarray) -> int:
        """How many sentences have the label of their nearest neighbour among these vectors."""
        labels = np.array(self.labels)
        return int((labels == labels[nearest_neighbours(unit_vectors, 1).indices[:, 0]]).sum())


def shipped_sentences(encoder: Encoder) -> LabelledSentences:
    """The sentences that the page opens with."""
    with (ASSETS / "sentences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return LabelledSentences(encoder, [row["sentence"] for row in rows], [row["topic"] for row in rows])


def pca_of(unit_vectors: np.ndarray, dimensions: int = 2) -> Projection:
    """The map of these vectors by PCA."""
    return fit_projection(unit_vectors, ProjectionSettings("PCA", dimensions))


def visit(**parameters: str) -> Visit:
    """Open the first screen with the map that needs no fitting, unless others are asked for."""
    return Visit(PAGE, **({"map": "PCA", "screen": SELECTION} | parameters))


def paste(*lines: str, **parameters: str) -> Visit:
    """Open the page with sentences of the reader's own."""
    return visit(source="Paste", **parameters).write("pasted", "\n".join(lines))


def dots(opened: Visit, key: str = "sentence-map") -> np.ndarray:
    """(N, 2 or 3): where the dots of a map are drawn."""
    described, values = opened.view(key)
    size = described["count"] * described["dimensions"]
    return np.frombuffer(values, dtype="<f4", count=size).reshape(described["count"], described["dimensions"])


def colours(opened: Visit) -> tuple[list[str], np.ndarray]:
    """The names of the groups of dots, and (N,) the group of each dot."""
    described, values = opened.view("sentence-map")
    groups = np.frombuffer(values, dtype="<i2", offset=4 * described["count"] * described["dimensions"])
    return [group["name"] for group in described["groups"]], groups


def shown(opened: Visit) -> list[str]:
    """The sentences of the dots."""
    says: list[str] = opened.view("sentence-map")[0]["says"]
    return says


def words(opened: Visit) -> str:
    """What the page says, in its own markup or in a caption."""
    return "\n".join([opened.words, *(caption.value for caption in opened.app.caption)])


def number_after(words: str, text: str) -> str:
    """The first number of two decimals after this text, as it is printed."""
    found = re.search(rf"{re.escape(text)}\D*?(-?\d\.\d\d)", words)
    assert found is not None, text
    return found[1]
