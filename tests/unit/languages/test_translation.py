"""Translations of a toy language: the other language, its floor, and which words belong together."""

import math
from collections import Counter

import pytest

from components.core.errors import GrammarError
from components.core.languages.language import END, language_of
from components.core.languages.skills import read_language_file
from components.core.languages.translation import continuations, lexicon, other_language, translation_floor
from components.ui.assets import ASSETS
from components.ui.kinds.shipped import language_file

KITCHEN = language_file().language
# One verb has two places, and one noun two names.
FREE = language_of("""
S: the A sleeps -> A dorma | the A sleeps -> dorma A | the A eats -> A manda
A: cat -> mirel | cat -> oro | dog -> kal
""")


def test_kitchen_with_translations_has_the_same_sentences_as_kitchen() -> None:
    plain = read_language_file((ASSETS / "languages" / "kitchen.toml").read_text(encoding="utf-8")).language
    assert KITCHEN.sentences == plain.sentences


def test_the_invented_language_has_its_reason_first_its_verbs_last_and_endings_that_say_who_acts() -> None:
    living = {"squatch", "robot", "cat", "girl", "bird"}
    for sentence, translations in KITCHEN.translations.items():
        (translation,) = translations
        assert len(translation) == 7
        assert translation[2].endswith("im")
        assert translation[6].endswith("im")
        assert translation[4].endswith("el")
        assert translation[5].endswith("un")
        means_the_eater = sentence[8] in ("hungry", "thirsty")
        assert (translation[0], translation[1][-1]) == (("vio", "a") if means_the_eater else ("lur", "o"))
        assert sentence[1] in living


def test_the_other_language_is_read_by_the_same_rules_from_the_right() -> None:
    other = other_language(KITCHEN)
    assert (other.ways, other.longest, len(other.words)) == (90, 7, 26)
    turned = {other.grammar.written(number)[::-1] for number in range(other.ways)}
    assert turned == {KITCHEN.grammar.written(number) for number in range(KITCHEN.ways)}
    assert other.sentences == Counter(each for all_of in KITCHEN.translations.values() for each in all_of)


def test_a_language_without_translations_says_which_line_lacks_one() -> None:
    with pytest.raises(GrammarError, match=r"Line 2: “ada” has no translation\. Write it after an arrow"):
        other_language(language_of("S: A sees A -> A A vidas\nA: norm -> noro | ada"))


def test_the_floor_of_one_translation_a_sentence_is_zero() -> None:
    assert translation_floor(KITCHEN).nats == 0.0


def test_the_floor_is_the_entropy_that_a_sum_over_all_pairs_gives() -> None:
    pairs = [FREE.grammar.written(number) for number in range(FREE.ways)]
    total = 0.0
    for sentence, translation in pairs:
        mine = [other for own, other in pairs if own == sentence]
        spelled = (*translation, END)
        for place, word in enumerate(spelled):
            same_past = [(*other, END) for other in mine if (*other, END)[:place] == spelled[:place]]
            total -= math.log(sum(other[place] == word for other in same_past) / len(same_past)) / len(spelled)
    assert translation_floor(FREE).nats == pytest.approx(total / len(pairs))
    assert translation_floor(FREE).nats > 0


def test_a_translation_goes_on_as_often_as_the_ways_to_write_it_say() -> None:
    nexts = continuations(FREE, ("the", "cat", "sleeps"))
    assert nexts[()] == {"mirel": 0.25, "oro": 0.25, "dorma": 0.5}
    assert nexts["dorma", "oro"] == {END: 1.0}
    assert continuations(FREE, ("cat", "the")) == {}


def test_words_belong_together_where_no_other_pair_is_as_good() -> None:
    pairs = lexicon(KITCHEN)
    assert pairs["velarun"] == "pizza"
    assert pairs["dunalim"] == "drinks"
    assert pairs["talino"] == "warm"
    # “the”, “because” and “is” stand in every sentence, and “it” has two translations.
    assert set(pairs) == set(other_language(KITCHEN).words) - {"elim", "tavo", "vio", "lur"}
