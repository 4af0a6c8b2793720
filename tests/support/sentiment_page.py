"""The Sentiment page in tests: texts of known classes, classifiers that core fits to them, and readers of the page.

tests/unit/classification proves that core fits, measures and explains as scikit-learn and torch do. Here its results
are what the page has to show.
"""

import csv
import html
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from components.core import Encoder
from components.core.classification.classifiers import Classifier, ClassifierInputs, ClassifierMethod, fit_classifier
from components.core.classification.datasets import LabelledDataset, split_dataset
from components.core.classification.mlp import MlpSettings
from components.core.model.interventions import Intervention
from components.core.numerics.similarity import normalise_rows
from components.core.storage.cached_encoding import encode_with_store
from components.core.storage.vector_store import default_store
from components.core.text.sentence_set import SentenceSet
from tests.support.paths import ASSETS
from tests.support.visit import Visit, array

PAGE = "Sentiment"
TYPED, BOUNDARY, TRAIN, SCORED = "type and see", "boundary", "train", "how good"
AMOUNT, ORDER, HARD, EXPORT = "how much data", "word order", "hard texts", "export"
SCREENS = (TYPED, BOUNDARY, TRAIN, SCORED, AMOUNT, ORDER, HARD, EXPORT)
METHODS = LOGISTIC, NETWORK, STATIC, TF_IDF, BAYES = tuple(ClassifierMethod)
LINEAR = (LOGISTIC, STATIC, TF_IDF, BAYES)
BAGS = (TF_IDF, BAYES)
SHORT = dict(zip(METHODS, ("Logistic", "Network", "Averaged", "TF-IDF", "Naive Bayes"), strict=True))
ON_THE_MAP = "as a UMAP map"
SHIPPED_CLASSES = ("negative", "positive")
_NUMBERS = ("no", "one", "two", "three", "four", "five")

OPENING, REORDERED = "Not bad, actually good.", "Not good, actually bad."
PRAISE = "I love this place: delicious food, friendly waiters, and a great view."
LONG = "The soup was cold, the waiter was rude and the zyzzyva band was far too loud, but the cake was great."
COMPLAINT = "I did not enjoy the cake, and I would not go there again in my life."
SCRIPT = "<script>alert(1)</script>"

TOPICS = {
    "food": (
        "The soup was hot and good",
        "We ate the bread with cheese",
        "A cake with cream and berries",
        "The cook salted the stew",
        "Rice and beans for lunch",
        "She peeled the apples",
        "The pizza had olives",
        "Fresh fish from the market",
    ),
    "sport": (
        "The team won the match",
        "He ran ten miles",
        "Our goalkeeper saved a penalty",
        "She swam across the lake",
        "They lost the final set",
        "The race began at noon",
        "A fast ball hit the wicket",
        "The coach praised the runner",
    ),
    "weather": (
        "Rain fell all night",
        "The sun came out at last",
        "Snow covered the hills",
        "Clouds hid the moon",
        "A storm is on its way",
        "The wind turned cold",
        "Fog lay on the river",
        "It thundered in the evening",
    ),
}


def inputs_of(encoder: Encoder, texts: Sequence[str], changes: tuple[Intervention, ...] = ()) -> ClassifierInputs:
    """The features of texts, encoded with these interventions."""
    vectors = normalise_rows(encode_with_store(encoder, texts, default_store(), changes))
    return ClassifierInputs(tuple(texts), vectors, normalise_rows(encoder.static_means(texts)))


@dataclass(frozen=True, eq=False)
class LabelledTexts:
    """Texts of known classes, and what each method learns from some of them."""

    inputs: ClassifierInputs
    classes: tuple[str, ...]
    targets: np.ndarray  # (N,)
    train: np.ndarray  # indices of the texts that are learned from
    test: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=int))
    challenge: Mapping[str, list[int]] = field(default_factory=dict)
    _classifiers: dict[tuple[ClassifierMethod, MlpSettings], Classifier] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        return list(self.inputs.texts)

    @property
    def hard(self) -> list[int]:
        """The indices of the challenge texts, kind by kind."""
        return [index for indices in self.challenge.values() for index in indices]

    def classifier(self, method: ClassifierMethod, **settings: Any) -> Classifier:
        """settings: of the network."""
        key = method, MlpSettings(**settings)
        if key not in self._classifiers:
            given, targets = self.inputs.take(self.train), self.targets[self.train]
            self._classifiers[key] = fit_classifier(method, given, targets, self.classes, key[1])
        return self._classifiers[key]

    def probabilities(self, method: ClassifierMethod, asked: ClassifierInputs, **settings: Any) -> np.ndarray:
        """(M, K)"""
        return self.classifier(method, **settings).probabilities(asked)

    def verdicts(self, asked: ClassifierInputs) -> np.ndarray:
        """(5, K): the probabilities that each method gives one text."""
        return np.concatenate([self.probabilities(method, asked) for method in METHODS])

    def log_odds(self, method: ClassifierMethod, asked: ClassifierInputs, favoured: int = 1, other: int = 0) -> float:
        """Of one text."""
        logits = self.classifier(method).logits(asked)[0]
        return float(logits[favoured] - logits[other])


