"""The other language of a grammar with translations: its sentences, and how well a translation can be known."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from components.core.errors import GrammarError
from components.core.languages.grammar import Alternative, Grammar
from components.core.languages.language import END, Floor, ToyLanguage

#: How often a translation goes on with each word, END among them, after its first words.
Continuations = Mapping[tuple[str, ...], Mapping[str, float]]


def other_language(language: ToyLanguage) -> ToyLanguage:
    """Return the language into which a grammar translates: the same rules, read from the right of each arrow.

    Raises GrammarError if an alternative says no translation.

    >>> from components.core.languages.language import language_of
    >>> other = other_language(language_of("S: A sees A -> A A vidas\\nA: norm -> noro | ada -> adila"))
    >>> other.words, " ".join(next(iter(other.sentences)))
    (('vidas', 'noro', 'adila'), 'noro noro vidas')
    """
    rules: dict[str, tuple[Alternative, ...]] = {}
    for name, alternatives in language.grammar.rules.items():
        turned = []
        for each in alternatives:
            if each.translation is None:
                raise GrammarError(
                    f"Line {each.line}: “{' '.join(each.items)}” has no translation. Write it after an arrow, ->."
                )
            turned.append(Alternative(each.translation, each.items, each.line))
        rules[name] = tuple(turned)
    sentences: Counter[tuple[str, ...]] = Counter()
    for translations in language.translations.values():
        sentences.update(translations)
    return ToyLanguage(Grammar(language.grammar.text, rules), sentences, language.whole)


def continuations(language: ToyLanguage, sentence: Sequence[str]) -> Continuations:
    """Return how each beginning of a sentence's translation goes on; {} for a sentence that is not the grammar's.

    >>> from components.core.languages.language import language_of
    >>> continuations(language_of("S: norm -> noro | norm -> noro li | ada -> adila"), ("norm",))[("noro",)]
    {'': 0.5, 'li': 0.5}
    """
    found: dict[tuple[str, ...], Counter[str]] = {}
    for translation, ways in language.translations.get(tuple(sentence), {}).items():
        for at, word in enumerate((*translation, END)):
            found.setdefault(translation[:at], Counter())[word] += ways
    return {past: {word: ways / words.total() for word, ways in words.items()} for past, words in found.items()}


def translation_floor(language: ToyLanguage) -> Floor:
    """Return the least mean loss for the next word of a translation, its end among them, over all sentences.

    It is the conditional entropy (Shannon 1948) given the sentence and the words before: 0 where each sentence has one
    translation. Of a language that is not whole, of the sentences that were drawn.
    """
    total, weight = 0.0, 0
    for sentence, translations in language.translations.items():
        shares = continuations(language, sentence)
        for translation, ways in translations.items():
            losses = [-math.log(shares[translation[:at]][word]) for at, word in enumerate((*translation, END))]
            total += ways * math.fsum(losses) / len(losses)
            weight += ways
    return Floor(total / weight)


def lexicon(language: ToyLanguage) -> dict[str, str]:
    """Return word of the translation → the one word that it stands for, where the sentences tell.

    Two words belong together if each sentence has both or neither, and no other word is as good: a Dice coefficient of
    1 (Dice 1945, "Measures of the Amount of Ecologic Association Between Species"), as in the alignment of words of two
    languages (Och and Ney 2003, "A Systematic Comparison of Various Statistical Alignment Models").

    >>> from components.core.languages.language import language_of
    >>> lexicon(language_of("S: the A sleeps -> A dorma\\nA: norm -> noro | ada -> adila"))
    {'noro': 'norm', 'adila': 'ada'}
    """
    own: dict[str, set[int]] = {}
    other: dict[str, set[int]] = {}
    pairs = [
        (sentence, translation)
        for sentence, translations in language.translations.items()
        for translation in translations
    ]
    for number, (sentence, translation) in enumerate(pairs):
        for words, found in ((sentence, own), (translation, other)):
            for word in words:
                found.setdefault(word, set()).add(number)
    by_places: dict[frozenset[int], list[str]] = {}
    for word, places in own.items():
        by_places.setdefault(frozenset(places), []).append(word)
    alike = Counter(frozenset(places) for places in other.values())
    return {
        word: by_places[places][0]
        for word, places in ((word, frozenset(places)) for word, places in other.items())
        if len(by_places.get(places, ())) == 1 and alike[places] == 1
    }
