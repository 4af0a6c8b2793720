"""A language model's answer, where a model is configured, and which of its sentences a source covers.

The text of a model is not trusted: it is drawn as plain text, never as Markdown or HTML.
"""

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import streamlit as st
from markupsafe import Markup, escape

from components.core.errors import GenerationError
from components.core.numerics.lanes import let_others
from components.core.retrieval.generation.coverage import Support, find_supports
from components.core.retrieval.generation.language_model import Generator, after_thoughts, configured_generator, stream
from components.core.retrieval.generation.prompts import Prompt
from components.core.retrieval.ingest.chunking import sentences_in
from components.core.storage.cached_encoding import find_unreadable
from components.ui import state
from components.ui.caches import models
from components.ui.caches.encoding import encode_texts
from components.ui.page import markup
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count, format_signed

#: The lowest cosine of a covered sentence, before a reader changes it: with the bundled model nearly all sentences that
#: repeat a source are above it, and hardly any others.
OPENING_THRESHOLD = 0.65

_CITATION = re.compile(r"\[\d+(?:\s*[,;–-]\s*\d+)*\]")
_MARKDOWN = re.compile(r"([^\w\s])")


@dataclass
class Answer:
    """An answer as it grows, and its prompt."""

    prompt: Prompt
    model: str
    text: str = ""
    problem: str = "Stopped before the end."  # "" when the answer is complete


def draw(model: str, prompt: Prompt) -> None:
    """Offer to ask a language model, and draw its last answer. model: the encoder that compares sentences."""
    try:
        generator = configured_generator(os.environ, secrets())
    except GenerationError as error:
        frame.part("The language model is not set up correctly", str(error))
        return
    if generator is None:
        frame.part(
            "No language model is switched on",
            "To get an answer here, start Encoderscope with ENCODERSCOPE_LLM_URL and ENCODERSCOPE_LLM_MODEL set, and "
            "ENCODERSCOPE_LLM_KEY if the server needs a key (or with url, model and key under [llm] in Streamlit's "
            "secrets). Any OpenAI-compatible server works. Or copy the prompt.",
        )
        return
    frame.part(
        f"The answer of {generator.model}",
        f"The button sends this prompt, and nothing else, to {generator.host}.",
    )
    name = _MARKDOWN.sub(r"\\\1", generator.model)
    if st.button(f"Ask {name}"):
        _ask(generator, prompt)
    answer: Answer | None = st.session_state.get(state.Retrieval.ANSWER)
    if answer is not None:
        _draw_answer(model, answer, stale=answer.prompt != prompt or answer.model != generator.model)


def secrets() -> Mapping[str, Any] | None:
    """Streamlit's secrets; None if there is no file of them."""
    try:
        return st.secrets.to_dict()
    except FileNotFoundError:
        return None


def _ask(generator: Generator, prompt: Prompt) -> None:
    """Draw the answer as it arrives. Any widget that the reader uses stops it; the text so far is kept."""
    answer = st.session_state[state.Retrieval.ANSWER] = Answer(prompt, generator.model)
    slot = st.empty()
    with slot.container():
        st.button("Stop")
        drawn = st.empty()
    let_others()
    try:
        with st.spinner(f"Waiting for {generator.host} …"), closing(stream(generator, prompt.text)) as pieces:
            for piece in pieces:
                answer.text = after_thoughts(answer.text + piece)
                drawn.text(answer.text)
        answer.problem = ""
    except GenerationError as error:
        answer.problem = str(error)
    slot.empty()


def _draw_answer(model: str, answer: Answer, stale: bool) -> None:
    if stale:
        markup(
            Markup(
                '<p class="es-changed">This answers an earlier prompt: the question, the sources, the template or the '
                "budget have changed.</p>"
            )
        )
    spans = _comparable(model, answer.text)
    drawn = st.container()
    if answer.problem:
        markup(Markup('<p class="es-problem">{}</p>').format(answer.problem))
    if not spans:
        with drawn:
            _draw_text(answer.text, (), ())
        return
    heading = st.container()
    threshold = st.slider(
        "Lowest cosine of a covered sentence",
        0.0,
        1.0,
        OPENING_THRESHOLD,
        key=state.Retrieval.COVERED_FROM,
        bind=state.IN_URL,
        persist_state="session",
        width=330,
    )
    sentences = [answer.text[start:end] for start, end in spans]
    numbers, source_sentences = _source_sentences(model, answer.prompt)
    supports = find_supports(
        encode_texts(model, [_plain(each) for each in sentences]),
        encode_texts(model, source_sentences),
        numbers,
        threshold,
    )
    with drawn:
        _draw_text(answer.text, spans, supports)
    with heading:
        covered = sum(each is not None and each.covered for each in supports)
        are = "is" if 1 in (covered, len(spans)) else "are"
        frame.part(
            f"{covered} of {format_count(len(spans), 'sentence')} {are} covered by a source",
            "A sentence is covered if a sentence of a source is near enough to it. A high cosine says that both are "
            "about the same thing, not that both say the same: “The oven must be hot” and “The oven must be cold” are "
            "near. Citations such as [1] are removed before the comparison.",
        )
    _draw_table(sentences, source_sentences, supports)


def _comparable(model: str, text: str) -> tuple[tuple[int, int], ...]:
    """The spans of a text's sentences, without those in which the encoder finds nothing to read."""
    spans = sentences_in(text)
    unreadable = {index for index, _ in find_unreadable(models.encoder(model), [_plain(text[a:b]) for a, b in spans])}
    return tuple(span for index, span in enumerate(spans) if index not in unreadable)


def plain_sentences(model: str, text: str) -> list[str]:
    """The sentences of a text in which the encoder finds something to read, without citations."""
    return [_plain(text[start:end]) for start, end in _comparable(model, text)]


def _plain(sentence: str) -> str:
    """A sentence without citations, which would make it similar to any other with citations."""
    return _CITATION.sub("", sentence).strip()


def _source_sentences(model: str, prompt: Prompt) -> tuple[list[int], list[str]]:
    """The number of the source and the text, for each sentence of a prompt's sources."""
    numbered = [
        (source.number, source.text[start:end])
        for source in prompt.sources
        for start, end in _comparable(model, source.text)
    ]
    return [number for number, _ in numbered], [sentence for _, sentence in numbered]


def _draw_text(text: str, spans: Sequence[tuple[int, int]], supports: Sequence[Support | None]) -> None:
    """Draw an answer with its sentences marked as covered or uncovered."""
    parts: list[Markup] = []
    reached = 0
    for (start, end), support in zip(spans, supports, strict=True):
        kind = "covered" if support is not None and support.covered else "uncovered"
        parts += [escape(text[reached:start]), Markup('<span class="es-{}">{}</span>').format(kind, text[start:end])]
        reached = end
    parts.append(escape(text[reached:]))
    if text.strip():
        markup(Markup('<p class="es-answer" dir="auto">{}</p>').format(Markup("").join(parts).strip()))


def _draw_table(sentences: Sequence[str], source_sentences: Sequence[str], supports: Sequence[Support | None]) -> None:
    table(
        ["sentence of the answer", "nearest in the sources", "cosine", "covered"],
        [
            [sentence, "–", "–", "not covered"]
            if support is None
            else [
                sentence,
                f"[{support.source}] {source_sentences[support.sentence]}",
                format_signed(support.cosine),
                f"by [{support.source}]" if support.covered else "not covered",
            ]
            for sentence, support in zip(sentences, supports, strict=True)
        ],
        "Each sentence of the answer, and the sentence of the sources nearest to it.",
        prose={1, 3},
    )
