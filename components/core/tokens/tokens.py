"""Tokenization of texts, and the words that tokens belong to.

Nothing here runs the model. S tokens, special ones such as [CLS] included.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Int

from components.core.errors import SentenceError
from components.core.lazy import cached_property
from components.core.text.words import TextSpan, end_of_marks, units_of

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, eq=False)
class Tokens:
    """Tokens of one text, or of a pair of texts joined by special tokens."""

    text: str  # the (first) text, as far as it was read
    unread_text: str  # the rest, beyond the limit; else ""
    total_tokens: int  # of the whole text, truncated or not
    tokens: tuple[str, ...]  # S, as the vocabulary spells them
    labels: tuple[str, ...]  # S, for people: byte-level tokens made readable
    token_ids: Int[np.ndarray, " S"]
    offsets: tuple[tuple[int, int], ...]  # S of [start, end) in the text that the token is of
    special: Bool[np.ndarray, " S"]  # added by the tokenizer, not typed
    unknown: Bool[np.ndarray, " S"]  # stands for something that the vocabulary has no piece for
    second_text: str | None  # the second text of a pair, as far as it was read; None for one text alone
    text_ids: tuple[int | None, ...]  # S; 0 for tokens of the first text, 1 for the second's; None for special tokens
    token_type_ids: Int[np.ndarray, " S"]  # 0 and 1: the number of each token's text, as input of BERT

    @property
    def words(self) -> tuple["Word", ...]:
        """The words of the text in order, each with its tokens."""
        return tuple(word for word in self.words_and_marks if not word.special)

    @property
    def num_words(self) -> int:
        """The number of words without punctuation marks, as every page counts them; an emoji is a word.

        A text of nothing but marks has as many words as marks.
        """
        marks = sum(word.is_mark for word in self.words)
        return len(self.words) - marks or marks

    @cached_property
    def words_and_marks(self) -> tuple["Word", ...]:
        """The words and the special tokens in order: every token belongs to exactly one of them.

        Words are found by their characters, whatever the tokenizer takes for a word, and punctuation marks are apart.
        Where one token holds several, they are one.
        """
        words: list[Word] = []
        of_texts = [self._words_of(number) for number in (0, 1)]
        for index, text in enumerate(self.text_ids):
            if text is None:
                words.append(Word(self.labels[index], (index,), special=True))
            elif of_texts[text] and of_texts[text][0].token_indices[0] == index:
                words.append(of_texts[text].pop(0))
        return tuple(words)

    @cached_property
    def word_ids(self) -> tuple[int | None, ...]:
        """The number of each token's word; None for special tokens; each text of a pair counts from 0."""
        ids: list[int | None] = [None] * len(self.tokens)
        counts = [0, 0]
        for word in self.words:
            text = self.text_ids[word.token_indices[0]] or 0
            for index in word.token_indices:
                ids[index] = counts[text]
            counts[text] += 1
        return tuple(ids)

    def _words_of(self, number: int) -> list["Word"]:
        """Return the words of the first text (0) or the second (1) of a pair."""
        text = (self.second_text or "") if number else self.text
        indices = [index for index, of in enumerate(self.text_ids) if of == number]
        groups = _group(units_of(text), [self.offsets[index] for index in indices])
        return [Word(text[slice(*span)], tuple(indices[each] for each in places), span=span) for span, places in groups]


@dataclass(frozen=True)
class Word:
    """A word, a punctuation mark or a character that stands for itself; or a special token."""

    text: str  # as typed, with all its marks, also those that the tokenizer drops
    token_indices: tuple[int, ...]
    special: bool = False
    span: TextSpan = (0, 0)  # of its text in the text that it is of

    @property
    def is_mark(self) -> bool:
        """True if it has nothing but punctuation.

        >>> [Word(text, (0,)).is_mark for text in ("!", "…", "pizza", "🍕", "披")]
        [True, True, False, False, False]
        """
        return all(unicodedata.category(letter)[0] in "PZCM" for letter in self.text)


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
    """Raise SentenceError if the text was truncated."""
    if tokens.unread_text:
        raise SentenceError(
            f"{'This text has' if tokens.second_text is None else 'The two texts together have'} "
            f"{tokens.total_tokens:,} tokens; {model} reads at most {limit}. "
            + (f"Shorten it, or read its first {limit}." if tokens.second_text is None else "Shorten one of them.")
        )


