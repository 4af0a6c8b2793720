"""What a language model would be given: the template, filled with the passages found, and what it costs in tokens."""

import html
from collections.abc import Sequence

import streamlit as st

from components.core import Encoder
from components.core.errors import TemplateError
from components.core.retrieval.generation.prompts import DEFAULT_TEMPLATE, Prompt, Source, fit_to_budget
from components.ui import state
from components.ui.page import raw_markup as markup
from components.ui.page import section
from components.ui.retrieval import answer
from components.ui.retrieval.search_result import is_below
from components.ui.wording import format_count, join_list

_OPENING_BUDGET, _MOST_BUDGET = 2_048, 8_192
_MOST_CHARACTERS = 8_000


def draw(
    model: str, encoder: Encoder, question: str, sources: Sequence[Source], best: float | None, threshold: float
) -> None:
    """Draw the prompt, and below it what a model answers, where one is configured.

    best: the cosine of the passage nearest to the question; None if there is none. threshold: below this cosine
    nothing is taken for an answer.
    """
    section(
        "What a language model would be given",
        "A language model does not search: it goes on writing after a prompt. In retrieval-augmented generation the "
        "passages found are put into that prompt, as sources with numbers it can cite.",
    )
    if best is not None and is_below(best, threshold):
        markup(
            '<p class="es-changed"><b>Nothing here answers this</b>, as far as a threshold can tell: the best cosine '
            f"is {best:.2f}, below {threshold:.2f}. A model given these sources can only say so, or make something "
            "up.</p>"
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        template = _ask_for_template()
        budget = _ask_for_budget()
    try:
        prompt = fit_to_budget(template, question, sources, budget, lambda text: _count(encoder, text))
    except TemplateError as error:
        markup(f'<p class="es-problem">{html.escape(str(error))}</p>')
        st.button("Reset the template", key=state.Retrieval.RESET_TEMPLATE, on_click=_reset)
        return
    _draw_counts(prompt, budget, encoder.short_name)
    st.code(prompt.text, language=None, wrap_lines=True)
    if prompt.tokens <= budget:
        answer.draw(model, prompt)


def _ask_for_template() -> str:
    with st.popover("Template", width="content"):
        template = st.text_area(
            "What is said around sources and question",
            DEFAULT_TEMPLATE,
            key=state.Retrieval.PROMPT_TEMPLATE,
            # Not in the address, which holds a few thousand characters.
            persist_state="session",
            max_chars=_MOST_CHARACTERS,
            height=330,
            help="The sources come where it says {sources}, the question where it says {question}.",
        )
        with st.container(horizontal=True, gap="small"):
            # Leaving the text area hands the text over; the button gives a newcomer something to press.
            st.button("Use it")
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
            help="The most that prompt may have. A model reads a limited number of tokens, and each one costs.",
        )
    )


def _count(encoder: Encoder, text: str) -> int:
    """How many tokens a text has, without those that the tokenizer adds."""
    whole, added = encoder.token_counts([text, ""])
    return whole - added


def _draw_counts(prompt: Prompt, budget: int, tokenizer: str) -> None:
    said = (
        f"<b>{prompt.tokens:,} of {format_count(budget, 'token')}</b>: question and template {prompt.frame_tokens:,}, "
        f"sources {prompt.source_tokens:,}."
    )
    whose = (
        f"Counted with the tokenizer of {html.escape(tokenizer)}. A generator cuts text in its own way, and counts "
        "somewhat more or less."
    )
    markup(f'<p class="es-lead">{said}</p><p class="es-note">{whose}</p>')
    if prompt.omitted:
        names = join_list([html.escape(each.name) for each in prompt.omitted])
        markup(
            f'<p class="es-changed">No room for {format_count(len(prompt.omitted), "source")}: {names}. Raise the budget, '
            "ask for fewer passages, or cut the documents smaller.</p>"
        )
    if prompt.tokens > budget:
        markup('<p class="es-changed">Question and template alone are beyond the budget.</p>')
