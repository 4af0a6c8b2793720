"""The referent of "it": Winograd pairs, layer by layer, and how often the model is right."""

from functools import cache

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.classroom.guesses import NOBODY, Guesses
from components.core.context.pronoun_similarity import PronounSimilarity, WinogradSentence, pair_numbers
from components.core.errors import SentenceError
from components.core.numerics.chance import best_by_chance
from components.figures.charts.layer_lines import LayerLine, layer_lines
from components.ui import state
from components.ui.assets import read_toml
from components.ui.caches import occurrences
from components.ui.caches.requests import PronounRequest
from components.ui.charts import show
from components.ui.page import markup, palette
from components.ui.stage import frame, question
from components.ui.wording import join_list, layer_steps

# Pixels of a picture below its sentence, presented; there the names at the ends of the lines are nearest.
_LEAST_HEIGHT = 300


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
    """Ask which noun "it" ends nearest to; draw one Winograd pair layer by layer, and count over all pairs."""
    pairs = pronoun_pairs()
    options = [f"{first.nouns[0]} and {first.nouns[1]}" for first, _ in pairs]
    with frame.controls():
        picked = st.selectbox(
            "Nouns", options, key=state.Context.PRONOUN_PAIR, bind=state.IN_URL, persist_state="session", width=240
        )
    number = options.index(picked)
    try:
        results = occurrences.pronoun_similarities(
            PronounRequest(model, tuple(form for pair in pairs for form in pair))
        )
    except SentenceError as error:
        frame.heading("This test does not work with this model", str(error))
        return
    shown = results[2 * number : 2 * number + 2]
    asked = question.one_of(
        "pronoun",
        (model, picked),
        f"“{shown[0].form.text}” Which noun does “it” end nearest to, for the model?",
        shown[0].form.nouns,
        shown[0].nearest,
    )
    if asked.hidden:
        return
    frame.heading(_finding(shown), _count(results, len(pairs)))
    everything = np.concatenate([each.cosines for each in shown])
    reach = float(everything.min()), float(everything.max())
    for column, result, which in zip(st.columns(2), shown, ("first", "second"), strict=True):
        with column:
            _draw_form(result, which, reach, asked.guesses if which == "first" else NOBODY)
    with frame.details():
        frame.note(
            "Layer by layer the vector of “it” moves towards one of the nouns. The first pair is the one that the "
            "bundled model solves best. One head may link words although their vectors stay apart, as the Attention "
            "page shows. A larger model may do better."
        )


def _finding(shown: list[PronounSimilarity]) -> str:
    """What of the two sentences the model gets right."""
    right = [each.nearest == each.form.right for each in shown]
    ends = join_list([f"“{each.nearest}”" for each in shown])
    if all(right):
        return f"“it” ends nearest to {ends}: both right"
    if shown[0].nearest == shown[1].nearest:
        return f"“it” ends nearest to “{shown[0].nearest}” in both sentences: one right, one wrong"
    return f"“it” ends nearest to {ends}: both wrong"


def _count(results: list[PronounSimilarity], pairs: int) -> str:
    correct = np.array([each.nearest == each.form.right for each in results])
    chance = best_by_chance(correct[:, None], pair_numbers([each.form for each in results]))
    right = int(correct.sum())
    verdict = "more than chance" if right > chance.seldom_exceeded else "no more than chance"
    former = sum(each.nearest == _noun_that_comes_first(each.form) for each in results)
    return (
        f"In {right} of all {len(results)} sentences of these {pairs} pairs, “it” ends nearest to the right noun: "
        f"{verdict}, since a coin for each pair gets up to {chance.seldom_exceeded} in 19 of 20 cases. In {former} it "
        "is nearest to the noun that comes first."
    )


def _draw_form(result: PronounSimilarity, which: str, reach: tuple[float, float], guesses: Guesses[str]) -> None:
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
        layer_lines(
            lines,
            steps,
            "cosine with “it”",
            colours,
            _LEAST_HEIGHT,
            reach=reach,
            guesses=guesses.mapped(form.nouns.index),
        ),
        key=f"pronoun-{which}",
        alt=f"Cosine of “it” with {join_list(form.nouns)}, layer by layer, in: {form.text}",
        numbers=lambda: pd.DataFrame(result.cosines, index=pd.Index(steps, name="layer"), columns=list(form.nouns)),
    )


def _noun_that_comes_first(form: WinogradSentence) -> str:
    return min(form.nouns, key=lambda noun: form.text.find(noun))