@cache
def review_rows() -> list[dict[str, str]]:
    """The rows of the shipped reviews."""
    with (ASSETS / "reviews.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shipped_reviews(encoder: Encoder) -> LabelledTexts:
    """The shipped reviews with their split and their challenge sets."""
    rows = review_rows()
    targets = np.array([SHIPPED_CLASSES.index(row["label"]) for row in rows])
    train, test = (np.array([n for n, row in enumerate(rows) if row["split"] == part]) for part in ("train", "test"))
    challenge: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        if row["kind"]:
            challenge.setdefault(row["kind"], []).append(index)
    inputs = inputs_of(encoder, [row["text"] for row in rows])
    return LabelledTexts(inputs, SHIPPED_CLASSES, targets, train, test, challenge)


def dataset_of(labelled: LabelledTexts) -> LabelledDataset:
    """The texts as core splits them for cross-validation."""
    names = tuple(labelled.classes[target] for target in labelled.targets)
    lines = tuple(range(2, 2 + len(names)))
    return split_dataset(SentenceSet(labelled.inputs.texts, names, lines, ()))


def visit(review: str | None = None, **parameters: str) -> Visit:
    """Open a screen of the page, the first one unless another is named."""
    return Visit(PAGE, **{"screen": TYPED} | parameters | ({} if review is None else {"review": review}))


def table_file(labelled: Sequence[tuple[str, str]]) -> bytes:
    """A CSV of texts with labels."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([("text", "label"), *labelled])
    return file.getvalue().encode()


def file_of(labelled: LabelledTexts, classes: Sequence[str] | None = None) -> bytes:
    """A CSV of these texts, perhaps with other names of classes."""
    names = [(classes or labelled.classes)[target] for target in labelled.targets]
    return table_file(list(zip(labelled.texts, names, strict=True)))


def own(content: bytes, name: str = "mine.csv", review: str | None = None, **parameters: str) -> Visit:
    """Open the page with a file of the reader's own."""
    return visit(review, reviews_from="File", **parameters).upload("text_file", name, content)


def own_topics(topics: LabelledTexts, review: str | None = None, **parameters: str) -> Visit:
    """Open the page with the three topics."""
    return own(file_of(topics), "topics.csv", review, **parameters)


def page(opened: Visit) -> str:
    """The page's own markup, without its style sheet."""
    return re.sub(r"<style>.*?</style>", "", opened.markup, flags=re.DOTALL)


def readable(markup: str) -> str:
    """Markup without its tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def words(opened: Visit) -> str:
    """What of the page's own markup can be read."""
    return readable(page(opened))


def sections(opened: Visit) -> list[str]:
    """The title and the headings below it."""
    titles, headings = (re.findall(rf"<h{level}>(.*?)</h{level}>", page(opened), re.DOTALL) for level in (1, 2))
    return [readable(each) for each in (*titles, *headings)]


def problems(opened: Visit) -> list[str]:
    """The sentences that say what is wrong."""
    return [readable(each) for each in re.findall(r'<p class="es-problem">(.*?)</p>', page(opened), re.DOTALL)]


def box(opened: Visit) -> str:
    """The text in the box."""
    return str(opened.app.text_input(key="review").value)


def buttons(opened: Visit) -> dict[str, Any]:
    """Label → button."""
    return {button.label: button for button in opened.app.button}


def number(said: str) -> float:
    """A number as the page prints it."""
    return float(said.replace("−", "-").replace(",", "").removesuffix("%"))


def verdicts(opened: Visit) -> np.ndarray:
    """(5,): the probability of the second of two classes that each method is drawn with."""
    drawn = opened.figure("verdicts")["data"][0]
    bars: np.ndarray = array(drawn["x"]) + drawn["base"]
    return bars


def shares(opened: Visit) -> list[tuple[str, float]]:
    """Each shaded word of the text with its share."""
    shaded = re.search(r'<p class="es-shares" dir="auto">(.*?)</p>', page(opened), re.DOTALL)
    assert shaded is not None
    found = re.findall(r'title="(.*?): (−?\d+\.\d{4})"', shaded[1])
    return [(html.unescape(word), number(share)) for word, share in found]


def curves(opened: Visit, name: str) -> dict[str, tuple[list[float], np.ndarray]]:
    """Name of a line of the training → its epochs and its values."""
    axis = {"loss": "x", "accuracy": "x2"}[name]
    drawn = [each for each in opened.figure("training")["data"] if each.get("xaxis") == axis]
    return {each["name"]: (array(each["x"]).tolist(), array(each["y"])) for each in drawn}


def finding(probabilities: np.ndarray, classes: Sequence[str]) -> str:
    """What the heading has to say of five verdicts."""
    called = [classes[index] for index in probabilities.argmax(axis=1)]
    (most, count), *rest = Counter(called).most_common()
    if not rest:
        return f"All five classifiers call it “{most}”"
    if len(set(called[:2])) == len(set(called[2:])) == 1:
        return f"With the encoder it is “{called[0]}”, without it “{called[2]}”"
    return f"{_NUMBERS[count].capitalize()} of five classifiers call it “{most}”"
