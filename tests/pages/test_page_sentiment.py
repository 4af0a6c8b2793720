"""Sentiment: verdicts, reasons, training and scores against scikit-learn and plain torch; what is typed and given."""

import csv
import html
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
import streamlit as st
import torch
from scipy.stats import binomtest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, log_loss
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from streamlit.runtime.media_file_manager import MediaFileManager
from transformers import PreTrainedModel

from components.core import Encoder, PositionsOff
from components.core.storage.cached_encoding import encode_with_store
from components.core.storage.vector_store import default_store
from tests.support.app_pages import ROOT
from tests.support.reference import Opened, assert_close
from tests.support.tiny_models import save_pooled
from tests.support.visit import Visit, array

# Some classifiers are explained beside a map.
pytestmark = pytest.mark.usefixtures("umap_compiled")

PAGE = "Sentiment"
TYPED, TRAIN, SCORED = "Type and see", "Train", "How good"
AMOUNT, ORDER, EXPORT = "How much data", "Order and context", "Export classifier"
VIEWS = (TYPED, TRAIN, SCORED, AMOUNT, ORDER, EXPORT)
LOGISTIC, NETWORK, STATIC = "Logistic regression", "Small network", "Averaged word embeddings"
TF_IDF, BAYES = "TF-IDF", "Naive Bayes"
METHODS = (LOGISTIC, NETWORK, STATIC, TF_IDF, BAYES)
LINEAR = (LOGISTIC, STATIC, TF_IDF, BAYES)
BAGS = (TF_IDF, BAYES)
SHORT = dict(zip(METHODS, ("Logistic", "Network", "Averaged", "TF-IDF", "Naive Bayes"), strict=True))
ON_THE_MAP = "as a UMAP map"
SHIPPED_CLASSES = ("negative", "positive")
SMALL = ("no", "one", "two", "three", "four", "five")

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


# ---------------------------------------------------------------- the same without Encoderscope


@dataclass(frozen=True, eq=False)
class Texts:
    """N texts, as each of the classifiers reads them."""

    said: Sequence[str]
    vectors: np.ndarray  # (N, 384) unit rows of sentence-transformers
    static: np.ndarray  # (N, 384) unit rows

    def take(self, places: Sequence[int] | np.ndarray) -> "Texts":
        return Texts([self.said[place] for place in places], self.vectors[places], self.static[places])

    def read_by(self, method: str) -> np.ndarray:
        """(N, …): what is handed to the classifier that learner() makes for a method."""
        if method in BAGS:
            return np.array(self.said, dtype=object)
        return self.static if method == STATIC else self.vectors


def units(rows: np.ndarray) -> np.ndarray:
    found: np.ndarray = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return found


def texts_of(bundled: Opened, said: Sequence[str]) -> Texts:
    """What sentence-transformers makes of texts, and the means of the rows of BERT's table."""
    vectors = bundled.sentence_model.encode(list(said), normalize_embeddings=True)
    table = bundled.hugging_face().get_parameter("embeddings.word_embeddings.weight").detach().cpu().numpy()
    ids = bundled.tokenizer(list(said), add_special_tokens=False, verbose=False)["input_ids"]
    # Of 256 tokens that the encoder reads two are special.
    return Texts(said, vectors, units(np.array([table[each[:254]].mean(axis=0) for each in ids])))


