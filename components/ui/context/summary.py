"""What the Context page finds about a word: whether its senses separate, and what its vectors start from."""

from dataclasses import dataclass

import numpy as np

from components.core.context.word_occurrences import UNKNOWN_SENSE, WordOccurrences
from components.figures.charts.layer_lines import LayerLine
from components.figures.palette import Palette
from components.ui.context.senses import all_shipped, opening, shipped
from components.ui.page import quoted
from components.ui.wording import PRINTS_AS_ONE, format_cosine, format_count, spell_number, tell_apart

# Letters of a sense beside the number of a sentence.
_SENSE = 12


@dataclass(frozen=True, eq=False)
class Followed:
    """A word that is followed through sentences, as they were typed."""

    found: WordOccurrences
    typed: str

    @property
    def word(self) -> str:
        """The word without blanks around it."""
        return self.found.word.strip()

    @property
    def opens_as_shipped(self) -> bool:
        """True if these are the sentences that a shipped word opens with, chosen because they separate best."""
        return self.word in shipped() and self.typed == opening(self.word)


def finding(model: str, followed: Followed) -> str:
    """The word, and the cosines of its vectors: over all shipped sentences if what is shown is a choice of them."""
    found, word = followed.found, quoted(followed.word)
    if not found.other_sense.any():
        return f"One {word} becomes {spell_number(len(found.occurrences))} vectors: {_cosines(found)}"
    if not found.same_sense.any():
        return f"{word} in {spell_number(len(found.senses))} senses: {_cosines(found)}"
    if followed.opens_as_shipped:
        every = all_shipped(model, followed.word)
        verb = _verb(every, beyond_chance=every.separates)
        return f"Context {verb} the senses of {word}: {within_and_between(every)}"
    beyond = found.separates or found.too_few_to_tell
    return f"Context {_verb(found, beyond_chance=beyond)} the senses of {word}: {within_and_between(found)}"


def lead(model: str, followed: Followed) -> str:
    """What the numbers of the finding are about, and the word embedding that the vectors start from."""
    found = followed.found
    sentences = []
    compares_senses = bool(found.other_sense.any() and found.same_sense.any())
    if followed.opens_as_shipped and compares_senses:
        count = len(all_shipped(model, followed.word).occurrences)
        sentences.append(
            f"Measured over all {spell_number(count)} shipped sentences; the {spell_number(len(found.occurrences))} "
            f"shown are the clearest: {within_and_between(found, short=True)}."
        )
    elif compares_senses:
        partnered = int(found.with_partner.sum())
        alone = int(found.has_sense.sum()) - partnered
        omitted = f"; left out: {format_count(alone, 'use')} without another sentence in the sense." if alone else "."
        repeated = len({each.number for each in found.occurrences}) < len(found.occurrences)
        nearest = "nearest use in another sentence" if repeated else "nearest use"
        sentences.append(
            f"For {found.nearest_of_same_sense()} of {format_count(partnered, 'use')} the {nearest} has the same "
            f"sense{omitted}"
        )
        if found.too_few_to_tell:
            sentences.append("With so few uses that can be chance.")
    elif not found.other_sense.any():
        sentences.append(
            "To see whether its senses separate, name them: a line that ends in a colon names the sense of those below."
        )
    return " ".join([*_nearest_to_unknown(found), *sentences, _start(found)])


def what_it_is_cut_into(found: WordOccurrences) -> str:
    """How the tokenizer cuts the word; empty if it is one token that the vocabulary contains."""
    pieces = {len(each.word.token_indices) for each in found.occurrences}
    if pieces == {1}:
        unknown = any(each.tokens.unknown[each.word.token_indices[0]] for each in found.occurrences)
        return (
            "The vocabulary does not contain it: it is read as the unknown token, like every such word."
            if unknown
            else ""
        )
    count = f"{spell_number(pieces.pop())} pieces" if len(pieces) == 1 else "pieces"
    return f"It is cut into {count}; its vector is their mean."


def one_word_embedding(found: WordOccurrences) -> bool:
    """True if the word starts from the same vector in every sentence."""
    return bool(found.cosines[0].min() > PRINTS_AS_ONE)


def within_and_between(found: WordOccurrences, step: int = -1, short: bool = False) -> str:
    """The mean cosine within senses and between them in one step."""
    within, between = (
        format_cosine(found.mean_cosines(pairs)[step], 3) for pairs in (found.same_sense, found.other_sense)
    )
    return f"{within} and {between}" if short else f"cosine {within} within, {between} between"


def layer_lines_of(found: WordOccurrences, colours: Palette) -> list[LayerLine]:
    """Mean cosines of two uses, step by step: within a sense and between senses, or of all if no senses are named."""
    if not found.other_sense.any():
        everyone = ~np.eye(len(found.occurrences), dtype=bool)
        return [LayerLine("all pairs", found.mean_cosines(everyone), colours.output, width=3)]
    lines = []
    if found.same_sense.any():
        lines.append(LayerLine("same sense", found.mean_cosines(found.same_sense), colours.output, width=3))
    lines.append(LayerLine("other sense", found.mean_cosines(found.other_sense), colours.query, width=3, dash="dash"))
    return lines


def labels_of(found: WordOccurrences) -> list[str]:
    """The label of each occurrence: its number and, if several senses are named, its sense."""
    names = names_of(found)
    if len(found.senses) < 2:
        return names
    short = dict(zip(found.senses, tell_apart(found.senses, _SENSE), strict=True))
    return [f"{name} {short[each.usage.sense]}" for name, each in zip(names, found.occurrences, strict=True)]


def names_of(found: WordOccurrences) -> list[str]:
    """The number of each occurrence: that of its sentence, with a letter if the word occurs in it more than once."""
    numbers = [each.number for each in found.occurrences]
    return [
        f"{number}{'abc'[numbers[:index].count(number)] if numbers.count(number) > 1 else ''}"
        for index, number in enumerate(numbers)
    ]


def _verb(found: WordOccurrences, *, beyond_chance: bool) -> str:
    within, between = found.mean_cosines(found.same_sense)[-1], found.mean_cosines(found.other_sense)[-1]
    if within <= between or found.nearest_of_same_sense() <= found.nearest_by_chance:
        return "does not separate"
    if not beyond_chance:
        return "does not clearly separate"
    return "separates" if found.nearest_of_same_sense() == int(found.with_partner.sum()) else "partly separates"


def _nearest_to_unknown(found: WordOccurrences) -> list[str]:
    """Of uses whose sense is not given, the nearest use."""
    cosines = found.cosines[-1].copy()
    np.fill_diagonal(cosines, -np.inf)
    labels = labels_of(found)
    return [
        f"Nearest to {labels[index]} is {labels[int(cosines[index].argmax())]}."
        for index, each in enumerate(found.occurrences)
        if each.usage.sense == UNKNOWN_SENSE and found.other_sense.any()
    ]


def _start(found: WordOccurrences) -> str:
    static = format_cosine(found.cosines[0].min())
    if not one_word_embedding(found):
        return f"Its word embeddings differ (cosine {static}): in some sentences it is cut into other tokens."
    if found.cosines[1:].min() > PRINTS_AS_ONE:
        return "Nothing differs: for the model all of these are the same."
    return f"Its word embedding is the same in every sentence: cosine {static}. Position and self-attention differ."


def _cosines(found: WordOccurrences) -> str:
    pairs = found.cosines[-1][~np.eye(len(found.occurrences), dtype=bool)]
    low, high = format_cosine(pairs.min(), 3), format_cosine(pairs.max(), 3)
    return f"cosine {low}" if low == high else f"cosines from {low} to {high}"
