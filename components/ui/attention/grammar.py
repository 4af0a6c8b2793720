"""Heads and grammar: marked relations of many sentences, and the heads that find them."""

from functools import cache

import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.context.relation_heads import DIRECTIONS, RelatedSentence, RelationHeads
from components.core.errors import SentenceError
from components.core.numerics.bootstrap import Interval
from components.figures.charts.grouped_bars import grouped_bars
from components.ui.assets import read_toml
from components.ui.attention.interventions import head_name
from components.ui.attention.session import AttentionView, show_head
from components.ui.caches import attention
from components.ui.caches.requests import LeadsRequest, RelationsRequest
from components.ui.charts import show
from components.ui.page import markup, palette
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count, format_signed

# Relation → dependent, head, as the page names them.
_WORDS = {
    "determiner": ("determiner", "noun"),
    "object": ("object", "verb"),
    "possessive": ("possessive", "noun"),
}


@cache
def related_sentences() -> tuple[RelatedSentence, ...]:
    """The shipped sentences with marked relations."""
    return tuple(
        RelatedSentence.marked(each["text"], {name: each[name] for name in _WORDS if name in each})
        for each in read_toml("relations")["sentence"]
    )


def draw(view: AttentionView) -> None:
    """Say what the open head finds, and draw it beside the best head and the best fixed distance."""
    sentences = related_sentences()
    request = RelationsRequest(view.request.model, sentences)
    try:
        with st.spinner(f"Reading {len(sentences)} sentences …"):
            measured = attention.relation_heads(request)
            leads = attention.relation_leads(LeadsRequest(request, view.layer, view.head))
    except SentenceError as error:
        frame.heading("This test does not work with this model", str(error))
        return
    frame.heading(
        finding(view, measured, leads),
        f"In {len(sentences)} sentences, pairs of words that belong together are marked. A head finds a pair if one of "
        "the two looks at the other more than at any other word; a fixed distance always looks as many words away."
        + (" The encoder reads them without changes." if view.request.interventions else ""),
    )
    left, right = st.columns([6, 5], gap="medium")
    with left:
        _draw_bars(view, measured)
    with right:
        _draw_best(view, measured)
    with frame.details():
        _explain(view, measured, leads)


def finding(view: AttentionView, measured: dict[str, RelationHeads], leads: dict[str, Interval]) -> str:
    """The title: the relation in which the open head is farthest ahead of the best distance, or that it is in none.

    A lead that is clear goes before a larger one that may be chance.
    """
    best = max(leads, key=lambda name: (leads[name].low > 0, leads[name].value))
    if leads[best].value <= 0:
        return f"{view.head_name.capitalize()} finds no relation more often than a fixed distance does"
    if leads[best].low <= 0:
        return f"{view.head_name.capitalize()} finds no relation clearly more often than a fixed distance does"
    relation = measured[best]
    direction = relation.best_direction(*view.opened)
    looking, found = _looking(best, direction)
    return (
        f"In {view.head_name}, {relation.accuracy[direction, view.layer, view.head]:.0%} of {looking}s look at their "
        f"{found}; the best fixed distance finds {relation.best_offset[1]:.0%}"
    )


def _looking(relation: str, direction: int) -> tuple[str, str]:
    """Who looks, and at whom. direction: its index in DIRECTIONS."""
    dependent, head = _WORDS[relation]
    return (dependent, head) if direction == 0 else (head, dependent)


def _draw_bars(view: AttentionView, measured: dict[str, RelationHeads]) -> None:
    colours = palette()
    groups = [f"{name} ({len(each.offsets)})" for name, each in measured.items()]
    shares = {
        view.head_name: [float(each.accuracy[:, view.layer, view.head].max()) for each in measured.values()],
        "best head, held out": [each.held_out for each in measured.values()],
        "best distance": [each.best_offset[1] for each in measured.values()],
    }
    show(
        grouped_bars(shares, groups, [colours.key, colours.position, colours.quiet], "pairs found", colours),
        key="grammar",
        alt=f"Pairs of each relation that {view.head_name} finds, beside the best head and the best fixed distance",
        numbers=lambda: pd.DataFrame(shares, index=pd.Index(groups, name="relation (pairs)")),
    )


def _draw_best(view: AttentionView, measured: dict[str, RelationHeads]) -> None:
    """List the best head of each relation, and offer to open it."""
    frame.part("The best head of each relation")
    for name, each in measured.items():
        direction, layer, head = each.best
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"found_{name}"):
            st.button(
                head_name(layer, head).capitalize(),
                key=f"open_{name}",
                on_click=show_head,
                args=(layer, head),
                disabled=(layer, head) == view.opened,
                help="This head is open." if (layer, head) == view.opened else None,
                width="content",
            )
            markup(
                Markup('<div class="es-found"><span>{} → {} <b>{:.0%}</b></span></div>').format(
                    *_looking(name, direction), each.accuracy.max()
                )
            )
    frame.note("Picked on all sentences. Held out: picked on one half of them, tested on the other.")


def _explain(view: AttentionView, measured: dict[str, RelationHeads], leads: dict[str, Interval]) -> None:
    layers, heads = next(iter(measured.values())).accuracy.shape[1:]
    frame.note(
        "The method of Clark et al. 2019, “What Does BERT Look At?”, section 4.2, on sentences written for this page: "
        "a word in pieces counts as one, special tokens and the word itself are left out, both directions are tried."
    )
    frame.note(
        f"The best of {layers * heads} heads in {len(DIRECTIONS)} directions is above its worth on the sentences that "
        "it is picked on. Held out, it is picked on every second sentence and tested on the others, and the other way "
        "round. The open head is measured on all of them: if you opened it because it is the best, believe the share "
        "held out. The best distance is picked on all of them, which favours it."
    )
    table(
        ["relation", view.head_name, "best distance", "lead", "95% interval"],
        [_compared(view, name, each, leads[name]) for name, each in measured.items()],
        "Lead: how many more pairs the head finds, in percentage points. Its interval is by a bootstrap of sentences, "
        "since the pairs of one sentence depend on one another, and holds for all relations and directions at once.",
        prose={2},
    )
    frame.note("The share of pairs that each head finds.")
    st.dataframe(_all_heads(measured).round(4))


def _compared(view: AttentionView, name: str, relation: RelationHeads, lead: Interval) -> list[str]:
    """Return the row of a relation: what the open head and the best distance find, and how far the head leads."""
    direction, (distance, share) = relation.best_direction(*view.opened), relation.best_offset
    on = (distance > 0) == (direction == 0)  # as seen from the word that looks
    return [
        " → ".join(_looking(name, direction)),
        f"{relation.accuracy[direction, view.layer, view.head]:.0%}",
        f"{share:.0%} ({format_count(abs(distance), 'word')} {'on' if on else 'back'})",
        format_signed(100 * lead.value, 0),
        f"{format_signed(100 * lead.low, 0)} to {format_signed(100 * lead.high, 0)}",
    ]


def _all_heads(measured: dict[str, RelationHeads]) -> pd.DataFrame:
    """Return the share that each head finds in each relation and direction."""
    layers, heads = next(iter(measured.values())).accuracy.shape[1:]
    columns = {
        " → ".join(_looking(name, direction)): each.accuracy[direction].ravel()
        for name, each in measured.items()
        for direction in range(len(DIRECTIONS))
    }
    index = pd.MultiIndex.from_product([range(1, layers + 1), range(1, heads + 1)], names=["layer", "head"])
    return pd.DataFrame(columns, index=index)