def tokenize(tokenizer: Any, text: str, limit: int, second: str | None = None) -> Tokens:
    """Split a text, or a pair of texts, into at most `limit` tokens, special ones included.

    tokenizer: a transformers fast tokenizer. second: joined to the first as the tokenizer joins pairs. Of a pair that
    is too long, each text gets half of the limit, and the other one gets what a shorter text leaves. Raises
    SentenceError for a text with nothing to read.
    """
    texts = [text] if second is None else [text, second]
    for each in texts:
        check_text(each)
    encoded = _encoded(tokenizer, texts)
    total = len(encoded["input_ids"])
    counts = _counts(encoded, len(texts))
    for each, count in zip(texts, counts, strict=True):
        if not count:
            raise SentenceError(
                f"The tokenizer finds nothing to read in {len(each)} character{'s' if len(each) > 1 else ''}: it drops "
                "control characters and blanks. Type at least one word."
            )
    read = texts
    if total > limit:
        # Tokenizing the shortened texts again lets the tokenizer place its special tokens itself. Text next to
        # the end can only merge or split differently, so the loop ends after a few steps.
        shares = _shares(counts, limit - (total - sum(counts)))
        ends = _ends(encoded, texts, shares)
        while True:
            read = [each[:end] for each, end in zip(texts, ends, strict=True)]
            encoded = _encoded(tokenizer, read)
            counts = _counts(encoded, len(texts))
            if all(count <= share for count, share in zip(counts, shares, strict=True)):
                break
            ends = [end - (count > share) for end, count, share in zip(ends, counts, shares, strict=True)]
    ids = encoded["input_ids"]
    token_ids, special = np.array(ids), np.array(encoded["special_tokens_mask"], dtype=bool)
    unknown_id = tokenizer.unk_token_id
    unknown = np.array([i == unknown_id for i in ids]) & ~special
    token_type_ids = np.array(encoded.get("token_type_ids", [0] * len(ids)))
    for array in (token_ids, special, unknown, token_type_ids):
        array.setflags(write=False)
    tokens = tokenizer.convert_ids_to_tokens(ids)
    return Tokens(
        text=read[0],
        unread_text=" ".join(whole[len(part) :] for whole, part in zip(texts, read, strict=True) if part != whole),
        total_tokens=total,
        tokens=tuple(tokens),
        labels=readable(tokenizer, tokens),
        token_ids=token_ids,
        offsets=tuple((int(a), int(b)) for a, b in encoded["offset_mapping"]),
        special=special,
        unknown=unknown,
        second_text=None if second is None else read[1],
        text_ids=tuple(encoded.sequence_ids()),
        token_type_ids=token_type_ids,
    )


def with_prompt_apart(tokens: Tokens, characters: int) -> Tokens:
    """Return the tokens of a text before which a prompt of so many characters was read.

    The prompt's tokens become special ones; what the text says, and where its tokens stand, is the text without it.
    """
    if not characters:
        return tokens
    of_prompt = [
        not special and end <= characters for (_, end), special in zip(tokens.offsets, tokens.special, strict=True)
    ]
    special = tokens.special | np.array(of_prompt, dtype=bool)
    special.setflags(write=False)

    return replace(
        tokens,
        text=tokens.text[characters:],
        offsets=tuple((max(0, start - characters), max(0, end - characters)) for start, end in tokens.offsets),
        special=special,
        text_ids=tuple(None if apart else text for text, apart in zip(tokens.text_ids, of_prompt, strict=True)),
    )


