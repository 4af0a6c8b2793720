"""The sentences of all that ships with the app, in one order: what neurons were measured on.

    python -m components.ui.one_layer.shipped_texts

measures the bundled model again and writes assets/neurons.npz, as is needed when a shipped text changes.
"""

from functools import cache as once
from typing import Final

from components.core.layer.neuron_examples import measure_neurons, save_examples
from components.core.model.loading import BUNDLED_NAME
from components.core.retrieval.ingest.chunking import sentences_in
from components.ui.assets import ASSETS
from components.ui.caches import models
from components.ui.context.pronouns import pronoun_pairs
from components.ui.context.senses import shipped as shipped_senses
from components.ui.retrieval import corpora
from components.ui.sentence_map import sentences
from components.ui.sentiment.texts import shipped_reviews

#: Where the measured examples are kept.
EXAMPLES_FILE: Final = ASSETS / "neurons.npz"
_EXAMPLES_PER_NEURON: Final = 6
# Shorter ones are headings and calls, in which a token has hardly any context.
_FEWEST_CHARACTERS: Final = 20


@once
def shipped_texts() -> tuple[str, ...]:
    """All distinct sentences of the map, the reviews, the pronouns, the senses and both corpora."""
    texts = [*sentences.shipped().sentences, *shipped_reviews().texts.sentences]
    texts += [form.text for pair in pronoun_pairs() for form in pair]
    texts += [usage.sentence for usages in shipped_senses().values() for usage in usages]
    for name in corpora.SHIPPED:
        for document in corpora.shipped(name).documents:
            texts += [document.text[start:end] for start, end in sentences_in(document.text)]
    return tuple(dict.fromkeys(text for text in texts if len(text) >= _FEWEST_CHARACTERS))


def _measure() -> None:
    encoder = models.encoder(BUNDLED_NAME)
    examples = measure_neurons(encoder, shipped_texts(), _EXAMPLES_PER_NEURON)
    save_examples(examples, EXAMPLES_FILE)


if __name__ == "__main__":
    _measure()
