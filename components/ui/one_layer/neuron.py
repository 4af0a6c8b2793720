"""One hidden neuron of a layer's network: what it adds up and adds here, and what fires it elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.layer.neuron_examples import NeuronExamples
from components.core.layer.one_number import NeuronDerivation, derive_neuron
from components.core.tokens.tokens import Tokens
from components.ui.caches import layers
from components.ui.caches.requests import NeuronRequest
from components.ui.charts import show
from components.ui.one_layer import neuron_grid
from components.ui.one_layer.session import LayerView, open_neuron
from components.ui.one_layer.shipped_texts import EXAMPLES_FILE, shipped_texts
from components.ui.page import markup, quoted
from components.ui.stage import frame, question
from components.ui.wording import format_signed, join_list, shorten
from components.views.way import Row, way

# Dimensions that can be pointed at in a strip.
_DIMENSIONS = 96
# Neurons that are offered beside the one that is shown.
_OFFERED = 3
# Letters of a text that are shown before and after a marked token.
_BEFORE, _AFTER = 48, 60
# Below this a neuron prints as 0.00: it does not fire.
_FIRES = 0.005
# Wrong answers to the question, neurons among which they are looked for, and letters of one at least: pieces of words
# are no answers that a reader can weigh.
_WRONG, _ASKED, _LETTERS = 3, 24, 3
# Of the picture of all neurons, in pixels.
_HEIGHT = 80


@dataclass(frozen=True)
class _Example:
    """A shipped text and the token at which it fires a neuron most."""

    text: str
    tokens: Tokens
    token: int
    activation: float

    @property
    def word(self) -> str:
        """The token as a reader knows it."""
        return self.tokens.labels[self.token]


def draw(view: LayerView, neuron: int) -> None:
    """Ask what fires a neuron in the shipped texts; then say it, and draw what it adds up and adds for the token."""
    measured = _measured(view.reading.model)
    examples = [] if measured is None else _examples(view, measured, neuron)
    if measured is not None and _is_asked(view, measured, neuron, examples):
        return
    derivation = derive_neuron(view.steps, view.parts, view.token, neuron)
    frame.heading(*_finding(view, neuron, derivation, measured, examples))
    left, right = st.columns([6, 5], gap="medium")
    with left:
        _draw_calculation(view, neuron, derivation)
        neuron_grid.draw(
            view.steps.hidden[view.token],
            neuron,
            key="all-neurons",
            alt=f"The activations of all {view.parts.hidden_width:,} neurons of layer {view.layer + 1} for "
            f"{view.reading.tokens.labels[view.token]}",
            hint=f"All {view.parts.hidden_width:,} neurons for {view.name}. Click one to follow it.",
            column="activation",
            height=_HEIGHT,
        )
    with right, st.container(key="scroll_neuron"):
        frame.part(f"In your sentence, up to {_largest(view, neuron)}")
        markup(Markup('<p class="es-fires es-own" dir="auto">{}</p>').format(_own_sentence(view, neuron)))
        if examples:
            frame.part(f"The {len(examples)} shipped texts that fire it most")
            markup(Markup('<ol class="es-fires">{}</ol>').format(Markup("").join(map(_line, examples))))
        elif measured is not None:
            frame.note(
                f"No token of the {len(shipped_texts()):,} shipped sentences brings it to 0.01. A neuron that never "
                "fires adds next to nothing: training has left it unused, at least for texts such as these."
            )
        else:
            frame.note(
                "What fires a neuron elsewhere was measured for the bundled model only. Choose that model to see it."
            )
    with frame.details():
        _offer_others(view, neuron)
        _explain(view, neuron, derivation, measured, examples)


def _measured(model: str) -> NeuronExamples | None:
    return layers.neuron_examples(NeuronRequest(model, EXAMPLES_FILE, shipped_texts()))


def _examples(view: LayerView, measured: NeuronExamples, neuron: int, most: int | None = None) -> list[_Example]:
    """Return the shipped texts that fire a neuron, the strongest first; at most so many."""
    at = view.layer, neuron, slice(most)
    found = zip(measured.texts[at], measured.tokens[at], measured.activations[at], strict=True)
    # Not kept: the tokens of shipped texts would take the places of what readers type.
    tokenize = view.reading.encoder.tokenize
    return [
        _Example(text, tokenize(text, truncate=True), int(token), float(activation))
        for text, token, activation in ((shipped_texts()[int(text)], token, value) for text, token, value in found)
        if activation >= _FIRES
    ]


def _is_asked(view: LayerView, measured: NeuronExamples, neuron: int, examples: list[_Example]) -> bool:
    """Ask at which token other texts fire the neuron most; True if its screen is hidden until then.

    The wrong answers are what fires the token's other strong neurons.
    """
    fire = {example.word for example in examples}
    wrong: list[str] = []
    for other in np.argsort(-view.steps.hidden[view.token], kind="stable")[:_ASKED].tolist():
        words = [each.word for each in _examples(view, measured, other, 1)]
        wrong += [word for word in words if word.isalpha() and len(word) >= _LETTERS and word not in (*fire, *wrong)]
        if len(wrong) == _WRONG:
            break
    if not examples or not wrong:
        return False
    options = sorted([examples[0].word, *wrong], key=str.casefold)
    return question.one_of(
        "neuron_fires",
        (view.reading.request, view.layer, view.token, neuron),
        f"Neuron {neuron + 1} of layer {view.layer + 1} is {_rank(view, neuron)} for {view.name}. Which of these fires "
        "it most in other texts?",
        options,
        examples[0].word,
    ).hidden


def _rank(view: LayerView, neuron: int) -> str:
    hidden = view.steps.hidden[view.token]
    place = int((hidden > hidden[neuron]).sum())
    return "the most active" if place == 0 else f"number {place + 1} by activity"


def _finding(
    view: LayerView,
    neuron: int,
    derivation: NeuronDerivation,
    measured: NeuronExamples | None,
    examples: list[_Example],
) -> tuple[str, str]:
    name = f"neuron {neuron + 1} of layer {view.layer + 1}"
    active = format_signed(derivation.hidden, 2)
    here = f"For {view.name} it is {_rank(view, neuron)} of {view.parts.hidden_width:,} neurons: {active}."
    if measured is None:
        return f"{name.capitalize()} is {active} for {view.name}", here
    if not examples:
        return f"{name.capitalize()} never fires in the shipped texts", here
    words = list(dict.fromkeys(example.word for example in examples))
    share = float(measured.shares[view.layer, neuron])
    return (
        f"In the shipped texts, {name} fires most at {join_list([quoted(shorten(word, 16)) for word in words[:3]])}",
        f"{here} A neuron rarely means one thing: its {len(examples)} strongest texts have "
        f"{'one token' if len(words) == 1 else f'{len(words)} different tokens'} at the peak, and it is above 0 at "
        f"{share:.0%} of all tokens.",
    )


def _draw_calculation(view: LayerView, neuron: int, derivation: NeuronDerivation) -> None:
    """Draw what the neuron adds up and what it adds as strips, each on a scale of its own."""
    strips = [
        ("What comes in", "ink", "half way", derivation.inputs),
        ("× its weights", "key", "one for each number", derivation.weights),
        ("= products", "position", _sum_in_words(derivation), derivation.products),
        ("It adds", "word", f"{format_signed(derivation.hidden, 2)} × its second weights", derivation.adds),
    ]
    rows = [
        Row(
            name,
            role,
            "",
            says,
            matrix=vector[None, :_DIMENSIONS],
            limit=float(np.percentile(np.abs(vector), 99)) or 1.0,
        )
        for name, role, says, vector in strips
    ]
    show(
        partial(
            way,
            rows,
            (),
            hint="Point at a cell to read it. Each strip has a scale of its own.",
            subject=f"{view.layer} {view.token} {neuron} {view.reading.tokens.text}",
        ),
        key="one-neuron",
        alt=f"What neuron {neuron + 1} of layer {view.layer + 1} adds up for {view.reading.tokens.labels[view.token]}: "
        "its inputs, its weights, their products, and what it adds to the vector",
        numbers=lambda: _numbers(strips),
    )


def _sum_in_words(derivation: NeuronDerivation) -> str:
    return f"sum with bias {format_signed(derivation.before, 2)}"


def _numbers(strips: Sequence[tuple[str, str, str, np.ndarray]]) -> pd.DataFrame:
    columns = {name.lstrip("×= "): vector for name, _, _, vector in strips}
    return pd.DataFrame(columns, index=pd.RangeIndex(1, len(strips[0][3]) + 1, name="dimension"))


def _offer_others(view: LayerView, neuron: int) -> None:
    """Offer the most active neurons of the token."""
    hidden = view.steps.hidden[view.token]
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="most_active"):
        frame.note(f"Most active for {view.name}:")
        for each in np.argsort(-hidden, kind="stable")[:_OFFERED].tolist():
            st.button(
                f"{each + 1} ({hidden[each]:.2f})",
                key=f"open_neuron_{each}",
                on_click=open_neuron,
                args=(each,),
                disabled=each == neuron,
            )


def _largest(view: LayerView, neuron: int) -> str:
    values = view.steps.hidden[:, neuron]
    at = int(values.argmax())
    return f"{format_signed(float(values[at]), 2)} at {quoted(shorten(view.reading.tokens.labels[at], 16))}"


def _own_sentence(view: LayerView, neuron: int) -> Markup:
    """The reader's sentence, each token shaded by how much it fires the neuron."""
    values = view.steps.hidden[:, neuron]
    tokens = view.reading.tokens
    strongest = max(float(values.max()), 1e-6)
    spans = [
        (*tokens.offsets[index], max(0.0, float(values[index])) / strongest)
        for index in range(len(values))
        if not tokens.special[index]
    ]
    parts, end = [], 0
    for start, stop, share in spans:
        parts.append(Markup("{}").format(tokens.text[end:start]))
        parts.append(
            Markup('<mark style="--es-share: {}%">{}</mark>').format(round(40 * share), tokens.text[start:stop])
        )
        end = stop
    return Markup("").join([*parts, tokens.text[end:]])


