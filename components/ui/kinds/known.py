"""What each kind can know of each word: the encoder from both sides, the decoder from the past."""

import numpy as np
import pandas as pd
import streamlit as st

from components.core.classroom.guesses import Guesses
from components.core.kinds.knowledge import Known, Words, all_shown, likeliest
from components.core.languages.language import END
from components.core.languages.skills import total_variation
from components.figures.charts.exact_bars import Said, exact_bars
from components.ui import state
from components.ui.caches import kinds
from components.ui.charts import show
from components.ui.kinds.session import KindsReading, said_beginning
from components.ui.page import palette, quoted
from components.ui.stage import frame, question

#: How the end of a sentence is written.
THE_END = "(end)"
# Words of the distributions at one place.
_MOST_WORDS = 8


def shown_word(word: str) -> str:
    """Return a word as it is written on screen.

    >>> shown_word("tea"), shown_word("")
    ('tea', '(end)')
    """
    return THE_END if word == END else word


def draw(reading: KindsReading) -> None:
    """Draw the probability of each true word, and what else could stand at one place."""
    sentence, knowledge = reading.sentence, kinds.known_words(reading.request)
    options = [f"{number}  {word}" for number, word in enumerate(sentence, 1)]
    with frame.controls():
        picked = st.selectbox(
            "Word",
            options,
            index=_first_place(reading),
            key=state.Kinds.PLACE,
            bind=state.IN_URL,
            persist_state="session",
            width=190,
        )
    place = options.index(picked)
    word, past = sentence[place], sentence[:place]
    by_encoder, by_decoder = knowledge.by_encoder[place], knowledge.by_decoder[place]
    asked = question.scale(
        "decoder_knows",
        (sentence, place),
        f"The decoder has read {said_beginning(past)} and nothing else. How sure is it of {quoted(word)} next?",
        0,
        1,
        by_decoder.said[word],
    )
    if asked.hidden:
        return
    frame.heading(
        f"The encoder is {by_encoder.said[word]:.0%} sure of {quoted(word)}, the decoder {by_decoder.said[word]:.0%}",
        _what_the_grammar_says(word, by_encoder, by_decoder),
    )
    left, right = st.columns([7, 5], gap="medium")
    with left:
        _draw_sentence(reading, place)
    with right:
        _draw_place(word, place, by_encoder, by_decoder, asked.guesses)
    with frame.details():
        _explain(reading)


def _first_place(reading: KindsReading) -> int:
    """The place at which encoder and decoder differ most about the word that stands there."""
    knowledge = kinds.known_words(reading.request)
    apart = [
        encoder.said[word] - decoder.said[word]
        for word, encoder, decoder in zip(reading.sentence, knowledge.by_encoder, knowledge.by_decoder, strict=True)
    ]
    return int(np.argmax(apart))


def _what_the_grammar_says(word: str, by_encoder: Known, by_decoder: Known) -> str:
    lead = "The encoder sees all other words, the decoder those before. "
    if not by_decoder.exact:
        return f"{lead}The grammar writes no sentence that begins so, so nothing exact is known here."
    after = f"{by_decoder.exact.get(word, 0.0):.0%} after these words"
    if not by_encoder.exact:
        return f"{lead}By the grammar it is {after}; it writes no sentence with all the others."
    return f"{lead}By the grammar it is {by_encoder.exact.get(word, 0.0):.0%} among all others, {after}."


def _draw_sentence(reading: KindsReading, place: int) -> None:
    knowledge = kinds.known_words(reading.request)
    colours = palette()
    sides = {
        "encoder": (colours.key, knowledge.by_encoder),
        "decoder": (colours.word, knowledge.by_decoder),
    }
    drawn = [
        Said(
            name,
            colour,
            np.array([each.said[word] for each, word in zip(known, reading.sentence, strict=True)]),
            np.array([_exact(each.exact, word) for each, word in zip(known, reading.sentence, strict=True)]),
        )
        for name, (colour, known) in sides.items()
    ]
    show(
        exact_bars(drawn, reading.sentence, "word of the sentence", colours, upright=True, picked=place),
        key="each-word",
        alt="Probability of each word of the sentence: "
        + "; ".join(
            f"{word}, encoder {encoder:.2f}, decoder {decoder:.2f}"
            for word, encoder, decoder in zip(reading.sentence, drawn[0].shares, drawn[1].shares, strict=True)
        ),
        numbers=lambda: pd.DataFrame(
            {
                f"{each.name}{kind}": values
                for each in drawn
                for kind, values in (("", each.shares), (", exact", each.exact))
            },
            index=pd.Index(reading.sentence, name="word"),
        ),
    )


def _draw_place(word: str, place: int, by_encoder: Known, by_decoder: Known, guesses: Guesses[float]) -> None:
    colours = palette()
    sides = {"encoder": (colours.key, by_encoder), "decoder": (colours.word, by_decoder)}
    words = all_shown(by_encoder.said, by_decoder.said, by_encoder.exact, by_decoder.exact, most=_MOST_WORDS)
    if word not in words:
        words = [*words[: _MOST_WORDS - 1], word]
    drawn = [
        Said(
            name,
            colour,
            np.array([known.said[each] for each in words]),
            np.array([_exact(known.exact, each) for each in words]),
        )
        for name, (colour, known) in sides.items()
    ]
    show(
        exact_bars(
            drawn,
            [shown_word(each) for each in words],
            f"what may be word {place + 1}",
            colours,
            picked=words.index(word),
            guesses=guesses,
        ),
        key="one-place",
        alt=f"What may be word {place + 1}: the encoder holds {quoted(shown_word(likeliest(by_encoder.said)))} "
        f"likeliest, the decoder {quoted(shown_word(likeliest(by_decoder.said)))}",
        numbers=lambda: pd.DataFrame(
            {
                f"{name}{kind}": [values.get(each, np.nan) for each in by_encoder.said]
                for name, (_, known) in sides.items()
                for kind, values in (("", known.said), (", exact", known.exact))
            },
            index=pd.Index([shown_word(each) for each in by_encoder.said], name="word"),
        ),
    )


def _exact(exact: Words, word: str) -> float:
    return exact.get(word, 0.0) if exact else float("nan")


def _explain(reading: KindsReading) -> None:
    knowledge = kinds.known_words(reading.request)
    frame.note(
        "Exact: all sentences of the grammar that agree with what the model sees, each as likely as another; of them, "
        "the share with this word here. No model can know more."
    )
    if reading.is_written:
        farthest = [
            max(total_variation(known.said, known.exact) for known in side)
            for side in (knowledge.by_encoder, knowledge.by_decoder)
        ]
        frame.note(
            f"Over all places of this sentence, the encoder is at most {farthest[0]:.3f} from the grammar, the decoder "
            f"{farthest[1]:.3f}: total variation, half the sum of the absolute differences."
        )
    else:
        frame.note("The grammar does not write this sentence; where a mark is missing, nothing exact is known.")
