"""The share of each word in a number: a text with its words shaded by it, and a table of the largest shares."""

from collections.abc import Sequence

from markupsafe import Markup

from components.core.embeddings.token_contributions import WordContribution
from components.ui.page import markup
from components.ui.tables import table
from components.ui.wording import format_signed

# The darkest shade, in percent, so that the words on it can still be read.
_DARKEST = 55
_LISTED = 8


def largest(words: Sequence[WordContribution]) -> float:
    """Return the largest magnitude of a share, which gets the darkest shade; 1 if there is none."""
    return max((abs(word.share) for word in words), default=1.0) or 1.0


def draw_shaded(text: str, words: Sequence[WordContribution], most: float, name: str = "") -> None:
    """Draw a text, each word on a ground as dark as its share: blue adds, red takes away.

    Special tokens stand before and after the text. most: the share that is darkest. name: of the text, above it.
    """
    parts: list[str] = []
    reached = 0
    for word in words:
        percent = round(_DARKEST * abs(word.share) / most)
        colour = "key" if word.share >= 0 else "query"
        ground = f"background: color-mix(in srgb, var(--es-{colour}) {percent}%, transparent)"
        hover = f"{word.text}: {format_signed(word.share)}"
        if word.special:
            parts.append(Markup('<small style="{}" title="{}">{}</small> ').format(ground, hover, word.text))
            continue
        shaded = Markup('<span style="{}" title="{}">{}</span>').format(ground, hover, text[word.start : word.end])
        parts += [text[reached : word.start], shaded]
        reached = word.end
    # The text after the last word follows the special tokens at the end.
    parts.append(text[reached:])
    heading = Markup('<p class="es-count">{}</p>').format(name) if name else ""
    markup(heading, Markup('<p class="es-shares" dir="auto">{}</p>').format(Markup("").join(parts)))


def table_of_words(
    words: Sequence[WordContribution], columns: tuple[str, str], caption: str, added: Sequence[tuple[str, float]] = ()
) -> None:
    """Draw a table of the words with the largest shares, the other words together, what is added, and the sum."""
    ordered = sorted(words, key=lambda word: -abs(word.share))
    rows = [[word.text, format_signed(word.share)] for word in ordered[:_LISTED]]
    if len(ordered) > _LISTED:
        rest = sum(word.share for word in ordered[_LISTED:])
        rows.append([f"the other {len(ordered) - _LISTED}", format_signed(rest)])
    rows += [[name, format_signed(number)] for name, number in added]
    total = sum(word.share for word in words) + sum(number for _, number in added)
    table(columns, [*rows, ["sum", format_signed(total)]], caption)
