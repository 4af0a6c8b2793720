"""The words of one sentence, each beside the same word of the other."""

from components.core.context.comparison import Comparison
from components.core.tokens.tokens import Tokens
from components.ui import chips
from components.ui.page import section
from components.ui.wording import format_count

# The most pairs that are drawn.
_PAIRS = 80


def draw(compared: Comparison, first: Tokens, second: Tokens) -> None:
    """Draw the words of the first sentence, below each the same word of the second."""
    unpaired = len(compared.alignment.only_first) + len(compared.alignment.only_second)
    partners = f"{format_count(unpaired, 'word')} without a partner." if unpaired else "Every word has a partner."
    unknown = first.unknown.any() or second.unknown.any()
    section(
        "Which word is which",
        "Above: the first sentence in its order. Below each word: the same word of the second sentence. Numbers are "
        f"positions. {partners}"
        + (" Words that are not in the vocabulary are all read as the one unknown token." if unknown else ""),
    )
    chips.pairs(compared.alignment, first, second, most=_PAIRS)
