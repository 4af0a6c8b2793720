"""What can be known of a hidden or a next word, against counting by hand."""

import itertools
import math
from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from components.core.errors import GrammarError
from components.core.languages import language as module
from components.core.languages.language import ToyLanguage, language_of, read_blank
from components.ui.train_one.languages import shipped

_ORDER = "S: A1 sees A2 so A2 hides\nA: norm | ada | bo"


def _floor_by_hand(sentences: list[tuple[str, ...]], *, ordered: bool) -> float:
    """−Σ p ln p over every sentence and place, by comparing each sentence with each other."""
    total = 0.0
    for sentence in sentences:
        for at in range(len(sentence)):
            others = sentence[:at] + sentence[at + 1 :]
            same = right = 0
            for other in sentences:
                for place in range(len(other)) if not ordered else [at]:
                    if len(other) != len(sentence):
                        continue
                    rest = other[:place] + other[place + 1 :]
                    if rest == others if ordered else sorted(rest) == sorted(others):
                        same += 1
                        right += other[place] == sentence[at]
            total += math.log(same / right) / len(sentence)
    return total / len(sentences)


def _written(language: ToyLanguage) -> list[tuple[str, ...]]:
    return [sentence for sentence, ways in language.sentences.items() for _ in range(ways)]


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("name", ["Kitchen", "Who sees whom"])
def test_the_floor_of_a_shipped_language_is_that_of_counting_by_brute_force(name: str, ordered: bool) -> None:
    language = shipped()[name].language
    floor = language.floor(ordered=ordered)
    assert floor is not None
    assert floor.nats == pytest.approx(_floor_by_hand(_written(language), ordered=ordered), abs=1e-12)


def test_the_floor_by_hand_of_two_sentences() -> None:
    # Of three words the third is one of two: one place in three costs ln 2.
    floor = language_of("S: norm eats FOOD\nFOOD: bread | pizza").floor()
    assert floor is not None
    assert floor.nats == pytest.approx(math.log(2) / 3)


def test_order_alone_decides_who_is_seen() -> None:
    language = language_of(_ORDER)
    hidden = ("norm", "sees", "ada", "so", None, "hides")
    assert language.hidden_word(hidden) == {"ada": 1.0}
    assert language.hidden_word(hidden, ordered=False) == {"norm": 0.5, "ada": 0.5}


_words = st.lists(st.sampled_from("abcde"), min_size=1, max_size=3)
_grammars = st.builds(
    lambda start, rule: (
        "S: " + " | ".join(" ".join(each) for each in start) + "\nX: " + " | ".join(map(" ".join, rule))
    ),
    st.lists(st.lists(st.sampled_from(["a", "b", "X", "X1", "X2"]), min_size=1, max_size=3), min_size=1, max_size=3),
    st.lists(_words, min_size=1, max_size=3),
)


@settings(max_examples=60)
@given(_grammars)
def test_what_is_known_of_any_grammar_is_what_its_sentences_say(text: str) -> None:
    try:
        language = language_of(text)
    except GrammarError:
        assume(False)
    sentences = _written(language)
    floor, bag = language.floor(), language.floor(ordered=False)
    assert floor is not None
    assert bag is not None
    assert floor.nats == pytest.approx(_floor_by_hand(sentences, ordered=True), abs=1e-9)
    assert floor.nats <= bag.nats + 1e-9
    for sentence in set(sentences):
        assert language.ways_to_write(sentence) == sentences.count(sentence)
        hidden = (None, *sentence[1:])
        counts = Counter(other[0] for other in sentences if other[1:] == sentence[1:])
        assert language.hidden_word(hidden) == pytest.approx({word: n / counts.total() for word, n in counts.items()})


def test_the_next_word_is_what_sentences_that_begin_so_go_on_with() -> None:
    language = shipped()["Kitchen"].language
    past = ("the", "cat", "drinks", "the")
    after = Counter(each[4] for each in _written(language) if each[:4] == past)
    assert language.next_word(past) == pytest.approx({word: n / after.total() for word, n in after.items()})
    whole = next(iter(language.sentences))
    assert language.next_word(whole) == {module.END: 1.0}
    assert language.next_word(("nobody",)) == {}


def test_the_floor_for_the_next_word_by_hand() -> None:
    # norm, then eats, then one of two, then the end: one of four places costs ln 2.
    assert language_of("S: norm eats F\nF: bread | pizza").next_floor().nats == pytest.approx(math.log(2) / 4)


def test_contexts_and_what_is_least_in_each_make_the_floor() -> None:
    language = shipped()["Agreement"].language
    contexts, floor = language.contexts, language.floor()
    assert floor is not None
    assert sum(each.share for each in contexts) == pytest.approx(1)
    assert sum(each.share * each.least for each in contexts) == pytest.approx(floor.nats)


def test_a_language_with_too_many_sentences_is_drawn_and_its_floor_is_within_its_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "S: A B A | B A\nA: a | b | c | d X\nB: e | f | a\nX: x | y"
    exact = language_of(text).floor()
    monkeypatch.setattr(module, "MOST_SENTENCES", 50)
    drawn = language_of(text)
    floor = drawn.floor()
    assert exact is not None
    assert floor is not None
    assert not drawn.whole
    assert floor.error > 0
    assert abs(floor.nats - exact.nats) < 4 * floor.error
    assert drawn.floor(ordered=False) is None


def test_what_is_hidden_in_a_drawn_language_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "S: A B A | B A\nA: a | b | c | d X\nB: e | f | a\nX: x | y"
    whole = language_of(text)
    monkeypatch.setattr(module, "MOST_SENTENCES", 20)
    drawn = language_of(text)
    for sentence in itertools.islice(drawn.sentences, 5):
        hidden = (None, *sentence[1:])
        assert drawn.hidden_word(hidden) == pytest.approx(whole.hidden_word(hidden))


def test_a_grammar_that_writes_one_sentence_twice_is_refused() -> None:
    with pytest.raises(GrammarError, match="write 1 sentence"):
        language_of("S: a b | a b")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("norm eats bread", "hides 0 words"),
        ("___ eats ___", "hides 2 words"),
        ("norm devours ___", "“devours” is no word of this language (1 of 3 are none)"),
        ("", "hides 0 words"),
        ("<script> ___", "is no word"),
    ],
)
def test_a_sentence_that_cannot_be_asked_is_refused_with_a_reason(typed: str, said: str) -> None:
    with pytest.raises(GrammarError) as raised:
        read_blank(language_of("S: norm eats F\nF: bread | pizza"), typed)
    assert said in str(raised.value)


@pytest.mark.parametrize("blank", ["___", "[MASK]", "<mask>", "?", "_", "…"])
def test_a_hidden_word_may_be_typed_in_many_ways(blank: str) -> None:
    assert read_blank(language_of("S: norm eats F\nF: bread | pizza"), f"Norm eats {blank}") == ("norm", "eats", None)
