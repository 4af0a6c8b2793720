"""Heads that link two tokens, and a test of the open head on other sentences."""

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.attention.head_search import HeadSearch
from components.core.context.pronoun_heads import PronounHeads
from components.core.errors import SentenceError
from components.figures.charts.head_histogram import head_count_histogram
from components.ui.attention.interventions import head_name
from components.ui.attention.session import AttentionView, open_head_for_pair
from components.ui.caches import attention
from components.ui.caches.requests import HeadSearchRequest, PronounRequest
from components.ui.charts import show
from components.ui.context.pronouns import pronoun_pairs
from components.ui.page import markup, palette
from components.ui.stage import frame
from components.ui.wording import format_count, format_signed

_SHOWN = 6


def draw(view: AttentionView) -> None:
    """Draw the heads ranked for the picked pair of tokens, and the open head's test on sentences with "it"."""
    found = attention.head_search(HeadSearchRequest(view.request, view.query, view.key))
    left, right = st.columns([4, 3], gap="medium")
    with left:
        _draw_ranking(view, found)
    with right:
        _draw_test(view)


def finding(view: AttentionView, found: HeadSearch) -> str:
    """The title: the head that links the pair most particularly, or that none does."""
    query, key = (view.quoted(index) for index in (view.query, view.key))
    best = found.ranked()[0]
    weight, usual = (round(float(each[best]), 3) for each in (found.weights, found.anyway))
    if not found.weights.any():
        return f"No head links {query} to {key}: every weight is 0"
    if weight <= usual:
        return f"No head links {query} to {key} more than usual"
    return f"{head_name(*best).capitalize()} links {query} to {key} most particularly: {weight:.3f}"


def _draw_ranking(view: AttentionView, found: HeadSearch) -> None:
    ranking = found.ranked()
    frame.heading(
        finding(view, found),
        "Heads are ranked by the weight above their usual level: the larger of their averages over other tokens at the "
        "same distance, and over other tokens that look at the same key. A head that always looks there does not win.",
    )
    if not found.weights.any():
        markup(Markup('<p class="es-note">Every weight is 0 here: the query cannot see the key.</p>'))
        return
    if np.isnan(found.same_distance).all() and np.isnan(found.same_key).all():
        markup(
            Markup(
                '<p class="es-note">There is no usual level to compare with: no other tokens are at this distance or '
                "look at this key. Heads are ranked by the weight alone.</p>"
            )
        )
    shown = ranking[:_SHOWN]
    if view.opened not in shown:
        shown.append(view.opened)
    for layer, head in shown:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"found_{layer}_{head}"):
            open_now = (layer, head) == view.opened
            st.button(
                head_name(layer, head).capitalize(),
                key=f"open_{layer}_{head}",
                on_click=open_head_for_pair,
                args=(view.request, layer, head),
                disabled=open_now,
                help="This head is open." if open_now else None,
                width="content",
            )
            # Rounded first, so that the numbers on screen add up.
            weight, usual = (round(float(each[layer, head]), 3) for each in (found.weights, found.anyway))
            markup(
                Markup(
                    '<div class="es-found"><span class="es-share"><i style="width:{0:.1%}"></i><b '
                    'style="left:{1:.1%}"></b></span> <span>{0:.3f} <span class="es-quiet">usual level '
                    '{1:.3f}:</span> <b>{2}</b> <span class="es-quiet">rank {3}</span></span></div>'
                ).format(weight, usual, _signed_plus(weight - usual), ranking.index((layer, head)) + 1)
            )
    with frame.details():
        frame.note("All heads by their weight above the usual level.")
        st.dataframe(_table(found).round(4))


def _signed_plus(number: float) -> str:
    """A number with its sign, also if it is a plus."""
    return f"+{number:.3f}" if number > 0 else format_signed(number, 3)


def _table(found: HeadSearch) -> pd.DataFrame:
    layers, heads = found.weights.shape
    return pd.DataFrame(
        {
            "weight": found.weights.ravel(),
            "average at this distance": found.same_distance.ravel(),
            "average to this token": found.same_key.ravel(),
            "above usual level": found.beyond.ravel(),
        },
        index=pd.MultiIndex.from_product([range(1, layers + 1), range(1, heads + 1)], names=["layer", "head"]),
    ).sort_values("above usual level", ascending=False)


