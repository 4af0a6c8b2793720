"""Every function that takes text, walked through in scripts that code written for English gets wrong, NFC and NFD."""

import unicodedata
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import pytest

from components.core import Encoder, load_encoder
from components.core.context.alignment import align
from components.core.context.comparison import bag_of_words
from components.core.context.word_occurrences import Usage, find_word, follow_word
from components.core.embeddings.hidden_words import visible_without
from components.core.embeddings.representations import tf_idf
from components.core.embeddings.token_contributions import tokens_encoded, word_contributions
from components.core.retrieval.documents import ChunkSettings, Corpus, Document, Unit
from components.core.retrieval.index.chunk_index import ChunkIndex
from components.core.retrieval.ingest.chunking import chunks_of, sentences_in
from components.core.retrieval.ingest.judged_questions import read_questions
from components.core.retrieval.search.bm25 import Bm25
from components.core.text.content_words import count_content_words
from components.core.text.rewording import movable_words, reverse_words, shuffle_words, swap_words
from components.core.text.spelling import fold, indices_containing
from components.core.text.words import characters_of, units_of
from components.ui.wording import shorten
from tests.support.random_chunks import chunks_with, new_name, unit_vectors
from tests.support.scripts import FORMS, SCRIPTS, Form, Script
from tests.support.tiny_models import LONG_LIMIT, MULTILINGUAL, save_tiny

pytest_plugins = ["tests.support.index_fixtures"]

_OTHER: dict[Form, Form] = {"NFC": "NFD", "NFD": "NFC"}


class Typed(NamedTuple):
    """A script as two people type it: a text in one form, and what is looked for in the other."""

    name: str
    script: Script
    form: Form

    def text(self, text: str) -> str:
        """As the text is typed."""
        return unicodedata.normalize(self.form, text)

    def looked_for(self, text: str) -> str:
        """As the reader types what is to be found in it, in capitals where a script has them."""
        return unicodedata.normalize(_OTHER[self.form], text.upper())

    @property
    def borders(self) -> set[int]:
        """The borders between characters as a reader sees them in the sentence."""
        return {border for span in characters_of(self.text(self.script.sentence)) for border in span}


@pytest.fixture(params=[(name, form) for name in SCRIPTS for form in FORMS], ids=lambda param: "-".join(param))
def typed(request: pytest.FixtureRequest) -> Typed:
    """Each script in each form."""
    name, form = request.param
    return Typed(name, SCRIPTS[name], form)


