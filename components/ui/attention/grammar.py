"""Heads and grammar: marked relations of many sentences, and the heads that find them."""

from functools import cache

import pandas as pd
import streamlit as st

from components.core.context.relation_heads import DIRECTIONS, RelatedSentence, RelationHeads
from components.core.errors import SentenceError
from components.figures.charts.grouped_bars import grouped_bars
from components.ui.assets import read_toml
from components.ui.attention.interventions import head_name
from components.ui.attention.session import AttentionView, show_head
from components.ui.caches import attention
from components.ui.caches.requests import RelationsRequest
from components.ui.charts import show
from components.ui.page import palette
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count

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
    try:
        with st.spinner(f"Reading {len(sentences)} sentences …"):
            measured = attention.relation_heads(RelationsRequest(view.request.model, sentences))
    except SentenceError as error:
        frame.heading("This test does not work with this model", str(error))
        return
    frame.heading(
        _finding(view, measured),
        f"Two words of a relation are marked in each of {len(sentences)} sentences. A head finds a pair if one of the "
        "two words looks at the other more than at any other word; a fixed distance always looks as many words away.",
    )
    left, right = st.columns([6, 5], gap="medium")
    with left:
        _draw_bars(view, measured)
    with right, st.container(key="scroll_grammar"):
        _draw_best(view, measured)
    with frame.details():
        _explain(measured)


def _finding(view: AttentionView, measured: dict[str, RelationHeads]) -> str:
    """The title: the relation in which the open head is farthest ahead of the best distance, or that it is in none."""
    ahead = {
        name: float(each.accuracy[:, view.layer, view.head].max()) - each.best_offset[1]
        for name, each in measured.items()
    }
    best = max(ahead, key=lambda name: ahead[name])
    if ahead[best] <= 0:
        return f"{view.head_name.capitalize()} finds no relation more often than a fixed distance does"
    relation = measured[best]
    direction = relation.best_direction(*view.opened)
    share = float(relation.accuracy[direction, view.layer, view.head])
    looking, found = _WORDS[best] if direction == 0 else _WORDS[best][::-1]
    return (
        f"In {view.head_name}, {share:.0%} of {looking}s look at their {found}; the best fixed distance finds "
        f"{relation.best_offset[1]:.0%}"
    )


def _draw_bars(view: AttentionView, measured: dict[str, RelationHeads]) -> None:
    colours = palette()
    groups = [f"{name} ({len(each.offsets)})" for name, each in measured.items()]
    shares = {
        view.head_name: [float(each.accuracy[:, view.layer, view.head].max()) for each in measured.values()],
        "best head, held out": [each.held_out[0] for each in measured.values()],
        "best distance, held out": [each.held_out[1] for each in measured.values()],
    }
    show(
        grouped_bars(shares, groups, [colours.key, colours.position, colours.quiet], "pairs found", colours),
        key="grammar",
        alt=f"Pairs of each relation that {view.head_name} finds, beside the best head and the best fixed distance",
        numbers=lambda: _numbers(measured),
    )


def _numbers(measured: dict[str, RelationHeads]) -> pd.DataFrame:
    """Return the share that each head finds in each relation and direction."""
    layers, heads = next(iter(measured.values())).accuracy.shape[1:]
    columns = {
        f"{name}, {direction}": each.accuracy[number].ravel()
        for name, each in measured.items()
        for number, direction in enumerate(DIRECTIONS)
    }
    index = pd.MultiIndex.from_product([range(1, layers + 1), range(1, heads + 1)], names=["layer", "head"])
    return pd.DataFrame(columns, index=index)


def _draw_best(view: AttentionView, measured: dict[str, RelationHeads]) -> None:
    """List the best head of each relation, and offer to open it."""
    frame.part("The best head of each relation")
    rows = []
    for name, each in measured.items():
        direction, layer, head = each.best
        looking, found = _WORDS[name] if direction == 0 else _WORDS[name][::-1]
        distance, share = each.best_offset
        rows.append(
            [
                f"{looking} → {found}",
                head_name(layer, head),
                f"{each.accuracy.max():.0%}",
                f"{share:.0%} ({_distance(distance)})",
            ]
        )
    table(
        ["who looks at whom", "head", "finds", "best distance"],
        rows,
        "Picked on all pairs; the bars hold the shares on sentences that it was not picked on.",
        prose={1},
    )
    with st.container(horizontal=True, gap="small", key="best_heads"):
        for layer, head in dict.fromkeys(each.best[1:] for each in measured.values()):
            st.button(
                head_name(layer, head).capitalize(),
                key=f"open_relation_{layer}_{head}",
                on_click=show_head,
                args=(layer, head),
                disabled=(layer, head) == view.opened,
            )


def _distance(offset: int) -> str:
    return f"{format_count(abs(offset), 'word')} {'on' if offset > 0 else 'back'}"


def _explain(measured: dict[str, RelationHeads]) -> None:
    heads = next(iter(measured.values())).accuracy.size
    frame.note(
        "The method of Clark et al. 2019, “What Does BERT Look At?”, section 4.2, on sentences written for this page: "
        "a word in pieces counts as one, special tokens and the word itself are left out, both directions are tried."
    )
    frame.note(
        f"The best of {heads} heads and directions is above its worth on the sentences that it is picked on. Held out: "
        "it is picked on every second sentence and tested on the others, and the other way round; the same for the "
        "distance. The open head is drawn on all sentences, since it was not picked by them."
    )
