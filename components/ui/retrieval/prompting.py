"""The passages of one ranking as the numbered sources of a prompt: whole or compressed, in an order."""

import streamlit as st

from components.core import Encoder
from components.core.model.prompts import TextKind
from components.core.retrieval.documents import Question
from components.core.retrieval.generation.context_compression import CoverageKept, coverage_kept
from components.core.retrieval.generation.prompts import Source
from components.ui import state
from components.ui.caches.encoding import encode_texts
from components.ui.pickers import pick_option
from components.ui.retrieval import answer, prompt
from components.ui.retrieval.compression import CompressedSources, compress_sources, sources_of
from components.ui.retrieval.search_result import SearchResult
from components.ui.stage import frame
from components.ui.wording import format_count

_WHOLE, _COMPRESSED = "whole", "compressed"
BEST_FIRST, BEST_AT_THE_ENDS = "best first", "best at both ends"


def draw(
    result: SearchResult, encoder: Encoder, method: str, threshold: float, questions: tuple[Question, ...]
) -> None:
    """Draw the prompt with the passages of one ranking.

    method: of the ranking. threshold: a passage with a lower cosine counts as no answer. questions: those whose answers
    are known.
    """
    with frame.more():
        kind = pick_option("Sources", [_WHOLE, _COMPRESSED], state.Retrieval.SOURCES)
        kept = st.slider(
            "Tokens that compression keeps",
            10,
            90,
            50,
            10,
            format="%d %%",
            key=state.Retrieval.SOURCES_KEPT,
            bind=state.IN_URL,
            persist_state="session",
            disabled=kind == _WHOLE,
        )
        order = pick_option("Order of the sources", [BEST_FIRST, BEST_AT_THE_ENDS], state.Retrieval.SOURCE_ORDER)
    sources = sources_of(result, [each.index for each in result.ranking(method)])
    notes = []
    if kind == _COMPRESSED and sources:
        left = compress_sources(result, sources, kept / 100)
        notes = [_saved(left, len(sources)), _coverage(result, sources, left, questions)]
        sources = list(left.compression.sources)
    if order == BEST_AT_THE_ENDS and len(sources) > 2:
        notes.append(
            "The best source stands first, the second best last, the weakest in the middle: language models use what "
            "stands at both ends more (Liu et al. 2023)."
        )
    prompt.draw(
        result.indexed_corpus.model,
        encoder,
        result.question,
        sources,
        result.best,
        threshold,
        notes,
        at_the_ends=order == BEST_AT_THE_ENDS,
    )


def _saved(left: CompressedSources, before: int) -> str:
    """What compression keeps and saves."""
    found = left.compression
    gone = before - len(found.sources)
    return (
        f"Compressed: {len(found.kept):,} of {format_count(len(left.sentences), 'sentence')} are kept, those nearest "
        f"to the question. {found.tokens_saved:,} of {format_count(found.tokens_before, 'token')} of the sources are "
        "saved" + (f"; nothing is left of {format_count(gone, 'source')}." if gone else ".")
    )


def _coverage(
    result: SearchResult, sources: list[Source], left: CompressedSources, questions: tuple[Question, ...]
) -> str:
    """How much of a known answer the sources still cover."""
    texts, whose = _answer(result, questions)
    if not texts:
        return (
            "How much of an answer is kept can be told for a question whose answer is known, and for the answer of a "
            "language model."
        )
    threshold = st.session_state.get(state.Retrieval.COVERED_FROM, answer.OPENING_THRESHOLD)
    numbers = [sources[each.source].number for each in left.sentences]
    vectors = encode_texts(result.indexed_corpus.model, texts, kind=TextKind.PASSAGE)
    found: CoverageKept = coverage_kept(vectors, left.unit_vectors, numbers, left.compression.kept, threshold)
    return (
        f"Of {format_count(found.sentences, 'sentence')} of {whose}, the whole sources cover {found.before:,}, and "
        f"the compressed ones {found.after:,}: the cosine with a sentence of theirs is {threshold:.2f} or more."
    )


def _answer(result: SearchResult, questions: tuple[Question, ...]) -> tuple[list[str], str]:
    """The sentences of an answer to the question, and whose they are: a language model's, or of what is known."""
    written = st.session_state.get(state.Retrieval.ANSWER)
    model = result.indexed_corpus.model
    if written is not None and result.question in written.prompt.text:
        texts = answer.plain_sentences(model, written.text)
        if texts:
            return texts, "the language model’s answer"
    corpus = result.indexed_corpus.corpus
    spans = [span for each in questions if each.text == result.question for span in each.answers]
    known = [corpus.by_id[span.document].text[span.start : span.end] for span in spans if span.document in corpus.by_id]
    return [sentence for text in known for sentence in answer.plain_sentences(model, text)], "the known answer"
