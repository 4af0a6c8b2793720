"""The decoder writes on, word by word."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.kinds.knowledge import all_shown
from components.core.kinds.writing import Step
from components.core.languages.language import END
from components.figures.charts.exact_bars import Said, exact_bars
from components.ui import state
from components.ui.caches import kinds
from components.ui.caches.requests import KindsSentenceRequest, WritingRequest
from components.ui.charts import show
from components.ui.kinds.known import shown_word
from components.ui.kinds.session import KindsReading, said_beginning
from components.ui.page import markup, palette, quoted
from components.ui.stage import frame
from components.ui.wording import format_count

_MOST_WORDS = 8
# Words of the past that the title names.
_MOST_NAMED = 2
# Words that stand there already, at first.
_BEGINS_WITH = 2


def draw(reading: KindsReading) -> None:
    """Draw the words that are written so far, and the distribution from which the next one is drawn."""
    request = _ask(reading)
    steps = kinds.written(request)
    shown = _steps_shown(request, len(steps))
    step = steps[min(shown, len(steps) - 1)]
    done = shown == len(steps)
    frame.heading(
        _finding(step, steps, done),
        "Each word is drawn from the bars, then read with the others for the next. The same seed writes the same.",
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="kinds_written_line"):
        with st.container(width="stretch"):
            _draw_words(request.beginning.sentence, steps[:shown], done)
        _draw_buttons(shown, steps)
    _draw_step(step)
    with frame.details():
        _explain(steps)


def _ask(reading: KindsReading) -> WritingRequest:
    sentence = reading.sentence
    beginnings = [" ".join(sentence[:count]) or "nothing" for count in range(len(sentence) + 1)]
    with frame.controls():
        begins_with = st.selectbox(
            "Begins with",
            beginnings,
            index=min(_BEGINS_WITH, len(sentence)),
            key=state.Kinds.BEGINNING,
            bind=state.IN_URL,
            persist_state="session",
            width=230,
        )
        temperature = st.slider(
            "Temperature",
            0.1,
            2.0,
            1.0,
            0.1,
            key=state.Kinds.TEMPERATURE,
            bind=state.IN_URL,
            persist_state="session",
            width=230,
        )
        seed = st.number_input(
            "Seed",
            0,
            9_999,
            0,
            key=state.Kinds.SEED,
            bind=state.IN_URL,
            persist_state="session",
            width=130,
        )
    beginning = sentence[: beginnings.index(begins_with)]
    return WritingRequest(KindsSentenceRequest(reading.request.models, beginning), float(temperature), int(seed))


def _steps_shown(request: WritingRequest, most: int) -> int:
    """The number of words that the reader has had written of this text; another text begins anew."""
    owner, count = st.session_state.get(state.Kinds.STEP, (None, 0))
    if owner != request:
        count = 0
        st.session_state[state.Kinds.STEP] = (request, 0)
    return min(count, most)


def _draw_buttons(shown: int, steps: Sequence[Step]) -> None:
    def go_to(count: int) -> None:
        owner, _ = st.session_state[state.Kinds.STEP]
        st.session_state[state.Kinds.STEP] = (owner, count)

    with st.container(horizontal=True, gap="small", width="content"):
        done = shown == len(steps)
        st.button(
            "Next word", key=state.Kinds.NEXT_WORD, type="primary", disabled=done, on_click=go_to, args=(shown + 1,)
        )
        st.button("To the end", key=state.Kinds.WHOLE, disabled=done, on_click=go_to, args=(len(steps),))
        st.button("Begin again", key=state.Kinds.BEGIN_AGAIN, disabled=shown == 0, on_click=go_to, args=(0,))


def _finding(step: Step, steps: Sequence[Step], done: bool) -> str:
    if done:
        words = steps[0].past + tuple(each.drawn for each in steps if each.drawn != END)
        apart = max((each.distance for each in steps if each.exact), default=None)
        says = f"The decoder has written {quoted(' '.join(words))}"
        return says if apart is None else f"{says}, never more than {apart:.3f} from the grammar"
    after = said_beginning(step.past[-_MOST_NAMED:])
    ranked = all_shown(step.said, most=2, least=0.05)
    likely = " or ".join(f"{quoted(shown_word(word))} ({step.said[word]:.0%})" for word in ranked)
    count = len(all_shown(step.said, most=len(step.said), least=0.05))
    others = f", or one of {count - len(ranked)} more" if count > len(ranked) else ""
    return f"After {after}, it goes on with {likely}{others}"


def _draw_words(beginning: Sequence[str], steps: Sequence[Step], done: bool) -> None:
    """Draw the words so far, each that was drawn with its probability."""
    groups = [_word(word, "") for word in beginning]
    groups += [_word(shown_word(each.drawn), f"{each.said[each.drawn]:.2f}") for each in steps]
    if not done:
        groups.append(_word("?", ""))
    markup(Markup('<div class="es-words es-some">{}</div>').format(Markup("").join(groups)))


def _word(word: str, chance: str) -> Markup:
    chip = Markup('<span class="es-chip">{}</span>').format(chance) if chance else Markup("")
    shade = "es-even" if chance else ""
    return Markup('<div class="es-word {}"><span dir="auto">{}</span><div class="es-chips">{}</div></div>').format(
        shade, word, chip
    )


def _draw_step(step: Step) -> None:
    colours = palette()
    words = all_shown(step.said, step.exact, most=_MOST_WORDS)
    exact = [step.exact.get(word, 0.0) if step.exact else float("nan") for word in words]
    drawn = Said("decoder", colours.word, np.array([step.said[word] for word in words]), np.array(exact))
    show(
        exact_bars([drawn], [shown_word(word) for word in words], "next word", colours),
        key="next-word",
        alt="The next word: " + ", ".join(f"{shown_word(word)} {step.said[word]:.2f}" for word in words),
        numbers=lambda: pd.DataFrame(
            {
                "decoder": list(step.said.values()),
                "exact": [step.exact.get(word, 0.0) if step.exact else float("nan") for word in step.said],
            },
            index=pd.Index([shown_word(word) for word in step.said], name="word"),
        ),
    )


def _explain(steps: Sequence[Step]) -> None:
    frame.note(
        "A temperature T raises each probability to the power of 1 / T and divides by their sum: below 1 the likely "
        "becomes likelier, above 1 the rare less rare. The exact ones are treated likewise. A word that the grammar "
        "would not write is then drawn now and again, and after it nothing exact is known."
    )
    unknown = sum(not each.exact for each in steps)
    known = [each.distance for each in steps if each.exact]
    if known:
        frame.note(
            f"The mean distance from the grammar over {format_count(len(known), 'step')} is {np.mean(known):.4f} in "
            f"total variation{f'; at {unknown} more nothing exact is known' if unknown else ''}."
        )
