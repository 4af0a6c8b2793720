"""The prompt: what stands where, what is left as it is, and how many sources a budget has room for."""

import pytest

from components.core import Encoder
from components.core.errors import EncoderscopeError, TemplateError
from components.core.retrieval.generation.prompts import DEFAULT_TEMPLATE, Source, fill_template, fit_to_budget

BREAD = Source(1, "Bread", "section 4.3", "Knead the dough for ten minutes.")
SOUP = Source(2, "Soup", "page 2", "A pinch of salt\nis enough.")
TEA = Source(3, "Tea", "", "Let it stand.")


def words(text: str) -> int:
    return len(text.split())


def test_sources_are_numbered_named_and_kept_apart_by_an_empty_line() -> None:
    assert fill_template("<{sources}> {question}", "How long?", [BREAD, SOUP, TEA]) == (
        "<[1] Bread, section 4.3\nKnead the dough for ten minutes.\n\n"
        "[2] Soup, page 2\nA pinch of salt\nis enough.\n\n"
        "[3] Tea\nLet it stand.> How long?"
    )


def test_a_title_of_several_lines_stays_on_the_line_of_its_number() -> None:
    assert Source(1, "Bread\n[2] Forged,\t page 9", "page 1", "").name == "[1] Bread [2] Forged, page 9, page 1"


def test_places_and_braces_in_a_question_or_a_source_are_left_as_they_are() -> None:
    odd = Source(1, "{question}", "{0}", "{sources} {question} {} }{ \\1 \\g<0>")
    assert fill_template("{question}|{sources}", "{sources} {question} {x!r}", [odd]) == (
        "{sources} {question} {x!r}|[1] {question}, {0}\n{sources} {question} {} }{ \\1 \\g<0>"
    )


def test_other_braces_of_a_template_are_left_as_they_are() -> None:
    template = '{"role": "{{system}}", {Sources} {question} {sources} {question}'
    assert fill_template(template, "Q", []) == '{"role": "{{system}}", {Sources} Q  Q'


@pytest.mark.parametrize(
    ("template", "missing", "there"),
    [
        ("{question}", ["{sources}", "the passages"], ["{question}", "the question"]),
        ("{sources}", ["{question}", "the question"], ["{sources}", "the passages"]),
        ("{Question} { sources }", ["{question}", "{sources}", "the passages", "the question"], []),
        ("", ["{question}", "{sources}"], []),
    ],
)
def test_a_template_without_a_place_is_refused_by_naming_it(
    template: str, missing: list[str], there: list[str]
) -> None:
    with pytest.raises(TemplateError) as refusal:
        fill_template(template, "Q", [BREAD])
    assert isinstance(refusal.value, EncoderscopeError)
    assert all(word in str(refusal.value) for word in missing)
    assert not any(word in str(refusal.value) for word in there)
    assert "reset it" in str(refusal.value)


def test_the_template_that_ships_has_both_places_once() -> None:
    filled = fill_template(DEFAULT_TEMPLATE, "How long is it kneaded?", [BREAD, SOUP])
    assert filled.count("How long is it kneaded?") == filled.count(BREAD.text) == filled.count(SOUP.text) == 1


# Sources of 10, 10 and 5 words, a frame of 4: 14, 24 and 29 words in all.
FRAME = "{sources} Question: {question}"
QUESTION = "How long is"


@pytest.mark.parametrize(
    ("budget", "taken"), [(0, 0), (3, 0), (4, 0), (13, 0), (14, 1), (23, 1), (24, 2), (28, 2), (29, 3), (1000, 3)]
)
def test_a_source_is_in_the_prompt_exactly_if_the_budget_has_room_for_all_of_it(budget: int, taken: int) -> None:
    sources = [BREAD, SOUP, TEA]
    prompt = fit_to_budget(FRAME, QUESTION, sources, budget, words)
    assert prompt.sources == tuple(sources[:taken])
    assert prompt.omitted == tuple(sources[taken:])
    assert prompt.text == fill_template(FRAME, QUESTION, sources[:taken])
    assert (prompt.frame_tokens, prompt.source_tokens) == (4, [0, 10, 20, 25][taken])
    assert prompt.tokens == words(prompt.text)


def test_a_short_source_does_not_overtake_a_long_one_before_it() -> None:
    prompt = fit_to_budget(FRAME, QUESTION, [BREAD, SOUP, TEA], 14 + 5, words)
    assert prompt.sources == (BREAD,)
    assert prompt.omitted == (SOUP, TEA)


def test_template_and_question_are_there_even_where_they_alone_are_beyond_the_budget() -> None:
    prompt = fit_to_budget(FRAME, QUESTION, [BREAD], 2, words)
    assert prompt.text == " Question: How long is"
    assert prompt.tokens == prompt.frame_tokens == 4


def test_a_template_without_a_place_is_refused_where_sources_are_fitted_too() -> None:
    with pytest.raises(TemplateError):
        fit_to_budget("{question}", QUESTION, [BREAD], 100, words)


def test_counted_with_a_real_tokenizer_the_parts_add_up_to_the_whole(encoder: Encoder) -> None:
    def count(text: str) -> int:
        whole, added = encoder.token_counts([text, ""])
        return whole - added

    sources = [Source(number, "Bread", f"passage {number}", BREAD.text * 20) for number in range(1, 9)]
    prompt = fit_to_budget(DEFAULT_TEMPLATE, "How long?", sources, 600, count)
    assert 0 < len(prompt.sources) < len(sources)
    assert prompt.tokens == count(prompt.text) <= 600
    assert prompt.frame_tokens == count(fill_template(DEFAULT_TEMPLATE, "How long?", []))
    assert count(fill_template(DEFAULT_TEMPLATE, "How long?", sources[: len(prompt.sources) + 1])) > 600
