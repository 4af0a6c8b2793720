"""The cosine of each word's context vectors in both sentences, layer by layer."""

import numpy as np
import pandas as pd

from components.core.context.comparison import Comparison
from components.figures.charts.layer_lines import LayerLine, layer_lines
from components.ui.charts import show
from components.ui.page import palette, quoted
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.word_order.pair import Pair
from components.ui.word_order.summary import moved_most, names_of, only_rounding, rounding, same_tokens
from components.ui.wording import PRINTS_AS_ONE, format_cosine, layer_steps

# The most lines that can be told apart.
_LINES = 8


def draw(pair: Pair) -> None:
    """Draw the words that change most and the sentence vector, as one line each over the layers."""
    compared = pair.compared()
    frame.heading(finding(compared, pair.mode), lead(compared))
    steps, names, colours = layer_steps(compared.first.num_layers), names_of(compared), palette()
    by_change = np.argsort(compared.word_cosines.min(axis=0), kind="stable")[:_LINES].tolist()
    words = [_line(compared, index, names[index]) for index in by_change]
    if only_rounding(compared):
        words = [LayerLine("all words", np.minimum(compared.word_cosines.min(axis=1), 1), colours.output)]
    sentence = LayerLine("sentence", np.minimum(compared.sentence_cosines, 1), colours.ink, width=4)
    in_all_modes = pair.compared_in_all_modes()
    show(
        layer_lines(
            [*words, sentence],
            steps,
            "cosine of first and second",
            colours,
            reach=(min(float(min(each.word_cosines.min(), each.sentence_cosines.min())) for each in in_all_modes), 1.0),
        ),
        key="layer-cosines",
        alt="Cosine of each word's context vectors in the two sentences, layer by layer",
        numbers=lambda: pd.DataFrame(
            np.column_stack([compared.word_cosines, compared.sentence_cosines]),
            index=pd.Index(steps, name="layer"),
            columns=[*names, "sentence vector"],
        ),
    )
    if len(names) > _LINES == len(words):
        frame.note(f"Shown: the {_LINES} of {len(names)} words that change most.")
    with frame.details():
        table(
            ["layer", "cosine of the sentence vectors"],
            [[step, format_cosine(cosine)] for step, cosine in zip(steps, compared.sentence_cosines, strict=True)],
            "Pooled from the context vectors of each layer; the last one is the model's own sentence vector.",
        )


def finding(compared: Comparison, mode: str) -> str:
    """The word that changes most, or that none does."""
    if same_tokens(compared):
        return "The same sentence twice has the same vectors in every layer"
    if only_rounding(compared):
        without = "Without positions, every" if mode == "off" else "Every"
        return f"{without} word has the same vectors in both sentences, in every layer"
    most = moved_most(compared)
    if most is None:
        return "The words that both sentences share have the same vectors in both"
    index, layer = most
    cosine = format_cosine(compared.word_cosines[layer, index])
    return f"{quoted(names_of(compared)[index])} differs most: cosine {cosine} after layer {layer}"


def lead(compared: Comparison) -> str:
    """What the lines are, and where the sentence vectors end."""
    if only_rounding(compared) and not same_tokens(compared):
        return rounding(compared)
    lowest, last = int(compared.sentence_cosines.argmin()), len(compared.sentence_cosines) - 1
    sentences = f"The sentence vectors (thick line) end at cosine {format_cosine(compared.sentence_cosines[-1])}"
    if compared.sentence_cosines[lowest] < compared.sentence_cosines[last] - 5e-5:
        where = f"after layer {lowest}" if lowest else "at the input"
        sentences += f"; they are least alike {where}, {format_cosine(compared.sentence_cosines[lowest])}"
    return f"Each line is one word: how similar are its vectors in the two sentences? {sentences}."


def _line(compared: Comparison, index: int, name: str) -> LayerLine:
    """One word's line. The word that changes most stands out, special tokens stand back."""
    cosines, colours, most = np.minimum(compared.word_cosines[:, index], 1), palette(), moved_most(compared)
    if most and index == most[0] and cosines.min() < PRINTS_AS_ONE:
        return LayerLine(name, cosines, colours.query, width=3)
    if compared.paired_words[index].special:
        return LayerLine(name, cosines, colours.quiet, dash="dot")
    return LayerLine(name, cosines, colours.output)