@pytest.fixture(scope="module", params=MULTILINGUAL)
def reader(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """Tokenizers of two kinds that read every script: RoBERTa's bytes and XLM-R's letters."""
    return load_encoder(str(save_tiny(tmp_path_factory.mktemp("tiny"), *MULTILINGUAL[request.param], LONG_LIMIT)))


# Words


def test_words_are_whole_and_apart_from_marks_whatever_the_tokenizer(reader: Encoder, typed: Typed) -> None:
    text = typed.text(typed.script.sentence)
    tokens = reader.tokenize(text)
    assert [word.text for word in tokens.words] == [typed.text(word) for word in typed.script.words]
    assert all(text[slice(*word.span)] == word.text for word in tokens.words)
    assert [index for word in tokens.words for index in word.token_indices] == np.flatnonzero(~tokens.special).tolist()


def test_the_bundled_model_has_whole_words_too_or_several_in_one_unknown_token(encoder: Encoder, typed: Typed) -> None:
    text = typed.text(typed.script.sentence)
    tokens = encoder.tokenize(text)
    assert "".join(word.text for word in tokens.words) == "".join(text.split())
    borders = {border for span in units_of(text) for border in span}
    assert all(set(word.span) <= borders for word in tokens.words)


def test_a_word_is_followed_and_shown_as_it_is_typed_in_each_sentence(reader: Encoder, typed: Typed) -> None:
    sentences = [typed.text(typed.script.sentence), typed.text(typed.script.reordered)]
    found = follow_word(reader, typed.looked_for(typed.script.word), [Usage(each, "") for each in sentences])
    assert found.problems == {}
    assert [fold(each.word.text) for each in found.occurrences] == [fold(typed.script.word)] * 2
    assert all(each.word.text in sentences[each.number - 1] for each in found.occurrences)


def test_two_orders_of_one_sentence_are_aligned_word_by_word(reader: Encoder, typed: Typed) -> None:
    first = reader.tokenize(typed.text(typed.script.sentence))
    second = reader.tokenize(typed.looked_for(typed.script.reordered))
    alignment = align(first, second)
    assert (alignment.only_first, alignment.only_second) == ((), ())
    assert all(fold(alignment.first[one].text) == fold(alignment.second[other].text) for one, other in alignment.pairs)
    _, counts = bag_of_words(alignment)
    assert counts[0].tolist() == counts[1].tolist()


def test_a_hidden_word_hides_its_tokens_and_no_others(reader: Encoder, typed: Typed) -> None:
    tokens = reader.tokenize(typed.text(typed.script.sentence))
    (word,) = find_word(tokens, typed.looked_for(typed.script.word))
    (visible,) = visible_without(tokens, [[word]])
    start, end = word.span
    for index, (first, last) in enumerate(tokens.offsets):
        seen = tokens.text[first:last].strip()
        if not tokens.special[index] and seen:
            inside = start <= first + tokens.text[first:last].index(seen) < end
            assert visible[index] != inside


def test_what_is_highlighted_are_whole_characters(reader: Encoder, typed: Typed) -> None:
    text = typed.text(typed.script.sentence)
    tokens = tokens_encoded(reader, text)
    words = word_contributions(tokens, np.ones(len(tokens.tokens)))
    assert sum(word.share for word in words) == len(tokens.tokens)
    for word in words:
        assert word.special or text[word.start : word.end] == word.text
        assert word.special or {word.start, word.end} <= typed.borders


# Documents


@pytest.mark.parametrize("size", [20, 24, 40])
def test_chunks_cut_no_character_and_lose_none(reader: Encoder, typed: Typed, size: int) -> None:
    text = typed.text(f"{typed.script.sentence} {typed.script.reordered}\n\n" * 3)
    chunks = chunks_of(Document("", text), ChunkSettings(Unit.TOKENS, size, 4), reader)
    special = reader.token_counts([""])[0]
    borders = {border for span in characters_of(text) for border in span}
    covered = {index for chunk in chunks for index in range(chunk.start, chunk.end)}
    assert all(chunk.token_count - special <= size for chunk in chunks)
    assert all({chunk.start, chunk.end} <= borders for chunk in chunks)
    assert all(character.isspace() for index, character in enumerate(text) if index not in covered)


def test_sentences_of_an_answer_are_told_apart(typed: Typed) -> None:
    # Thai has no mark at the end of a sentence; there a line break must do.
    between = "\n" if typed.name == "Thai" else " "
    both = [typed.text(typed.script.sentence), typed.text(typed.script.reordered)]
    text = between.join(both)
    assert [text[start:end] for start, end in sentences_in(text)] == both


def test_an_answer_is_quoted_from_the_document(typed: Typed) -> None:
    text = typed.text(f"{typed.script.reordered}\n{typed.script.sentence}")
    corpus = Corpus("scripts", (Document("one", text),))
    for quoted in (typed.script.word, typed.script.sentence):
        found = read_questions("q.csv", f'question,answer\n?,"{typed.looked_for(quoted)}"'.encode(), corpus)
        (question,) = found.questions
        answers = [text[span.start : span.end] for span in question.answers]
        assert answers
        assert {fold(answer) for answer in answers} == {fold(quoted)}


# Search


def test_bm25_finds_a_word_and_counts_what_it_is_said_to_count(typed: Typed) -> None:
    others = [typed.text(script.sentence) for name, script in SCRIPTS.items() if name != typed.name]
    bm25 = Bm25([*others, typed.text(typed.script.sentence)])
    scores = bm25.scores(typed.looked_for(typed.script.word))
    assert np.flatnonzero(scores).tolist() == [len(others)]
    terms = bm25.contributions(typed.looked_for(typed.script.sentence), len(others))
    assert {term.term for term in terms} == {unicodedata.normalize("NFC", term) for term in typed.script.terms}
    assert all(term.count_in_chunk for term in terms)


def test_the_index_counts_the_same_terms_as_bm25(index: ChunkIndex) -> None:
    name = new_name()
    texts = [unicodedata.normalize(form, each.sentence) for each in SCRIPTS.values() for form in FORMS]
    chunks = chunks_with([texts])
    index.fill(name, chunks, unit_vectors(len(texts)))
    bm25 = Bm25(texts)
    for script in SCRIPTS.values():
        for question in (script.word, unicodedata.normalize("NFD", script.reordered)):
            scores = dict(zip((chunk.id for chunk in chunks), bm25.scores(question), strict=True))
            hits = {hit.chunk: hit.score for hit in index.bm25(name, question, len(texts))}
            assert hits == pytest.approx({chunk: score for chunk, score in scores.items() if score}, rel=1e-5)
            assert len(hits) >= 2


def test_the_map_finds_a_phrase_and_counts_words_alike_in_both_forms(typed: Typed) -> None:
    text = typed.text(typed.script.sentence)
    assert indices_containing(typed.looked_for(typed.script.word), ["pizza", text]) == (1,)
    counts, words = count_content_words([text, typed.looked_for(typed.script.sentence)])
    assert len(words) > 1
    assert (counts.toarray()[0] == counts.toarray()[1]).all()
    one, other = tf_idf([text, typed.looked_for(typed.script.sentence)], [text, "pizza"])
    assert one.any()
    np.testing.assert_array_equal(one, other)


def test_a_shortened_text_ends_with_a_whole_character(typed: Typed) -> None:
    text = typed.text(typed.script.sentence)
    for most in range(1, len(text)):
        short = shorten(text, most)
        assert len(short) <= most
        cut = short.removesuffix("…")
        assert text.startswith(cut)
        assert len(cut) in typed.borders or text[len(cut)].isspace()


def test_words_change_places_where_a_script_has_no_spaces_too(typed: Typed) -> None:
    text = typed.text(typed.script.sentence)
    words, between = movable_words(text)
    assert between.join(words) == text
    assert len(words) > 2
    assert {0, *accumulate(map(len, words), lambda at, size: at + size + len(between))} - {len(text)} <= typed.borders
    turned = reverse_words(text)
    assert turned != text
    assert reverse_words(turned) == text
    assert sorted(movable_words(swap_words(text, 0, 1))[0]) == sorted(words)
    assert fold(shuffle_words(text, seed=1)) != fold(text)
