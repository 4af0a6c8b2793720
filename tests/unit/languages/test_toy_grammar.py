"""A grammar as it is typed: what it writes, and its faults by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import GrammarError
from components.core.languages.grammar import LONGEST, MOST_CHARACTERS, MOST_RULES, MOST_WORDS, read_grammar


def _sentences(text: str) -> list[str]:
    grammar = read_grammar(text)
    return [" ".join(grammar.written(number)[0]) for number in range(grammar.ways)]


def test_a_grammar_by_hand_writes_its_sentences_in_order() -> None:
    text = """
    # Who does what
    S: the WHO sleeps   # one
     | the WHO eats FOOD
    WHO: cat | dog
    FOOD: bread
    """
    assert _sentences(text) == ["the cat sleeps", "the dog sleeps", "the cat eats bread", "the dog eats bread"]


def test_a_number_stands_for_the_same_word_everywhere_and_another_number_for_another_word() -> None:
    text = "S: WHO1 sees WHO2 so WHO2 hides\nWHO: norm | ada | bo"
    pairs = {(a, b) for a in ("norm", "ada", "bo") for b in ("norm", "ada", "bo") if a != b}
    assert set(_sentences(text)) == {f"{a} sees {b} so {b} hides" for a, b in pairs}
    assert len(_sentences(text)) == len(pairs)


def test_a_name_without_a_number_is_chosen_anew_each_time() -> None:
    assert len(_sentences("S: WHO sees WHO\nWHO: norm | ada | bo")) == 9


def test_numbers_of_a_rule_that_has_rules_below_are_written_out() -> None:
    assert set(_sentences("S: A1 A2\nA: B | c\nB: x | y")) == {"x y", "y x", "x c", "c x", "y c", "c y"}


def test_a_translation_has_the_parts_of_its_sentence_in_its_own_order() -> None:
    grammar = read_grammar(
        "S: the WHO eats FOOD -> WHO FOOD manu\nWHO: cat -> kato | dog -> hundo\nFOOD: bread -> panon"
    )
    assert grammar.translates
    assert [grammar.written(number) for number in range(2)] == [
        (("the", "cat", "eats", "bread"), ("kato", "panon", "manu")),
        (("the", "dog", "eats", "bread"), ("hundo", "panon", "manu")),
    ]


def test_a_grammar_with_one_alternative_untranslated_does_not_translate() -> None:
    assert not read_grammar("S: WHO sleeps -> WHO dormu\nWHO: cat -> kato | dog").translates


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no rule"),
        ("   \n# only a comment", "no rule"),
        ("the cat sleeps", "Line 1 is no rule"),
        ("\n\n| the cat", "Line 3 is no rule"),
        ("s: the cat", "Line 1: “s” is no name"),
        ("S: a | b\nS: c", "Line 2: there are two rules S; the other stands in line 1"),
        ("S: a |", "Line 1: one alternative of S is empty"),
        ("S: a WHO\nWHAT: b", "Line 1: S uses WHO, and there is no rule WHO"),
        ("S: a T | b\nT: c S", "Line 1: S leads back to itself (S → T → S)"),
        ("S: T | b\nT: x U\nU: y T", "Line 2: T leads back to itself (T → U → T)"),
        ("S: a | b\n\nT: c", "Line 3: no sentence uses T"),
        ("S: a", "writes 1 sentence"),
        ("S: it's | b", "Line 1: “it's” is no word"),
        ("S: Norm | b", "Line 1: “Norm” has small letters and capitals"),
        ("S: pizza🍕 | b", "is no word"),
        ("S: <script> | b", "is no word"),
        ("S: [mask] | b", "is no word"),
        (f"S: {'a' * 21} | b", "has 21 letters"),
        ("S: 烤箱 | b", "is no word"),
        ("S: a -> b -> c | d", "has 2 arrows"),
        ("S: A b -> c | d\nA: x", "different names"),
        ("S: A1 A2 A3\nA: x | y", "more different alternatives than a rule has"),
        ("WHO1: a | b", "ends in a number"),
        (f"S: {'a ' * (LONGEST + 1)}| b", f"has {LONGEST + 1} words"),
        ("S: " + " | ".join(chr(97 + n // 26) + chr(97 + n % 26) for n in range(MOST_WORDS + 1)), "different words"),
        ("\n".join(["S: " + " ".join(f"R{chr(97 + n).upper()}" for n in range(3)), "RA: x", "RB: y"]), "no rule RC"),
        ("x" * (MOST_CHARACTERS + 1), f"{MOST_CHARACTERS + 1:,} characters"),
        ("S: A1 A2 A3 A4\nA: " + " | ".join("abcdefghijklm"), "can be chosen in 17,160 ways"),
    ],
)
def test_a_fault_is_named_with_its_line_and_a_remedy(text: str, said: str) -> None:
    with pytest.raises(GrammarError) as raised:
        read_grammar(text)
    assert said in str(raised.value)


def test_too_many_rules_are_refused_with_their_number() -> None:
    names = [f"R{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(MOST_RULES)]
    text = f"S: {' | '.join(names)}\n" + "\n".join(f"{name}: w" for name in names)
    with pytest.raises(GrammarError, match=f"has {MOST_RULES + 1} rules"):
        read_grammar(text)


@pytest.mark.parametrize(
    "words", ["kissa | koira", "кошка | собака", "γάτα | σκύλος", "बिल्ली | कुत्ता", "חתול | כלב", "猫 | 犬"]
)
def test_words_of_many_scripts_are_words(words: str) -> None:
    assert len(_sentences(f"S: W\nW: {words}")) == 2


@given(st.text(max_size=200))
def test_whatever_is_typed_ends_in_a_grammar_or_a_sentence(text: str) -> None:
    try:
        grammar = read_grammar(text)
    except GrammarError as error:
        assert str(error).endswith((".", "…", "|"))  # noqa: PT017
    else:
        assert grammar.ways > 1
