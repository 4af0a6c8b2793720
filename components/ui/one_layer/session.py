"""What the screens of the page share: the layer and the token that are picked, and the layer's steps."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.core.errors import ModelError
from components.core.layer.layer_steps import LayerSteps
from components.core.lazy import cached_property
from components.core.model.layer_parts import LayerParts
from components.core.tokens.tokens import Tokens
from components.ui import state
from components.ui.caches import layers
from components.ui.caches.requests import LayerRequest
from components.ui.page import Reading, quoted, stop_on_error
from components.ui.pickers import longest_whole_word, pick_layer, pick_token, token_option
from components.ui.stage.bar import show_screen
from components.ui.stage.stage import Stage
from components.ui.wording import format_count, shorten

#: Tokens that can be told apart in a picture with a column for each.
MOST_TOKENS = 64


def what_is_shown(tokens: Tokens) -> str:
    """Say that a picture with a column for each token shows only the first; "" if it shows all."""
    count = len(tokens.labels)
    return f" Shown: the first {MOST_TOKENS} of {count} tokens." if count > MOST_TOKENS else ""


@dataclass(frozen=True, eq=False)
class LayerView:
    """One layer and one token of the sentence, both counted from 0."""

    reading: Reading
    layer: int
    token: int

    @property
    def parts(self) -> LayerParts:
        """The modules of the layer."""
        parts = self.reading.encoder.layer_parts(self.layer)
        assert parts is not None  # pick() has ended the page of a model without them
        return parts

    @cached_property
    def steps(self) -> LayerSteps:
        """The layer, step by step."""
        steps = layers.steps(LayerRequest(self.reading.request, self.layer))
        assert steps is not None  # as for `parts`
        return steps

    @property
    def name(self) -> str:
        """The token, in quotation marks."""
        return quoted(shorten(self.reading.tokens.labels[self.token], 24))

    @property
    def goes_on(self) -> str:
        """Where the layer's output goes."""
        if self.layer + 1 < self.reading.encoder.num_layers:
            return f"this enters layer {self.layer + 2}"
        return "this is the context vector"


def pick(stage: Stage, reading: Reading) -> LayerView:
    """Ask for a layer and a token. A model whose layers have parts that are not known ends the page, in words."""
    encoder = reading.encoder
    with stage.control("one token", "one number", "a neuron", "switched off"):
        layer = pick_layer(encoder.num_layers, 0)
    with stage.control("one token", "one number", "a neuron"):
        token = pick_token(reading.tokens, "Token", state.OneLayer.TOKEN, longest_whole_word(reading.tokens), width=220)
    with stage.in_place_of_title(), stop_on_error("The layers of this model cannot be taken apart", lambda: None):
        if encoder.omissions.layer_parts:
            raise ModelError(encoder.omissions.layer_parts)
    return LayerView(reading, layer, token)


def pick_neuron(view: LayerView) -> int:
    """Ask for one of the network's hidden neurons; return it counted from 0.

    It opens with the most active one of the token; one that was picked ends with its layer and its token.
    """
    width = view.parts.hidden_width
    most_active = int(np.argmax(view.steps.hidden[view.token])) + 1
    owner = view.reading.request, view.layer, view.token
    if st.session_state.get(state.OneLayer.NEURON_OWNER, owner) != owner:
        st.session_state[state.OneLayer.NEURON] = most_active
    st.session_state[state.OneLayer.NEURON_OWNER] = owner
    picked = st.number_input(
        "Neuron",
        1,
        width,
        most_active,
        key=state.OneLayer.NEURON,
        bind=state.IN_URL,
        width=150,
        help=f"One of {format_count(width, 'hidden neuron')}. It opens with the most active one of the token.",
    )
    return int(picked) - 1


def open_neuron(neuron: int) -> None:
    """Open another neuron, counted from 0; for callbacks."""
    st.session_state[state.OneLayer.NEURON] = neuron + 1


def open_layer(layer: int) -> None:
    """Open another layer, counted from 0; for callbacks."""
    st.session_state[state.Shared.LAYER] = str(layer + 1)


def open_token(view: LayerView, layer: int, token: int) -> None:
    """Show the way of a token through a layer, both counted from 0; for callbacks."""
    open_layer(layer)
    st.session_state[state.OneLayer.TOKEN] = token_option(view.reading.tokens, token)
    show_screen("one token")


def open_number(dimension: int) -> None:
    """Show how one number of the token comes to be; for callbacks. dimension: counted from 0."""
    st.session_state[state.Shared.DIMENSION] = dimension + 1
    show_screen("one number")
