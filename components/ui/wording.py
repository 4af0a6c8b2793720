"""Numbers, counts and lists as the screen prints them."""

import math
from collections.abc import Iterable, Sequence
from itertools import takewhile
from math import ceil

from components.core.classroom.guesses import Guesses, said_of
from components.core.storage.cached_encoding import Progress
from components.core.text.words import start_of_character

#: Cosines above this print as 1.0000: those of equal vectors, up to the rounding of 32 bits.
PRINTS_AS_ONE = 0.99995

# More seconds than this are said as minutes.
_MOST_SECONDS = 90

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def spell_number(count: int) -> str:
    """Spell a count as prose does: words up to twelve, then digits.

    >>> spell_number(3), spell_number(140)
    ('three', '140')
    """
    return _SMALL[count] if count < len(_SMALL) else f"{count:,}"


def format_count(count: int, noun: str) -> str:
    """Return a count and its noun, in the plural unless the count is 1.

    >>> format_count(1, "token"), format_count(1200, "token")
    ('1 token', '1,200 tokens')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def format_signed(number: float, decimals: int = 4) -> str:
    """Print a number with a fixed number of decimals and a true minus sign.

    >>> format_signed(-0.5)
    '−0.5000'
    """
    return f"{number:.{decimals}f}".replace("-", "−")


def format_percent(share: float) -> str:
    """Print a share of 1 as a percentage: without decimals from 10 % on, with one from 0.1 % on, else with one digit.

    >>> format_percent(0.314), format_percent(0.0049), format_percent(0.00003), format_percent(1e-12)
    ('31%', '0.5%', '0.003%', 'less than 0.0001%')
    """
    percent = 100 * share
    if percent >= 9.95:
        return f"{percent:.0f}%"
    if percent >= 0.0995:
        return f"{percent:.1f}%"
    if percent < 1e-4:
        return "less than 0.0001%"
    return f"{float(f'{percent:.0e}'):.{-math.floor(math.log10(percent))}f}%"


def format_bracketed(number: float, decimals: int = 4) -> str:
    """Print a number after a sign: a negative one in brackets.

    >>> format_bracketed(-0.5, 1), format_bracketed(0.5, 1)
    ('(−0.5)', '0.5')
    """
    printed = format_signed(float(number), decimals)
    return f"({printed})" if number < 0 else printed


def format_cosine(cosine: float, decimals: int = 4) -> str:
    """Print a cosine; rounding of 32 bits that takes it beyond 1 is left out.

    >>> format_cosine(1.0000001, 7), format_cosine(-0.25)
    ('1.0000000', '−0.2500')
    """
    return format_signed(min(1.0, max(-1.0, float(cosine))), decimals)


def shorten(text: str, most: int) -> str:
    """Return the text, or its beginning and an ellipsis, at most `most` letters in all; no letter loses its marks.

    >>> shorten("pizza", 5), shorten("a pizza", 3)
    ('pizza', 'a…')
    """
    if len(text) <= most:
        return text
    return text[: start_of_character(text, most - 1)].rstrip() + "…"


def tell_apart(texts: Sequence[str], most: int) -> list[str]:
    """Shorten texts to `most` letters; what they all begin with is left out if they would look the same.

    >>> tell_apart(["river", "money"], 12), tell_apart(["something to eat", "something to ride"], 12)
    (['river', 'money'], ['…eat', '…ride'])
    """
    shortened = [shorten(text, most) for text in texts]
    if len(set(shortened)) == len(set(texts)):
        return shortened
    same = (len(set(letters)) == 1 for letters in zip(*texts, strict=False))
    begins = texts[0][: sum(1 for _ in takewhile(bool, same))]
    begins = begins[: begins.rfind(" ") + 1] or begins
    return [shorten(f"…{text[len(begins) :]}", most) for text in texts]


def join_list(parts: Sequence[str]) -> str:
    """Join several items as prose does.

    >>> join_list(["a"]), join_list(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def format_difference(number: float) -> str:
    """Print a difference: with four decimals, or, if it is below 0.001, with two digits and a power of ten.

    >>> format_difference(0.61749), format_difference(2.14e-6), format_difference(0.0)
    ('0.6175', '2.1 × 10⁻⁶', '0')
    """
    if number >= 1e-3 or number == 0:
        return f"{number:.4f}" if number else "0"
    digits, exponent = f"{number:.1e}".split("e")
    return f"{digits} × 10{str(int(exponent)).translate(_SUPERSCRIPT)}"


def format_progress(progress: Progress, noun: str) -> str:
    """Describe the progress and the speed of an encoding, and the time that is left.

    >>> format_progress(Progress(64, 1_200, 31.7), "sentence"), format_progress(Progress(0, 9, 0.0), "text")
    ('64 of 1,200 sentences encoded, 32 a second, 36 seconds left', '0 of 9 texts encoded')
    """
    said = f"{progress.done:,} of {format_count(progress.total, noun)} encoded"
    if not progress.per_second:
        return said
    left = format_seconds((progress.total - progress.done) / progress.per_second)
    return f"{said}, {progress.per_second:,.0f} a second, {left} left"


def format_seconds(seconds: float) -> str:
    """Print a time that is only known roughly: seconds up to 90, then minutes, both rounded up.

    >>> format_seconds(35.2), format_seconds(0.2), format_seconds(91), format_seconds(60 * 12.1)
    ('36 seconds', '1 second', '2 minutes', '13 minutes')
    """
    if seconds <= _MOST_SECONDS:
        return format_count(max(1, ceil(seconds)), "second")
    return format_count(ceil(seconds / 60), "minute")


def format_time_left(seconds: float) -> str:
    """Say about how long something still takes.

    >>> format_time_left(0.4), format_time_left(42.0), format_time_left(150)
    ('about 1 s left', 'about 42 s left', 'about 3 min left')
    """
    if seconds < 90:
        return f"about {max(1, math.ceil(seconds))} s left"
    return f"about {math.ceil(seconds / 60)} min left"


def layer_steps(layers: int) -> list[str]:
    """Return the tick labels of an axis of layers.

    >>> layer_steps(2)
    ['input', '1', '2']
    """
    return ["input", *(str(layer) for layer in range(1, layers + 1))]


def plain_label(text: str) -> str:
    """Return a text for the label of a button, which Streamlit reads as Markdown.

    >>> print(plain_label("*not* [bad]"))
    \\*not\\* \\[bad\\]
    """
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()#+-.!:$~<>|" else letter for letter in text)


def in_brackets(guesses: Guesses[str], options: Iterable[str]) -> dict[str, str]:
    """Return for each option who guessed it, as a part of a sentence after its name; "" if nobody did.

    >>> in_brackets(Guesses("attention"), ("attention", "the network"))
    {'attention': ' (your guess)', 'the network': ''}
    """
    said = {option: said_of(guesses, option) for option in options}
    return {option: f" ({who})" if who else "" for option, who in said.items()}
