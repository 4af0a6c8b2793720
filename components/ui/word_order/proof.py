"""The largest differences of two sentences in numbers, with positions on and off, and their bags of words."""

import streamlit as st

from components.core.context.comparison import Comparison, bag_of_words
from components.core.numerics.similarity import cosine_similarity
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.word_order.pair import Pair
from components.ui.word_order.summary import only_rounding, same_tokens
from components.ui.wording import format_cosine, format_count, format_difference

# The most words of a bag that the table lists.
_COUNTED = 24


def draw(pair: Pair) -> None:
    """Draw the largest difference between two numbers in every step, with positions on and off."""
    on, off = pair.compared("on"), pair.compared("off")
    frame.heading(finding(on, off), lead(off))
    compared = (
        "32-bit numbers are rounded at the seventh digit; differences of 10⁻⁶ are that rounding."
        if only_rounding(off)
        else "Only words that have a partner are compared."
    )
    captions = ("The largest difference between the two sentences in any number.", compared)
    for column, (what, rows), caption in zip(st.columns(2, gap="large"), _rows(on, off).items(), captions, strict=True):
        with column:
            table([what, "positions on", "positions off"], rows, caption)
    with frame.details():
        _draw_bag_of_words(on)


def _rows(on: Comparison, off: Comparison) -> dict[str, list[list[str]]]:
    """The rows of the two tables: of attention weights, and of vectors, layer by layer."""
    differences = [on.largest_differences, off.largest_differences]

    def row(name: str, step: str) -> list[str]:
        return [name, *(format_difference(each[step]) for each in differences)]

    layers = [f"layer {layer}" for layer in range(1, on.first.num_layers + 1)]
    return {
        "attention weights": [row(layer, f"attention weights, {layer}") for layer in layers],
        "vectors": [
            row("what enters", "what enters layer 1"),
            *(row(f"context, {layer}", f"context vectors, {layer}") for layer in layers),
            row("sentence vector", "sentence vector"),
            ["its cosine", *(format_cosine(each.sentence_cosines[-1], 7) for each in (on, off))],
        ],
    }


def finding(on: Comparison, off: Comparison) -> str:
    """What switching positions off does to the differences."""
    if same_tokens(on):
        return "The same sentence twice: no number differs"
    if only_rounding(off):
        largest = format_difference(max(off.largest_differences.values()))
        return f"Without positions no number differs by more than {largest}: that is rounding"
    return "With positions off a difference remains"


def lead(off: Comparison) -> str:
    """The reason for it."""
    if only_rounding(off):
        return (
            "Self-attention multiplies each word's values by weights and adds them, and a sum is the same in any "
            "order: without positions, the same words in another order get the same vectors."
        )
    if off.same_words:
        return "It is not the order: some words are cut into other tokens, or see only their neighbours."
    return "It is not the order: the words differ."


def _draw_bag_of_words(compared: Comparison) -> None:
    """Draw the two sentences as counts of their words."""
    vocabulary, counts = bag_of_words(compared.alignment)
    cosine = format_cosine(cosine_similarity(counts.astype(float))[0, 1])
    same = (
        "The counts are equal, and so is everything computed from them"
        if (counts[0] == counts[1]).all()
        else "The counts differ where the words differ"
    )
    frame.note(
        "For comparison, a bag of words: before transformers, a text was often represented by the counts of its words. "
        f"{same}: cosine {cosine}."
    )
    table(
        ["word", "first sentence", "second sentence"],
        [[word, str(counts[0, i]), str(counts[1, i])] for i, word in enumerate(vocabulary[:_COUNTED])],
        "How often each word occurs."
        if len(vocabulary) <= _COUNTED
        else f"How often each word occurs: the first {_COUNTED} of {format_count(len(vocabulary), 'word')}.",
    )
