"""What can be said of two compared sentences: the title, the reason, the names of their words."""

from collections import Counter

import numpy as np

from components.core.context.comparison import Comparison
from components.core.text.spelling import fold
from components.ui.page import quoted
from components.ui.wording import PRINTS_AS_ONE, format_cosine, format_difference

# Rounding of 32-bit floats changes numbers between -10 and 10 by less than this on their way through the layers.
_ROUNDING = 1e-4


def finding(compared: Comparison, mode: str) -> str:
    """The cosine of the two sentences, and how they differ. mode: one of the picker's POSITION_MODES."""
    cosine = f"cosine {format_cosine(compared.sentence_cosines[-1])}"
    if same_tokens(compared):
        return f"The same sentence twice: {cosine}"
    if mode == "off" and only_rounding(compared):
        return f"Without positions the two are one sentence: {cosine}"
    if only_rounding(compared):
        return f"The same words, and no order that counts: {cosine}"
    if mode == "off":
        return f"Without positions a difference remains: {cosine}"
    if mode == "shuffled":
        return f"With shuffled positions: {cosine}"
    if compared.same_words:
        return f"The same words, another sentence: {cosine}"
    return f"Other words, another sentence: {cosine}"


def lead(compared: Comparison, mode: str) -> str:
    """The word that changes most, or the reason why none does."""
    if same_tokens(compared):
        return "Nothing differs: both sentences are the same tokens in the same order."
    if only_rounding(compared):
        return rounding(compared)
    most = moved_most(compared)
    if not any(not word.special for word in compared.paired_words):
        sentences = ["The two sentences share no word; only their special tokens can be compared."]
    elif most is None:
        sentences = ["The words that both contain have the same context vectors in both."]
    else:
        index, layer = most
        sentences = [
            f"{quoted(names_of(compared)[index])} changes most: after layer {layer} its context vectors in the two "
            f"sentences have cosine {format_cosine(compared.word_cosines[layer, index])}."
        ]
    if mode == "off":
        sentences.append(_remains(compared))
    if mode == "shuffled":
        alike = compared.first.num_tokens == compared.second.num_tokens
        sentences.append(
            "Each token gets another token's position, the same way in both sentences."
            if alike
            else "Each token gets another token's position, differently in each sentence, since their lengths differ."
        )
    if mode == "on" and compared.same_words:
        sentences.append("Only the positions differ: switch them off.")
    return " ".join(sentences)


def rounding(compared: Comparison) -> str:
    """The reason why two orders of the same words differ by rounding alone."""
    largest = format_difference(max(compared.largest_differences.values()))
    return (
        f"In no layer do two numbers differ by more than {largest}, the rounding of 32-bit numbers. "
        "Self-attention by itself adds up over all words; it does not see their order."
    )


def moved_most(compared: Comparison) -> tuple[int, int] | None:
    """The pair of words and the layer, from 1, with the lowest cosine; None if all of them print as 1."""
    most = compared.moved_most()
    if most is None or compared.word_cosines[most[1], most[0]] > PRINTS_AS_ONE:
        return None
    return most


def names_of(compared: Comparison) -> tuple[str, ...]:
    """Names of the P paired words. A word that repeats gets the number of its first token in the first sentence."""
    texts = [word.text for word in compared.paired_words]
    counts = Counter(map(fold, texts))
    return tuple(
        f"{word.token_indices[0] + 1} {word.text}" if counts[fold(word.text)] > 1 else word.text
        for word in compared.paired_words
    )


def same_tokens(compared: Comparison) -> bool:
    """True if both sentences are the same tokens in the same order."""
    return np.array_equal(compared.first.token_ids, compared.second.token_ids)


def only_rounding(compared: Comparison) -> bool:
    """True if both sentences contain the same words and their numbers differ by rounding alone."""
    return compared.same_words and max(compared.largest_differences.values()) < _ROUNDING


def _remains(compared: Comparison) -> str:
    """The reason why the two still differ with positions off."""
    if not compared.same_words:
        return "The words make the rest of the difference: the two sentences do not contain the same ones."
    return (
        "The rest of the difference is not position: this tokenizer cuts a word differently at the start of a text, or "
        "the model lets words see only their neighbours."
    )
