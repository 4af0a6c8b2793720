"""Numbers: numpy, torch, transformers, scikit-learn. No streamlit, no plotly."""

from components.core.errors import EncoderscopeError, InterventionError, ModelError, SentenceError
from components.core.model.encoder import Encoder
from components.core.model.gate import load_encoder
from components.core.model.interventions import (
    FutureMasked,
    HalfOff,
    HeadsOff,
    HeadUniform,
    Intervention,
    NeuronOff,
    PositionsOff,
    PositionsReordered,
    ResidualOff,
    SelfOnly,
)
from components.core.model.trace import Trace

__all__ = [
    "Encoder",
    "EncoderscopeError",
    "FutureMasked",
    "HalfOff",
    "HeadUniform",
    "HeadsOff",
    "Intervention",
    "InterventionError",
    "ModelError",
    "NeuronOff",
    "PositionsOff",
    "PositionsReordered",
    "ResidualOff",
    "SelfOnly",
    "SentenceError",
    "Trace",
    "load_encoder",
]
