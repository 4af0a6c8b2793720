"""Where torch computes."""

import torch


def device() -> str:
    """The device to run on: a GPU where torch sees one."""
    return "cuda" if torch.cuda.is_available() else "cpu"
