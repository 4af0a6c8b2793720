"""The referent of "it": Winograd pairs, layer by layer, and how often the model is right."""

from functools import cache

import pandas as pd
import streamlit as st
from markupsafe import Markup

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


@cache
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
    """Draw one Winograd pair layer by layer, and the count of right answers over all pairs."""
    section(
        "What “it” refers to",
        "Two sentences that differ in one word, and so in what “it” refers to. Layer by layer the vector of “it” moves "
        "towards one of the nouns: is it the right one? The first pair is the one that the bundled model solves best.",
    )
    pairs = pronoun_pairs()
    options = [f"{first.nouns[0]} and {first.nouns[1]}" for first, _ in pairs]
    number = options.index(st.selectbox("Nouns", options, key=state.Context.PRONOUN_PAIR, bind=state.IN_URL, width=240))
    try:
        results = occurrences.pronoun_similarities(
            PronounRequest(model, tuple(form for pair in pairs for form in pair))
        )
    except SentenceError as error:
        markup(Markup('<p class="es-note">This test does not work with this model: {}</p>').format(error))
        return
    for column, result, which in zip(
        st.columns(2), results[2 * number : 2 * number + 2], ("first", "second"), strict=True
    ):
        with column:
            _draw_form(result, which)
    right = sum(each.nearest == each.form.right for each in results)
    former = sum(each.nearest == _noun_that_comes_first(each.form) for each in results)
    markup(
        Markup(
            '<p class="es-note">In {} of all {} sentences of these {} pairs, “it” ends nearest to the right noun; '
            "guessing gets {}. In {} it is nearest to the noun that comes first. A larger model may do better. One "
            "head may link words although their vectors stay apart, as the Attention page shows.</p>"
        ).format(right, len(results), len(pairs), len(results) // 2, former)
    )


def _draw_form(result: PronounSimilarity, which: str) -> None:
    colours = palette()
    form = result.form
    verdict = "right" if result.nearest == form.right else f"wrong, it refers to the {form.right}"
    markup(
        Markup('<p class="es-lead" dir="auto">{}</p><p class="es-note">“it” ends nearest to “{}”: {}.</p>').format(
            form.text, result.nearest, verdict
        )
    )
    steps = layer_steps(len(result.cosines) - 1)
    lines = [
        LayerLine(noun, result.cosines[:, index], colour, width=3 if noun == form.right else 1.5)
        for index, (noun, colour) in enumerate(zip(form.nouns, (colours.key, colours.query), strict=True))
    ]
    show(
        layer_lines(lines, steps, "cosine with “it”", colours, height=300),
        key=f"pronoun-{which}",
        alt=f"Cosine of “it” with {join_list(form.nouns)}, layer by layer, in: {form.text}",
        numbers=lambda: pd.DataFrame(result.cosines, index=pd.Index(steps, name="layer"), columns=list(form.nouns)),
    )


def _noun_that_comes_first(form: WinogradSentence) -> str:
    return min(form.nouns, key=lambda noun: form.text.find(noun))
