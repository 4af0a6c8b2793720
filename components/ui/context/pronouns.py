"""Whom "it" means: Winograd pairs, layer by layer, and how often the model is right."""

import html
from functools import cache as once

import pandas as pd
import streamlit as st

from components.core.context.pronoun_similarity import PronounSimilarity, WinogradSentence
from components.core.errors import SentenceError
from components.figures.charts.layer_lines import LayerLine, layer_lines
from components.ui import state
from components.ui.assets import read_toml
from components.ui.caches import occurrences
from components.ui.caches.requests import PronounRequest
from components.ui.charts import show
from components.ui.page import markup, palette, section
from components.ui.wording import join_list, layer_steps


@once
def pronoun_pairs() -> tuple[tuple[WinogradSentence, WinogradSentence], ...]:
    """The shipped Winograd pairs."""
    pairs = read_toml("pronouns")["pair"]
    return tuple(
        (
            WinogradSentence(one["text"], tuple(pair["nouns"]), one["right"]),
            WinogradSentence(other["text"], tuple(pair["nouns"]), other["right"]),
        )
        for pair in pairs
        for one, other in [pair["forms"]]
    )


def draw(model: str) -> None:
    """One Winograd pair layer by layer, and how often the model is right on all of them."""
    section(
        "“It” finds its noun, or does not",
        "Two sentences that differ in a word, and in what “it” means. The vector of “it” moves towards a noun from "
        "layer to layer; is it the right one? First comes the pair that the bundled model does best with.",
    )
    pairs = pronoun_pairs()
    options = [f"{first.nouns[0]} and {first.nouns[1]}" for first, _ in pairs]
    number = options.index(st.selectbox("Nouns", options, key=state.Context.PRONOUN_PAIR, bind=state.IN_URL, width=240))
    try:
        results = occurrences.pronoun_similarities(
            PronounRequest(model, tuple(form for pair in pairs for form in pair))
        )
    except SentenceError as error:
        markup(f'<p class="es-note">This model’s tokenizer cannot be asked: {html.escape(str(error))}</p>')
        return
    for column, result, which in zip(
        st.columns(2), results[2 * number : 2 * number + 2], ("first", "second"), strict=True
    ):
        with column:
            _draw_form(result, which)
    right = sum(each.nearest == each.form.right for each in results)
    former = sum(each.nearest == _noun_that_comes_first(each.form) for each in results)
    markup(
        f'<p class="es-note">Over all {len(results)} sentences of these {len(pairs)} pairs, “it” ends nearest to the '
        f"right noun in {right}; a coin would be right in {len(results) // 2}. In {former} it is nearest to the noun "
        "that comes first. A larger model may do better; and a single head may link words whose whole vectors stay "
        "apart, as the Attention page shows.</p>"
    )


def _draw_form(result: PronounSimilarity, which: str) -> None:
    colours = palette()
    form = result.form
    verdict = "right" if result.nearest == form.right else f"wrong, it means the {form.right}"
    markup(
        f'<p class="es-lead" dir="auto">{html.escape(form.text)}</p>'
        f'<p class="es-note">Ends nearest to {html.escape(result.nearest)}: {html.escape(verdict)}.</p>',
    )
    steps = layer_steps(len(result.cosines) - 1)
    lines = [
        LayerLine(noun, result.cosines[:, place], colour, width=3 if noun == form.right else 1.5)
        for place, (noun, colour) in enumerate(zip(form.nouns, (colours.key, colours.query), strict=True))
    ]
    show(
        layer_lines(lines, steps, "cosine with “it”", colours, height=300),
        key=f"pronoun-{which}",
        alt=f"Cosine of “it” with {join_list(form.nouns)}, layer by layer, in: {form.text}",
        numbers=lambda: pd.DataFrame(result.cosines, index=pd.Index(steps, name="layer"), columns=list(form.nouns)),
    )


def _noun_that_comes_first(form: WinogradSentence) -> str:
    return min(form.nouns, key=lambda noun: form.text.find(noun))
