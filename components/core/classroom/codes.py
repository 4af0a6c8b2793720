"""Codes of rooms: four letters that are told apart on a projector and by ear."""

import secrets

#: No I, L and O, which look like digits or each other, no U and V, no vowels that make words of four letters.
LETTERS = "BCDFGHJKMNPQRSTWXYZ"
LENGTH = 4


def new_code() -> str:
    """Return a random code; there are 19⁴, some 130,000."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def new_secret() -> str:
    """Return 32 random hexadecimal digits, for a device or the key in a room's QR code."""
    return secrets.token_hex(16)


def read_code(typed: str) -> str | None:
    """Return the code that somebody typed, in capitals and without blanks or hyphens; None if it is none.

    >>> read_code(" kx-pm "), read_code("KXP"), read_code("KXP1")
    ('KXPM', None, None)
    """
    code = "".join(typed[:40].split()).replace("-", "").upper()
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else None
