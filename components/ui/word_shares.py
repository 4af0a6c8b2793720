"""What words bring to a number: a text with its words shaded by it, and a table of the largest."""

import html
from collections.abc import Sequence

from components.core.embeddings.token_contributions import WordContribution
from components.ui.page import raw_markup as markup
from components.ui.tables import table
from components.ui.wording import format_signed

# The darkest shade, in percent, so that the words on it can still be read.
_DARKEST = 55
_LISTED = 8


def largest(words: Sequence[WordContribution]) -> float:
    """The largest share, above or below 0, which the darkest shade stands for; 1 if there is none."""
    return max((abs(word.share) for word in words), default=1.0) or 1.0


def draw_shaded(text: str, words: Sequence[WordContribution], most: float, name: str = "") -> None:
    """Draw a text with each word on a ground as dark as its share; special tokens stand before and after it.

    Blue adds, red takes away. most: the share that is darkest. name: of the text, above it.
    """
    parts, reached = [], 0
    for word in words:
        percent = round(_DARKEST * abs(word.share) / most)
        colour = "key" if word.share >= 0 else "query"
        ground = f"background: color-mix(in srgb, var(--es-{colour}) {percent}%, transparent)"
        says = f"{word.text}: {format_signed(word.share)}"
        if word.special:
            tag, shown = "small", word.text
        else:
            parts.append(html.escape(text[reached : word.start]))
            tag, shown, reached = "span", text[word.start : word.end], word.end
        parts.append(f'<{tag} style="{ground}" title="{html.escape(says)}">{html.escape(shown)}</{tag}>')
        if word.special:
            parts.append(" ")
    # What follows the last word stands before the special tokens at the end.
    parts.append(html.escape(text[reached:]))
    heading = f'<p class="es-count">{html.escape(name)}</p>' if name else ""
    markup(f'{heading}<p class="es-shares" dir="auto">{"".join(parts)}</p>')


def table_of_words(
    words: Sequence[WordContribution], columns: tuple[str, str], caption: str, added: Sequence[tuple[str, float]] = ()
) -> None:
    """The words with the largest shares, the rest together, what is added to them, and the sum."""
    ordered = sorted(words, key=lambda word: -abs(word.share))
    rows = [[word.text, format_signed(word.share)] for word in ordered[:_LISTED]]
    if len(ordered) > _LISTED:
        rest = sum(word.share for word in ordered[_LISTED:])
        rows.append([f"the other {len(ordered) - _LISTED}", format_signed(rest)])
    rows += [[name, format_signed(number)] for name, number in added]
    total = sum(word.share for word in words) + sum(number for _, number in added)
    table(columns, [*rows, ["sum", format_signed(total)]], caption)
