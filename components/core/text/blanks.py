"""The blanks of a text: how people write that a word is missing, and the one spelling that a tokenizer reads."""

import re
import unicodedata

from components.core.errors import SentenceError

#: The most characters of a text with blanks.
MOST_CHARACTERS = 2_000
#: The most blanks of a text.
MOST_BLANKS = 6

# What can only be a blank, wherever it stands: underscores, mask tokens of all families, and empty brackets.
_BLANK = re.compile(
    r"[_\uFF3F]{2,}|(?<![\w])[_\uFF3F](?![\w])|\[\s*(?:mask|blank)?\s*\]|<\s*(?:mask|blank)\s*>|\{\s*(?:mask|blank)\s*\}",
    re.IGNORECASE,
)
# What may be a blank where it stands alone, as a word does: question marks, dots and stars.
_ALONE = re.compile(r"(?<!\S)(?:\?+|\.{3,}|…+|\*+)(?=[.,;:!]?(?!\S))")


def mark_blanks(text: str, mask: str) -> tuple[str, int]:
    """Return a text with `mask` in place of each blank, and the number of blanks.

    A question mark, three dots or stars are a blank if they stand alone and no plainer blank is in the text. Runs of
    white space become one space. Raises SentenceError for a text that is too long, without a blank, with nothing
    beside its blanks, or with too many.

    >>> mark_blanks("Squatch eats ___ .", "[MASK]")
    ('Squatch eats [MASK] .', 1)
    >>> mark_blanks("Is ? warm?", "<mask>"), mark_blanks("Is <MASK> warm ?", "[MASK]")
    (('Is <mask> warm?', 1), ('Is [MASK] warm ?', 1))
    """
    if len(text) > MOST_CHARACTERS:
        raise SentenceError(
            f"This text has {len(text):,} characters; a text with a blank may have at most {MOST_CHARACTERS:,}. "
            "Shorten it."
        )
    # A null character, which no tokenizer reads, stands for a blank meanwhile.
    spaced = " ".join(text.replace("\0", " ").split())
    plain = _BLANK.sub("\0", spaced.replace(mask, "\0"))
    marked = plain if "\0" in plain else _ALONE.sub("\0", plain)
    count = marked.count("\0")
    if not count:
        raise SentenceError(
            "There is no blank in this text. Type three underscores, ___, where a word is missing."
            if spaced
            else "There is no sentence to read: nothing was typed. Type one with ___ where a word is missing."
        )
    if count > MOST_BLANKS:
        raise SentenceError(f"This text has {count:,} blanks; it may have {MOST_BLANKS}. Write out some of them.")
    if all(unicodedata.category(letter)[0] in "PZCM" for letter in marked):
        raise SentenceError(
            "Beside the blank there is no word, so there is nothing to guess from. Type a sentence around it."
        )
    return marked.replace("\0", mask), count