def _draw_test(view: AttentionView) -> None:
    sentences = tuple(sentence for pair in pronoun_pairs() for sentence in pair)
    frame.part(f"{view.head_name.capitalize()}, tested on “it”")
    with frame.details():
        frame.note(
            f"A head found on one sentence says something about that sentence only. Each of {len(sentences)} sentences "
            "has two nouns, and it is known which one “it” refers to, equally often the first and the second. A head "
            "is right if “it” gives that noun more attention than the other. The encoder reads them without changes. "
            "The sentences are pairs made so that only understanding helps; on ordinary text a head may do better, and "
            "so do rules such as “the nearest noun”."
        )
    try:
        with st.spinner(f"Reading {len(sentences)} sentences …"):
            tested = attention.pronoun_test(PronounRequest(view.request.model, sentences))
    except SentenceError as error:
        markup(Markup('<p class="es-note">This test does not work with this model: {}</p>').format(error))
        return
    omitted = len(sentences) - len(tested.forms)
    if omitted:
        markup(
            Markup(
                '<p class="es-note">{} left out: this model’s tokenizer joins “it” or a noun to the punctuation mark '
                "that follows.</p>"
            ).format(format_count(omitted, "sentence"))
        )
    _draw_verdict(view, tested)
    with frame.details():
        st.dataframe(_sentences(view, tested), hide_index=True, width="stretch")


def _draw_verdict(view: AttentionView, tested: PronounHeads) -> None:
    count, total = int(tested.counts[view.layer, view.head]), len(tested.forms)
    share = tested.interval(*view.opened)
    near, far = tested.split(*view.opened)
    nearest = tested.always_nearest
    surpassed = tested.by_chance.seldom_exceeded
    heads = tested.counts.size
    best = tested.counts.max()
    layer, head = (int(index) for index in divmod(int(tested.counts.argmax()), tested.counts.shape[1]))
    reader = " (read by the encoder without changes)" if view.request.interventions else ""
    verdict = (
        f"By guessing, the best of {heads} heads reaches more than {surpassed} in 1 of 20 cases only "
        f"(p\u00a0=\u00a0{tested.by_chance.p_value(count):.2f} for {count}): on these sentences the head does better "
        "than chance."
        if count > surpassed
        else f"By guessing, the best of {heads} heads reaches up to {surpassed} in 19 of 20 cases: nothing shows that "
        "this head finds antecedents."
    )
    markup(
        Markup("<p class='es-tested'>Right in <b>{} of {}</b> sentences{}. {}</p>").format(
            count, total, reader, verdict
        ),
    )
    with frame.details():
        markup(
            Markup(
                '<p class="es-note">95% interval: {:.0%} to {:.0%}. '
                "If “it” refers to the nearer noun, the head is right in {} of {}; if to the "
                "farther one, in {} of {}. “Always the nearest noun” would be right in {}. The best head here is {} "
                "with {}; by guessing, the best would have {:.0f} on average. Guessing is a coin for each pair, whose "
                "two sentences have opposite answers; the interval draws pairs, too.</p>"
            ).format(
                share.low,
                share.high,
                near,
                nearest,
                far,
                total - nearest,
                nearest,
                head_name(layer, head),
                best,
                tested.by_chance.mean,
            )
        )
    show(
        head_count_histogram(
            tested.counts.ravel(),
            total,
            {
                "guessing": total / 2,
                "best of all by chance": surpassed,
                view.head_name: count,
            },
            palette(),
        ),
        key="pronoun-test",
        alt=f"Histogram of {format_count(heads, 'head')} by their number of right sentences, of {total}",
        numbers=lambda: pd.DataFrame(
            tested.counts,
            index=pd.RangeIndex(1, tested.counts.shape[0] + 1, name="layer"),
            columns=[f"head {number + 1}" for number in range(tested.counts.shape[1])],
        ),
    )


def _sentences(view: AttentionView, tested: PronounHeads) -> pd.DataFrame:
    right = tested.to_right[:, view.layer, view.head]
    other = tested.to_other[:, view.layer, view.head]
    return pd.DataFrame(
        {
            "sentence": [form.text for form in tested.forms],
            "“it” refers to": [form.right for form in tested.forms],
            "weight on it": right.round(3),
            "on the other noun": other.round(3),
            "right": ["yes" if one > two else "no" for one, two in zip(right, other, strict=True)],
        }
    )
