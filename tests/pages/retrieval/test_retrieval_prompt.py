"""The prompt for a language model: its sources, its template and its budget of tokens."""

import re

from components.core import Encoder
from components.core.retrieval.ingest.chunking import sentences_in
from tests.support.retrieval_page import (
    BM25,
    DENSE,
    LOST,
    OPENING,
    PRAM,
    PROMPT,
    ShippedCorpus,
    problems,
    prompt_shown,
    tokens_without_special,
    visit,
    words,
)


def test_the_prompt_holds_the_passages_numbered_and_counts_their_tokens(
    encoder: Encoder, everyday: ShippedCorpus
) -> None:
    opened = visit(LOST, screen=PROMPT, k="3", ranked_by=BM25)
    expected = everyday.prompt(BM25, LOST, k=3)
    assert prompt_shown(opened) == expected.text
    assert [source.number for source in expected.sources] == [1, 2, 3]
    assert "\n\n".join(f"{source.name}\n{source.text}" for source in expected.sources) in expected.text
    assert f"Question: {LOST}" in expected.text
    assert expected.tokens == tokens_without_special(encoder, expected.text)
    assert f"{expected.tokens:,} of 2,048 tokens" in words(opened)
    said = f"question and template {expected.frame_tokens:,}, sources {expected.source_tokens:,}"
    assert said in words(opened)
    assert "No language model is switched on" in words(opened)
    assert "ENCODERSCOPE_LLM_URL" in words(opened)


def test_the_reader_can_change_the_template_and_is_told_what_it_lacks() -> None:
    opened = visit(LOST, screen=PROMPT, k="1")
    usual = opened.app.code[0].value
    opened.write("prompt_template", "Read this. {sources} Now say: {question}")
    text = opened.app.code[0].value
    assert text.startswith("Read this. [1] ")
    assert text.endswith(f" Now say: {LOST}")
    opened.write("prompt_template", "Only {question}")
    assert len(opened.app.code) == 0
    assert "does not say {sources}" in problems(opened)[0]
    opened.press_key("reset_beside_problem")
    assert opened.app.code[0].value == usual


def test_a_budget_leaves_out_the_last_sources_by_name(everyday: ShippedCorpus) -> None:
    opened = visit(PRAM, screen=PROMPT, token_budget="256")
    expected = everyday.prompt(DENSE, PRAM, k=5, budget=256)
    assert prompt_shown(opened) == expected.text
    assert expected.tokens <= 256
    kept, left_out = len(expected.sources), [source.name for source in expected.omitted]
    assert 0 < kept < 5
    assert kept + len(left_out) == 5
    assert f"No room for {len(left_out)} source" in words(opened)
    said = words(opened).split("No room for ", 1)[1].split(". Raise the budget", 1)[0]
    assert all(name in said for name in left_out)
    assert not any(f"[{source.number}] " in said for source in expected.sources)


def test_compressed_sources_hold_the_sentences_nearest_to_the_question_and_it_is_said_what_is_saved_and_kept(
    encoder: Encoder, everyday: ShippedCorpus
) -> None:
    whole = visit(OPENING, screen=PROMPT)
    opened = visit(OPENING, screen=PROMPT, sources="compressed")
    best = everyday.dense(OPENING, 1)[0].index
    first = sentences_in(everyday.texts[best])[0]
    assert everyday.texts[best][slice(*first)] in prompt_shown(opened)
    saved = re.search(r"([\d,]+) of ([\d,]+) tokens of the sources are saved", words(opened))
    assert saved is not None
    before = sum(tokens_without_special(encoder, everyday.texts[each.index]) for each in everyday.dense(OPENING, 5))
    assert int(saved[2]) == before
    assert 0.5 * before <= int(saved[1]) < before
    # Names of sources are left out of what is saved.
    assert len(prompt_shown(opened)) < len(prompt_shown(whole))
    assert "Of 2 sentences of the known answer, the whole sources cover 2, and the compressed ones 2" in words(opened)
    assert "saved" not in words(whole)


def test_without_a_known_answer_no_coverage_is_made_up() -> None:
    opened = visit("How do I sell things?", screen=PROMPT, sources="compressed", sources_kept="10")
    assert "can be told for a question whose answer is known" in words(opened)
    assert "\n\nQuestion: How do I sell things?" in prompt_shown(opened)


def test_the_best_sources_stand_at_both_ends_with_their_numbers(everyday: ShippedCorpus) -> None:
    opened = visit(PRAM, screen=PROMPT, source_order="best at both ends")
    shown = prompt_shown(opened)
    places = [shown.index(f"\n[{number}] ") for number in (1, 3, 5, 4, 2)]
    assert places == sorted(places)
    assert f"{everyday.prompt(DENSE, PRAM, k=5).tokens:,} of 2,048 tokens" in words(opened)
    assert "the weakest in the middle" in words(opened)
