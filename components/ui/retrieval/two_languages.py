"""The screen “two languages”: one question in two languages, and where the passage that answers it then stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from components.core.model.prompts import TextKind
from components.core.retrieval.documents import Question
from components.core.retrieval.evaluation.evaluation import answers_in
from components.core.retrieval.evaluation.two_languages import (
    FOUND,
    Understood,
    Wording,
    search_wording,
    shared_words,
    tokens_per_word,
    understood,
)
from components.core.tokens.tokens import Tokens
from components.figures.charts.cosine_strips import Strip, cosine_strips
from components.ui import state
from components.ui.assets import read_toml
from components.ui.caches import corpora as shipped
from components.ui.caches import models, traces
from components.ui.caches.encoding import sentence_vector
from components.ui.caches.requests import TextRequest, VectorRequest
from components.ui.charts import show
from components.ui.live_text import live_text_box
from components.ui.page import palette
from components.ui.retrieval import corpora, evaluation, summary
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.passages import name_of
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_cosine, join_list, shorten, spell_number

_TRUNCATION_NOTE: Final = "This question has {tokens} tokens; its vector is that of the first {limit}."
# Passages that a strip shows; of more, every so manieth by rank.
_MOST_DRAWN = 400
_FINDINGS: Final = {
    Understood.ALL: "Found in {} too",
    Understood.SOME: "Partly lost in {}",
    Understood.NONE: "Lost in {}",
}


@dataclass(frozen=True)
class Pair:
    """One question in two languages, and what a search finds for each wording."""

    names: tuple[str, str]  # of the wordings, on screen
    texts: tuple[str, str]
    wordings: tuple[Wording, Wording]
    tokens: tuple[Tokens, Tokens]
    cosine: float  # of the two wordings with each other
    own: bool = False  # typed by the reader
    judged: bool = True  # False if the answer is what the first wording finds


def draw(indexed_corpus: IndexedCorpus, corpus_name: str) -> None:
    """Draw the pairs that come with the corpus, and the one that the reader types."""
    with frame.controls():
        typed = tuple(
            live_text_box(label, key, indexed_corpus.model, truncation_note=_TRUNCATION_NOTE, placeholder=placeholder)
            for label, key, placeholder in (
                ("Your question", state.Retrieval.FIRST_WORDING, "Where is the key?"),
                ("The same in another language", state.Retrieval.SECOND_WORDING, "Où est la clé ?"),
            )
        )
    if not indexed_corpus.chunks:
        frame.heading(*summary.waiting(indexed_corpus, None))
        return
    if all(typed):
        pairs = [_own_pair(indexed_corpus, corpus_name, (typed[0], typed[1]))]
    else:
        pairs = _shipped_pairs(indexed_corpus, corpus_name)
    if not pairs:
        frame.heading(
            "Type one question in two languages",
            "The passage that the first wording finds should be found by the second too. That is measured here.",
        )
        return
    model = models.encoder(indexed_corpus.model).short_name
    frame.heading(finding(pairs, len(indexed_corpus.chunks)), lead(pairs, model))
    picture, beside = st.columns(2, gap="medium")
    with picture:
        _draw_strips(indexed_corpus, pairs)
    with beside:
        _draw_table(indexed_corpus, pairs)
    with frame.details():
        _draw_tokens(pairs)


def _shipped_pairs(indexed_corpus: IndexedCorpus, corpus_name: str) -> list[Pair]:
    if corpus_name == corpora.OWN:
        return []
    file = corpora.SHIPPED[corpus_name]
    languages = read_toml(f"corpora/{file}_french")
    pairs = []
    for number, each in enumerate(shipped.shipped_translations(file), 1):
        (answers,) = answers_in(indexed_corpus.chunks, [Question(each.first, each.answers)])
        if answers:
            names = (f"{number} {languages['first']}", f"{number} {languages['second']}")
            pairs.append(_pair(indexed_corpus, names, (each.first, each.second), set(answers)))
    return pairs


def _own_pair(indexed_corpus: IndexedCorpus, corpus_name: str, typed: tuple[str, str]) -> Pair:
    """The reader's pair. Its answers are known if the first wording is a judged question."""
    asked = [
        each for each in evaluation.questions_of(indexed_corpus, corpus_name) if each.text == typed[0] and each.answers
    ]
    answers = set(answers_in(indexed_corpus.chunks, asked[:1])[0]) if asked else set()
    judged = bool(answers)
    if not judged:
        vector = sentence_vector(VectorRequest(indexed_corpus.model, typed[0], TextKind.QUESTION))
        cosines = indexed_corpus.unit_vectors @ vector
        answers = {search_wording(cosines, range(len(cosines))).nearest}
    return _pair(indexed_corpus, ("yours, first", "yours, second"), typed, answers, own=True, judged=judged)


