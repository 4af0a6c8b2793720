"""What each kind is for, and what becomes of a decoder at a task of encoders."""

import numpy as np
import pandas as pd
import streamlit as st

from components.core.kinds.similarity_question import Vector
from components.core.numerics.bootstrap import Interval
from components.figures.charts.grouped_bars import grouped_bars
from components.ui.charts import show
from components.ui.kinds.session import KindsReading
from components.ui.kinds.similarity import TRAININGS, read_areas
from components.ui.page import palette
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_signed, spell_number

#: Each kind, what it is for, and the names of models of its kind.
_FAMILIES = (
    (
        "Encoder: to find, sort and compare",
        "Each word’s vector has seen both sides. BERT, RoBERTa, DeBERTa, ModernBERT.",
    ),
    (
        "Decoder: to write",
        "Each word comes from the words before, for as long as you like. GPT, Llama, Mistral, Qwen.",
    ),
    (
        "Both: to turn one text into another",
        "It reads all of one text, then writes the other. The first transformer (Vaswani et al. 2017), T5, BART.",
    ),
)


def draw(reading: KindsReading) -> None:
    """Say what each kind is for, and measure how well the vectors of two of them tell sentences apart."""
    by_question = read_areas()
    frame.heading(
        finding(by_question),
        "One pair of sentences agrees in who, in what, or in why; another does not. How often has the first the higher "
        f"cosine? Chance: 50%. Bars: means of {spell_number(TRAININGS)} trainings from other first numbers; lines: "
        "from the lowest to the highest.",
    )
    left, right = st.columns([5, 7], gap="medium")
    with left:
        for kind, purpose in _FAMILIES:
            frame.part(kind, purpose)
    with right:
        _draw_answers(by_question)
    with frame.details():
        _explain(reading, by_question)


def finding(by_question: dict[str, dict[Vector, np.ndarray]]) -> str:
    """Say where the decoder's last word is ahead of the encoder, and where behind, in every training."""
    ahead = {name: areas[Vector.DECODER_LAST] - areas[Vector.ENCODER_MEAN] for name, areas in by_question.items()}
    better = _joined([name for name, each in ahead.items() if each.min() > 0])
    worse = _joined([name for name, each in ahead.items() if each.max() < 0])
    always = f"In each of {spell_number(TRAININGS)} trainings a decoder’s last word"
    if better and worse:
        return f"{always} beats the encoder at {better}, and loses at {worse}"
    if better or worse:
        return f"{always} {'beats' if better else 'loses to'} the encoder at {better or worse}"
    return "A decoder’s last word is ahead of the encoder in some trainings, and behind in others"


def _joined(names: list[str]) -> str:
    return " and ".join(f"“{name}”" for name in names)


def _ends(values: np.ndarray) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _draw_answers(by_question: dict[str, dict[Vector, np.ndarray]]) -> None:
    colours = palette()
    shares = {each.value: [float(areas[each].mean()) for areas in by_question.values()] for each in Vector}
    ranges = {
        each.value: [
            Interval(*map(float, (of.mean(), of.min(), of.max()))) for of in (a[each] for a in by_question.values())
        ]
        for each in Vector
    }
    show(
        grouped_bars(
            shares,
            list(by_question),
            [colours.key, colours.quiet, colours.word],
            "pairs in the right order (area under the ROC curve)",
            colours,
            intervals=ranges,
            chance=0.5,
        ),
        key="a-task-of-encoders",
        alt="; ".join(
            f"{name}: " + ", ".join(f"{each.value} {areas[each].mean():.2f}" for each in Vector)
            for name, areas in by_question.items()
        ),
        numbers=lambda: pd.DataFrame(
            [
                {"question": name, "vector": each.value, "training": number, "area": area}
                for name, areas in by_question.items()
                for each in Vector
                for number, area in enumerate(areas[each].tolist())
            ]
        ),
    )


def _explain(reading: KindsReading, by_question: dict[str, dict[Vector, np.ndarray]]) -> None:
    count = len(reading.models.language.sentences)
    frame.note(
        f"All {count * (count - 1) // 2:,} pairs of all {count} sentences of the language: an area is exact for its "
        "model, and another training gives another. The first training is that of the other screens. Vectors of the "
        "last layer, without special tokens; none of the models was trained to compare sentences."
    )
    rows = [
        [
            name,
            each.value,
            f"{areas[each][0]:.3f}",
            f"{areas[each].min():.3f} to {areas[each].max():.3f}",
            " to ".join(format_signed(end, 3) for end in _ends(areas[each] - areas[Vector.ENCODER_MEAN])),
        ]
        for name, areas in by_question.items()
        for each in Vector
    ]
    table(
        ["sentences agree in", "vector", "first training", "all trainings", "beyond the encoder"],
        rows,
        "Area under the ROC curve, and the difference to the encoder’s of the same training.",
        prose={1},
    )
    frame.note(
        "The last word here is the reason itself, so its vector answers “why” at once; what was eaten reaches it "
        "only through attention. Two sentences that agree in who must differ elsewhere, since no sentence stands "
        "twice, so an area can lie below 50%. Large decoders are trained further before they serve as encoders; "
        "that is not measured here."
    )