def _line(example: _Example) -> Markup:
    """An example in one line: how strongly it fires the neuron, and the text around the token, which is marked."""
    start, stop = example.tokens.offsets[example.token]
    text = example.text
    first, last = max(0, start - _BEFORE), min(len(text), stop + _AFTER)
    first = 0 if first == 0 else text.find(" ", first, start) + 1 or first
    before, after = ("… " if first else "") + text[first:start], text[stop:last] + (" …" if last < len(text) else "")
    return Markup('<li dir="auto"><b>{}</b> {}<mark>{}</mark>{}</li>').format(
        format_signed(example.activation, 2), before, text[start:stop], after
    )


def _explain(
    view: LayerView,
    neuron: int,
    derivation: NeuronDerivation,
    measured: NeuronExamples | None,
    examples: list[_Example],
) -> None:
    cosine = _cosine(derivation.adds, view.steps.network[view.token])
    frame.note(
        f"The neuron’s sum is {format_signed(derivation.before)}; its activation makes "
        f"{format_signed(derivation.hidden)} of it. That is multiplied by the neuron’s {len(derivation.adds)} weights "
        f"of the second matrix and added to the vector. The cosine of this with all that the network adds for "
        f"{view.name} is {format_signed(cosine, 2)}."
    )
    if measured is None:
        return
    frame.note(
        f"Measured beforehand on {len(shipped_texts()):,} sentences that ship with the app, without special tokens. "
        "Looking at the strongest texts says what drives a neuron most, not what it means: weaker activations, of "
        "which there are many more, often belong to other things."
    )
    if not examples:
        return
    st.dataframe(
        pd.DataFrame(
            {
                "activation": [example.activation for example in examples],
                "token": [example.word for example in examples],
                "text": [example.text for example in examples],
            }
        ),
        hide_index=True,
        width="stretch",
    )


def _cosine(one: np.ndarray, other: np.ndarray) -> float:
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / lengths if lengths else 0.0
