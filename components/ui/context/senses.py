"""The shipped words in two senses each, and how well this model separates their senses."""

from functools import cache

from components.core.context.word_occurrences import Usage, WordOccurrences
from components.ui.assets import read_toml
from components.ui.caches import occurrences
from components.ui.caches.requests import OccurrencesRequest
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_cosine, join_list, spell_number

#: Sentences of each sense that the page opens with; the others are measured too.
OPENED = 2
# Has one sense only; its sentences are about two topics.
_PRONOUN = "it"


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


def all_shipped(model: str, word: str) -> WordOccurrences:
    """A shipped word in all its sentences."""
    return occurrences.word_occurrences(OccurrencesRequest(model, word, shipped()[word]))


def draw(model: str) -> None:
    """Draw, for each shipped word, how well this model separates its senses over all its sentences."""
    measured = {word: all_shipped(model, word) for word in shipped()}
    measured = {word: each for word, each in measured.items() if len(each.senses) > 1 and each.with_partner.any()}
    with_senses = [word for word in measured if word != _PRONOUN]
    beyond = [word for word in with_senses if measured[word].separates]
    rest = [f"“{word}”" for word in with_senses if word not in beyond]
    frame.heading(
        f"For {spell_number(len(beyond))} of {spell_number(len(with_senses))} words the senses separate more often "
        "than by chance",
        "How often the nearest use of a word has the same sense, after the last layer, over all shipped sentences. "
        + (f"Within chance: {join_list(rest)}." if rest else ""),
    )
    table(
        ["word and senses", "nearest has the same sense", "by chance up to", "cosine, same sense", "other sense"],
        [
            [
                f"{word}: {join_list(each.senses)}",
                f"{each.nearest_of_same_sense()} of {int(each.with_partner.sum())}",
                str(each.most_by_chance),
                format_cosine(each.mean_cosines(each.same_sense)[-1], 3),
                format_cosine(each.mean_cosines(each.other_sense)[-1], 3),
            ]
            for word, each in measured.items()
        ],
        "By chance: the same count with the senses shuffled among the sentences; 95 of 100 shuffles stay within it.",
    )
    if _PRONOUN in measured:
        frame.note("“it” has no two senses: its sentences are about two topics, and the topic is what separates them.")
    frame.note("A larger model may separate senses that this one mixes: name it in ENCODERSCOPE_MODELS.")
