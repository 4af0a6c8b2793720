"""Text into tokens: what the tokenizer made of it, word by word.

Nothing here runs the model. S tokens, special ones such as [CLS] included.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.core.errors import SentenceError

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, eq=False)
class Tokens:
    """One text as the model's tokenizer cut it."""

    text: str  # what was read
    unread_text: str  # what lay beyond the limit and was left off; else ""
    total_tokens: int  # of the whole text, cut or not
    tokens: tuple[str, ...]  # S, as the vocabulary spells them
    labels: tuple[str, ...]  # S, for people: byte-level tokens made readable
    token_ids: np.ndarray  # (S,)
    word_ids: tuple[int | None, ...]  # S; None for special tokens
    offsets: tuple[tuple[int, int], ...]  # S of [start, end) in the text
    special: np.ndarray  # (S,) of bool: added by the tokenizer, not typed
    unknown: np.ndarray  # (S,) of bool: stands for something the vocabulary has no piece for

    @property
    def words(self) -> tuple["Word", ...]:
        """The words of the text in order, each with its tokens."""
        return tuple(word for word in self.words_and_marks if not word.special)

    @property
    def words_and_marks(self) -> tuple["Word", ...]:
        """The words and the special tokens in order: every token belongs to exactly one of them."""
        groups: dict[int, list[int]] = {}
        for index, word in enumerate(self.word_ids):
            # A special token is a group of its own, under a number that no word has.
            groups.setdefault(-1 - index if word is None else word, []).append(index)
        return tuple(
            Word(self.labels[group[0]], tuple(group), special=True)
            if number < 0
            else Word(self._typed(group), tuple(group))
            for number, group in groups.items()
        )

    def _typed(self, group: list[int]) -> str:
        """What was typed where these tokens come from, without the blanks around it, unless it is nothing else."""
        typed = self.text[self.offsets[group[0]][0] : self.offsets[group[-1]][1]]
        return typed.strip() or typed


@dataclass(frozen=True)
class Word:
    """A word as the tokenizer sees it (punctuation marks are words of their own), or a special token."""

    text: str
    token_indices: tuple[int, ...]
    special: bool = False


def check_text(text: str) -> str:
    """Return the text, or raise SentenceError if there is nothing in it that can be read."""
    if not text.strip():
        typed = f"{len(text)} blank characters were typed" if text else "nothing was typed"
        if len(text) == 1:
            typed = "1 blank character was typed"
        raise SentenceError(f"There is no sentence to read: {typed}. Type at least one word.")
    half = _SURROGATE.search(text)
    if half:
        raise SentenceError(
            f"Character {half.start() + 1} is half of a surrogate pair (U+{ord(half[0]):04X}), which is not text. "
            "Delete it, or paste the text again."
        )
    return text


def check_whole(tokens: "Tokens", limit: int, model: str) -> None:
    """Raise SentenceError if the text was cut, for a reader who did not ask for a cut."""
    if tokens.unread_text:
        raise SentenceError(
            f"This text has {tokens.total_tokens:,} tokens; {model} reads at most {limit}. "
            f"Shorten it, or read its first {limit}."
        )


def tokenize(tokenizer: Any, text: str, limit: int) -> Tokens:
    """Cut a text into the model's tokens, at most `limit` of them, special ones included.

    tokenizer: a transformers fast tokenizer. Raises SentenceError for a text with nothing to read.
    """
    check_text(text)
    settings = {"truncation": False, "return_offsets_mapping": True, "return_special_tokens_mask": True}
    encoded = tokenizer(text, **settings, verbose=False)
    ids, special = encoded["input_ids"], np.array(encoded["special_tokens_mask"], dtype=bool)
    total = len(ids)
    if special.all():
        raise SentenceError(
            f"The tokenizer finds nothing to read in {len(text)} character{'s' if len(text) > 1 else ''}: it drops "
            "control characters and blanks. Type at least one word."
        )
    read, unread = text, ""
    if total > limit:
        # Tokenizing the shortened text again lets the tokenizer place its special tokens itself. Text next to
        # the cut can only merge or split differently, so the loop ends after a few steps.
        keep = limit - int(special.sum())
        end = encoded["offset_mapping"][np.flatnonzero(~special)[keep - 1]][1]
        while True:
            encoded = tokenizer(text[:end], **settings, verbose=False)
            if len(encoded["input_ids"]) <= limit:
                break
            end -= 1
        read, unread = text[:end], text[end:]
        ids, special = encoded["input_ids"], np.array(encoded["special_tokens_mask"], dtype=bool)
    token_ids = np.array(ids)
    unknown = np.array([i == tokenizer.unk_token_id for i in ids]) & ~special
    for array in (token_ids, special, unknown):
        array.setflags(write=False)
    tokens = tokenizer.convert_ids_to_tokens(ids)
    return Tokens(
        text=read,
        unread_text=unread,
        total_tokens=total,
        tokens=tuple(tokens),
        labels=readable(tokenizer, tokens),
        token_ids=token_ids,
        word_ids=tuple(encoded.word_ids()),
        offsets=tuple((int(a), int(b)) for a, b in encoded["offset_mapping"]),
        special=special,
        unknown=unknown,
    )


def readable(tokenizer: Any, tokens: Sequence[str]) -> tuple[str, ...]:
    """Spell tokens for people.

    A byte-level vocabulary (RoBERTa, ModernBERT) writes a space as Ġ and other bytes as stand-in letters;
    here a space becomes ▁ and the bytes the characters they are, or \\x.. where a token holds only part of a
    character, and \\n and the like where nothing would be seen. Other vocabularies are shown as they are.
    """
    if not _is_byte_level(tokenizer):
        return tuple(tokens)
    special = set(tokenizer.all_special_tokens)
    return tuple(token if token in special else _spell_bytes(token) for token in tokens)


def _is_byte_level(tokenizer: Any) -> bool:
    return "ByteLevel" in type(tokenizer.backend_tokenizer.decoder).__name__


def _byte_alphabet() -> dict[str, int]:
    """The letters that byte-level BPE uses for the 256 bytes (Radford et al. 2019, GPT-2)."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(b): b for b in printable} | {chr(256 + i): b for i, b in enumerate(others)}


_BYTE_OF = _byte_alphabet()


def _spell_bytes(token: str) -> str:
    if any(letter not in _BYTE_OF for letter in token):
        return token
    spelled = bytes(_BYTE_OF[letter] for letter in token).decode("utf-8", errors="backslashreplace")
    visible = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in spelled)
    return visible.replace(" ", "▁")