def _group(units: Sequence[TextSpan], offsets: Sequence[TextSpan]) -> list[tuple[TextSpan, list[int]]]:
    """Divide the tokens of a text among what can be seen in it: spans, each with the numbers of its tokens.

    units: as units_of() returns them. offsets: of the tokens, in order. Units that one token holds are one. A token of
    nothing that can be seen, such as a blank, belongs to what follows it, and at the end to what is before it. Units
    without a token, which the tokenizer drops, are left out.

    >>> _group([(0, 4), (4, 5), (6, 8)], [(0, 2), (2, 4), (4, 5), (5, 6), (6, 8)])
    [((0, 4), [0, 1]), ((4, 5), [2]), ((6, 8), [3, 4])]
    """
    starts, ends = [start for start, _ in units], [end for _, end in units]
    groups: list[tuple[int, int, list[int]]] = []  # the first and the last of its units, and its tokens
    waiting: list[int] = []
    for number, (start, end) in enumerate(offsets):
        first, last = bisect_right(ends, start), bisect_left(starts, end) - 1
        if first > last:
            waiting.append(number)
        elif groups and first <= groups[-1][1]:
            before, furthest, numbers = groups[-1]
            groups[-1] = (before, max(furthest, last), [*numbers, *waiting, number])
            waiting = []
        else:
            groups.append((first, last, [*waiting, number]))
            waiting = []
    if waiting and groups:
        groups[-1][2].extend(waiting)
    elif waiting:
        # A text of nothing that can be seen is a word all the same: the model reads it.
        return [((offsets[waiting[0]][0], offsets[waiting[-1]][1]), waiting)]
    return [((starts[first], ends[last]), numbers) for first, last, numbers in groups]


def _encoded(tokenizer: Any, texts: Sequence[str]) -> Any:
    return tokenizer(
        *texts, truncation=False, return_offsets_mapping=True, return_special_tokens_mask=True, verbose=False
    )


def _counts(encoded: Any, texts: int) -> list[int]:
    """Count the tokens of each text."""
    return [encoded.sequence_ids().count(number) for number in range(texts)]


def _shares(counts: list[int], room: int) -> list[int]:
    """Divide `room` tokens among texts with these counts."""
    # Of an odd room with two long texts, one token is left over; it stays unused.
    least = room // len(counts)
    return [min(count, max(least, room - (sum(counts) - count))) for count in counts]


def _ends(encoded: Any, texts: Sequence[str], shares: Sequence[int]) -> list[int]:
    """Return the index of the character at which each text ends after its share of tokens."""
    numbers = encoded.sequence_ids()
    ends = []
    for number, (text, share) in enumerate(zip(texts, shares, strict=True)):
        spans = [span for span, of in zip(encoded["offset_mapping"], numbers, strict=True) if of == number]
        ends.append(end_of_tokens(text, spans, share))
    return ends


def end_of_tokens(text: str, offsets: Sequence[TextSpan], count: int) -> int:
    """Return the index at which the first `count` tokens of a text end, with the marks that no token has.

    >>> end_of_tokens("cafe\u0301s", [(0, 4), (5, 6)], 1)
    5
    """
    if not count:
        return 0
    end = int(offsets[count - 1][1])
    following = int(offsets[count][0]) if count < len(offsets) else len(text)
    return max(end, min(end_of_marks(text, end), following))


def readable(tokenizer: Any, tokens: Sequence[str]) -> tuple[str, ...]:
    """Spell tokens for people.

    A byte-level vocabulary (RoBERTa, ModernBERT) writes a space as Ġ and other bytes as stand-in letters;
    here a space becomes ▁ and the bytes the characters they are, or \\x.. where a token holds only part of a
    character, and \\n and the like where nothing would be seen. Other vocabularies are shown as they are.
    """
    if not _is_byte_level(tokenizer):
        return tuple(tokens)
    # Tokens that were added to the vocabulary are spelled in letters, not in bytes.
    added = tokenizer.get_added_vocab()
    return tuple(token if token in added else _spell_bytes(token) for token in tokens)


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
