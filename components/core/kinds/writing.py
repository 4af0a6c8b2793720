"""The decoder writes on: a word is drawn from what it says, and read with the others for the next."""

from dataclasses import dataclass

import numpy as np

from components.core.kinds.knowledge import Known, Words, cooled, next_words
from components.core.kinds.models import KindModels, Sentence
from components.core.languages.language import END
from components.core.languages.skills import total_variation


@dataclass(frozen=True)
class Step:
    """One word that is written. drawn: the word, END for the end of the sentence."""

    past: Sentence
    drawn: str
    said: Words  # by the model, at the temperature
    exact: Words  # by the grammar, at the temperature; {} after what it does not write

    @property
    def distance(self) -> float:
        """How far the model is from the grammar here, in total variation."""
        return total_variation(self.said, self.exact)


def write_on(models: KindModels, beginning: Sentence, temperature: float, seed: int) -> tuple[Step, ...]:
    """Write on until the end of the sentence, or until it has as many words as the longest of the language.

    temperature: above 0. seed: draws the words; the same seed and temperature write the same.
    """
    generator = np.random.default_rng(seed)
    past, steps = beginning, list[Step]()
    while True:
        known: Known = next_words(models, past)[-1]
        said = cooled(known.said, temperature)
        drawn = draw(said, float(generator.random()))
        steps.append(Step(past, drawn, said, cooled(known.exact, temperature)))
        if drawn == END or len(past) == models.language.longest:
            return tuple(steps)
        past = (*past, drawn)


def draw(words: Words, number: float) -> str:
    """Return the word at which the probabilities, added up in their order, pass a number from 0 to 1.

    >>> draw({"tea": 0.25, "milk": 0.75}, 0.2), draw({"tea": 0.25, "milk": 0.75}, 0.3)
    ('tea', 'milk')
    """
    names = list(words)
    place = int(np.searchsorted(np.cumsum(list(words.values())), number, side="right"))
    # Rounded probabilities may add up to a little less than 1.
    return names[min(place, len(names) - 1)]
