"""The device that torch computes on."""

import torch


def device() -> str:
    """Return "cuda" if torch sees a GPU, otherwise "cpu"."""
    return "cuda" if torch.cuda.is_available() else "cpu"
