"""That each lesson of the Live retrieval page shows what it says: held against sentence-transformers' own vectors."""

import re
import tomllib
from typing import Any, Final

import numpy as np
import pytest

from components.core.retrieval.documents import Corpus, Question
from components.core.retrieval.ingest.corpora import corpus_from, questions_from, sections_at
from components.core.retrieval.search.bm25 import Bm25, terms_of
from components.core.retrieval.search.ranking import RankedItem, reciprocal_rank_fusion, top_k
from tests.support.paths import ROOT
from tests.support.reference import Opened


def _table(file: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "assets" / file).read_text(encoding="utf-8"))


LESSONS: Final = {each["name"]: each for each in _table("lessons.toml")["lesson"]}
SHOWN: Final = 5

NOT_FOR_PRAMS: Final = ["travel-01", "travel-03", "travel-04"]
SUMMER: Final = ["home-10", "home-11", "home-12", "home-13", "home-14"]


class Passages:
    """The passages of Everyday, one a chunk, and their rankings for a question."""

    def __init__(self, opened: Opened) -> None:
        self.corpus: Corpus = corpus_from(_table("corpora/everyday.toml"))
        self.text_of = {
            section.id: document.text[section.start : section.end]
            for document in self.corpus.documents
            for section in document.sections
        }
        self.ids = list(self.text_of)
        self.questions = {
            each.text: each for each in questions_from(_table("corpora/everyday_questions.toml"), self.corpus)
        }
        self._model = opened.sentence_model
        self._vectors = self.vectors_of(list(self.text_of.values()))
        self._asked = dict(zip(self.questions, self.vectors_of(list(self.questions)), strict=True))
        self._words = Bm25(list(self.text_of.values()))

    def vectors_of(self, texts: list[str]) -> np.ndarray:
        """(N, D) unit rows."""
        vectors: np.ndarray = self._model.encode(texts, normalize_embeddings=True)
        return vectors

    def dense(self, question: str) -> list[str]:
        """All ids, the nearest first."""
        return [self.ids[hit.index] for hit in self._dense(question)]

    def bm25(self, question: str) -> list[str]:
        """The ids that BM25 finds, the best first."""
        return [self.ids[hit.index] for hit in self._bm25(question)]

    def hybrid(self, question: str, depth: int) -> list[str]:
        """The ids among the first `depth` of either ranking, the best by both first."""
        both = {"Dense": self._dense(question)[:depth], "BM25": self._bm25(question)[:depth]}
        return [self.ids[hit.index] for hit in reciprocal_rank_fusion(both, len(self.ids))]

    def cosine(self, question: str, number: int) -> float:
        """Of the passage with that number in the dense ranking, from 0."""
        return self._dense(question)[number].score

    def answers(self, question: str) -> list[str]:
        """The ids that answer a question, in the corpus's order."""
        asked: Question = self.questions[question]
        return [
            section.id
            for span in asked.answers
            for section in sections_at(self.corpus.by_id[span.document], span.start, span.end)
        ]

    def _dense(self, question: str) -> tuple[RankedItem, ...]:
        return top_k(self._vectors @ self._asked[question], len(self.ids))

    def _bm25(self, question: str) -> tuple[RankedItem, ...]:
        return top_k(self._words.scores(question), len(self.ids), floor=0.0)


@pytest.fixture(scope="module")
def passages(bundled: Opened) -> Passages:
    return Passages(bundled)


def asked_in(lesson: str) -> str:
    question: str = LESSONS[lesson]["question"]
    return question


def test_every_lesson_asks_a_question_of_its_corpus_and_names_a_ranking(passages: Passages) -> None:
    assert len(LESSONS) == len(_table("lessons.toml")["lesson"]) == 7
    for lesson in LESSONS.values():
        assert lesson["corpus"] == "everyday"
        assert lesson["question"] in passages.questions
        assert lesson["method"] in ("Dense", "BM25", "Hybrid")


def test_the_three_trails_that_a_pram_cannot_walk_come_before_the_one_that_it_can(passages: Passages) -> None:
    question = asked_in("Negation")
    found = passages.dense(question)
    assert sorted(found[:3]) == NOT_FOR_PRAMS
    assert passages.answers(question) == ["travel-02"]
    assert "travel-02" not in found[:SHOWN]
    for each in NOT_FOR_PRAMS:
        assert {"prams", "pram"} & set(terms_of(passages.text_of[each]))
        assert {"not", "cannot"} & set(passages.text_of[each].lower().split())


def test_a_question_without_an_answer_gets_higher_scores_than_one_with_its_answer_found(passages: Passages) -> None:
    question = asked_in("Not in the corpus")
    soup = asked_in("No word in common")
    assert passages.answers(question) == []
    assert not any("sushi" in text.lower() for text in passages.text_of.values())
    assert passages.dense(soup)[:1] == passages.answers(soup)
    assert passages.cosine(question, 0) > passages.cosine(soup, 0) + 0.1


