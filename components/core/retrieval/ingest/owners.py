"""Who a library of documents belongs to: the bearer of a secret, which no file tells."""

import hashlib
import re

_OWNER = re.compile("[0-9a-f]{32}")


def is_owner(text: str) -> bool:
    """Whether this is the form of an owner's secret: 32 hexadecimal digits."""
    return _OWNER.fullmatch(text) is not None


def library_key(owner: str) -> str:
    """What an owner's library is kept under, in hexadecimal: SHA-256, so that no file tells the secret.

    Raises ValueError for anything else than 32 hexadecimal digits.
    """
    if not is_owner(owner):
        raise ValueError("an owner is 32 hexadecimal digits")
    return hashlib.sha256(owner.encode()).hexdigest()
