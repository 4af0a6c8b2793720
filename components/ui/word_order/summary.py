"""The title and the lead of the Word order page, and the names of its words."""

import numpy as np

from components.core import Intervention, PositionsOff, PositionsReordered
from components.core.context.comparison import Comparison
from components.core.positions.permutations import shuffle_positions
from components.core.tokens.tokens import Tokens
from components.ui.caches.requests import ComparisonRequest, TraceRequest
from components.ui.wording import format_difference, join_list

# Rounding of 32-bit floats changes numbers between -10 and 10 by less than this on their way through the layers.
_ROUNDING = 1e-4


def request_for(mode: str, model: str, first: Tokens, second: Tokens) -> ComparisonRequest:
    """The cache key of the comparison of two sentences with positions on, off or shuffled.

    mode: one of the picker's POSITION_MODES. Sentences of equal length are shuffled alike.
    """
    interventions: list[tuple[Intervention, ...]] = [(), ()]
    if mode == "off":
        interventions = [(PositionsOff(),), (PositionsOff(),)]
    elif mode == "shuffled":
        orders = [shuffle_positions(sentence.special.tolist(), seed=0) for sentence in (first, second)]
        interventions = [(PositionsReordered(order),) for order in orders]
    one, other = (
        TraceRequest(model, sentence.text, interventions=changes)
        for sentence, changes in zip((first, second), interventions, strict=True)
    )
    return ComparisonRequest(one, other)


def finding(compared: Comparison, mode: str) -> str:
    """The page's title: the cosine of the two sentences, and how they differ."""
    cosine = f"cosine {compared.sentence_cosines[-1]:.4f}"
    if _same_tokens(compared):
        return f"The same sentence twice: {cosine}"
    if mode == "off" and only_rounding(compared):
        return f"Without positions the two are one sentence: {cosine}"
    if mode == "off":
        return f"Without positions a difference remains: {cosine}"
    if mode == "shuffled":
        return f"With shuffled positions: {cosine}"
    if compared.same_words:
        return f"The same words, another sentence: {cosine}"
    return f"Other words, another sentence: {cosine}"


def lead(compared: Comparison, mode: str) -> str:
    """The largest changes, or the reason why there are none."""
    if _same_tokens(compared):
        return "Nothing differs: both sentences are the same tokens in the same order."
    if only_rounding(compared):
        largest = format_difference(max(compared.largest_differences.values()))
        return (
            f"In no layer do two numbers differ by more than {largest}, the rounding of 32-bit numbers. "
            "Self-attention by itself adds up over all words; it does not see their order."
        )
    most = compared.moved_most()
    if most is None:
        sentences = ["The two sentences share no word; only their special tokens can be compared."]
    else:
        index, layer = most
        sentences = [
            f"“{names_of(compared)[index]}” moved most: after layer {layer} its context vectors in the "
            f"two sentences have cosine {compared.word_cosines[layer, index]:.3f}.",
            named_heads(compared),
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
    return " ".join(sentences)


def names_of(compared: Comparison) -> tuple[str, ...]:
    """Names of the P paired words. A word that repeats gets the number of its first token in the first sentence."""
    texts = [word.text for word in compared.paired_words]
    repeated = {text.casefold() for text in texts if [each.casefold() for each in texts].count(text.casefold()) > 1}
    return tuple(
        f"{word.token_indices[0] + 1} {word.text}" if word.text.casefold() in repeated else word.text
        for word in compared.paired_words
    )


def named_heads(compared: Comparison, count: int = 3) -> str:
    """The heads that differ most, each with the average share of a word's attention that moved."""
    moved = compared.attention_moved
    strongest = moved.ravel().argsort(kind="stable")[::-1][:count]
    places = [divmod(int(number), moved.shape[1]) for number in strongest]
    named = [f"layer {layer + 1} head {head + 1} ({moved[layer, head]:.0%})" for layer, head in places]
    return f"The heads that differ most, by the share of attention that moved: {join_list(named)}."


def _remains(compared: Comparison) -> str:
    """The reason why the two still differ with positions off."""
    if not compared.same_words:
        return "The words make the rest of the difference: the two sentences do not contain the same ones."
    return (
        "The rest of the difference is not position: this tokenizer cuts a word differently at the start of a text, or "
        "the model lets words see only their neighbours."
    )


def _same_tokens(compared: Comparison) -> bool:
    return np.array_equal(compared.first.token_ids, compared.second.token_ids)


def only_rounding(compared: Comparison) -> bool:
    """True if both sentences contain the same words and their numbers differ by rounding alone."""
    return compared.same_words and max(compared.largest_differences.values()) < _ROUNDING
