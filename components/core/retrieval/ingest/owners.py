"""Owners of libraries: each is known by a secret, which is stored in no file."""

import hashlib
import re

_OWNER = re.compile("[0-9a-f]{32}")


def is_owner(text: str) -> bool:
    """Return whether this has the form of an owner's secret: 32 hexadecimal digits."""
    return _OWNER.fullmatch(text) is not None


def library_key(owner: str) -> str:
    """Return the key under which an owner's library is stored: SHA-256 of the secret, in hexadecimal.

    Raises ValueError for anything but 32 hexadecimal digits.

    >>> library_key("a1" * 16)[:16]
    'ca3842ff1bf0ffb6'
    """
    if not is_owner(owner):
        raise ValueError("an owner is 32 hexadecimal digits")
    return hashlib.sha256(owner.encode()).hexdigest()
