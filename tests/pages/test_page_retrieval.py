"""Live retrieval: rankings, reasons and scores against sentence-transformers, BM25 by hand; documents of one's own."""

import html
import io
import json
import math
import re
import tomllib
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import docx
import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from components.core.errors import StoreError
from components.core.retrieval.documents import Document
from components.core.retrieval.search.bm25 import STOP_WORDS
from components.ui.retrieval import uploaded_documents
from tests.support.app_pages import ROOT
from tests.support.reference import Opened, assert_close
from tests.support.sample_files import file_bytes, pdf_of
from tests.support.visit import Visit, array

PAGE = "Live retrieval"
EVERYDAY, NOTES, OWN = "Everyday", "Lecture notes", "Your own"
BACK, WHY, MAP, PROMPT, SCORED, PASSAGES = (
    "Results",
    "Why this passage",
    "On the map",
    "The prompt",
    "How good it is",
    "The passages",
)
DENSE, BM25, HYBRID = METHODS = ("Dense", "BM25", "Hybrid")
DECIMALS = {DENSE: 4, BM25: 3, HYBRID: 5}
SMALL = ("no", "one", "two", "three", "four", "five")

OPENING = "Why do I weep while slicing vegetables?"
IN_WORDS = "How should I haggle over second-hand goods?"
PRAM = "Which trail can I walk with a pram?"
LOST = "What was handed in under LP-2074?"
QUESTIONS = (IN_WORDS, PRAM, LOST, "Who is Squatch's closest friend?")

LESSONS = tomllib.loads((ROOT / "assets" / "lessons.toml").read_text(encoding="utf-8"))["lesson"]

MENU = "The canteen sells lentil soup on Mondays."
CRANES = "Cranes fly south when the first frost comes."
KEYS = "The key to the cellar hangs behind the clock."


@dataclass(frozen=True)
class Hit:
    """A passage as the page lists it."""

    name: str
    score: str
    text: str


@dataclass(frozen=True)
class Shipped:
    """A shipped corpus, section by section, read, encoded and searched without Encoderscope."""

    bundled: Opened
    ids: list[str]
    names: list[str]  # as the page calls them
    documents: list[str]
    texts: list[str]
    questions: list[tuple[str, list[str]]]  # text, and the ids of the sections that answer it

    @cached_property
    def vectors(self) -> np.ndarray:
        """(N, 384) unit rows."""
        return encoded(self.bundled, self.texts)

    @cached_property
    def _asked(self) -> dict[str, np.ndarray]:
        """Question → (384,) its unit vector."""
        texts = [text for text, _ in self.questions]
        return dict(zip(texts, encoded(self.bundled, texts), strict=True))

    @cached_property
    def counts(self) -> list[Counter[str]]:
        """How often each text holds each word that counts."""
        return [Counter(words_of(text)) for text in self.texts]

    def cosines(self, question: str) -> np.ndarray:
        """(N,)"""
        if question not in self._asked:
            self._asked[question] = encoded(self.bundled, [question])[0]
        cosines: np.ndarray = self.vectors @ self._asked[question]
        return cosines

    def bm25(self, question: str) -> np.ndarray:
        """(N,)"""
        return np.array([sum(terms.values()) for terms in bm25_terms(self.counts, question)])


def encoded(bundled: Opened, texts: Sequence[str]) -> np.ndarray:
    """(N, 384): what sentence-transformers makes of them, as unit rows."""
    vectors: np.ndarray = bundled.sentence_model.encode(list(texts), normalize_embeddings=True)
    return vectors


def words_of(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.lower()) if word not in STOP_WORDS]


def bm25_terms(counts: Sequence[Counter[str]], question: str) -> list[dict[str, float]]:
    """What each word of the question brings to each text, by Milvus Lite's formula with k₁ = 1.5 and b = 0.75."""
    lengths = [count.total() for count in counts]
    average = sum(lengths) / len(lengths)
    found: list[dict[str, float]] = [{} for _ in counts]
    for word in words_of(question):
        df = sum(word in count for count in counts)
        idf = math.log(1 + (len(counts) - df + 0.5) / (df + 0.5))
        for terms, count, length in zip(found, counts, lengths, strict=True):
            part = count[word] * 2.5 / (count[word] + 1.5 * (0.25 + 0.75 * length / average))
            terms[word] = terms.get(word, 0.0) + idf * part
    return found


def ranks_of(scores: np.ndarray, floor: float = -2.0) -> dict[int, int]:
    """Place → rank of those above a floor, best first."""
    best = np.argsort(-np.round(scores, 6), kind="stable")
    return {int(place): rank for rank, place in enumerate(best, 1) if scores[place] > floor}


def fused(first: np.ndarray, second: np.ndarray) -> dict[int, float]:
    """Place → sum of 1 / (60 + rank) over both lists, of which the first fifty count; the best first."""
    sums: Counter[int] = Counter()
    for ranks in (ranks_of(first), ranks_of(second, 0.0)):
        for place, rank in ranks.items():
            if rank <= 50:
                sums[place] += 1 / (60 + rank)  # type: ignore[assignment]
    return dict(sorted(sums.items(), key=lambda each: (-round(each[1], 12), each[0])))


def shipped(bundled: Opened, name: str) -> Shipped:
    folder = ROOT / "assets" / "corpora"
    corpus, asked = (
        tomllib.loads((folder / f"{file}.toml").read_text(encoding="utf-8")) for file in (name, f"{name}_questions")
    )
    rows = []
    for document in corpus["document"]:
        for section in document["section"]:
            body = "\n\n".join(" ".join(each.split()) for each in re.split(r"\n\s*\n", section["text"].strip()))
            number = section["id"].rpartition("-")[2]
            place = str(int(number)) if number.isdigit() else section["id"]
            heading = section.get("heading")
            rows.append((section["id"], f"{document['title']} · {place}", document["title"], heading, body))
    return Shipped(
        bundled,
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        [f"{row[3]}\n{row[4]}" if row[3] else row[4] for row in rows],
        [(" ".join(each["text"].split()), each["answered_by"]) for each in asked["question"]],
    )


@pytest.fixture(scope="module")
def everyday(bundled: Opened) -> Shipped:
    return shipped(bundled, "everyday")


@pytest.fixture(scope="module")
def notes(bundled: Opened) -> Shipped:
    return shipped(bundled, "notes")


