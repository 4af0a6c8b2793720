"""Measure every candidate for a shipped example: `python -m tests.support.choose_examples`.

The Context page opens a word with two sentences of each sense: those whose vectors, after the last layer, are most
alike within a sense and least between senses. It opens with the pronoun pair that the model does best with. All
candidates are measured on the page, chosen or not.
"""

import itertools
from collections.abc import Sequence

import numpy as np

from components.core import Encoder, load_encoder
from components.core.context.comparison import compare
from components.core.context.pronoun_similarity import PronounSimilarity, pronoun_similarities
from components.core.context.word_occurrences import Usage, follow_word
from components.ui.context.pronouns import pronoun_pairs
from components.ui.context.senses import OPENED, shipped
from components.ui.word_order.rewording import PAIRS


def best(encoder: Encoder, word: str, usages: Sequence[Usage]) -> tuple[list[Usage], float]:
    """The sentences, so many of each sense as the page opens with, that part best, and by how much."""
    found = follow_word(encoder, word, usages)
    cosines = found.cosines[-1]
    numbers = {sense: [i for i, each in enumerate(usages) if each.sense == sense] for sense in found.senses}
    choices = itertools.product(*(itertools.combinations(each, OPENED) for each in numbers.values()))

    def margin(choice: tuple[tuple[int, ...], ...]) -> float:
        chosen = np.array(choice).ravel()
        grid = np.ix_(chosen, chosen)
        within = cosines[grid][found.same_sense[grid]].mean()
        return float(within - cosines[grid][found.other_sense[grid]].mean())

    winner = max(choices, key=margin)
    return [usages[i] for i in np.array(winner).ravel()], margin(winner)


def best_pair(encoder: Encoder) -> int:
    """The number of the pronoun pair that the model does best with: whose worse form has the largest margin."""

    def worse(number: int) -> float:
        measured = pronoun_similarities(encoder, pronoun_pairs()[number])
        return min(_margin(each) for each in measured)

    return max(range(len(pronoun_pairs())), key=worse)


def _margin(measured: PronounSimilarity) -> float:
    """How much more like the right noun than like the other the pronoun ends."""
    right = measured.form.nouns.index(measured.form.right)
    return float(measured.cosines[-1, right] - measured.cosines[-1, 1 - right])


def main() -> None:
    """Print what was measured."""
    encoder = load_encoder()
    for word, usages in shipped().items():
        found = follow_word(encoder, word, usages)
        chosen, margin = best(encoder, word, usages)
        print(f"{word}: nearest has the same sense in {found.nearest_of_same_sense()} of {len(usages)}; open with")
        for usage in chosen:
            print(f"    {usage.sense}: {usage.sentence}")
        print(f"    which part by {margin:.3f}")
    print(f"open with pronoun pair {best_pair(encoder) + 1} of {len(pronoun_pairs())}")
    for pair in pronoun_pairs():
        for each in pronoun_similarities(encoder, pair):
            verdict = "right" if each.nearest == each.form.right else "wrong"
            print(f"it → {each.nearest} ({verdict}), {each.cosines[-1].round(3)}: {each.form.text}")
    for name, texts in PAIRS.items():
        compared = compare(encoder, *(encoder.trace(text) for text in texts))
        print(f"{name}: cosine {compared.sentence_cosines[-1]:.4f}")


if __name__ == "__main__":
    main()
