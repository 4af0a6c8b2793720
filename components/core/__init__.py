"""Numbers: numpy, torch, transformers, scikit-learn. No streamlit, no plotly."""

from components.core.encoder import Encoder, load_encoder
from components.core.errors import EncoderscopeError, InterventionError, ModelError, SentenceError
from components.core.interventions import (
    FutureMasked,
    HeadsOff,
    HeadUniform,
    Intervention,
    PositionsOff,
    PositionsReordered,
    SelfOnly,
)
from components.core.trace import Trace

__all__ = [
    "Encoder",
    "EncoderscopeError",
    "FutureMasked",
    "HeadUniform",
    "HeadsOff",
    "Intervention",
    "InterventionError",
    "ModelError",
    "PositionsOff",
    "PositionsReordered",
    "SelfOnly",
    "SentenceError",
    "Trace",
    "load_encoder",
]
