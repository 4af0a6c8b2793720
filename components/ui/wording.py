"""Small pieces of English: counts and their nouns."""

_SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def small_number(count: int) -> str:
    """A count as prose writes it: words up to twelve, then digits.

    >>> small_number(3), small_number(140)
    ('three', '140')
    """
    return _SMALL[count] if count < len(_SMALL) else f"{count:,}"


def counted(count: int, noun: str) -> str:
    """A count and its noun, with an s where it needs one.

    >>> counted(1, "token"), counted(1200, "token")
    ('1 token', '1,200 tokens')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def signed(number: float, decimals: int = 4) -> str:
    """A number with a fixed count of decimals and a true minus sign.

    >>> signed(-0.5)
    '−0.5000'
    """
    return f"{number:.{decimals}f}".replace("-", "−")
