"""The shipped words in two senses each, and how well this model separates their senses."""

from functools import cache

from components.core.context.word_occurrences import Usage
from components.ui.assets import read_toml
from components.ui.caches import occurrences
from components.ui.caches.requests import OccurrencesRequest
from components.ui.page import section
from components.ui.tables import table
from components.ui.wording import join_list

#: Sentences of each sense that the page opens with; the others are measured too.
OPENED = 2


@cache
def shipped() -> dict[str, tuple[Usage, ...]]:
    """The shipped words, each with all its sentences."""
    words = read_toml("senses")["word"]
    return {
        word["name"]: tuple(Usage(text, sense["name"]) for sense in word["sense"] for text in sense["sentences"])
        for word in words
    }


def opening(word: str) -> str:
    """The sentences that a shipped word opens with, as a reader would type them."""
    groups: dict[str, list[str]] = {}
    for usage in shipped()[word]:
        groups.setdefault(usage.sense, []).append(usage.sentence)
    return "\n\n".join("\n".join([f"{sense}:", *texts[:OPENED]]) for sense, texts in groups.items())


def draw(model: str) -> None:
    """Draw, for each shipped word, how well this model separates its senses over all its sentences."""
    section(
        "Which senses this model separates",
        "The page opens with the sentences that the bundled model separates most clearly. This table measures all that "
        "are shipped: how often the nearest use of a word has the same sense, after the last layer.",
    )
    rows = []
    for word, sentences in shipped().items():
        usages = occurrences.word_occurrences(OccurrencesRequest(model, word, sentences))
        if len(usages.occurrences) < 2 or not usages.other_sense.any():
            continue
        rows.append(
            [
                f"{word}: {join_list(usages.senses)}",
                f"{usages.nearest_of_same_sense()} of {int(usages.with_partner.sum())}",
                f"{usages.nearest_by_chance:.1f}",
                f"{usages.mean_cosines(usages.same_sense)[-1]:.3f}",
                f"{usages.mean_cosines(usages.other_sense)[-1]:.3f}",
            ]
        )
    table(
        ["word and senses", "nearest use has the same sense", "by chance", "cosine, same sense", "other sense"],
        rows,
        "A larger model may separate senses that this one mixes: name it in ENCODERSCOPE_MODELS and pick it in the "
        "sidebar.",
    )
