"""The cosine of each word's context vectors in both sentences, layer by layer."""

import numpy as np
import pandas as pd
from markupsafe import Markup

from components.core.context.comparison import Comparison
from components.figures.charts.layer_lines import LayerLine, layer_lines
from components.ui.charts import show
from components.ui.page import markup, palette, section
from components.ui.tables import table
from components.ui.word_order.summary import names_of
from components.ui.wording import layer_steps

# The most lines that can be told apart.
_LINES = 8


def draw(compared: Comparison) -> None:
    """Draw the words that change most and the sentence vector, as one line each over the layers."""
    section(
        "Layer by layer",
        "How similar each word's context vectors are in the two sentences, and how similar the sentence vectors pooled "
        "from each layer.",
    )
    steps, names, colours = layer_steps(compared.first.num_layers), names_of(compared), palette()
    by_change = np.argsort(compared.word_cosines.min(axis=0), kind="stable")[:_LINES].tolist()
    sentence = LayerLine("sentence", compared.sentence_cosines, colours.ink, width=4)
    show(
        layer_lines(
            [*(_line(compared, index, names[index]) for index in by_change), sentence],
            steps,
            "cosine of first and second",
            colours,
        ),
        key="layer-cosines",
        alt="Cosine of each word's context vectors in the two sentences, layer by layer",
        numbers=lambda: pd.DataFrame(
            np.column_stack([compared.word_cosines, compared.sentence_cosines]),
            index=pd.Index(steps, name="layer"),
            columns=[*names, "sentence vector"],
        ),
    )
    if len(names) > _LINES:
        markup(Markup('<p class="es-note">Shown: the {} of {} words that change most.</p>').format(_LINES, len(names)))
    table(
        ["layer", "cosine of the sentence vectors"],
        [[step, f"{cosine:.4f}"] for step, cosine in zip(steps, compared.sentence_cosines, strict=True)],
        "Pooled from the context vectors of each layer; the last one is the model's own sentence vector.",
    )


def _line(compared: Comparison, index: int, name: str) -> LayerLine:
    """One word's line. The word that moved most stands out, special tokens stand back."""
    cosines, colours, most_moved = compared.word_cosines[:, index], palette(), compared.moved_most()
    if most_moved and index == most_moved[0]:
        return LayerLine(name, cosines, colours.query, width=3)
    if compared.paired_words[index].special:
        return LayerLine(name, cosines, colours.quiet, dash="dot")
    return LayerLine(name, cosines, colours.output)