@pytest.fixture(autouse=True)
def _no_language_model(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENCODERSCOPE_LLM_URL", "ENCODERSCOPE_LLM_MODEL", "ENCODERSCOPE_LLM_KEY"):
        monkeypatch.delenv(name, raising=False)


def visit(question: str | None = None, **parameters: str) -> Visit:
    return Visit(PAGE, **parameters | ({} if question is None else {"question": question}))


def page(opened: Visit) -> str:
    """The page's own markup, without its style sheet."""
    return re.sub(r"<style>.*?</style>", "", opened.markup, flags=re.DOTALL)


def read(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def words(opened: Visit) -> str:
    """What of the page's own markup can be read."""
    return read(page(opened))


def found(opened: Visit, method: str) -> list[Hit]:
    """What a ranking lists, the first first."""
    column = page(opened).split(f"<h2>{method}</h2>", 1)[1].split("<h2>", 1)[0]
    hits = re.findall(
        r'<span class="es-rank">(\d+)</span> (.*?)<b class="es-score">(.*?)</b></p>(.*?)</div>', column, re.DOTALL
    )
    assert [int(rank) for rank, *_ in hits] == list(range(1, len(hits) + 1))
    return [Hit(html.unescape(name), score, read(text)) for _, name, score, text in hits]


def names(opened: Visit, method: str) -> list[str]:
    return [hit.name for hit in found(opened, method)]


def asked(opened: Visit) -> str:
    return str(opened.app.text_input(key="question").value)


def problems(opened: Visit) -> list[str]:
    """The sentences that say what is wrong."""
    return [read(each) for each in re.findall(r'<p class="es-problem">(.*?)</p>', page(opened), re.DOTALL)]


def number(said: str) -> float:
    return float(said.replace("−", "-"))


def numbers(cells: Sequence[str]) -> list[float]:
    return [number(cell) for cell in cells]


# What comes back


def test_the_page_opens_with_a_question_whose_answer_is_first(everyday: Shipped) -> None:
    answered = dict(everyday.questions)
    opened = visit()
    assert asked(opened) == OPENING
    assert names(opened, DENSE)[0] == everyday.names[everyday.ids.index(answered[OPENING][0])]
    assert opened.headings == ["Nearest of 155 passages: Cooking · 4, at a cosine of 0.48; by words: none"]
    assert names(opened, BM25) == []
    assert "No passage here shares a word with the question" in words(opened)


@pytest.mark.parametrize("question", QUESTIONS)
def test_rankings_and_their_scores_are_those_of_brute_force(question: str, everyday: Shipped) -> None:
    opened = visit(question)
    cosines, by_words = everyday.cosines(question), everyday.bm25(question)
    scores = {
        DENSE: {place: float(cosines[place]) for place in ranks_of(cosines)},
        BM25: {place: float(by_words[place]) for place in ranks_of(by_words, 0.0)},
        HYBRID: fused(cosines, by_words),
    }
    for method, expected in scores.items():
        hits = found(opened, method)
        best = list(expected)[:5]
        assert [hit.name for hit in hits] == [everyday.names[place] for place in best], method
        assert [hit.text for hit in hits] == [everyday.texts[place] for place in best]
        assert_close(
            [number(hit.score) for hit in hits], [expected[place] for place in best], 0.51 * 10 ** -DECIMALS[method]
        )
    assert "found the same 5 passages as a comparison with every passage" in words(opened)
    first = opened.headings[0]
    assert first.startswith(f"Nearest of 155 passages: {names(opened, DENSE)[0]}, at a cosine of {cosines.max():.2f}")
    same = names(opened, DENSE)[0] == names(opened, BM25)[0]
    assert first.endswith("by words too" if same else f"by words: {names(opened, BM25)[0]}")


@pytest.mark.parametrize("question", [IN_WORDS, LOST])
def test_the_arithmetic_of_the_hybrid_adds_up(question: str, everyday: Shipped) -> None:
    opened = visit(question, k="20")
    cosines, by_words = everyday.cosines(question), everyday.bm25(question)
    meaning, lexical = ranks_of(cosines), ranks_of(by_words, 0.0)
    rows = opened.table("The first 20 passages of the hybrid ranking")
    assert [row[0] for row in rows] == names(opened, HYBRID)
    seen = set()
    for name, cosine, dense_rank, bm25, word_rank, terms, score in rows:
        place = everyday.names.index(name)
        in_both = meaning[place] <= 50, lexical.get(place, 51) <= 50
        seen.add(in_both)
        assert (dense_rank, word_rank) == tuple(
            str(ranks[place]) if there else "–" for ranks, there in zip((meaning, lexical), in_both, strict=True)
        )
        if in_both[0]:
            assert_close(number(cosine), cosines[place], 6e-5)
        if in_both[1]:
            assert_close(number(bm25), by_words[place], 6e-4)
        shown = [int(rank) for rank in (dense_rank, word_rank) if rank != "–"]
        assert terms == " + ".join(f"1/{60 + rank}" for rank in shown)
        assert score == f"{sum(1 / (60 + rank) for rank in shown):.5f}"
    assert len(seen) > 1


def test_the_sentence_that_is_marked_is_the_nearest_of_its_passage(bundled: Opened) -> None:
    opened = visit(IN_WORDS)
    question = encoded(bundled, [IN_WORDS])[0]
    marked = re.findall(r'<p class="es-text" dir="auto">(.*?)</p>', page(opened), re.DOTALL)
    several = 0
    for passage in marked:
        sentences = re.split(r"(?<=[.!?]) (?=[A-Z])", read(passage))
        if "<mark>" not in passage:
            assert len(sentences) == 1
            continue
        several += 1
        best = html.unescape(passage.split("<mark>")[1].split("</mark>")[0])
        cosines = encoded(bundled, sentences) @ question
        assert_close(encoded(bundled, [best])[0] @ question, cosines.max(), 1e-5)
    assert several > 5


def test_k_says_how_many_come_back(everyday: Shipped) -> None:
    opened = visit(PRAM)
    for k in (1, 20):
        opened.slide("k", k)
        best = list(ranks_of(everyday.cosines(PRAM)))[:k]
        assert names(opened, DENSE) == [everyday.names[place] for place in best]


def test_only_the_documents_that_are_chosen_are_searched_and_words_weigh_the_same(everyday: Shipped) -> None:
    opened = visit(PRAM).choose_all("in", ["Cooking", "Squatch's adventures"])
    cosines, by_words = everyday.cosines(PRAM), everyday.bm25(PRAM)
    inside = [place for place, title in enumerate(everyday.documents) if title in ("Cooking", "Squatch's adventures")]
    best = sorted(inside, key=lambda place: -cosines[place])[:5]
    assert names(opened, DENSE) == [everyday.names[place] for place in best]
    assert_close([number(hit.score) for hit in found(opened, DENSE)], cosines[best], 6e-5)
    lexical = [place for place in ranks_of(by_words, 0.0) if place in inside][:5]
    assert names(opened, BM25) == [everyday.names[place] for place in lexical]
    assert_close([number(hit.score) for hit in found(opened, BM25)], by_words[lexical], 6e-4)
    opened.choose_all("in", [])
    assert names(opened, DENSE)[0] == everyday.names[int(cosines.argmax())]


def test_another_corpus_forgets_the_documents_that_were_chosen_and_is_searched_whole(notes: Shipped) -> None:
    question = "How does the model know word order?"
    opened = visit(question).choose_all("in", ["Cooking"])
    assert {name.partition(" · ")[0] for name in names(opened, DENSE)} == {"Cooking"}
    opened.pick("corpus", NOTES)
    assert asked(opened) == question
    cosines = notes.cosines(question)
    best = list(ranks_of(cosines))[:5]
    assert [hit.text for hit in found(opened, DENSE)] == [notes.texts[place] for place in best]
    assert names(opened, DENSE) == [notes.names[place] for place in best]
    assert_close([number(hit.score) for hit in found(opened, DENSE)], cosines[best], 6e-5)


def test_smaller_passages_are_searched_as_they_are_cut(everyday: Shipped, bundled: Opened) -> None:
    opened = visit(OPENING, chunks_by="sentences", chunk_sentences="1")
    hits = found(opened, DENSE)
    assert re.fullmatch(r"Cooking · 4, passage \d+", hits[0].name)
    assert "gas that stings the eyes" in hits[0].text
    assert hits[0].text != everyday.texts[3]
    cosines = encoded(bundled, [hit.text for hit in hits]) @ encoded(bundled, [OPENING])[0]
    assert_close([number(hit.score) for hit in hits], cosines, 6e-5)
    sentences = re.search(r"Nearest of (\d+) passages", opened.headings[0])
    assert sentences is not None
    assert int(sentences[1]) > 400


def test_what_no_passage_is_near_to_is_said_to_have_no_answer(everyday: Shipped) -> None:
    question = "Who painted the ceiling of the Sistine Chapel?"
    best = everyday.cosines(question).max()
    opened = visit(question, threshold=f"{best + 0.02:.2f}")
    assert opened.headings == [f"Perhaps none of 155 passages answers this: the best cosine is {best:.2f}"]
    assert "Perhaps nothing here answers this" in words(opened)
    assert len(found(opened, DENSE)) == 5
    opened.slide("threshold", math.floor(best * 100) / 100)
    assert "Perhaps nothing here answers this" not in words(opened)
    assert opened.headings[0].startswith("Nearest of 155 passages")


# What is typed


ODD = {
    "one character": "a",
    "emoji": "🍕🧅",
    "right to left": "מה אוכל סקוואטש?",
    "markup": "<script>alert('x')</script> <img src=x onerror=alert(1)> pizza & cheese",
    "control characters": "pizza\x00\x07 oven\x1b[31m",
    "nothing to read": "​‌",
    "marks": "?!... ---",
    "Markdown": "**pizza** [oven](http://localhost) $x$ :red[hot] `code`",
    "long": "Where is the pizza oven? " * 79,
    "no blank": "pizza" * 399,
}


@pytest.fixture(scope="module")
def typing() -> Visit:
    return visit("Where is the pizza?")


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_whatever_is_typed_is_answered_or_refused_in_words_and_stays(text: str, typing: Visit) -> None:
    opened = typing.enter("question", text)
    assert asked(opened) == text
    said = problems(opened)
    if said:
        assert len(said[0]) > 20
        assert opened.headings == ["155 passages, waiting for a question"]
    else:
        assert len(found(opened, DENSE)) == 5
    for view in (WHY, PROMPT, BACK):
        opened.pick("retrieval", view)
        assert "<script" not in page(opened)
        assert "<img" not in page(opened)
        assert asked(opened) == text


def test_a_blank_question_waits_for_one() -> None:
    opened = visit(OPENING)
    for blank in ("", "   ", "\t"):
        opened.enter("question", OPENING).enter("question", blank)
        assert opened.headings == ["155 passages, waiting for a question"]
        assert "Type a question above, or choose one under “Questions”." in [each.value for each in opened.app.markdown]
        assert problems(opened) == []


def test_more_than_the_box_holds_is_cut_there_and_searched() -> None:
    opened = visit("Where is the pizza oven? " * 200)
    assert len(asked(opened)) == 2_000
    assert len(found(opened, DENSE)) == 5


def test_what_was_asked_can_be_asked_again_but_not_the_beginnings_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.ui.retrieval.question_box._STILL_TYPING", math.inf)
    opened = visit(IN_WORDS)
    for typed in ("Which", "Which trail", PRAM):
        opened.enter("question", typed)
    assert opened.app.selectbox(key="asked_again").options == [IN_WORDS]
    opened.choose("asked_again", IN_WORDS)
    assert asked(opened) == IN_WORDS
    assert opened.app.selectbox(key="asked_again").options == [PRAM]
    assert names(opened, DENSE) == names(visit(IN_WORDS), DENSE)


def test_each_corpus_offers_its_own_questions(everyday: Shipped, notes: Shipped) -> None:
    opened = visit()
    for name, corpus in ((EVERYDAY, everyday), (NOTES, notes)):
        opened.pick("corpus", name)
        offered = opened.app.selectbox(key="shipped_question").options
        assert offered == [text for text, _ in corpus.questions]
    opened.choose("shipped_question", notes.questions[0][0])
    assert asked(opened) == notes.questions[0][0]


# Why this passage


def test_the_cells_sum_to_the_cosine_and_the_words_to_the_cells(everyday: Shipped) -> None:
    opened = visit(PRAM, retrieval=WHY)
    cosines = everyday.cosines(PRAM)
    cells = array(opened.figure("score-grid")["data"][0]["z"])
    assert_close(cells.sum(), cosines.max())
    sizes = [len(everyday.bundled.tokenizer(text)["input_ids"]) for text in (PRAM, everyday.texts[cosines.argmax()])]
    assert list(cells.shape) == sizes
    name = everyday.names[int(cosines.argmax())]
    assert f"{name}: {sizes[0]} × {sizes[1]} cells sum to {cosines.max():.4f}" in words(opened)
    for side, count in zip(("question", "passage"), sizes, strict=True):
        *shares, total = opened.table(f"The share of each word of the {side} in the cosine: ")
        assert total == ["sum", f"{cosines.max():.4f}"]
        assert_close(sum(number(share) for _, share in shares), cosines.max(), 5e-5 * (count + 1))


def test_the_cells_are_the_products_of_token_vectors(everyday: Shipped) -> None:
    opened = visit(LOST, retrieval=WHY)
    text = everyday.texts[int(everyday.cosines(LOST).argmax())]
    rows, columns = (everyday.bundled.reference(each).hidden_states[-1] for each in (LOST, text))
    lengths = np.linalg.norm(rows.mean(axis=0)) * np.linalg.norm(columns.mean(axis=0))
    expected = rows @ columns.T / (len(rows) * len(columns) * lengths)
    assert_close(array(opened.figure("score-grid")["data"][0]["z"]), expected, 1e-6)


@pytest.mark.parametrize(("method", "rank"), [(DENSE, 1), (BM25, 2), (HYBRID, 3)])
def test_a_passages_button_opens_the_reason_for_its_score(method: str, rank: int, everyday: Shipped) -> None:
    opened = visit(LOST)
    hit = found(opened, method)[rank - 1]
    opened.press_key(f"why__{method}_{rank}")
    assert opened.app.button_group(key="retrieval").value == WHY
    assert opened.app.button_group(key="ranked_by").value == method
    place = everyday.names.index(hit.name)
    assert f"{hit.name}: " in words(opened)
    assert_close(array(opened.figure("score-grid")["data"][0]["z"]).sum(), everyday.cosines(LOST)[place])
    terms = bm25_terms(everyday.counts, LOST)[place]
    *rows, total = opened.table("The part of each question word in the BM25 score")
    assert [row[0] for row in rows] == list(terms)
    assert_close([number(row[-1]) for row in rows], list(terms.values()), 6e-4)
    assert_close(number(total[-1]), sum(terms.values()), 6e-4)
    if method == BM25:
        assert total[-1] == hit.score


def test_a_word_asked_twice_counts_twice_and_a_word_too_common_not_at_all(everyday: Shipped) -> None:
    question = "The soup, the soup and the pizza"
    opened = visit(question, retrieval=WHY, ranked_by=BM25)
    scores = everyday.bm25(question)
    terms = bm25_terms(everyday.counts, question)[int(scores.argmax())]
    *rows, total = opened.table("The part of each question word")
    assert [row[0] for row in rows] == ["soup (asked 2 times)", "pizza"]
    assert_close([number(row[-1]) for row in rows], list(terms.values()), 6e-4)
    assert_close(number(total[-1]), scores.max(), 6e-4)


def test_two_passages_differ_by_the_sum_of_what_each_word_of_the_question_brings(everyday: Shipped) -> None:
    opened = visit(PRAM, retrieval=WHY)
    cosines = everyday.cosines(PRAM)
    order = list(ranks_of(cosines))
    others = opened.app.selectbox(key="against").options
    second = next(name for name in others if name.startswith("4  "))
    opened.choose("against", second)
    apart = cosines[order[0]] - cosines[order[3]]
    assert f"{everyday.names[order[0]]} is {apart:.4f} nearer to the question than {everyday.names[order[3]]}" in words(
        opened
    )
    *rows, total = opened.table("The share of each word of the question in the cosine with each passage")
    assert_close(numbers(total[1:]), [cosines[order[0]], cosines[order[3]], apart], 6e-5)
    shares = np.array([numbers(row[1:]) for row in rows])
    assert_close(shares[:, 0] - shares[:, 1], shares[:, 2], 1.6e-4)
    assert_close(shares.sum(axis=0), numbers(total[1:]), 6e-5 * (len(rows) + 1))
    assert [row[0] for row in rows][1:-1] == re.findall(r"\w+|[^\w\s]", PRAM)


# On the map


@pytest.mark.usefixtures("umap_compiled")
def test_the_map_stays_while_the_question_lands_elsewhere_with_lines_to_what_came_back(everyday: Shipped) -> None:
    opened = visit(PRAM, retrieval=MAP)
    maps, stars, near_counts = [], [], []
    for question, method in ((PRAM, DENSE), (IN_WORDS, DENSE), (LOST, BM25)):
        opened.enter("question", question).pick("ranked_by", method)
        described, values = opened.view("passage-map")
        maps.append(opened.view("passage-map"))
        marks = opened.sent("passage-marks")
        placed = marks["placed"]["passage-map"]
        (star,) = placed["added"]
        stars.append(star)
        cosines = everyday.cosines(question)
        scores = cosines if method == DENSE else everyday.bm25(question)
        best = list(ranks_of(scores, -2.0 if method == DENSE else 0.0))[:5]
        assert [line["to"] for line in placed["lines"]] == best
        assert_close([line["cosine"] for line in placed["lines"]], cosines[best])
        dots = np.frombuffer(values, dtype="<f4", count=2 * 155).reshape(155, 2)
        assert described["count"] == 155
        nearest = np.argsort(np.linalg.norm(dots - np.array(star), axis=1))[:5]
        near = [line["to"] in nearest for line in placed["lines"]]
        assert [line["near"] for line in placed["lines"]] == near
        near_counts.append(sum(near))
        are = "is" if sum(near) == 1 else "are"
        retrieved = f"{SMALL[sum(near)].capitalize()} of {SMALL[len(best)]} retrieved passages"
        assert f"{retrieved} {are} near on this map" in words(opened)
        assert marks["added"] == [f"Question: {question}"]
    assert maps[0] == maps[1] == maps[2]
    assert stars[0] != stars[1] != stars[2]
    opened.enter("question", "")
    assert opened.view("passage-map") == maps[0]
    assert opened.sent("passage-marks")["placed"]["passage-map"]["lines"] == []


# The prompt


def test_the_prompt_holds_the_passages_numbered_and_counts_their_tokens(everyday: Shipped) -> None:
    opened = visit(LOST, retrieval=PROMPT, k="3", ranked_by=BM25)
    best = list(ranks_of(everyday.bm25(LOST), 0.0))[:3]
    text = opened.app.code[0].value
    sources = [
        f"[{rank}] {everyday.names[place].replace(' · ', ', ')}\n{everyday.texts[place]}"
        for rank, place in enumerate(best, 1)
    ]
    assert "\n\n".join(sources) in text
    assert f"Question: {LOST}" in text

    def count(prompt: str) -> int:
        return len(everyday.bundled.tokenizer(prompt, add_special_tokens=False)["input_ids"])

    frame = count(text.replace("\n\n".join(sources), ""))
    assert f"{count(text):,} of 2,048 tokens" in words(opened)
    assert f"question and template {frame:,}, sources {count(text) - frame:,}" in words(opened)
    assert "No language model is switched on" in words(opened)
    assert "ENCODERSCOPE_LLM_URL" in words(opened)


def test_the_template_is_the_readers_and_says_what_it_lacks() -> None:
    opened = visit(LOST, retrieval=PROMPT, k="1")
    usual = opened.app.code[0].value
    opened.write("prompt_template", "Read this. {sources} Now say: {question}")
    text = opened.app.code[0].value
    assert text.startswith("Read this. [1] ")
    assert text.endswith(f" Now say: {LOST}")
    opened.write("prompt_template", "Only {question}")
    assert len(opened.app.code) == 0
    assert "does not say {sources}" in problems(opened)[0]
    opened.press_key("reset_beside_problem")
    assert opened.app.code[0].value == usual


def test_a_budget_leaves_out_the_last_sources_by_name(everyday: Shipped) -> None:
    whole = visit(PRAM, retrieval=PROMPT).app.code[0].value
    opened = visit(PRAM, retrieval=PROMPT, token_budget="256")
    text = opened.app.code[0].value
    best = [everyday.names[place].replace(" · ", ", ") for place in list(ranks_of(everyday.cosines(PRAM)))[:5]]
    kept = [rank for rank, name in enumerate(best, 1) if f"[{rank}] {name}\n" in text]
    assert 0 < len(kept) < 5
    assert kept == list(range(1, len(kept) + 1))
    assert len(everyday.bundled.tokenizer(text, add_special_tokens=False)["input_ids"]) <= 256
    following = text.replace("\n\nQuestion:", whole[whole.index(f"\n\n[{len(kept) + 1}]") :].split("\n\n[")[1], 1)
    assert len(everyday.bundled.tokenizer(following, add_special_tokens=False)["input_ids"]) > 256
    left_out = [f"[{rank}] {name}" for rank, name in enumerate(best, 1) if rank not in kept]
    assert f"No room for {len(left_out)} source" in words(opened)
    said = words(opened).split("No room for ", 1)[1].split(". Raise the budget", 1)[0]
    assert all(name in said for name in left_out)
    assert not any(f"[{rank}] " in said for rank in kept)


# How good it is


@pytest.fixture(scope="module")
def scored() -> Visit:
    """The page with its scores of the everyday corpus."""
    return visit(retrieval=SCORED)


def first_ranks(corpus: Shipped, scores: Sequence[np.ndarray], floor: float) -> list[int | None]:
    """Of each question, the rank of the first passage that answers it."""
    found = []
    for (_, answers), each in zip(corpus.questions, scores, strict=True):
        ranks = [rank for place, rank in ranks_of(each, floor).items() if corpus.ids[place] in answers]
        found.append(min(ranks, default=None))
    return found


def measures(corpus: Shipped, scores: Sequence[np.ndarray], floor: float) -> list[float]:
    """Recall@1, @5, @10, MRR@10 and nDCG@10, as they are defined for passages that each answer or do not."""
    rows = []
    for (_, answers), each in zip(corpus.questions, scores, strict=True):
        if not answers:
            continue
        ranks = sorted(rank for place, rank in ranks_of(each, floor).items() if corpus.ids[place] in answers)
        gains = sum(1 / math.log2(1 + rank) for rank in ranks if rank <= 10)
        ideal = sum(1 / math.log2(1 + rank) for rank in range(1, min(len(answers), 10) + 1))
        recalls = [sum(rank <= k for rank in ranks) / len(answers) for k in (1, 5, 10)]
        first = 1 / ranks[0] if ranks and ranks[0] <= 10 else 0.0
        rows.append([*recalls, first, gains / ideal])
    means: list[float] = np.mean(rows, axis=0).tolist()
    return means


def test_the_means_are_those_of_an_independent_computation(scored: Visit, everyday: Shipped) -> None:
    rows = {row[0]: row[1:] for row in scored.table("Exact search, without an index")}
    ranges = dict(scored.table("The range of most means if the same number of questions is drawn"))
    cosines = [everyday.cosines(text) for text, _ in everyday.questions]
    by_words = [everyday.bm25(text) for text, _ in everyday.questions]
    for method, scores, floor in ((DENSE, cosines, -2.0), (BM25, by_words, 0.0)):
        shown = numbers(rows[method])
        assert_close(shown, measures(everyday, scores, floor), 0.00501)
        low, high = numbers(ranges[method].split(" to "))
        assert low < shown[-1] < high
    judged = [(answers, each) for (_, answers), each in zip(everyday.questions, cosines, strict=True) if answers]
    gains = [
        ndcg_score([[each in answers for each in everyday.ids]], each_scores[None], k=10)
        for answers, each_scores in judged
    ]
    assert_close(number(rows[DENSE][-1]), np.mean(gains), 0.00501)
    assert f"{len(judged)} of {len(everyday.questions)} questions have an answer in these documents" in words(scored)


def test_the_failures_of_each_way_are_the_questions_whose_answer_is_not_first(scored: Visit, everyday: Shipped) -> None:
    answered = [place for place, (_, answers) in enumerate(everyday.questions) if answers]
    for method, of, floor in ((DENSE, everyday.cosines, -2.0), (BM25, everyday.bm25, 0.0)):
        scored.pick("failures_of", method)
        ranks = first_ranks(everyday, [of(text) for text, _ in everyday.questions], floor)
        failed = [place for place in answered if ranks[place] != 1]
        shown = [button.key for button in scored.app.button if str(button.key).startswith("failure_")]
        assert shown == [f"failure_{place}" for place in failed]
        said = re.findall(r"first answer at rank (\d+)|no answer found", words(scored))
        assert said == [str(ranks[place] or "") for place in failed]
        right = len(answered) - len(failed)
        assert f"{method} puts an answer first for {right} of {len(answered)} questions" in words(scored)


def test_a_failure_opens_as_a_question(everyday: Shipped) -> None:
    opened = visit(retrieval=SCORED, failures_of=BM25)
    key = next(str(button.key) for button in opened.app.button if str(button.key).startswith("failure_"))
    opened.press_key(key)
    assert asked(opened) == everyday.questions[int(key.removeprefix("failure_"))][0]
    assert opened.app.button_group(key="retrieval").value == BACK
    assert len(found(opened, DENSE)) == 5


def test_who_wins_is_counted_from_the_ranks(scored: Visit, everyday: Shipped) -> None:
    of = {
        DENSE: first_ranks(everyday, [everyday.cosines(text) for text, _ in everyday.questions], -2.0),
        BM25: first_ranks(everyday, [everyday.bm25(text) for text, _ in everyday.questions], 0.0),
    }
    texts = [text for text, _ in everyday.questions]

    def won(mine: str, other: str) -> list[str]:
        pairs = zip(texts, of[mine], of[other], strict=True)
        return [text for text, first, second in pairs if first == 1 and (second is None or second > 5)]

    meaning, lexical = won(DENSE, BM25), won(BM25, DENSE)
    assert f"Only meaning finds the answer to {len(meaning)} questions, only words to {len(lexical)}" in words(scored)
    tables = re.findall(r"<table.*?</table>", page(scored), re.DOTALL)
    listed = {
        head: [read(each) for each in re.findall(r'<th scope="row" dir="auto">(.*?)</th>', table)]
        for head in ("Meaning finds, words do not", "Words find, meaning does not")
        for table in tables
        if f">{head}<" in table
    }
    assert list(listed.values()) == [meaning, lexical]


@pytest.mark.parametrize("threshold", [0.2, 0.45])
def test_a_threshold_refuses_as_many_as_are_below_it(threshold: float, scored: Visit, everyday: Shipped) -> None:
    scored.slide("threshold", threshold)
    best = [(bool(answers), float(everyday.cosines(text).max())) for text, answers in everyday.questions]
    # Scores count as they are printed, with two decimals.
    refused = sum(round(score, 2) < threshold for known, score in best if not known)
    wrongly = sum(round(score, 2) < threshold for known, score in best if known)
    nothing = sum(not known for known, _ in best)
    assert f"{refused} of {nothing} questions without an answer would be refused" in words(scored)
    assert f"The same is true of {wrongly} of the {len(best) - nothing} questions that have an answer" in words(scored)
    rows = scored.table("The cosine of the nearest passage, for questions whose answer is not in these documents")
    assert_close(sorted(float(row[1]) for row in rows), sorted(score for known, score in best if not known), 6e-5)
    assert sum(row[2] == "refused" for row in rows) == refused


# The passages


def chunks(opened: Visit) -> list[tuple[str, str]]:
    """What is said above each passage, and its markup."""
    drawn = r'<div class="es-chunk"><p class="es-count">(.*?)</p><p class="es-text" dir="auto">(.*?)</p></div>'
    return re.findall(drawn, page(opened), re.DOTALL)


def test_the_passages_of_a_document_are_shown_with_what_neighbours_share(bundled: Opened, notes: Shipped) -> None:
    whole = "\n\n".join(notes.texts[:4])
    opened = own(retrieval=PASSAGES, chunks_by="tokens", chunk_tokens="64", overlap="20")
    opened.write("document_pasted", whole).press("Add the text")
    drawn = chunks(opened)
    assert len(drawn) > 3
    shared, covered = 0, ""
    for place, (said, markup) in enumerate(drawn, 1):
        count = len(bundled.tokenizer(read(markup))["input_ids"])
        assert count - 2 <= 64
        assert said == f"passage {place} · {count} tokens"
        repeated = re.findall(r"<u>(.*?)</u>", markup, re.DOTALL)
        covered += f" {read(markup.split('</u>')[-1])}"
        if repeated:
            shared += 1
            assert read(drawn[place - 2][1]).endswith(html.unescape(repeated[0]).rstrip())
    assert shared > 1
    assert covered.split() == whole.split()


def test_a_passage_ends_where_the_paragraph_does(everyday: Shipped) -> None:
    opened = visit(retrieval=PASSAGES)
    cooking = [text for text, title in zip(everyday.texts, everyday.documents, strict=True) if title == "Cooking"]
    assert [read(markup) for _, markup in chunks(opened)] == cooking
    assert "155 passages" in words(opened)
    assert "No passage is longer than the 256 tokens that the model reads" in words(opened)
    last = opened.app.selectbox(key="document_shown").options[-1]
    opened.choose("document_shown", last)
    assert read(chunks(opened)[0][1]) == everyday.texts[everyday.documents.index(last.split("  ", 1)[1])]


def test_what_the_model_does_not_read_of_a_passage_is_struck_through(bundled: Opened) -> None:
    opened = visit(retrieval=PASSAGES, chunks_by="tokens", chunk_tokens="512")
    long = 0
    for option in opened.app.selectbox(key="document_shown").options[:2]:
        for said, markup in chunks(opened.choose("document_shown", option)):
            text = read(markup)
            count = len(bundled.tokenizer(text)["input_ids"])
            if count <= 256:
                assert "<s>" not in markup
                continue
            long += 1
            assert said.endswith(f"{count} tokens · the model reads 256 of them")
            kept = bundled.tokenizer(text, truncation=True, max_length=256, return_offsets_mapping=True)
            end = kept["offset_mapping"][-2][1]
            assert read(markup.split("<s>")[0]).rstrip() == text[:end]
            assert read(markup.split("<s>")[1].split("</s>")[0]).strip() == text[end:].strip()
            vectors = encoded(bundled, [text, text[:end]])
            assert_close(vectors[0], vectors[1])
    assert long > 1


# Documents of one's own


def own(**parameters: str) -> Visit:
    return visit(corpus=OWN, **parameters)


def listed(opened: Visit) -> list[str]:
    """The titles of the documents that the reader gave."""
    return [html.unescape(each) for each in re.findall(r"<p><b>([^<]*)</b> · [\d,]+ characters?</p>", page(opened))]


def word_file(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return file_bytes(document.save)


def packed(files: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return file.getvalue()


def test_files_of_each_kind_are_searched_and_one_can_be_removed(bundled: Opened) -> None:
    files = {
        "menu.txt": MENU.encode(),
        "birds.md": f"# Birds\n\n{CRANES}\n".encode(),
        "keys.csv": f"what,where\ncellar,{KEYS}\n".encode(),
        "moon.pdf": pdf_of("The moon is drifting away from the earth."),
        "bread.docx": word_file("Bread needs flour, water, salt and time."),
    }
    opened = own()
    assert opened.headings == ["Add a document, then ask a question"]
    opened.upload_all("document_files", files)
    assert listed(opened) == list(files)
    assert problems(opened) == []
    for question, name, said in (
        ("What can I eat in the canteen?", "menu.txt", MENU),
        ("When do the birds leave?", "birds.md", CRANES),
        ("How do I get into the cellar?", "keys.csv", KEYS),
        ("Does the moon move?", "moon.pdf", "The moon is drifting away from the earth."),
        ("What is needed for a loaf?", "bread.docx", "Bread needs flour, water, salt and time."),
    ):
        opened.enter("question", question)
        hits = found(opened, DENSE)
        assert hits[0].name.startswith(f"{name} · ")
        assert said in hits[0].text
        assert len(hits) == 5
        cosines = encoded(bundled, [hit.text for hit in hits]) @ encoded(bundled, [question])[0]
        assert_close([number(hit.score) for hit in hits], cosines, 6e-5)
    opened.press("Remove")
    assert listed(opened) == list(files)[1:]
    assert asked(opened) == "What is needed for a loaf?"
    assert not any(name.startswith("menu.txt") for name in names(opened, DENSE))
    opened.enter("question", "canteen lentil soup")
    assert MENU not in words(opened)
    assert names(opened, BM25) == []


def test_files_that_cannot_be_read_are_refused_by_name_and_the_others_stay() -> None:
    opened = own().upload_all(
        "document_files",
        {
            "broken.pdf": b"%PDF-1.4 and nothing of a PDF",
            "empty.txt": b"",
            "menu.txt": MENU.encode(),
            "picture.txt": b"\x89PNG\r\n\x1a\n0000",
            "blank.md": b" \n\n ",
        },
    )
    assert listed(opened) == ["menu.txt"]
    said = problems(opened)
    assert [each.split(":", 1)[0] for each in said] == ["broken.pdf", "empty.txt", "picture.txt", "blank.md"]
    assert all(len(each.split(":", 1)[1]) > 30 for each in said)
    opened.enter("question", "What soup is there?")
    assert names(opened, DENSE) == ["menu.txt · passage 1"]


def test_a_text_is_pasted_and_an_empty_one_refused() -> None:
    opened = own().write("document_pasted", f"{MENU}\n\n{KEYS}").press("Add the text")
    assert listed(opened) == [MENU]
    assert opened.app.text_area(key="document_pasted").value == ""
    opened.enter("question", "Where is the key?")
    assert found(opened, DENSE)[0].text == KEYS
    opened.write("document_pasted", " \n ").press("Add the text")
    assert "There is no text to read" in problems(opened)[0]
    assert listed(opened) == [MENU]


def test_what_is_in_a_document_or_its_name_is_text_and_never_markup() -> None:
    hostile = "<script>alert(1)</script> The oven <img src=x onerror=alert(1)> is hot & the dough is cold."
    opened = own(question="Is the oven hot?").upload("document_files", "<b onclick=alert(1)>x.txt", hostile.encode())
    assert found(opened, DENSE)[0].text == hostile
    for view in (BACK, WHY, PASSAGES, PROMPT):
        opened.pick("retrieval", view)
        for tag in ("<script", "<img", "<b onclick"):
            assert tag not in page(opened)
    assert hostile in opened.app.code[0].value


def test_no_reader_sees_the_documents_of_another_not_even_by_a_link() -> None:
    one, other = own(question="What soup is there?"), own(question="What soup is there?")
    one.upload("document_files", "menu.txt", MENU.encode())
    other.upload("document_files", "keys.txt", KEYS.encode())
    assert (names(one, DENSE), names(other, DENSE)) == (["menu.txt · passage 1"], ["keys.txt · passage 1"])
    one.enter("question", "What soup can I eat?")
    assert names(one, DENSE) == ["menu.txt · passage 1"]
    linked = own(question="What soup is there?", retrieval=PASSAGES)
    assert linked.headings == ["Add a document, then ask a question"]
    assert listed(linked) == []
    assert MENU not in linked.words


def test_without_a_document_each_view_says_how_to_begin() -> None:
    opened = own(question="What soup is there?")
    for view in (WHY, MAP, PROMPT, SCORED, PASSAGES, BACK):
        opened.pick("retrieval", view)
        assert opened.headings == ["Add a document, then ask a question"]
        assert "Open “Documents” to add a file or paste a text" in words(opened)


def test_after_a_reload_the_same_tab_has_its_documents_again() -> None:
    before = own(question="What soup is there?").upload("document_files", "menu.txt", MENU.encode())
    after = own(question="What soup is there?").put("tab_key_offered", before.app.session_state["tab_key_offered"])
    assert listed(after) == ["menu.txt"]
    assert found(after, DENSE) == found(before, DENSE)
    assert "was interrupted before" not in words(after)


def test_a_document_whose_adding_was_interrupted_is_finished_and_named() -> None:
    opened = own(question="What soup is there?")
    owner = opened.app.session_state["tab_key_offered"]
    uploaded_documents.libraries().begin(owner, Document("menu & more.txt", MENU))
    opened.enter("question", "What soup is sold?")
    assert "Adding “menu & more.txt” was interrupted before; it is finished now." in words(opened)
    assert found(opened, DENSE)[0].text == MENU
    assert uploaded_documents.libraries().unfinished(owner) == ()
    opened.enter("question", "And what else?")
    assert "was interrupted before" not in words(opened)
    assert listed(opened) == ["menu & more.txt"]


def test_own_questions_are_scored_on_own_documents_at_each_size() -> None:
    text = "\n\n".join((MENU, CRANES, KEYS, "Bread needs flour, water, salt and time."))
    table = f"question,answer\nWhat soup is sold?,{MENU}\nWhen do the cranes leave?,the first frost comes\n"
    table += "Who wrote Faust?,\nWhere is the key?,this stands nowhere\n"
    opened = own(retrieval=SCORED, sizes_wanted="true").write("document_pasted", text).press("Add the text")
    opened.upload("question_files", "asked.csv", table.encode())
    rows = {row[0]: row[1:] for row in opened.table("Exact search, without an index")}
    assert rows[DENSE] == ["1.00"] * 5
    assert "2 of 3 questions have an answer in these documents" in words(opened)
    assert "of 1 question without an answer would be refused" in words(opened)
    assert "Line 5 has an answer that stands in none of 1 document" in words(opened)
    sizes = opened.table("nDCG@10. A passage holds an answer")
    assert [row[0] for row in sizes] == ["passages", *rows]
    counts = [int(count) for count in sizes[0][1:]]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 1
    assert sizes[list(rows).index(DENSE) + 1][-1] == "1.00"
    opened.upload("question_files", "other.csv", b"who,what\na,b\n")
    assert "There is no column named 'question'" in problems(opened)[0]
    assert "2 of 3 questions have an answer" in words(opened)
    opened.press("Remove")
    assert "Without 2 questions about removed documents." in words(opened)


def test_a_test_collection_brings_its_corpus_and_is_scored(bundled: Opened) -> None:
    texts = {"a": MENU, "b": CRANES, "c": KEYS, "d": "A crane on the building site lifts steel."}
    asked_of = {"1": ("What soup is sold?", ["a"]), "2": ("Which cranes are there?", ["b", "d"])}
    asked_of["3"] = ("Frost in the cellar", ["c"])
    judged = [f"{query}\t{answer}\t1\n" for query, (_, answers) in asked_of.items() for answer in answers]
    files = {
        "set/corpus.jsonl": "".join(
            json.dumps({"_id": id, "title": "", "text": text}) + "\n" for id, text in texts.items()
        ),
        "set/queries.jsonl": "".join(
            json.dumps({"_id": id, "text": text}) + "\n" for id, (text, _) in asked_of.items()
        ),
        "set/qrels/test.tsv": "query-id\tcorpus-id\tscore\n" + "".join(judged),
    }
    opened = own(retrieval=SCORED).upload("question_files", "small.zip", packed(files))
    assert problems(opened) == []
    assert listed(opened) == ["small.zip"]
    corpus = Shipped(bundled, list(texts), list(texts), list(texts), list(texts.values()), list(asked_of.values()))
    rows = {row[0]: row[1:] for row in opened.table("Exact search, without an index")}
    for method, of, floor in ((DENSE, corpus.cosines, -2.0), (BM25, corpus.bm25, 0.0)):
        expected = measures(corpus, [of(text) for text, _ in corpus.questions], floor)
        assert_close(numbers(rows[method]), expected, 0.00501)


# Guess first


def test_what_comes_back_is_hidden_until_it_is_shown_for_every_new_question(everyday: Shipped) -> None:
    opened = visit(PRAM, predict="true")
    for question in (PRAM, IN_WORDS):
        opened.enter("question", question)
        cosines = everyday.cosines(question)
        best = [everyday.names[place] for place in list(ranks_of(cosines))[:5]]
        for view in (WHY, MAP, PROMPT, BACK):
            opened.pick("retrieval", view)
            assert opened.headings == ["Which of 155 passages will be found?"]
            assert not any(name in words(opened) for name in best)
            assert f"{cosines.max():.2f}" not in words(opened)
            assert "es-passage" not in page(opened)
            assert (len(opened.app.code), len(opened.app.get("bidi_component"))) == (0, 1)
        opened.press("Show the results")
        assert names(opened, DENSE) == best
        assert opened.headings[0].startswith("Nearest of 155 passages")


# Lessons


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson["name"] for lesson in LESSONS])
def test_a_lesson_asks_its_question_as_it_says_and_is_gone_with_the_next(
    lesson: dict[str, str], everyday: Shipped
) -> None:
    assert lesson["corpus"] == "everyday"
    opened = own(question="What is a token?", chunks_by="sentences", overlap="20", k="3")
    opened.choose("lesson_picked", lesson["name"])
    assert asked(opened) == lesson["question"]
    assert opened.app.button_group(key="corpus").value == EVERYDAY
    assert opened.app.button_group(key="chunks_by").value == lesson.get("unit", "paragraphs")
    assert opened.app.slider(key=f"chunk_{lesson.get('unit', 'paragraphs')}").value == lesson.get("size", 1)
    assert opened.app.slider(key="overlap").value == 0
    assert lesson["says"] in words(opened)
    if "unit" not in lesson:
        best = list(ranks_of(everyday.cosines(lesson["question"])))[:5]
        assert names(opened, DENSE) == [everyday.names[place] for place in best]
    assert opened.app.button_group(key="retrieval").value == BACK
    opened.pick("retrieval", PROMPT)
    assert opened.app.button_group(key="ranked_by").value == lesson["method"]
    assert lesson["says"] in words(opened)
    opened.enter("question", OPENING)
    assert lesson["says"] not in words(opened)


def taught(name: str) -> Visit:
    return visit().choose("lesson_picked", name)


def test_negation_the_first_three_say_no_and_the_right_trail_is_not_among_five() -> None:
    hits = found(taught("Negation"), DENSE)
    assert all(re.search(r"\b(not|cannot)\b", hit.text, re.IGNORECASE) and "pram" in hit.text for hit in hits[:3])
    assert "Travel · 2" not in [hit.name for hit in hits]


def test_not_in_the_corpus_its_best_score_is_above_that_of_a_right_answer() -> None:
    opened = taught("Not in the corpus")
    sushi = found(opened, DENSE)
    assert len(sushi) == 5
    assert not any("sushi" in hit.text.lower() for hit in sushi)
    soup = found(opened.enter("question", "How do I rescue a soup that is too salty?"), DENSE)
    assert soup[0].name == "Cooking · 7"
    assert number(sushi[0].score) > number(soup[0].score)


def test_duplicates_fill_five_places_and_the_one_that_speaks_of_winter_is_sixth() -> None:
    hits = found(taught("Duplicates").slide("k", 6), DENSE)
    assert {hit.name for hit in hits[:5]} == {f"Health and home · {number}" for number in range(10, 15)}
    assert hits[5].name == "Health and home · 15"
    assert ["From November to February" in hit.text for hit in hits] == [False] * 5 + [True]


def test_too_long_a_chunk_hides_what_a_paragraph_finds_first() -> None:
    opened = taught("Too long a chunk")
    hits = found(opened, DENSE)
    assert not any("pass phrase" in hit.text for hit in hits)
    assert "soft-boiled egg" in hits[0].text
    opened.pick("chunks_by", "paragraphs")
    first, second = found(opened, DENSE)[:2]
    assert "pass phrase" in first.text
    assert number(first.score) - number(second.score) > 0.1


def test_an_exact_number_is_first_by_words_and_not_among_five_by_meaning() -> None:
    opened = taught("An exact number")
    assert not any("LP-2074" in hit.text for hit in found(opened, DENSE))
    assert any("postman" in hit.text for hit in found(opened, DENSE))
    assert "LP-2074" in found(opened, BM25)[0].text


def test_no_word_in_common_is_found_by_meaning_alone() -> None:
    opened = taught("No word in common").slide("k", 20)
    assert found(opened, DENSE)[0].text.startswith("An overly briny broth")
    assert not any("overly briny broth" in hit.text for hit in found(opened, BM25))
    assert found(opened, BM25)


def test_two_are_better_where_both_have_second_what_is_right() -> None:
    opened = taught("Two are better")
    first, *_ = found(opened, HYBRID)
    assert first.text.startswith("Squatch's best friend is Beatrix")
    assert (names(opened, DENSE)[1], names(opened, BM25)[1]) == (first.name, first.name)
    assert "pineapple" in found(opened, BM25)[0].text


# The index is away


def test_without_an_index_every_passage_is_compared_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = {method: found(visit(LOST), method) for method in METHODS}
    why = "The Milvus server at http://localhost:1 cannot be used: <gone>. Try again."

    def away() -> None:
        raise StoreError(why)

    monkeypatch.setattr("components.ui.retrieval.indexed_corpus.default_index", away)
    opened = visit(LOST)
    assert {method: found(opened, method) for method in METHODS} == usual
    assert problems(opened) == [why]
    assert "So the question was compared with every passage, without the index." in words(opened)
    assert "HNSW" not in words(opened)
    for view in (WHY, PROMPT):
        opened.pick("retrieval", view)


# Addresses


def test_an_address_brings_back_all_that_was_chosen() -> None:
    opened = visit(LOST, corpus=EVERYDAY, k="7", retrieval=WHY, ranked_by=BM25, threshold="0.5")
    assert asked(opened) == LOST
    assert opened.app.slider(key="k").value == 7
    assert opened.app.button_group(key="ranked_by").value == BM25
    assert opened.app.button_group(key="retrieval").value == WHY
    assert len(opened.app.selectbox(key="passage_explained").options) == 7


def test_what_makes_no_sense_in_the_address_is_as_if_it_were_not_there() -> None:
    nonsense = {
        "corpus": "nonsense",
        "chunks_by": "nonsense",
        "chunk_paragraphs": "1000000",
        "overlap": "-3",
        "k": "500",
        "in": "Nowhere",
        "retrieval": "nonsense",
        "ranked_by": "nonsense",
        "threshold": "seven",
        "predict": "perhaps",
    }
    assert page(visit(**nonsense)) == page(visit())


def test_passages_are_told_apart_by_where_they_are() -> None:
    opened = visit(PRAM, k="20", chunks_by="sentences", chunk_sentences="1")
    for method in METHODS:
        assert len(set(names(opened, method))) == len(found(opened, method)) > 5
