"""Find the head that links two tokens, and test on other sentences whether it does that for a living."""

import html

import numpy as np
import pandas as pd
import streamlit as st

from components.core.attention.head_search import HeadSearch
from components.core.context.pronoun_heads import PronounHeads
from components.core.errors import SentenceError
from components.figures.charts.head_histogram import head_count_histogram
from components.ui.attention.interventions import head_name
from components.ui.attention.session import AttentionView, open_head
from components.ui.caches import attention
from components.ui.caches.requests import HeadSearchRequest, PronounRequest
from components.ui.charts import numbers_button, show
from components.ui.context.pronouns import pronoun_pairs
from components.ui.page import palette, section
from components.ui.page import raw_markup as markup
from components.ui.wording import format_count, format_signed

_SHOWN = 6


def draw(studio: AttentionView) -> None:
    """All heads ranked for the picked pair of tokens, and the open head tested on sentences with "it"."""
    found = attention.head_search(HeadSearchRequest(studio.request, studio.query, studio.key))
    _draw_ranking(studio, found)
    _draw_test(studio)


def _draw_ranking(studio: AttentionView, found: HeadSearch) -> None:
    query, key = (studio.said(place) for place in (studio.query, studio.key))
    ranked = found.ranked()
    section(
        f"Heads that link {query} to {key}",
        "Ranked by what a head gives beyond what it gives anyway: the larger of its averages over other tokens as far "
        "apart, and over other tokens that look at the same one. A head that always looks there does not win.",
    )
    if not found.weights.any():
        markup('<p class="es-note">No head gives anything here: this token is not seen from that one.</p>')
        return
    if np.isnan(found.same_distance).all() and np.isnan(found.same_key).all():
        markup(
            '<p class="es-note">There is nothing to compare with: no other token stands as far apart or looks at this '
            "one. Heads are ranked by the weight alone.</p>"
        )
    shown = ranked[:_SHOWN]
    if studio.opened not in shown:
        shown.append(studio.opened)
    for layer, head in shown:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"found_{layer}_{head}"):
            open_now = (layer, head) == studio.opened
            st.button(
                head_name(layer, head).capitalize(),
                key=f"open_{layer}_{head}",
                on_click=open_head,
                args=(layer, head),
                disabled=open_now,
                help="This head is open." if open_now else None,
                width=160,
            )
            # Rounded first, so that the numbers on screen add up.
            weight, anyway = (round(float(each[layer, head]), 3) for each in (found.weights, found.anyway))
            markup(
                f'<div class="es-found"><span class="es-share"><i style="width:{weight:.1%}"></i>'
                f'<b style="left:{anyway:.1%}"></b></span> <span>{weight:.3f} <span class="es-quiet">against '
                f"{anyway:.3f} anyway:</span> <b>{_signed_plus(weight - anyway)}</b> "
                f'<span class="es-quiet">rank {ranked.index((layer, head)) + 1}</span></span></div>'
            )
    numbers_button(lambda: _table(found), "search")


def _signed_plus(number: float) -> str:
    """A number with its sign, plus too."""
    return f"+{number:.3f}" if number > 0 else format_signed(number, 3)


def _table(found: HeadSearch) -> pd.DataFrame:
    layers, heads = found.weights.shape
    return pd.DataFrame(
        {
            "weight": found.weights.ravel(),
            "average at this distance": found.same_distance.ravel(),
            "average to this token": found.same_key.ravel(),
            "beyond": found.beyond.ravel(),
        },
        index=pd.MultiIndex.from_product([range(1, layers + 1), range(1, heads + 1)], names=["layer", "head"]),
    ).sort_values("beyond", ascending=False)


def _draw_test(studio: AttentionView) -> None:
    forms = tuple(form for pair in pronoun_pairs() for form in pair)
    section(
        f"Test {studio.head_name} on {len(forms)} sentences with “it”",
        "A head found on one sentence is a finding about that sentence. Each of these has two nouns, and it is known "
        "which one “it” means, equally often the first and the second. A head is right where its “it” looks more at "
        "that noun than at the other. Changes to the encoder are left out here.",
    )
    try:
        with st.spinner(f"Reading {len(forms)} sentences …"):
            tested = attention.pronoun_test(PronounRequest(studio.request.model, forms))
    except SentenceError as error:
        markup(f'<p class="es-note">This model’s tokenizer cannot be asked: {html.escape(str(error))}</p>')
        return
    if len(tested.forms) < len(forms):
        left = len(forms) - len(tested.forms)
        markup(
            f'<p class="es-note">{format_count(left, "sentence")} left out: this model’s tokenizer joins “it” or a noun to '
            "the mark that follows.</p>"
        )
    _draw_verdict(studio, tested)
    with st.expander("The sentences, one by one"):
        st.dataframe(_sentences(studio, tested), hide_index=True, width="stretch")


def _draw_verdict(studio: AttentionView, tested: PronounHeads) -> None:
    count, total = int(tested.counts[studio.layer, studio.head]), len(tested.forms)
    low, high = tested.interval(*studio.opened)
    near, far = tested.split(*studio.opened)
    nearest = tested.always_nearest
    mean, surpassed = tested.best_by_chance
    heads = tested.counts.size
    best = tested.counts.max()
    layer, head = (int(place) for place in divmod(int(tested.counts.argmax()), tested.counts.shape[1]))
    whose = " (read by the untouched encoder)" if studio.request.interventions else ""
    verdict = (
        f"That is more than the best of {heads} heads would reach by chance."
        if count > surpassed
        else f"The best of {heads} heads would reach {mean:.0f} on average by tossing coins, and up to {surpassed} in "
        "19 of 20 cases: nothing shows that this head finds antecedents."
    )
    markup(
        f'<p class="es-lead">Right in <b>{count} of {total}</b> sentences{whose} (95% interval: {low:.0%} to '
        f"{high:.0%}). {verdict}</p>"
        f'<p class="es-note">Where the nearer noun is meant it is right in {near} of {nearest}, where the farther one '
        f"is meant in {far} of {total - nearest}. “Always the nearest noun” would be right in {nearest}. The best head "
        f"here is {head_name(layer, head)} with {best}.</p>"
    )
    show(
        head_count_histogram(
            tested.counts.ravel(),
            total,
            {
                "a coin": total / 2,
                "best of all by chance": surpassed,
                studio.head_name: count,
            },
            palette(),
        ),
        key="pronoun-test",
        alt=f"How many of {format_count(heads, 'head')} are right in how many of {total} sentences",
        numbers=lambda: pd.DataFrame(
            tested.counts,
            index=pd.RangeIndex(1, tested.counts.shape[0] + 1, name="layer"),
            columns=[f"head {number + 1}" for number in range(tested.counts.shape[1])],
        ),
    )


def _sentences(studio: AttentionView, tested: PronounHeads) -> pd.DataFrame:
    right = tested.to_right[:, studio.layer, studio.head]
    other = tested.to_other[:, studio.layer, studio.head]
    return pd.DataFrame(
        {
            "sentence": [form.text for form in tested.forms],
            "“it” means": [form.right for form in tested.forms],
            "weight on it": right.round(3),
            "on the other noun": other.round(3),
            "right": ["yes" if one > two else "no" for one, two in zip(right, other, strict=True)],
        }
    )
