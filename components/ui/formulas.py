"""Formulas with the numbers of a sentence, as the pages that write out one number show them."""

from markupsafe import Markup

from components.core.model.layer_norm import NormalisedNumber
from components.ui.wording import format_bracketed, format_signed

#: What a LayerNorm's formula computes.
LAYER_NORM = "mean of this token’s numbers) / their standard deviation · learned gain + learned bias"


def line(formula: Markup, says: str) -> Markup:
    """Write a formula, and below it what it does."""
    return Markup('<p class="es-line">{}<small>{}</small></p>').format(formula, says)


def layer_norm(norm: NormalisedNumber, decimals: int = 4) -> Markup:
    """Write how a LayerNorm makes a number, up to the sign of equality."""
    return Markup("({} − {}) / {} · {} + {} =").format(
        format_signed(norm.number, decimals),
        format_bracketed(norm.mean, decimals),
        format_signed(norm.deviation, decimals),
        format_bracketed(norm.gain, decimals),
        format_bracketed(norm.bias, decimals),
    )
