"""What each kind is for, and what becomes of a decoder at a task of encoders."""

import pandas as pd
import streamlit as st

from components.core.kinds.similarity_question import Answer, Vector
from components.figures.charts.grouped_bars import grouped_bars
from components.ui.caches import kinds
from components.ui.caches.requests import KindsSimilarityRequest
from components.ui.charts import show
from components.ui.kinds.session import KindsReading
from components.ui.page import palette
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_signed

#: Where in a sentence of Kitchen, counted from 0, stands that in which two sentences may agree, and what it says.
QUESTIONS = {1: "who eats or drinks", 4: "what is eaten or drunk", 8: "why"}
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
    answers = kinds.similarity_answers(KindsSimilarityRequest(reading.request.models, tuple(QUESTIONS)))
    by_question = dict(zip(QUESTIONS.values(), answers, strict=True))
    frame.heading(
        _finding(by_question),
        "One pair of sentences agrees in who, in what, or in why; another does not. How often has the first the higher "
        "cosine? Chance: 50 %.",
    )
    left, right = st.columns([5, 7], gap="medium")
    with left:
        for kind, purpose in _FAMILIES:
            frame.part(kind, purpose)
    with right:
        _draw_answers(by_question)
    with frame.details():
        _explain(reading, by_question)


def _finding(by_question: dict[str, dict[Vector, Answer]]) -> str:
    """Say where the decoder's last word is better than the encoder, and where it is worse, beyond chance."""
    beyond = {name: answers[Vector.DECODER_LAST].beyond for name, answers in by_question.items()}
    better = _joined([name for name, difference in beyond.items() if difference.low > 0])
    worse = _joined([name for name, difference in beyond.items() if difference.high < 0])
    if better and worse:
        return f"A decoder’s last word beats the encoder at {better}, and loses at {worse}"
    if better or worse:
        return f"A decoder’s last word {'beats' if better else 'loses to'} the encoder at {better or worse}"
    return "A decoder’s last word is as good as the encoder, as far as these sentences tell"


def _joined(names: list[str]) -> str:
    return " and ".join(f"“{name}”" for name in names)


def _draw_answers(by_question: dict[str, dict[Vector, Answer]]) -> None:
    colours = palette()
    shares = {each.value: [answers[each].area.value for answers in by_question.values()] for each in Vector}
    intervals = {each.value: [answers[each].area for answers in by_question.values()] for each in Vector}
    show(
        grouped_bars(
            shares,
            list(by_question),
            [colours.key, colours.quiet, colours.word],
            "pairs in the right order (area under the ROC curve)",
            colours,
            intervals=intervals,
            chance=0.5,
        ),
        key="a-task-of-encoders",
        alt="; ".join(
            f"{name}: " + ", ".join(f"{each.value} {answers[each].area.value:.2f}" for each in Vector)
            for name, answers in by_question.items()
        ),
        numbers=lambda: pd.DataFrame(
            [
                {"question": name, "vector": each.value, "area": area.value, "low": area.low, "high": area.high}
                for name, answers in by_question.items()
                for each in Vector
                for area in [answers[each].area]
            ]
        ),
    )


def _explain(reading: KindsReading, by_question: dict[str, dict[Vector, Answer]]) -> None:
    count = len(reading.models.language.sentences)
    frame.note(
        f"All {count * (count - 1) // 2:,} pairs of {count} sentences. Vectors of the last layer, without special "
        "tokens; none of the models was trained to compare sentences. The 95 % intervals draw sentences, with all "
        "their pairs."
    )
    rows = [
        [
            name,
            each.value,
            f"{answers[each].area.value:.3f}",
            f"{answers[each].area.low:.3f} to {answers[each].area.high:.3f}",
            f"{format_signed(answers[each].beyond.low, 3)} to {format_signed(answers[each].beyond.high, 3)}",
        ]
        for name, answers in by_question.items()
        for each in Vector
    ]
    table(
        ["sentences agree in", "vector", "area", "95 %", "beyond the encoder, 95 %"],
        rows,
        "Area under the ROC curve, and the difference to the encoder’s on the same samples.",
        prose={1},
    )
    frame.note(
        "The last word here is the reason itself, so its vector answers “why” at once; what was eaten reaches it "
        "only through attention. Two sentences that agree in who must differ elsewhere, since no sentence stands "
        "twice, so an area can lie below 50 %. Large decoders are trained further before they serve as encoders; "
        "that is not measured here."
    )