def test_no_threshold_parts_the_questions_with_an_answer_from_those_without(passages: Passages) -> None:
    best = [(passages.cosine(text, 0), bool(each.answers)) for text, each in passages.questions.items()]
    answered = [cosine for cosine, has_answer in best if has_answer]
    unanswered = [cosine for cosine, has_answer in best if not has_answer]
    assert len(unanswered) == 6
    assert max(unanswered) > min(answered)


def test_five_passages_that_say_the_same_leave_no_room_for_the_sixth(passages: Passages) -> None:
    question = asked_in("Duplicates")
    found = passages.dense(question)
    assert sorted(found[:SHOWN]) == SUMMER
    assert found[SHOWN] == "home-15"
    assert passages.answers(question) == [*SUMMER, "home-15"]
    # Only the sixth speaks of winter, by its months.
    assert "November to February" in passages.text_of["home-15"]
    assert all("summer" in passages.text_of[each] and "winter" not in passages.text_of[each] for each in SUMMER)


@pytest.mark.parametrize("boundary", [r" ", r"(?<=[.!?:])\s+"], ids=["words", "sentences"])
def test_an_answer_that_the_model_never_reads_is_beaten_by_an_egg_and_as_a_paragraph_first(
    passages: Passages, bundled: Opened, boundary: str
) -> None:
    lesson = LESSONS["Too long a chunk"]
    question = lesson["question"]
    (answer,) = passages.answers(question)
    assert passages.dense(question)[0] == answer
    assert passages.cosine(question, 0) > passages.cosine(question, 1) + 0.3

    assert (lesson["unit"], lesson["size"], bundled.sentence_model.max_seq_length) == ("tokens", 512, 256)
    chunks = [chunk for each in passages.corpus.documents for chunk in cut(each.text, boundary, 512, bundled)]
    (index,) = (number for number, chunk in enumerate(chunks) if passages.text_of[answer] in chunk)
    assert length(chunks[index].partition(passages.text_of[answer])[0], bundled) > 256
    cosines = passages.vectors_of(chunks) @ passages.vectors_of([question])[0]
    best = np.argsort(-cosines)
    assert index not in best[:SHOWN]
    assert chunks[best[0]].startswith("For a soft-boiled egg")


def cut(text: str, boundary: str, size: int, opened: Opened) -> list[str]:
    """The text in pieces of as many parts as make at most so many tokens, the two special ones included."""
    parts = re.split(boundary, text)
    lengths = [length(part, opened) - 2 for part in parts]
    pieces, total = [parts[0]], lengths[0]
    for part, tokens in zip(parts[1:], lengths[1:], strict=True):
        if total + tokens <= size - 2:
            pieces[-1] += f" {part}"
            total += tokens
        else:
            pieces.append(part)
            total = tokens
    return pieces


def length(text: str, opened: Opened) -> int:
    """Tokens, special ones included."""
    return len(opened.tokenizer(text, verbose=False)["input_ids"])


def test_the_number_that_bm25_finds_first_is_by_cosine_behind_other_notes_and_a_postman(passages: Passages) -> None:
    question = asked_in("An exact number")
    (answer,) = passages.answers(question)
    notes = {each for each, text in passages.text_of.items() if text.startswith("Lost property note LP-")}
    assert (len(notes), answer in notes) == (8, True)
    assert passages.bm25(question)[0] == answer
    found = passages.dense(question)[:SHOWN]
    assert answer not in found
    (other,) = set(found) - notes
    assert other.startswith("stories-")
    assert "postman" in passages.text_of[other]


def test_the_answer_that_shares_no_word_is_first_by_cosine_and_not_found_by_bm25(passages: Passages) -> None:
    question = asked_in("No word in common")
    (answer,) = passages.answers(question)
    assert not set(terms_of(question)) & set(terms_of(passages.text_of[answer]))
    assert passages.dense(question)[0] == answer
    pumpkin_soup, salty_roads = passages.bm25(question)
    assert "a pumpkin, and made soup" in passages.text_of[pumpkin_soup]
    assert "salty water freezes" in passages.text_of[salty_roads]


@pytest.mark.parametrize("depth", [20, 50, 1000])
def test_two_second_places_beat_two_first_ones(passages: Passages, depth: int) -> None:
    question = asked_in("Two are better")
    (answer,) = passages.answers(question)
    dense, bm25 = passages.dense(question), passages.bm25(question)
    assert dense[1] == bm25[1] == passages.hybrid(question, depth)[0] == answer
    assert dense[0] == "squatch-01"  # "Squatch is a sasquatch"
    assert "pineapple" in passages.text_of[bm25[0]]
    assert min(bm25.index(dense[0]), dense.index(bm25[0])) >= 10


def test_of_the_questions_some_are_for_dense_and_some_for_bm25(passages: Passages) -> None:
    answered = [(text, set(passages.answers(text))) for text, each in passages.questions.items() if each.answers]
    for one, other in ((passages.dense, passages.bm25), (passages.bm25, passages.dense)):
        only = [
            text for text, ids in answered if one(text)[:1] and one(text)[0] in ids and not ids & set(other(text)[:5])
        ]
        assert len(only) >= 4
