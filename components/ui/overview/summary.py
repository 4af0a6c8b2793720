"""The title of the Overview."""

from components.ui.page import Reading
from components.ui.wording import spell_number

LEAD = (
    "Each row below shows this sentence at one step of its way through the encoder. Every cell is one of its numbers. "
    "Follow the link of a step to see it in detail."
)


def finding(reading: Reading) -> str:
    """Return the title: the number of words that become one point."""
    words = reading.tokens.words
    count = sum(any(map(str.isalnum, word.text)) for word in words) or len(words)
    return f"{spell_number(count).capitalize()} {'word becomes' if count == 1 else 'words become'} one point in space"