def _pair(
    indexed_corpus: IndexedCorpus,
    names: tuple[str, str],
    texts: tuple[str, str],
    answers: set[int],
    own: bool = False,
    judged: bool = True,
) -> Pair:
    model = indexed_corpus.model
    vectors = [sentence_vector(VectorRequest(model, text, TextKind.QUESTION)) for text in texts]
    first, second = (search_wording(indexed_corpus.unit_vectors @ vector, answers) for vector in vectors)
    one, other = (traces.tokens(TextRequest(model, text)) for text in texts)
    return Pair(names, texts, (first, second), (one, other), float(vectors[0] @ vectors[1]), own, judged)


def finding(pairs: Sequence[Pair], passages: int) -> str:
    """The title: the ranks of the answers in both languages. pairs: the reader's own, or those that are shipped."""
    before, after = (_ranks([pair.wordings[side].rank for pair in pairs]) for side in (0, 1))
    if pairs[0].own:
        return f"Your second wording has the answer at {after} of {passages:,}, your first at {before}"
    original, language = map(_language, pairs[0].names)
    what = understood([pair.wordings[1] for pair in pairs])
    if understood([pair.wordings[0] for pair in pairs]) is Understood.ALL or what is Understood.ALL:
        begins = f"{_FINDINGS[what].format(language)}: answers"
    else:
        begins = f"In {language}, answers are"
    return f"{begins} at {after} of {passages:,}; in {original} at {before}"


def lead(pairs: Sequence[Pair], model: str) -> str:
    """What was measured, and what goes with it."""
    parts = []
    if not pairs[0].own:
        parts.append(_verdict(pairs, model))
    if not pairs[0].judged:
        parts.append("The passage that your first wording finds is taken for the answer.")
    before, after = (tokens_per_word([pair.tokens[side] for pair in pairs]) for side in (0, 1))
    names = ("your first wording", "your second") if pairs[0].own else tuple(map(_language, pairs[0].names))
    parts.append(f"A word is {after:.1f} tokens in {names[1]}, {before:.1f} in {names[0]}.")
    cosines = [format_cosine(pair.cosine, 2) for pair in pairs]
    parts.append(
        f"The cosine of the two wordings is {cosines[0]}."
        if len(pairs) == 1
        else f"The two wordings of a question have cosines of {join_list(cosines)}."
    )
    return " ".join(parts)


def _verdict(pairs: Sequence[Pair], model: str) -> str:
    """Say whether the model understands the second language, as measured on the pairs that come with the corpus."""
    language = _language(pairs[0].names[1])
    what = understood([pair.wordings[1] for pair in pairs])
    if what is Understood.NONE:
        return f"Measured, not guessed from its name: {model} does not understand {language}."
    if what is Understood.ALL:
        return (
            f"Measured, not guessed from its name: {model} finds all {len(pairs)} answers in {language} among the "
            f"first {FOUND}."
        )
    found = [pair for pair in pairs if pair.wordings[1].found]
    shared = list(dict.fromkeys(word for pair in found for word in shared_words(*pair.tokens)))
    helps = f"; both languages write {_quoted(shared)}" if shared else ""
    return (
        f"Measured, not guessed from its name: {model} finds {spell_number(len(found))} of {len(pairs)} answers in "
        f"{language} among the first {FOUND}{helps}."
    )


def _quoted(words: Sequence[str]) -> str:
    return join_list([f"“{word}”" for word in words[:3]])


def _ranks(ranks: Sequence[int]) -> str:
    """Name ranks in a sentence.

    >>> _ranks([1, 1]), _ranks([40, 54]), _ranks([7])
    ('rank 1', 'ranks 40 and 54', 'rank 7')
    """
    if len(set(ranks)) == 1:
        return f"rank {ranks[0]:,}"
    return f"ranks {join_list([f'{rank:,}' for rank in ranks])}"


def _language(name: str) -> str:
    """The language of a wording on screen.

    >>> _language("2 French")
    'French'
    """
    return name.split(" ", 1)[1]


