"""The prompt for a language model: the template filled with passages, and its number of tokens."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from markupsafe import Markup

from components.core import Encoder
from components.core.errors import TemplateError
from components.core.retrieval.generation.prompts import (
    DEFAULT_TEMPLATE,
    Prompt,
    Source,
    fill_template,
    fit_to_budget,
)
from components.core.retrieval.generation.source_order import best_at_the_ends
from components.ui import state
from components.ui.page import markup
from components.ui.retrieval import answer, summary
from components.ui.retrieval.compression import count_tokens
from components.ui.stage import frame
from components.ui.wording import format_count, join_list

_OPENING_BUDGET, _MOST_BUDGET = 2_048, 8_192
_MOST_CHARACTERS = 8_000


def draw(
    model: str,
    encoder: Encoder,
    question: str,
    sources: Sequence[Source],
    best: float | None,
    threshold: float,
    notes: Sequence[str] = (),
    at_the_ends: bool = False,
) -> None:
    """Draw the prompt, and below it a model's answer, where a model is configured.

    sources: the best first. best: the cosine of the passage nearest to the question; None if there is none. threshold:
    the lowest cosine of a passage that counts as an answer. notes: what became of the sources. at_the_ends: True puts
    those that fit with the best at both ends.
    """
    with frame.controls():
        template = _ask_for_template()
        budget = _ask_for_budget()
    title = "The prompt for a language model"
    lead = summary.warning(best, threshold, "With these sources a model can only say so, or invent an answer.") or (
        "A language model does not search; it continues a prompt. Retrieval-augmented generation puts the passages "
        "that were found into the prompt, as numbered sources that the model can cite."
    )
    try:
        prompt = fit_to_budget(template, question, sources, budget, lambda text: count_tokens(encoder, text))
        if at_the_ends:
            ordered = best_at_the_ends(prompt.sources)
            prompt = replace(prompt, text=fill_template(template, question, ordered), sources=ordered)
    except TemplateError as error:
        frame.heading(title, lead)
        markup(Markup('<p class="es-problem">{}</p>').format(str(error)))
        st.button("Reset the template", key=state.Retrieval.RESET_TEMPLATE, on_click=_reset)
        return
    frame.heading(f"{title}: {prompt.tokens:,} of {format_count(budget, 'token')}", lead)
    text, beside = st.columns([3, 2], gap="medium")
    with text, st.container(key="scroll_prompt"):
        st.code(prompt.text, language=None, wrap_lines=True)
    with beside, st.container(key="scroll_answer"):
        _draw_counts(prompt, budget, encoder.short_name)
        for each in notes:
            frame.note(each)
        if prompt.tokens <= budget:
            answer.draw(model, prompt)


def _ask_for_template() -> str:
    with st.popover("Template", width="content"):
        template = st.text_area(
            "Text around the sources and the question",
            DEFAULT_TEMPLATE,
            key=state.Retrieval.PROMPT_TEMPLATE,
            # Not in the address, which holds a few thousand characters.
            persist_state="session",
            max_chars=_MOST_CHARACTERS,
            height=330,
            help="{sources} stands for the sources, {question} for the question.",
        )
        with st.container(horizontal=True, gap="small"):
            # The text is applied when the box loses focus; the button makes that visible.
            st.button("Apply")
            st.button("Reset the template", on_click=_reset)
    return template


def _reset() -> None:
    st.session_state[state.Retrieval.PROMPT_TEMPLATE] = DEFAULT_TEMPLATE


def _ask_for_budget() -> int:
    return int(
        st.number_input(
            "Token budget",
            64,
            _MOST_BUDGET,
            _OPENING_BUDGET,
            step=64,
            key=state.Retrieval.PROMPT_BUDGET,
            bind=state.IN_URL,
            persist_state="session",
            width=160,
            help="The maximum length of the prompt. A model reads a limited number of tokens, and each one costs.",
        )
    )


def _draw_counts(prompt: Prompt, budget: int, tokenizer: str) -> None:
    markup(
        Markup('<p class="es-note"><b>{:,} of {}</b>: question and template {:,}, sources {:,}.</p>').format(
            prompt.tokens, format_count(budget, "token"), prompt.frame_tokens, prompt.source_tokens
        )
    )
    with frame.details():
        frame.note(
            f"Counted with the tokenizer of {tokenizer}. Another model splits text in its own way and may count more "
            "tokens or fewer."
        )
    if prompt.omitted:
        omitted = format_count(len(prompt.omitted), "source")
        markup(
            Markup(
                '<p class="es-changed">No room for {}: {}. Raise the budget, ask for fewer passages, or make the '
                "passages smaller.</p>"
            ).format(omitted, join_list([each.name for each in prompt.omitted]))
        )
    if prompt.tokens > budget:
        markup(Markup('<p class="es-changed">The question and the template alone exceed the budget.</p>'))