class PlainNetwork(ClassifierMixin, BaseEstimator):
    """One hidden layer of torch's own modules, trained with torch's own loop, as a classifier of scikit-learn."""

    def __init__(self, hidden: int = 32, epochs: int = 60, rate: float = 0.003, seed: int = 0) -> None:
        self.hidden, self.epochs, self.rate, self.seed = hidden, epochs, rate, seed

    def fit(self, vectors: np.ndarray, targets: np.ndarray, watched: Mapping[str, Any] | None = None) -> "PlainNetwork":
        """watched: name → vectors and targets whose loss and accuracy are kept for each epoch."""
        self.classes_ = np.unique(targets)
        random = torch.Generator().manual_seed(self.seed)
        width = vectors.shape[1]
        layers = [torch.nn.Linear(width, self.hidden), torch.nn.Linear(self.hidden, len(self.classes_))]
        with torch.no_grad():
            for layer in layers:
                drawn = [torch.rand(rows, layer.out_features, generator=random) for rows in (layer.in_features, 1)]
                weight, bias = ((2 * each - 1) / layer.in_features**0.5 for each in drawn)
                layer.weight.copy_(weight.T)
                layer.bias.copy_(bias[0])
        self.model_ = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1])
        optimizer = torch.optim.AdamW(self.model_.parameters(), lr=self.rate, weight_decay=0.01)
        given, wanted = torch.from_numpy(np.array(vectors)), torch.from_numpy(targets)
        self.losses_: dict[str, list[float]] = {name: [] for name in watched or {}}
        self.accuracies_: dict[str, list[float]] = {name: [] for name in watched or {}}
        for _ in range(self.epochs):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(self.model_(given), wanted).backward()
            optimizer.step()
            for name, (others, labels) in (watched or {}).items():
                said = self.predict_proba(others)
                self.losses_[name].append(log_loss(labels, said))
                self.accuracies_[name].append(accuracy_score(labels, said.argmax(axis=1)))
        return self

    def predict_proba(self, vectors: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            found: np.ndarray = torch.softmax(self.model_(torch.from_numpy(np.array(vectors))).double(), 1).numpy()
        return found / found.sum(axis=1, keepdims=True)

    def predict(self, vectors: np.ndarray) -> np.ndarray:
        found: np.ndarray = self.predict_proba(vectors).argmax(axis=1)
        return found


def learner(method: str, **settings: Any) -> Any:
    """A classifier that has learned nothing yet. settings: of the network."""
    if method == NETWORK:
        return PlainNetwork(**settings)
    logistic = LogisticRegression(C=10, max_iter=1000)
    if method in BAGS:
        steps = (TfidfVectorizer(), logistic) if method == TF_IDF else (CountVectorizer(), MultinomialNB())
        return make_pipeline(*steps)
    return logistic


@dataclass(frozen=True, eq=False)
class Learned:
    """Texts of known classes, and what each method learns from some of them."""

    texts: Texts
    targets: np.ndarray  # (N,)
    learned_from: np.ndarray  # places
    _fitted: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def classifier(self, method: str, **settings: Any) -> Any:
        name = method, *sorted(settings.items())
        if name not in self._fitted:
            given = self.texts.take(self.learned_from).read_by(method)
            self._fitted[name] = learner(method, **settings).fit(given, self.targets[self.learned_from])
        return self._fitted[name]

    def probabilities(self, method: str, asked: Texts, **settings: Any) -> np.ndarray:
        """(M, K)"""
        found: np.ndarray = self.classifier(method, **settings).predict_proba(asked.read_by(method))
        return found

    def verdicts(self, asked: Texts) -> np.ndarray:
        """(5, K): what each method says of one text."""
        return np.concatenate([self.probabilities(method, asked) for method in METHODS])

    def log_odds(self, method: str, asked: Texts, favoured: int = 1, other: int = 0) -> float:
        """Of one text, as decision_function() gives them, or the logarithms of probabilities."""
        classifier, given = self.classifier(method), asked.read_by(method)
        if method == BAYES:
            logs = classifier.predict_log_proba(given)[0]
            return float(logs[favoured] - logs[other])
        found = classifier.decision_function(given)[0]
        return float(found if np.ndim(found) == 0 else found[favoured] - found[other])

    def cross_validated(self, method: str) -> np.ndarray:
        """(N, K)"""
        folds = StratifiedKFold(5, shuffle=True, random_state=0)
        given = self.texts.read_by(method)
        found: np.ndarray = cross_val_predict(learner(method), given, self.targets, cv=folds, method="predict_proba")
        return found


@dataclass(frozen=True, eq=False)
class Reviews(Learned):
    """The shipped reviews."""

    scored: np.ndarray = field(default_factory=lambda: np.empty(0))
    kinds: Mapping[str, list[int]] = field(default_factory=dict)

    @property
    def hard(self) -> list[int]:
        return [place for places in self.kinds.values() for place in places]


@pytest.fixture(scope="module")
def reviews(bundled: Opened) -> Reviews:
    with (ROOT / "assets" / "reviews.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = texts_of(bundled, [row["text"] for row in rows])
    targets = np.array([SHIPPED_CLASSES.index(row["label"]) for row in rows])
    train, test = ([n for n, row in enumerate(rows) if row["split"] == part] for part in ("train", "test"))
    kinds: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        if row["kind"]:
            kinds.setdefault(row["kind"], []).append(place)
    return Reviews(texts, targets, np.array(train), scored=np.array(test), kinds=kinds)


@pytest.fixture(scope="module")
def topics(bundled: Opened) -> Learned:
    """Three classes of eight texts, the classes in alphabetical order."""
    texts = texts_of(bundled, [text for texts in TOPICS.values() for text in texts])
    return Learned(texts, np.repeat(np.arange(3), 8), np.arange(24))


@pytest.fixture(scope="module")
def forty(reviews: Reviews) -> Learned:
    """A set that is small enough to be cross-validated: twenty reviews of each class."""
    of_class = [[place for place in reviews.learned_from if reviews.targets[place] == each] for each in (0, 1)]
    places = np.sort([place for places in of_class for place in places[::9]])
    return Learned(reviews.texts.take(places), reviews.targets[places], np.arange(len(places)))


# ---------------------------------------------------------------- what the page says


def visit(review: str | None = None, **parameters: str) -> Visit:
    return Visit(PAGE, **parameters | ({} if review is None else {"review": review}))


def table_file(labelled: Sequence[tuple[str, str]]) -> bytes:
    """A CSV of texts with labels."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([("text", "label"), *labelled])
    return file.getvalue().encode()


def file_of(learned: Learned, classes: Sequence[str]) -> bytes:
    labels = [classes[target] for target in learned.targets]
    return table_file(list(zip(learned.texts.said, labels, strict=True)))


def own(content: bytes, name: str = "mine.csv", review: str | None = None, **parameters: str) -> Visit:
    """The page with a file of the reader's own."""
    return visit(review, reviews_from="File", **parameters).upload("text_file", name, content)


def own_topics(topics: Learned, review: str | None = None, **parameters: str) -> Visit:
    return own(file_of(topics, list(TOPICS)), "topics.csv", review, **parameters)


def page(opened: Visit) -> str:
    """The page's own markup, without its style sheet."""
    return re.sub(r"<style>.*?</style>", "", opened.markup, flags=re.DOTALL)


def read(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def words(opened: Visit) -> str:
    """What of the page's own markup can be read."""
    return read(page(opened))


def sections(opened: Visit) -> list[str]:
    """The headings of the second order."""
    return [read(each) for each in re.findall(r"<h2>(.*?)</h2>", page(opened), re.DOTALL)]


def problems(opened: Visit) -> list[str]:
    """The sentences that say what is wrong."""
    return [read(each) for each in re.findall(r'<p class="es-problem">(.*?)</p>', page(opened), re.DOTALL)]


def box(opened: Visit) -> str:
    return str(opened.app.text_input(key="review").value)


def buttons(opened: Visit) -> dict[str, Any]:
    return {button.label: button for button in opened.app.button}


def number(said: str) -> float:
    return float(said.replace("−", "-").replace(",", "").removesuffix("%"))


def verdicts(opened: Visit) -> np.ndarray:
    """(5,): the probability of the second of two classes that each method is drawn with."""
    drawn = opened.figure("verdicts")["data"][0]
    return array(drawn["x"]) + drawn["base"]


def shares(opened: Visit) -> list[tuple[str, float]]:
    """Each word of the text that is shaded, with its share."""
    shaded = re.search(r'<p class="es-shares" dir="auto">(.*?)</p>', page(opened), re.DOTALL)
    assert shaded is not None
    found = re.findall(r'title="(.*?): (−?\d+\.\d{4})"', shaded[1])
    return [(html.unescape(word), number(share)) for word, share in found]


def finding(probabilities: np.ndarray, classes: Sequence[str]) -> str:
    """What the heading has to say of five verdicts."""
    called = [classes[place] for place in probabilities.argmax(axis=1)]
    (most, count), *rest = Counter(called).most_common()
    if not rest:
        return f"All five classifiers call it “{most}”"
    if len(set(called[:2])) == len(set(called[2:])) == 1:
        return f"With the encoder it is “{called[0]}”, without it “{called[2]}”"
    return f"{SMALL[count].capitalize()} of five classifiers call it “{most}”"


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """What the pages that a test visits offer as files: name → content, gathered when it is asked for."""
    files: dict[str, Callable[[], bytes]] = {}

    def keep(name: str) -> None:
        kept = getattr(MediaFileManager, name)

        def add(self: Any, content: Any, *given: Any, **named: Any) -> Any:
            files[named["file_name"]] = content if callable(content) else lambda: content
            return kept(self, content, *given, **named)

        monkeypatch.setattr(MediaFileManager, name, add)

    keep("add")
    keep("add_deferred")
    return files


@dataclass
class Clock:
    """Stands in for the clock of a training that is watched: nobody waits, and each picture is counted."""

    stop_at: int | None = None
    seen: list[int] = field(default_factory=list)  # the epoch of each picture

    def perf_counter(self) -> float:
        return 0.0

    def sleep(self, _: float) -> None:
        self.seen.append(st.session_state["trained_to"])
        if self.seen[-1] == self.stop_at:
            # As a press on a button does, it ends the run of the script where it is.
            st.stop()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("components.ui.sentiment.training.time", made)
    return made


# Type and see


def test_it_opens_on_type_and_see_with_a_text_that_order_decides(bundled: Opened, reviews: Reviews) -> None:
    opened = visit()
    assert opened.app.button_group(key="sentiment").value == TYPED
    assert box(opened) == OPENING
    expected = reviews.verdicts(texts_of(bundled, [OPENING]))
    assert_close(verdicts(opened), expected[:, 1], 1e-4)
    assert opened.headings == [finding(expected, SHIPPED_CLASSES)]
    assert "612 texts, 2 classes, 360 for training, 180 held out, 72 in the hard set" in words(opened)


def test_the_verdicts_and_their_count_follow_each_text_that_is_typed(bundled: Opened, reviews: Reviews) -> None:
    opened = visit()
    kinds = set()
    for text in (PRAISE, LONG, REORDERED, "a"):
        expected = reviews.verdicts(texts_of(bundled, [text]))
        opened.enter("review", text)
        assert_close(verdicts(opened), expected[:, 1], 1e-4)
        assert opened.headings == [finding(expected, SHIPPED_CLASSES)]
        kinds.add(opened.headings[0].split()[0])
    assert len(kinds) > 1


@pytest.mark.parametrize("method", LINEAR)
def test_the_shares_of_a_linear_classifier_sum_to_its_log_odds(method: str, bundled: Opened, reviews: Reviews) -> None:
    opened = visit(LONG, classifier=method)
    expected = reviews.log_odds(method, texts_of(bundled, [LONG]))
    heading = re.search(r"(\d+) shares and an offset sum to (−?[\d.]+)", sections(opened)[0])
    assert heading is not None
    assert_close(number(heading[2]), expected, 2e-4)
    found = shares(opened)
    assert len(found) == int(heading[1]) > 8
    *rows, (_, total) = opened.table("What each word brings to the log-odds of positive against negative")
    offset, rounding = number(rows[-1][1]), 5e-5 * (len(found) + 2)
    assert total == heading[2]
    assert_close(sum(number(share) for _, share in rows), number(total), rounding)
    assert_close(sum(share for _, share in found) + offset, expected, 2e-4 + rounding)
    formula = re.search(
        r"sum of the shares (−?[\d.]+) \+ offset (−?[\d.]+) = (−?[\d.]+); probability = 1 ÷ \(1 \+ e.*?\) = ([\d.]+)",
        words(opened),
    )
    assert formula is not None
    assert (formula[3], number(formula[2])) == (total, offset)
    assert_close(number(formula[1]) + offset, expected, 3e-4)
    assert_close(number(formula[4]), 1 / (1 + np.exp(-expected)), 1e-4)


@pytest.mark.parametrize("method", BAGS)
def test_a_counted_words_share_is_its_weight_times_its_value_and_words_without_one_are_named(
    method: str, reviews: Reviews
) -> None:
    vectorizer, classifier = reviews.classifier(method)[0], reviews.classifier(method)[1]
    values = vectorizer.transform([LONG]).toarray()[0]
    weights = classifier.coef_[0] if method == TF_IDF else np.subtract(*classifier.feature_log_prob_[::-1])
    places, counts = vectorizer.vocabulary_, Counter(re.findall(r"\w\w+", LONG.lower()))
    opened = visit(LONG, classifier=method)
    found = shares(opened)
    assert [word.lower() for word, _ in found] == re.findall(r"\w\w+", LONG.lower())
    for word, share in found:
        place = places.get(word.lower())
        expected = 0.0 if place is None else values[place] * weights[place] / counts[word.lower()]
        assert_close(share, expected, 1e-4)
    unknown = [word for word in counts if word not in places]
    assert "zyzzyva" in unknown
    assert f"Not in the training texts, so without a share: {', '.join(f'“{word}”' for word in unknown[:-1])}" in words(
        opened
    )
    assert f"“{unknown[-1]}”. Of " in words(opened)
    assert "Not in the training texts" not in words(opened.enter("review", "good food"))


def test_the_network_names_the_word_without_which_its_answer_changes_most(bundled: Opened, reviews: Reviews) -> None:
    opened, model = visit(classifier=NETWORK), bundled.hugging_face()
    strongest = []
    for text in (LONG, COMPLAINT):
        given = bundled.tokenizer(text, return_tensors="pt", return_offsets_mapping=True)
        word_ids, spans = given.word_ids(0), given["offset_mapping"][0].tolist()
        count = max(each for each in word_ids if each is not None) + 1
        masks = np.array([[each != hidden for each in word_ids] for hidden in (-1, *range(count))])
        rows = {"input_ids": given["input_ids"].repeat(count + 1, 1), "attention_mask": torch.from_numpy(masks).long()}
        with torch.no_grad():
            last = model(**{name: each.to(model.device) for name, each in rows.items()}).last_hidden_state
        vectors = units((last.cpu().numpy() * masks[..., None]).sum(axis=1))
        logs = np.log(reviews.classifier(NETWORK).predict_proba(vectors))
        odds = logs[:, 1] - logs[:, 0]
        effects = odds[0] - odds[1:]
        ordered = np.argsort(-np.abs(effects))
        named = [text[slice(*spans[word_ids.index(word)])] for word in ordered]
        opened.enter("review", text)
        assert sections(opened)[0].startswith(f"Without “{named[0]}” the log-odds would be ")
        table = opened.table("The words with the largest effect")
        assert [row[0] for row in table] == named[:8]
        expected = [[odds[0], odds[1 + word], effects[word]] for word in ordered[:8]]
        assert_close([[number(cell) for cell in row[1:]] for row in table], expected, 2e-3)
        strongest.append(effects[ordered[0]])
    assert strongest[0] > 0 > strongest[1]


def test_of_a_long_text_words_are_hidden_when_that_is_asked_for() -> None:
    opened = visit("good soup and fresh bread " * 10, classifier=NETWORK)
    assert not any(each.startswith("Without “") for each in sections(opened))
    hide = opened.app.toggle(key="each_word_hidden")
    assert hide.label == "Hide each of 50 words in turn"
    hide.set_value(True).run()
    assert sections(opened)[0].startswith("Without “")


READABLE = {
    "one character": "a",
    "an emoji": "🍕",
    "right to left": "البيتزا كانت لذيذة",
    "a script": SCRIPT,
    "control characters": "Squatch\x00 eats\x07 pizza\r\n\t.",
    "markup of all kinds": "**bold** _it_ `code` $x^2$ :red[x] &lt; <b>b</b> [CLS] {y} %{x} \\n",
    "capitals that grow in lower case": "İİ good İ",
    "3,000 characters": "understanding " * 214 + "good",
}


@pytest.mark.parametrize("text", READABLE.values(), ids=READABLE)
def test_whatever_can_be_read_is_judged_and_stays_in_the_box(text: str, bundled: Opened, reviews: Reviews) -> None:
    opened = visit().enter("review", text)
    kept = text[:2000]  # as many as the box takes
    expected = reviews.verdicts(texts_of(bundled, [" ".join(kept.split())]))
    for method in (LOGISTIC, TF_IDF):
        opened.pick("classifier", method)
        assert box(opened) == kept
        assert problems(opened) == []
        assert_close(verdicts(opened), expected[:, 1], 1e-4)
        assert opened.headings == [finding(expected, SHIPPED_CLASSES)]
    opened.pick("sentiment", ORDER)
    assert (box(opened), problems(opened)) == (kept, [])
    assert sections(opened)[0].startswith("These texts differ in more than word order: ")


def test_of_a_text_that_is_too_long_it_is_said_how_much_is_read() -> None:
    assert "“Type a text”: 402 tokens; the encoder reads the first 256" in words(visit().enter("review", "good " * 400))


@pytest.mark.parametrize("text", ["\x00\x07\x1b", "\u200b", "\u0301"])
def test_what_cannot_be_read_is_said_and_stays_in_the_box(text: str) -> None:
    opened = visit().enter("review", text)
    for view in (TYPED, ORDER):
        opened.pick("sentiment", view)
        assert box(opened) == text
        assert len(problems(opened)) == 1
        assert "finds nothing to read" in problems(opened)[0]
        assert opened.headings[0].startswith("Trained on 360 texts: ")
    assert sections(opened)[0] == "The same words in another order"
    assert problems(opened.enter("review", "good").enter("reordered", text)) != []


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_without_a_text_the_page_says_how_to_begin(text: str) -> None:
    opened = visit().enter("review", text)
    assert box(opened) == text
    assert "Type a text above, or choose a hard one." in [each.value for each in opened.app.markdown]
    assert opened.headings[0].startswith("Trained on 360 texts: ")


def test_a_script_is_never_part_of_what_is_sent_to_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.ui.sentiment.learning_curves.DRAWS", 1)
    classes = (SCRIPT, f"<b>{SCRIPT}", f"&lt;{SCRIPT}")

    def harmless(opened: Visit) -> bool:
        # As it is read: JSON may write a bracket as its number.
        specs = [json.dumps(json.loads(each.proto.spec)) for each in opened.app.get("plotly_chart")]
        return not any("<script" in each for each in (page(opened), *specs))

    for count in (3, 2):
        labelled = [(f"{SCRIPT} is number {n % count}, {n}", classes[n % count]) for n in range(15)]
        opened = own(table_file(labelled), f"{SCRIPT}.csv", SCRIPT, reordered=SCRIPT, epochs="2")
        assert harmless(opened)
        assert "&lt;script&gt;" in page(opened)
        assert harmless(opened.pick("decision_seen", ON_THE_MAP))
    for view in VIEWS[1:]:
        assert harmless(opened.pick("sentiment", view)), view


def test_a_hard_text_that_is_picked_is_filled_in_and_judged(bundled: Opened, reviews: Reviews) -> None:
    opened = visit()
    offered = opened.app.selectbox(key="hard_text").options
    kind, places = next(iter(reviews.kinds.items()))
    assert len(offered) == 72
    assert offered[1] == f"{kind}: {reviews.texts.said[places[1]]}"
    opened.choose("hard_text", offered[1])
    assert box(opened) == reviews.texts.said[places[1]]
    assert_close(verdicts(opened), reviews.verdicts(reviews.texts.take([places[1]]))[:, 1], 1e-4)


# Three classes


def test_of_three_classes_each_verdict_is_drawn_and_the_likeliest_two_are_held_against_each_other(
    bundled: Opened, topics: Learned
) -> None:
    asked = texts_of(bundled, ["Rain on the pizza"])
    expected = topics.verdicts(asked)
    opened = own_topics(topics, asked.said[0])
    assert_close(array(opened.figure("verdicts")["data"][0]["z"]), expected, 1e-4)
    assert opened.headings == [finding(expected, list(TOPICS))]
    for method in LINEAR:
        opened.pick("classifier", method)
        first, second = np.argsort(-expected[METHODS.index(method)])[:2]
        said = re.search(r"shares and an offset sum to (−?[\d.]+)The log-odds of (\w+) against (\w+)", words(opened))
        assert said is not None
        assert said.groups()[1:] == (list(TOPICS)[first], list(TOPICS)[second])
        assert_close(number(said[1]), topics.log_odds(method, asked, first, second), 2e-4)


def test_the_shares_are_those_of_the_two_classes_that_are_picked(bundled: Opened, topics: Learned) -> None:
    asked = texts_of(bundled, ["Rain on the pizza"])
    opened = own_topics(topics, asked.said[0]).choose("class_shown", "sport").choose("class_against", "food")
    for method in LINEAR:
        opened.pick("classifier", method)
        expected = topics.log_odds(method, asked, 1, 0)
        *rows, (_, total) = opened.table("What each word brings to the log-odds of sport against food")
        assert_close(number(total), expected, 2e-4)
        assert_close(sum(number(share) for _, share in rows), expected, 1e-3)
        pair = re.search(r"of the two, sport has = 1 ÷ \(1 \+ e.*?\) = ([\d.]+)", words(opened))
        assert pair is not None
        both = topics.probabilities(method, asked)[0]
        assert_close(number(pair[1]), both[1] / (both[1] + both[0]), 1e-4)
    # A class is not held against itself.
    opened.choose("class_shown", "food")
    assert opened.app.selectbox(key="class_against").options == ["sport", "weather"]
    assert opened.app.selectbox(key="class_against").value is None
    assert "The log-odds of food against " in words(opened)


def test_long_names_of_classes_are_shortened_and_stay_apart_and_the_file_has_them_whole(
    topics: Learned, offered: dict[str, Callable[[], bytes]]
) -> None:
    classes = [f"a long name of a class that goes on {number}" for number in range(3)]
    opened = own(file_of(topics, classes), review="Rain on the pizza")
    shown = opened.app.selectbox(key="class_shown").options
    assert len(set(shown)) == 3
    assert max(map(len, shown)) < len(classes[0])
    assert not any(each in words(opened) for each in classes)
    opened.choose("class_shown", shown[1])
    assert f"The log-odds of {shown[1]} against " in words(opened)
    opened.pick("sentiment", EXPORT)
    content = offered["encoderscope-logistic-regression.safetensors"]()
    assert all(each.encode() in content for each in classes)


# Across the boundary


@pytest.mark.parametrize("method", [LOGISTIC, STATIC])
def test_across_the_boundary_each_dot_is_as_far_out_as_scikit_learn_says(
    method: str, bundled: Opened, reviews: Reviews
) -> None:
    classifier = reviews.classifier(method)
    length = np.linalg.norm(classifier.coef_)
    distances = classifier.decision_function(reviews.texts.read_by(method)) / length
    opened = visit(PRAISE, classifier=method)
    *dots, star = opened.figure("boundary")["data"]
    parts = {"training text": reviews.learned_from, "held-out text": reviews.scored}
    assert [each["name"] for each in dots] == [f"{name}, {part}" for name in SHIPPED_CLASSES for part in parts]
    for each in dots:
        name, part = each["name"].split(", ")
        places = [place for place in parts[part] if SHIPPED_CLASSES[reviews.targets[place]] == name]
        assert_close(array(each["x"]), distances[places], 1e-4)
    landed = classifier.decision_function(texts_of(bundled, [PRAISE]).read_by(method))[0] / length
    assert_close(star["x"], [landed], 1e-4)
    side = SHIPPED_CLASSES[int(landed > 0)]
    assert f"It is on the side of “{side}”, {abs(landed):.3f} from the boundary" in sections(opened)
    assert f"adds {length:.2f} to the log-odds of positive" in words(opened)


def test_the_umap_map_shows_every_text_and_leads_to_the_five_nearest_of_brute_force(
    bundled: Opened, reviews: Reviews
) -> None:
    opened = visit(PRAISE, decision_seen=ON_THE_MAP)
    described, values = opened.view("decision-map")
    assert described["count"] == len(reviews.targets) == 612
    assert described["says"] == reviews.texts.said
    called = reviews.probabilities(LOGISTIC, reviews.texts).argmax(axis=1)
    groups = np.frombuffer(values, dtype="<i2", offset=4 * 612 * described["dimensions"])[:612]
    names = [group["name"] for group in described["groups"]]
    assert [names[group] for group in groups] == [f"predicted {SHIPPED_CLASSES[each]}" for each in called]
    cosines = reviews.texts.vectors @ texts_of(bundled, [PRAISE]).vectors[0]
    best = np.argsort(-cosines)[:5]
    marks = opened.sent("decision-marks")
    assert [line["to"] for line in marks["placed"]["decision-map"]["lines"]] == best.tolist()
    rows = opened.table("The texts with the highest cosines")
    labels = [SHIPPED_CLASSES[reviews.targets[place]] for place in best]
    assert [row[:2] for row in rows] == [
        [reviews.texts.said[at], label] for at, label in zip(best, labels, strict=True)
    ]
    assert_close([number(row[2]) for row in rows], cosines[best], 6e-5)
    tally = ", ".join(f"{count} {label}" for label, count in Counter(labels).most_common())
    assert f"The labels of the 5 texts nearest in meaning: {tally}" in sections(opened)
    wrong = next(place for place in reviews.scored if called[place] != reviews.targets[place])
    opened.put("decision_picked", (reviews.texts.said[wrong],))
    assert opened.table(f"Predictions of {LOGISTIC}") == [
        [reviews.texts.said[wrong], SHIPPED_CLASSES[reviews.targets[wrong]], SHIPPED_CLASSES[called[wrong]]]
    ]


# Train


def curves(opened: Visit, name: str) -> dict[str, tuple[list[float], np.ndarray]]:
    """Name of a line → its epochs and its values."""
    drawn = opened.figure(f"training-{name}")["data"]
    return {each["name"]: (array(each["x"]).tolist(), array(each["y"])) for each in drawn}


def assert_trained(opened: Visit, reviews: Reviews, **settings: Any) -> None:
    """The curves are those of a plain loop of torch, which is seen on the training and on the test texts."""
    places = {"training texts": reviews.learned_from, "held-out texts": reviews.scored}
    watched = {name: (reviews.texts.vectors[at], reviews.targets[at]) for name, at in places.items()}
    plain = PlainNetwork(**settings).fit(*watched["training texts"], watched=watched)
    for kind, expected in (("loss", plain.losses_), ("accuracy", plain.accuracies_)):
        found = curves(opened, kind)
        assert list(found) == list(places)
        for name, (epochs, values) in found.items():
            assert epochs == list(range(1, plain.epochs + 1))
            assert_close(values, expected[name], 1e-3 if kind == "loss" else 1e-9)
    right = {name: f"{plain.accuracies_[name][-1]:.0%}" for name in places}
    epochs_said = "1 epoch" if plain.epochs == 1 else f"{plain.epochs} epochs"
    unseen, seen = right["held-out texts"], right["training texts"]
    said = f"After {epochs_said} the network is right on {unseen} of held-out texts and {seen} of training texts"
    assert sections(opened)[0] == said
    lowest = int(np.argmin(plain.losses_["held-out texts"]))
    (status,) = (each.value for each in opened.app.markdown if "the loss is lowest" in each.value)
    assert f"the loss is lowest after epoch {lowest + 1}, {plain.losses_['held-out texts'][lowest]:.3f}" in status
    assert ("the last epoch" in status) == (lowest + 1 == plain.epochs)
    least, last = (f"{plain.losses_['held-out texts'][place]:.3f}" for place in (lowest, -1))
    assert ("overconfident" in status) == (least != last)
    row = opened.table("On held-out texts")[1]
    assert (row[0], row[2]) == (NETWORK, f"{plain.accuracies_['held-out texts'][-1]:.1%}")
    assert_close(number(row[3]), plain.losses_["held-out texts"][-1], 1e-3)


def test_training_is_drawn_epoch_after_epoch_and_ends_in_what_a_plain_loop_of_torch_learns(
    reviews: Reviews, clock: Clock
) -> None:
    opened = visit(sentiment=TRAIN, epochs="12").press("Train it")
    assert clock.seen == list(range(1, 13))
    assert_trained(opened, reviews, epochs=12)
    assert not buttons(opened)["Train it"].disabled
    assert buttons(opened)["Stop"].disabled


def test_the_settings_of_the_network_decide_what_it_learns(reviews: Reviews) -> None:
    opened = visit(sentiment=TRAIN, epochs="12", network_seed="3", hidden_units="5", learning_rate="0.01")
    assert_trained(opened, reviews, epochs=12, seed=3, hidden=5, rate=0.01)
    opened.slide("epochs", 1)
    assert_trained(opened, reviews, epochs=1, seed=3, hidden=5, rate=0.01)
    of_seeds = [curves(visit(sentiment=TRAIN, epochs="3", network_seed=seed), "loss") for seed in ("0", "1", "0")]
    first, second, again = (found["held-out texts"][1] for found in of_seeds)
    assert np.array_equal(first, again)
    assert not np.isclose(first, second, atol=1e-4).any()


def test_a_training_that_is_stopped_leaves_the_network_with_the_epochs_it_reached(
    bundled: Opened, reviews: Reviews, clock: Clock
) -> None:
    clock.stop_at = 5
    opened = visit(PRAISE, sentiment=TRAIN, epochs="40").press("Train it")
    assert clock.seen == [1, 2, 3, 4, 5]
    assert sections(opened) == ["Training: 12,386 weights learn from 360 texts"]
    assert buttons(opened)["Train it"].disabled
    assert not buttons(opened)["Stop"].disabled
    opened.press("Stop")
    assert opened.app.slider(key="epochs").value == 5
    assert_trained(opened, reviews, epochs=5)
    opened.pick("sentiment", TYPED)
    expected = reviews.probabilities(NETWORK, texts_of(bundled, [PRAISE]), epochs=5)[0, 1]
    assert_close(verdicts(opened)[METHODS.index(NETWORK)], expected, 1e-4)


# How good


def calibration(targets: np.ndarray, probabilities: np.ndarray) -> list[tuple[int, float, float]]:
    """Of each of five bins that is not empty: how many texts, how sure on average, and the share that is right."""
    classes = probabilities.shape[1]
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == targets
    width = (1 - 1 / classes) / 5
    bins = np.clip(np.ceil((sure - 1 / classes) / width).astype(int) - 1, 0, 4)
    return [
        (int(inside.sum()), float(sure[inside].mean()), float(right[inside].mean()))
        for each in range(5)
        if (inside := bins == each).any()
    ]


def assert_scored(opened: Visit, learned: Learned, places: np.ndarray, found: Mapping[str, np.ndarray]) -> None:
    """The table of scores is that of these probabilities of the texts at these places, by scikit-learn's measures."""
    targets = learned.targets[places]
    rows = opened.table("95 %: the range of most results")
    assert [row[0] for row in rows] == list(METHODS)
    random = np.random.default_rng(1)
    samples = random.integers(0, len(places), (4000, len(places)))
    for method, right, between, f1 in rows:
        called = found[method].argmax(axis=1)
        accuracy = accuracy_score(targets, called)
        assert right == f"{accuracy:.0%}"
        assert f1 == f"{f1_score(targets, called, average='macro'):.2f}"
        low, high = (number(each) for each in between.split("–"))
        sampled = np.percentile((called == targets)[samples].mean(axis=1), [2.5, 97.5])
        assert_close([low, high], 100 * sampled, 2)
        assert low <= number(right) <= high


def test_how_good_each_classifier_is_is_what_scikit_learn_measures(reviews: Reviews) -> None:
    held_out = reviews.texts.take(reviews.scored)
    targets = reviews.targets[reviews.scored]
    found = {method: reviews.probabilities(method, held_out) for method in METHODS}
    opened = visit(sentiment=SCORED)
    assert_scored(opened, reviews, reviews.scored, found)
    right = {method: accuracy_score(targets, each.argmax(axis=1)) for method, each in found.items()}
    best = [method for method in METHODS if right[method] == max(right.values())]
    said = f"{' and '.join(best)} {'is' if len(best) == 1 else 'are'} right most often: {max(right.values()):.0%}"
    assert sections(opened)[0].startswith(said)
    bags = max(right[method] for method in BAGS)
    assert opened.headings == [
        f"Trained on 360 texts: {right[LOGISTIC]:.0%} right with the encoder’s vectors, {bags:.0%} with words alone"
    ]
    for method, probabilities in found.items():
        opened.pick("classifier", method)
        called = probabilities.argmax(axis=1)
        cells = confusion_matrix(targets, called)
        assert (array(opened.figure("confusion")["data"][0]["z"]) == cells).all()
        assert f"{method} is wrong on {180 - np.trace(cells)} of 180 texts" in sections(opened)
        bins = calibration(targets, probabilities)
        drawn = opened.figure("calibration")["data"][0]
        assert array(drawn["customdata"]).tolist() == [count for count, *_ in bins]
        assert_close(np.column_stack([array(drawn["x"]), array(drawn["y"])]), [each[1:] for each in bins], 1e-4)
        error = sum(count * abs(sure - share) for count, sure, share in bins) / 180
        printed = re.search(r"Expected calibration error: ([\d.]+),", words(opened))
        assert printed is not None
        assert_close(number(printed[1]), error, 6e-4)
        low, high = array(drawn["error_y"]["arrayminus"]), array(drawn["error_y"]["array"])
        wilson = [binomtest(round(share * count), count).proportion_ci(method="wilson") for count, _, share in bins]
        assert_close(array(drawn["y"]) - low, [each.low for each in wilson], 1e-6)
        assert_close(array(drawn["y"]) + high, [each.high for each in wilson], 1e-6)
        sure = probabilities.max(axis=1).mean()
        assert f"{method} is {sure:.0%} sure on average and right on {right[method]:.0%}" in sections(opened)


def test_whoever_may_do_as_well_as_the_best_is_named_and_nobody_else(reviews: Reviews) -> None:
    held_out, targets = reviews.texts.take(reviews.scored), reviews.targets[reviews.scored]
    right = {each: reviews.probabilities(each, held_out).argmax(axis=1) == targets for each in METHODS}
    most = max(each.sum() for each in right.values())
    best = [method for method, each in right.items() if each.sum() == most]
    samples = np.random.default_rng(1).integers(0, 180, (20_000, 180))
    near = []
    for method, each in right.items():
        low = np.percentile((right[best[0]][samples].mean(axis=1) - each[samples].mean(axis=1)), 2.5)
        if method not in best and low <= 0:
            near.append(method)
    named = sections(visit(sentiment=SCORED))[0].partition("; ")[2]
    assert named == (f"{' and '.join(near)} may do as well" if near else "")


def test_the_texts_behind_a_cell_are_exactly_those_taken_for_that_class(reviews: Reviews) -> None:
    targets = reviews.targets[reviews.scored]
    probabilities = reviews.probabilities(TF_IDF, reviews.texts.take(reviews.scored))
    cells = confusion_matrix(targets, probabilities.argmax(axis=1))
    opened = visit(sentiment=SCORED, classifier=TF_IDF)
    options = opened.app.selectbox(key="confusion_cell").options
    wrong = sorted(((0, 1), (1, 0)), key=lambda cell: -cells[cell])
    right = sorted(((0, 0), (1, 1)), key=lambda cell: -cells[cell])
    label = {
        cell: f"{SHIPPED_CLASSES[cell[0]]}, predicted {SHIPPED_CLASSES[cell[1]]} ({cells[cell]})"
        for cell in (*wrong, *right)
    }
    assert options == list(label.values())
    assert opened.app.selectbox(key="confusion_cell").value == options[0]
    for row, column in (wrong[0], wrong[1], right[0]):
        opened.choose("confusion_cell", label[row, column])
        inside = np.flatnonzero((targets == row) & (probabilities.argmax(axis=1) == column))
        rows = opened.table("Highest probability first")
        expected = {reviews.texts.said[reviews.scored[place]]: probabilities[place, column] for place in inside}
        assert {text for text, _ in rows} == set(expected)
        assert len(rows) == len(expected)
        said = [number(each) for _, each in rows]
        assert said == sorted(said, reverse=True)
        assert_close(said, [expected[text] for text, _ in rows], 0.0051)
    # A cell that another classifier does not fill in the same way is let go of.
    opened.pick("classifier", LOGISTIC)
    assert opened.app.selectbox(key="confusion_cell").value in opened.app.selectbox(key="confusion_cell").options


def test_a_small_set_is_cross_validated_as_scikit_learn_does_it_and_the_page_says_so(forty: Learned) -> None:
    opened = own(file_of(forty, SHIPPED_CLASSES), sentiment=SCORED)
    found = {method: forty.cross_validated(method) for method in METHODS}
    assert_scored(opened, forty, np.arange(40), found)
    right = {method: accuracy_score(forty.targets, each.argmax(axis=1)) for method, each in found.items()}
    assert 0.5 < right[LOGISTIC] < 1
    assert "Cross-validated: the 40 texts are divided into 5 parts (seed 0)" in words(opened)
    assert "40 texts, 2 classes, cross-validated in 5 parts" in words(opened)
    bags = max(right[method] for method in BAGS)
    said = f"{right[LOGISTIC]:.0%} right with the encoder’s vectors, {bags:.0%} with words alone"
    assert opened.headings == [f"Cross-validated on 40 texts, {said}"]
    cells = confusion_matrix(forty.targets, found[LOGISTIC].argmax(axis=1))
    assert (array(opened.figure("confusion")["data"][0]["z"]) == cells).all()


# How much data


def accuracies(content: bytes) -> dict[tuple[str, int], list[float]]:
    """Classifier and number of texts → the accuracy of each sample, from the numbers of the learning curves."""
    found: dict[tuple[str, int], list[float]] = {}
    for row in csv.DictReader(io.StringIO(content.decode())):
        found.setdefault((row["classifier"], int(row["texts"])), []).append(float(row["accuracy"]))
    return found


def test_the_learning_curves_say_how_few_texts_do_what_words_alone_do_with_all(
    reviews: Reviews, offered: dict[str, Callable[[], bytes]]
) -> None:
    opened = visit(sentiment=AMOUNT, epochs="5")
    found = accuracies(offered["encoderscope-learning-curves.csv"]())
    sizes = sorted({size for _, size in found})
    assert sizes == [8, 16, 32, 64, 128, 256, 360]
    assert {len(found[method, size]) for method in METHODS for size in sizes[:-1]} == {10}
    means = {method: [float(np.mean(found[method, size])) for size in sizes] for method in METHODS}
    rows = opened.table("Mean accuracy by the number of training texts. Seed of the samples: 0; of the network: 0.")
    assert rows == [[method, *(f"{mean:.0%}" for mean in means[method])] for method in METHODS]
    assert re.search("<thead>.*?</thead>", page(opened).split("Mean accuracy by")[1])[0].count("<th ") == 8  # type: ignore[index]
    held_out = reviews.texts.take(reviews.scored)
    for method in METHODS:
        settings = {"epochs": 5} if method == NETWORK else {}
        called = reviews.probabilities(method, held_out, **settings).argmax(axis=1)
        assert_close(found[method, 360], [accuracy_score(reviews.targets[reviews.scored], called)], 1e-9)
    drawn = {each["name"]: each for each in opened.figure("learning-curves")["data"] if "name" in each}
    for method in METHODS:
        assert array(drawn[method]["x"]).tolist() == sizes
        assert_close(array(drawn[method]["y"]), means[method], 1e-9)
    of_words = max(means[method][-1] for method in BAGS)
    fewest = next(size for size, mean in zip(sizes, means[LOGISTIC], strict=True) if mean >= of_words)
    assert fewest < 360
    assert sections(opened)[0] == (
        f"With the encoder {fewest} texts are about as good as 360 for words alone: {of_words:.0%} right"
    )
    lead = [mean - max(means[bag][at] for bag in BAGS) for at, mean in enumerate(means[LOGISTIC])]
    largest = f"is largest with {sizes[int(np.argmax(lead))]} texts: {100 * max(lead):.0f} percentage points."
    assert f"{largest} With all 360 it is {100 * lead[-1]:.0f} percentage points." in words(opened)


def test_other_samples_have_another_seed_which_is_named_and_the_same_numbers_as_ever(
    topics: Learned, offered: dict[str, Callable[[], bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.ui.sentiment.learning_curves.DRAWS", 2)
    opened = own_topics(topics, sentiment=AMOUNT, epochs="2")
    name = "encoderscope-learning-curves.csv"
    first = accuracies(offered[name]())
    assert sorted({size for _, size in first}) == [8, 16]
    opened.press("Draw other samples")
    assert opened.table("Mean accuracy by the number of training texts. Seed of the samples: 1;")
    second = accuracies(offered[name]())
    assert first.keys() == second.keys()
    assert first != second
    again = own_topics(topics, sentiment=AMOUNT, epochs="2")
    assert again.table("Mean accuracy by the number of training texts. Seed of the samples: 0;")
    assert accuracies(offered[name]()) == first


# Order and context


def altered(bundled: Opened, said: Sequence[str], alter: Callable[[PreTrainedModel], object]) -> np.ndarray:
    """(N, 384): unit means of the context vectors of Hugging Face's model once something about it is altered."""
    model = bundled.hugging_face()
    alter(model)
    rows = []
    with torch.no_grad():
        for text in said:
            given = bundled.tokenizer(text, return_tensors="pt").to(model.device)
            rows.append(model(**given).last_hidden_state[0].mean(dim=0).cpu().numpy())
    return units(np.array(rows))


def no_positions(model: PreTrainedModel) -> None:
    model.get_parameter("embeddings.position_embeddings.weight").data.zero_()


def without_layer_1(model: PreTrainedModel) -> None:
    """Nothing of what its heads found reaches the projection of their outputs."""
    projection = model.get_submodule("encoder.layer.0.attention.output.dense")
    projection.register_forward_pre_hook(lambda _, given: (torch.zeros_like(given[0]),))


def pair_rows(opened: Visit) -> dict[str, tuple[float, float, str]]:
    rows = opened.table("The probability of positive for the text above and the one below")
    return {name: (number(first), number(second), apart) for name, first, second, apart in rows}


def test_two_orders_are_the_same_to_all_that_count_words_and_not_to_the_encoder(
    bundled: Opened, reviews: Reviews
) -> None:
    pair = [OPENING, REORDERED]
    asked = texts_of(bundled, pair)
    expected = {method: reviews.probabilities(method, asked)[:, 1] for method in METHODS}
    bare = Texts(pair, altered(bundled, pair, no_positions), asked.static)
    for method in (LOGISTIC, NETWORK):
        expected[f"{method}, positions off"] = reviews.probabilities(method, bare)[:, 1]
    opened = visit(sentiment=ORDER, read_with="heads off")
    rows = pair_rows(opened)
    assert list(rows) == list(expected)
    for name, (first, second, apart) in rows.items():
        assert_close([first, second], expected[name], 6e-4)
        moved = name in (LOGISTIC, NETWORK)
        assert (first != second) == moved
        assert (apart == "0" or "× 10⁻" in apart) == (not moved)
    first, second = expected[LOGISTIC]
    assert sections(opened)[0] == (f"The same words in two orders: {first:.2f} and {second:.2f} with the encoder")
    assert f"Order changes the answer of: {LOGISTIC} and {NETWORK}." in words(opened)


def test_a_second_text_of_other_words_is_said_to_differ_in_them() -> None:
    opened = visit(sentiment=ORDER, read_with="heads off").enter("reordered", "Not bad at all, a good one.")
    assert sections(opened)[0].startswith("These texts differ in more than word order: ")
    assert "Only in the first: “actually”. Only in the second: “at”, “all”, “a” and “one”." in words(opened)
    rows = pair_rows(opened.enter("reordered", "Not bad, actually GOOD!"))
    assert "Only in the first: “.”. Only in the second: “!”." in words(opened)
    assert [rows[method][0] == rows[method][1] for method in (STATIC, *BAGS)] == [False, True, True]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (OPENING, OPENING, "Both texts are the same"),
        (OPENING, "Not bad actually good", "The same words in the same order, written differently: "),
        (OPENING, OPENING.upper(), "The same words in the same order, written differently: "),
        ("\N{SLICE OF PIZZA}", "\N{HAMBURGER}", "These texts differ in more than word order: "),
    ],
    ids=["equal", "other marks", "capitals", "no words"],
)
def test_two_texts_are_two_orders_only_where_their_words_stand_in_two_orders(
    first: str, second: str, said: str
) -> None:
    opened = visit(first, sentiment=ORDER).enter("reordered", second)
    assert sections(opened)[0].startswith(said)


def test_of_the_hard_set_each_classifier_gets_right_what_scikit_learn_gets_right(reviews: Reviews) -> None:
    hard = reviews.texts.take(reviews.hard)
    probabilities = {method: reviews.probabilities(method, hard)[:, 1] for method in METHODS}
    right = {
        method: (each > 0.5).astype(int) == reviews.targets[reviews.hard] for method, each in probabilities.items()
    }
    opened = visit(sentiment=ORDER, read_with="heads off", classifier=BAYES)
    drawn = opened.figure("hard-set")["data"][0]
    counts = [[right[method][start : start + 12].sum() for method in METHODS] for start in range(0, 72, 12)]
    assert {len(places) for places in reviews.kinds.values()} == {12}
    assert (array(drawn["z"]) == np.array(counts)).all()
    assert [each.split(" ", 1)[1] for each in drawn["y"]] == [f"{kind} (12)" for kind in reviews.kinds]
    totals = {method: int(each.sum()) for method, each in right.items()}
    best = max(totals.values())
    if binomtest(best, 72, 0.5, alternative="greater").pvalue > 0.05:
        said = f"On 72 hard texts no classifier beats guessing: {min(totals.values())} to {best} are right"
    else:
        said = f"{max(totals, key=totals.__getitem__)} gets the most hard texts right: {best} of 72"
    assert said in sections(opened)
    for number_of_kind, kind in ((0, "negation"), (5, "word order")):
        opened.pick("hard_kind", kind)
        rows = opened.table("The number: the probability of positive that Naive Bayes gives")
        assert len(rows) == 12
        for at, (text, label, said, wrong) in enumerate(rows, 12 * number_of_kind):
            place = reviews.hard[at]
            assert (text, label) == (reviews.texts.said[place], SHIPPED_CLASSES[reviews.targets[place]])
            assert_close(number(said), probabilities[BAYES][at], 0.0051)
            losers = [SHORT[method] for method in METHODS if not right[method][at]]
            named = {"none": [], "all five": list(SHORT.values())}.get(wrong, re.split(", | and ", wrong))
            assert named == losers


def test_with_positions_off_as_much_remains_right_as_scikit_learn_gets_right_of_such_vectors(
    encoder: Encoder, reviews: Reviews
) -> None:
    opened = visit(sentiment=ORDER)
    said = list(reviews.texts.said)
    bare = Texts(
        said, units(encode_with_store(encoder, said, default_store(), (PositionsOff(),))), reviews.texts.static
    )
    relearned = Learned(bare, reviews.targets, reviews.learned_from)
    expected = []
    for method in (LOGISTIC, NETWORK):
        for name, learned, asked in (
            ("as it is", reviews, reviews.texts),
            ("asked with positions off", reviews, bare),
            ("trained so too", relearned, bare),
        ):
            right = [
                learned.probabilities(method, asked.take(places)).argmax(axis=1) == reviews.targets[places]
                for places in (reviews.scored, reviews.hard)
            ]
            expected.append([f"{method}, {name}", f"{100 * right[0].mean():.0f}%", str(right[1].sum())])
    assert opened.table("Right: of 180 held-out texts. Hard set: right of 72.") == expected
    before, after, again = (row[1] for row in expected[:3])
    assert before != after
    beginning = f"Without positions accuracy falls from {before} to {after}"
    assert (f"{beginning}; {again} if the classifier is trained so too" if again != after else beginning) in sections(
        opened
    )
    of_means = reviews.probabilities(STATIC, reviews.texts.take(reviews.scored)).argmax(axis=1)
    share = (of_means == reviews.targets[reviews.scored]).mean()
    assert f"Averaged word embeddings, before the first layer, get {share:.0%}." in words(opened)


def test_heads_are_switched_off_when_some_are_picked_and_else_the_page_says_what_to_do(
    bundled: Opened, forty: Learned
) -> None:
    opened = own(file_of(forty, SHIPPED_CLASSES), sentiment=ORDER, read_with="heads off", epochs="2")
    assert sections(opened)[-1] == "Accuracy without some heads"
    assert "Choose the heads to switch off." in words(opened)
    assert "tested with" not in words(opened)
    opened.choose_all("classified_heads_off", ["all of layer 1"])
    changed = Texts(forty.texts.said, altered(bundled, forty.texts.said, without_layer_1), forty.texts.static)
    right = []
    for learned, asked in ((forty.texts, forty.texts), (forty.texts, changed), (changed, changed)):
        called = np.empty(40, dtype=int)
        for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(learned.vectors, forty.targets):
            fitted = learner(LOGISTIC).fit(learned.vectors[train], forty.targets[train])
            called[test] = fitted.predict(asked.vectors[test])
        right.append(f"{100 * (called == forty.targets).mean():.0f}%")
    rows = opened.table("Right: of 40 held-out texts")
    assert [row[1] for row in rows[:3]] == right
    assert rows[1][0] == f"{LOGISTIC}, tested with 12 heads off"
    assert int(right[1][:-1]) < int(right[0][:-1])
    assert sections(opened)[-1].startswith(f"With 12 heads off accuracy falls from {right[0]} to {right[1]}")


# Export classifier


@pytest.mark.parametrize("method", METHODS)
def test_the_file_holds_what_was_learned_and_no_text_and_ten_lines_read_it(
    method: str, reviews: Reviews, offered: dict[str, Callable[[], bytes]]
) -> None:
    opened = visit(sentiment=EXPORT, classifier=method)
    name = f"encoderscope-{method.lower().replace(' ', '-')}.safetensors"
    content = offered[name]()
    found = safetensors.numpy.load(content)
    classifier = reviews.classifier(method)
    if method == NETWORK:
        weights = [each.detach().numpy() for each in classifier.model_.parameters()]
        for key, expected in zip(("first", "first_bias", "second", "second_bias"), weights, strict=True):
            assert_close(found[key], expected.T, 1e-3)
    elif method == BAYES:
        assert_close(found["weights"], classifier[1].feature_log_prob_)
    else:
        learned = classifier[1] if method == TF_IDF else classifier
        assert_close(found["weights"][1] - found["weights"][0], learned.coef_[0], 2e-3)
    assert not any(text.encode() in content for text in reviews.texts.said)
    (code,) = opened.app.code
    lines = str(code.value).splitlines()
    assert len(lines) <= 10
    assert f'"{name}"' in code.value
    compile(code.value, name, "exec")
    assert f"{method} in {len(content) / 1000:,.0f} kB, and {len(lines)} lines of code to use it" in sections(opened)


# A file of one's own


def test_rows_that_cannot_be_learned_from_are_left_out_and_listed(topics: Learned) -> None:
    labelled = [(text, list(TOPICS)[target]) for text, target in zip(topics.texts.said, topics.targets, strict=True)]
    labelled[3:3] = [("Nobody labelled this", ""), ("A lone one", "rare"), ("Nor this", "")]
    opened = own(table_file(labelled))
    assert "24 texts, 3 classes" in words(opened)
    assert [each.label for each in opened.app.expander if "left out" in each.label] == ["What was left out: 3 rows"]
    listed = [read(each) for each in re.findall("<li>(.*?)</li>", page(opened))]
    assert listed == [
        "Line 5 has no label: Nobody labelled this",
        "Line 6 is the only text of class “rare”; a class needs 5: A lone one",
        "Line 7 has no label: Nor this",
    ]


UNFIT = {
    "one class": (table_file([(text, "a") for text in TOPICS["food"]]), "All labels are alike: “a”."),
    "eleven classes": (
        table_file([(f"text {n} of {label}", label) for label in "abcdefghijk" for n in range(5)]),
        "The labels have 11 different values; between 2 and 10 classes are told apart.",
    ),
    "no column of labels": ("text\n" + "\n".join(TOPICS["food"]), "These 8 texts have no labels"),
    "rare classes only": (table_file([("a soup", "b"), ("a cake", "d")]), "0 have at least 5 texts; two are needed."),
    "empty": (b"", "mine.csv: This is empty"),
    "names of columns only": (b"text,label\n", "mine.csv: Line 1 was read as the names of 2 columns"),
    "broken": (b"text,label\n\x00\x01", "mine.csv: This is no text: it has "),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "mine.csv: This looks like a picture (PNG)"),
}


@pytest.mark.parametrize(("content", "said"), UNFIT.values(), ids=UNFIT)
def test_a_file_that_nothing_can_be_learned_from_is_refused_in_words_with_a_way_out(
    content: bytes | str, said: str
) -> None:
    opened = visit(PRAISE).pick("reviews_from", "File")
    opened.upload("text_file", "mine.csv", content.encode() if isinstance(content, str) else content)
    assert opened.headings == ["No texts to learn from"]
    assert said in words(opened)
    assert re.search(r'<p class="es-lead">.*\. (Choose|Add|Open|Take|Save)|; take a file', page(opened))
    opened.press("Use the shipped reviews")
    assert box(opened) == PRAISE
    assert verdicts(opened).shape == (5,)
    assert "612 texts, 2 classes" in words(opened)


def test_without_a_file_the_page_says_where_to_give_one() -> None:
    opened = visit(reviews_from="File")
    assert opened.headings == ["No texts to learn from"]
    assert "No file was given yet. Open “Texts” and give one" in words(opened)


def test_a_broken_file_after_a_good_one_is_named_and_leaves_the_good_one(topics: Learned) -> None:
    opened = own_topics(topics).upload("text_file", "photo.csv", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe")
    assert "24 texts, 3 classes" in words(opened)
    assert problems(opened) == [
        "photo.csv: This looks like a picture (PNG); take a file of text. The file before is shown."
    ]
    labelled = [(f"{text} today", "indoors" if n % 2 else "outdoors") for n, text in enumerate(topics.texts.said)]
    opened.upload("text_file", "doors.csv", table_file(labelled))
    assert problems(opened) == []
    assert "24 texts, 2 classes" in words(opened)
    assert opened.figure("verdicts")["data"][0]["type"] == "bar"


def test_another_column_can_be_chosen_for_the_labels(topics: Learned) -> None:
    rows = [
        f"{text},{list(TOPICS)[target]},{'even' if n % 2 else 'odd'}"
        for n, (text, target) in enumerate(zip(topics.texts.said, topics.targets, strict=True))
    ]
    opened = own(("text,label,parity\n" + "\n".join(rows)).encode())
    assert "24 texts, 3 classes" in words(opened)
    opened.choose("text_label_column", "parity")
    assert "24 texts, 2 classes" in words(opened)


def test_a_file_stays_with_its_reader_while_others_are_asked_and_no_other_sees_it(topics: Learned) -> None:
    one, other = own_topics(topics), visit()
    assert "612 texts, 2 classes" in words(other.enter("review", PRAISE))
    other.pick("reviews_from", "File")
    assert "No file was given yet" in words(other)
    assert not any(text in page(other) for text in topics.texts.said)
    one.pick("reviews_from", "Reviews")
    assert "612 texts, 2 classes" in words(one)
    one.put("source", "File").go_to("Sentence map")
    assert "No file was given yet" in words(one)
    one.go_to(PAGE).pick("reviews_from", "File")
    assert "24 texts, 3 classes" in words(one)


# Addresses


def test_a_link_restores_view_text_classifier_and_network() -> None:
    opened = visit(
        PRAISE,
        sentiment=TRAIN,
        classifier=TF_IDF,
        decision_seen=ON_THE_MAP,
        hidden_units="7",
        epochs="4",
        learning_rate="0.03",
        network_seed="11",
        reordered="Great.",
    )
    assert box(opened) == PRAISE
    assert opened.app.button_group(key="sentiment").value == TRAIN
    assert [opened.app.slider(key=key).value for key in ("hidden_units", "epochs")] == [7, 4]
    assert opened.app.select_slider(key="learning_rate").value == 0.03
    assert opened.app.number_input(key="network_seed").value == 11
    assert len(curves(opened, "loss")["held-out texts"][0]) == 4
    assert "v: 384 numbers, h: 7, classes: 2" in words(opened)
    opened.pick("sentiment", TYPED)
    assert opened.app.button_group(key="classifier").value == TF_IDF
    assert opened.pick("classifier", LOGISTIC).app.button_group(key="decision_seen").value == ON_THE_MAP
    opened.pick("sentiment", ORDER)
    assert opened.app.text_input(key="reordered").value == "Great."


def test_what_was_chosen_here_and_on_other_pages_is_left_alone_by_the_way_between_them() -> None:
    opened = Visit("Sentence map", source="Paste", map="PCA").write("pasted", "a cat\na dog\nthe sun")
    before = opened.headings
    opened.go_to(PAGE).enter("review", PRAISE).pick("classifier", BAYES).slide("epochs", 5).pick("sentiment", EXPORT)
    opened.go_to("Sentence map")
    assert opened.app.button_group(key="map").value == "PCA"
    assert opened.app.text_area(key="pasted").value == "a cat\na dog\nthe sun"
    assert opened.headings == before
    opened.go_to(PAGE)
    assert [opened.app.button_group(key=key).value for key in ("sentiment", "classifier")] == [EXPORT, BAYES]
    assert (box(opened), opened.app.slider(key="epochs").value) == (PRAISE, 5)


def test_what_makes_no_sense_in_the_address_is_as_if_it_were_not_there() -> None:
    nonsense = {
        "sentiment": "nonsense",
        "classifier": "Oracle",
        "decision_seen": "upside down",
        "reviews_from": "Nowhere",
        "hidden_units": "1000",
        "epochs": "-3",
        "learning_rate": "7",
        "network_seed": "abc",
        "read_with": "eyes closed",
        "hard_kind": "easy",
        "classified_heads_off": "layer 99, head 1",
    }
    assert page(visit(**nonsense)) == page(visit())


# Other models


def test_of_a_model_whose_vectors_are_no_sum_words_are_left_out_instead_and_every_view_opens(
    topics: Learned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = str(save_pooled(tmp_path, "max"))
    monkeypatch.setenv("ENCODERSCOPE_MODELS", directory)
    opened = own_topics(topics, "The pizza came out of the oven", epochs="2").choose("model", directory)
    assert "it pools by 'max'" in words(opened)
    assert "So words are hidden one by one." in words(opened)
    assert sections(opened)[0].startswith("Without “")
    for view in VIEWS:
        opened.pick("sentiment", view)
        assert f"24 texts, 3 classes, cross-validated in 5 parts · {Path(directory).name}" in words(opened)
        assert len(sections(opened)) >= 1
    opened.pick("sentiment", ORDER).pick("read_with", "heads off")
    opened.choose_all("classified_heads_off", ["all of layer 3", "layer 1, head 2"])
    assert sections(opened)[-1].startswith("With 5 heads off ")


def test_a_link_with_the_old_name_of_the_last_view_opens_it() -> None:
    opened = visit(sentiment="Take it along")
    assert opened.app.session_state["sentiment"] == EXPORT
    assert any(each.endswith("lines of code to use it") for each in sections(opened))
