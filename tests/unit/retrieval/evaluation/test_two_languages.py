"""Whether a model understands a second language is what it finds in it, whatever its name."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import rankdata

from components.core import Encoder, load_encoder
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.evaluation.two_languages import (
    FOUND,
    Understood,
    Wording,
    search_wording,
    shared_words,
    tokens_per_word,
    understood,
)
from components.core.retrieval.ingest.corpora import corpus_from, questions_from, translations_from
from tests.support.paths import ASSETS
from tests.support.tiny_models import save_bilingual

WORDS = {"where": "ou", "do": "donc", "bats": "souris", "sleep": "dorment", "bread": "pain", "is": "est"}
WORDS |= {"warm": "chaud", "in": "dans", "caves": "grottes"}
PASSAGES = ["Bats sleep in caves.", "Bread is warm.", "Caves do sleep."]


def wording(rank: int) -> Wording:
    """A wording whose answer has a rank."""
    return Wording(np.zeros(3), answer=0, rank=rank, nearest=0)


def test_the_rank_of_an_answer_is_that_of_scipy_and_the_best_of_several_answers_counts() -> None:
    cosines = np.random.default_rng(0).normal(size=50)
    ranks = rankdata(-cosines).astype(int)
    for answers in ({7}, {3, 4, 5}, set(range(50))):
        found = search_wording(cosines, answers)
        assert found.rank == min(ranks[index] for index in answers)
        assert ranks[found.answer] == found.rank
        assert found.nearest == cosines.argmax()


@pytest.mark.parametrize(
    ("ranks", "what"),
    [((1, FOUND), Understood.ALL), ((1, FOUND + 1), Understood.SOME), ((FOUND + 1, 40), Understood.NONE)],
)
def test_a_language_is_understood_as_far_as_answers_are_among_the_first_five(
    ranks: tuple[int, ...], what: Understood
) -> None:
    assert understood([wording(rank) for rank in ranks]) is what


def test_a_model_with_one_vector_for_both_languages_finds_in_both_the_same(tmp_path: Path) -> None:
    encoder = load_encoder(str(save_bilingual(tmp_path, WORDS)))
    passages = normalise_rows(encoder.encode(PASSAGES))
    first, second = normalise_rows(encoder.encode(["Where do bats sleep?", "Ou donc souris dorment?"]))
    np.testing.assert_allclose(first, second, atol=1e-6)
    one, other = (search_wording(passages @ vector, {0}) for vector in (first, second))
    assert (one.rank, one.nearest) == (other.rank, other.nearest)
    assert understood([other]) is Understood.ALL


def test_a_word_of_french_is_cut_into_more_tokens_than_one_of_english_by_an_english_tokenizer(encoder: Encoder) -> None:
    french = encoder.tokenize("Où dorment les chauves-souris ?")
    # ou · dorm ##ent · les · cha ##uve ##s · sour ##is: ten tokens, of which - and ? are marks.
    assert tokens_per_word([french]) == 9 / 5
    english = encoder.tokenize("Where do bats sleep?")
    assert tokens_per_word([english]) == 1
    assert tokens_per_word([french, english]) == 13 / 9


def test_words_that_both_wordings_have_are_named_as_the_second_spells_them(encoder: Encoder) -> None:
    english, french = (
        encoder.tokenize(text)
        for text in ("How many layers does BERT-large have in a day?", "Combien de couches Bert-Large a-t-il in ?")
    )
    assert shared_words(english, french) == ("Bert", "Large")
    assert shared_words(english, encoder.tokenize("Où ?")) == ()


@pytest.mark.parametrize("name", ["everyday", "notes"])
def test_each_shipped_question_in_two_languages_is_a_judged_question_of_its_corpus(name: str) -> None:
    corpus, questions, pairs = (
        tomllib.loads((ASSETS / "corpora" / f"{file}.toml").read_text(encoding="utf-8"))
        for file in (name, f"{name}_questions", f"{name}_french")
    )
    documents = corpus_from(corpus)
    answers = {each.text: each.answers for each in questions_from(questions, documents)}
    translated = translations_from(pairs, documents)
    assert len(translated) == 2
    assert all(answers[each.first] == each.answers and each.second != each.first for each in translated)


def test_a_pair_that_nothing_answers_is_refused() -> None:
    section = {"id": "1", "text": "Knead it."}
    corpus = corpus_from({"name": "Food", "document": [{"title": "Pizza", "section": [section]}]})
    pair = {"first": "Who?", "second": "Qui ?", "answered_by": []}
    with pytest.raises(ValueError, match="Nothing answers 'Who\\?'"):
        translations_from({"pair": [pair]}, corpus)
