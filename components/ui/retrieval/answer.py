"""What a language model answers, where one is configured, and which of its sentences a source covers.

What a model writes is untrusted: it is drawn as plain text, never as Markdown or HTML of its own.
"""

import html
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.core.errors import GenerationError
from components.core.retrieval.generation.coverage import Support, find_supports
from components.core.retrieval.generation.language_model import Generator, configured_generator, stream
from components.core.retrieval.generation.prompts import Prompt
from components.core.retrieval.ingest.chunking import sentences_in
from components.core.storage.cached_encoding import find_unreadable
from components.ui import state
from components.ui.caches import models
from components.ui.caches.encoding import encode_texts
from components.ui.page import raw_markup as markup
from components.ui.page import section
from components.ui.tables import table
from components.ui.wording import format_count, format_signed

# Of sentences that say what a source says, nearly all are above it with the bundled model, and of others hardly any.
_OPENING_THRESHOLD = 0.65

_CITATION = re.compile(r"\[\d+(?:\s*[,;–-]\s*\d+)*\]")
_MARKDOWN = re.compile(r"([^\w\s])")


@dataclass
class Answer:
    """An answer as it grows, and the prompt that it answers."""

    prompt: Prompt
    model: str
    text: str = ""
    problem: str = "Stopped before its end."  # "" once it is there as a whole


def draw(model: str, prompt: Prompt) -> None:
    """Offer to ask a language model, and draw what it said last. model: the encoder that compares sentences."""
    try:
        generator = configured_generator(os.environ, _secrets())
    except GenerationError as error:
        section("No language model can be asked", str(error))
        return
    if generator is None:
        section(
            "No language model is switched on",
            "To have this prompt answered here, start Encoderscope with ENCODERSCOPE_LLM_URL and "
            "ENCODERSCOPE_LLM_MODEL set, and ENCODERSCOPE_LLM_KEY if the server asks for a key (or with url, model and "
            "key under [llm] in Streamlit's secrets): any OpenAI-compatible server will do. Or copy the prompt.",
        )
        return
    section(
        f"What {generator.model} answers",
        f"Asking sends the prompt above, and nothing else, to {generator.host}.",
    )
    name = _MARKDOWN.sub(r"\\\1", generator.model)
    if st.button(f"Ask {name}"):
        _ask(generator, prompt)
    answer: Answer | None = st.session_state.get(state.Retrieval.ANSWER)
    if answer is not None:
        _draw_answer(model, answer, stale=answer.prompt != prompt or answer.model != generator.model)


def _secrets() -> Mapping[str, Any] | None:
    try:
        return st.secrets.to_dict()
    except FileNotFoundError:
        return None


def _ask(generator: Generator, prompt: Prompt) -> None:
    """Draw the answer as it comes. Whatever the reader presses meanwhile stops it, and what had come is kept."""
    answer = st.session_state[state.Retrieval.ANSWER] = Answer(prompt, generator.model)
    place = st.empty()
    with place.container():
        st.button("Stop")
        drawn = st.empty()
    try:
        with st.spinner(f"Waiting for {generator.host} …"), closing(stream(generator, prompt.text)) as pieces:
            for piece in pieces:
                answer.text += piece
                drawn.text(answer.text)
        answer.problem = ""
    except GenerationError as error:
        answer.problem = str(error)
    place.empty()


def _draw_answer(model: str, answer: Answer, stale: bool) -> None:
    if stale:
        markup(
            '<p class="es-changed">This answers an earlier prompt: the question, the sources, the template or the '
            "budget have changed since.</p>"
        )
    spans = _comparable(model, answer.text)
    drawn = st.container()
    if answer.problem:
        markup(f'<p class="es-problem">{html.escape(answer.problem)}</p>')
    if not spans:
        with drawn:
            _draw_text(answer.text, (), ())
        return
    heading = st.container()
    threshold = st.slider(
        "Covered from a cosine of",
        0.0,
        1.0,
        _OPENING_THRESHOLD,
        key=state.Retrieval.COVERED_FROM,
        bind=state.IN_URL,
        persist_state="session",
        width=330,
    )
    sentences = [answer.text[start:end] for start, end in spans]
    numbers, of_sources = _source_sentences(model, answer.prompt)
    supports = find_supports(
        encode_texts(model, [_plain(each) for each in sentences]), encode_texts(model, of_sources), numbers, threshold
    )
    with drawn:
        _draw_text(answer.text, spans, supports)
    with heading:
        covered = sum(each is not None and each.covered for each in supports)
        section(
            f"{covered} of {format_count(len(spans), 'sentence')} {'is' if covered == 1 else 'are'} covered by a source",
            "A sentence is covered where some sentence of a source is near enough to it. A high cosine says that both "
            "speak of the same, not that both say the same: “The oven must be hot” and “The oven must be cold” are "
            "near. Citations such as [1] are left out of the comparison.",
        )
    _draw_table(sentences, of_sources, supports)


def _comparable(model: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where the sentences of an answer are, those left out in which the encoder finds nothing to read."""
    spans = sentences_in(text)
    refused = {place for place, _ in find_unreadable(models.encoder(model), [_plain(text[a:b]) for a, b in spans])}
    return tuple(span for place, span in enumerate(spans) if place not in refused)


def _plain(sentence: str) -> str:
    """A sentence without citations, which would make it like any other that cites."""
    return _CITATION.sub("", sentence).strip()


def _source_sentences(model: str, prompt: Prompt) -> tuple[list[int], list[str]]:
    """All sentences of the sources of a prompt, and the number of the source of each."""
    numbered = [
        (source.number, source.text[start:end])
        for source in prompt.sources
        for start, end in _comparable(model, source.text)
    ]
    return [number for number, _ in numbered], [sentence for _, sentence in numbered]


def _draw_text(text: str, spans: Sequence[tuple[int, int]], supports: Sequence[Support | None]) -> None:
    """Draw an answer with its sentences marked as covered or not."""
    parts, reached = [], 0
    for (start, end), support in zip(spans, supports, strict=True):
        kind = "covered" if support is not None and support.covered else "uncovered"
        parts += [html.escape(text[reached:start]), f'<span class="es-{kind}">{html.escape(text[start:end])}</span>']
        reached = end
    parts.append(html.escape(text[reached:]))
    if text.strip():
        markup(f'<p class="es-answer" dir="auto">{"".join(parts).strip()}</p>')


def _draw_table(sentences: Sequence[str], of_sources: Sequence[str], supports: Sequence[Support | None]) -> None:
    table(
        ["sentence of the answer", "nearest in the sources", "cosine", "covered"],
        [
            [sentence, "–", "–", "not covered"]
            if support is None
            else [
                sentence,
                f"[{support.source}] {of_sources[support.sentence]}",
                format_signed(support.cosine),
                f"by [{support.source}]" if support.covered else "not covered",
            ]
            for sentence, support in zip(sentences, supports, strict=True)
        ],
        "Each sentence of the answer, and the sentence of the sources nearest to it.",
        prose={1, 3},
    )