def _draw_strips(indexed_corpus: IndexedCorpus, pairs: Sequence[Pair]) -> None:
    colours = (palette().key, palette().query)
    strips = []
    for pair in pairs:
        for name, wording, colour in zip(pair.names, pair.wordings, colours, strict=True):
            drawn = [index for index in _drawn(wording.cosines) if index != wording.answer]
            strips.append(
                Strip(
                    name,
                    wording.cosines[drawn].tolist(),
                    [name_of(indexed_corpus, index) for index in drawn],
                    float(wording.cosines[wording.answer]),
                    f"rank {wording.rank:,}",
                    colour,
                )
            )
    said = "; ".join(f"{each.label}: the answer at {each.says}, cosine {each.answer:.2f}" for each in strips)
    show(
        cosine_strips(strips, palette()),
        key="two-languages",
        alt=f"Cosines of each wording with all passages. {said}",
        numbers=lambda: _numbers(indexed_corpus, pairs),
    )
    if len(indexed_corpus.chunks) > _MOST_DRAWN:
        frame.note(f"Of {len(indexed_corpus.chunks):,} passages, {_MOST_DRAWN} are drawn, evenly by rank.")


def _drawn(cosines: np.ndarray) -> list[int]:
    """The indices of the passages that a strip shows: all, or so many that are spaced evenly by rank."""
    order = np.argsort(-cosines, kind="stable")
    if len(order) <= _MOST_DRAWN:
        return [int(index) for index in order]
    return [int(order[rank]) for rank in np.linspace(0, len(order) - 1, _MOST_DRAWN).round().astype(int)]


def _draw_table(indexed_corpus: IndexedCorpus, pairs: Sequence[Pair]) -> None:
    rows = []
    for pair in pairs:
        for name, text, wording in zip(pair.names, pair.texts, pair.wordings, strict=True):
            found = "the\N{NO-BREAK SPACE}answer" if wording.rank == 1 else name_of(indexed_corpus, wording.nearest)
            rows.append([f"{name}: {shorten(text, 100)}", f"{wording.rank:,}", _unbroken(found)])
    table(
        ["question", "rank", "found\N{NO-BREAK SPACE}first"],
        rows,
        "The rank is that of the answer, the dot in the picture.",
        prose={2},
    )


def _unbroken(name: str) -> str:
    """A name that breaks before its number and nowhere in it.

    >>> _unbroken("Cooking · 15")
    'Cooking ·\\xa015'
    """
    return name.replace("· ", "·\N{NO-BREAK SPACE}")


def _draw_tokens(pairs: Sequence[Pair]) -> None:
    """Draw how each wording is cut into tokens, and the cosine of the two wordings."""
    for pair in pairs:
        table(
            [f"{pair.names[0]} and {pair.names[1]}", "tokens a word", "tokens"],
            [
                [shorten(text, 60), f"{tokens_per_word([tokens]):.1f}", _cut(tokens)]
                for text, tokens in zip(pair.texts, pair.tokens, strict=True)
            ],
            f"How the tokenizer cuts both wordings; their cosine with each other is {format_cosine(pair.cosine)}.",
            prose={2},
        )
    frame.note(
        "Two questions are an example, not a benchmark. “Tokens a word” (fertility) leaves out punctuation marks (Rust "
        "and others 2021). Many tokens a word are a sign that a language was rare in what the tokenizer was made from."
    )


def _cut(tokens: Tokens) -> str:
    return " ".join(label for label, special in zip(tokens.labels, tokens.special, strict=True) if not special)


def _numbers(indexed_corpus: IndexedCorpus, pairs: Sequence[Pair]) -> pd.DataFrame:
    rows = []
    for pair in pairs:
        for name, text, wording, tokens in zip(pair.names, pair.texts, pair.wordings, pair.tokens, strict=True):
            rows.append(
                {
                    "wording": name,
                    "question": text,
                    "rank of the answer": wording.rank,
                    "cosine of the answer": wording.cosines[wording.answer],
                    "answer": name_of(indexed_corpus, wording.answer),
                    "found first": name_of(indexed_corpus, wording.nearest),
                    "cosine of what is found first": wording.cosines[wording.nearest],
                    "tokens a word": tokens_per_word([tokens]),
                    "cosine of both wordings": pair.cosine,
                }
            )
    return pd.DataFrame(rows).set_index("wording")
