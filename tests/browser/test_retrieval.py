"""Live retrieval as a class uses it: asked letter by letter, explained, mapped, prompted, scored."""

import re
import tomllib

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewReader
from tests.browser.reader import Reader
from tests.browser.retrieval_steps import (
    FERRY,
    OVEN,
    PAGE,
    QUESTION,
    ask,
    column,
    file,
    heading,
    listed,
    open_own,
    passages,
)
from tests.browser.server import Server
from tests.support.app_pages import SCREENS
from tests.support.paths import ROOT
from tests.support.reference import Opened

EVERYDAY = tomllib.loads((ROOT / "assets/corpora/everyday.toml").read_text(encoding="utf-8"))
TEXTS = [section["text"] for document in EVERYDAY["document"] for section in document["section"]]
COUNT = len(TEXTS)

GARDEN = "# Garden rules\n\nThe greenhouse is locked at nine.\n\n## Bees\n\nMr Pomfret keeps eleven hives."


def press_keys(reader: Reader, keys: str) -> None:
    """Type letter by letter into what has the focus."""
    for each in keys:
        reader.page.keyboard.press("Space" if each == " " else each)


def look(reader: Reader, at: str, says: str) -> None:
    """Pick one of the page's screens, and wait until the heading of what it shows is there."""
    reader.pick("Screen", at)
    expect(heading(reader, says)).to_be_visible()
    reader.settled()


def numbers_in(text: str) -> list[float]:
    """All numbers with decimals, in order."""
    return [float(each.replace("−", "-")) for each in re.findall(r"[+−-]?\d+\.\d+", text)]


# ---------------------------------------------------------------- asking


def test_results_follow_each_letter_and_a_guess_comes_before_they_are_shown(reader: Reader, bundled: Opened) -> None:
    reader.open(PAGE)
    opened_with = reader.heading.inner_text()
    box = reader.box("Question")
    box.click()
    reader.page.keyboard.press("ControlOrMeta+a")
    press_keys(reader, "What did B")
    reader.expect_parameter("question", "What did B")
    expect(reader.heading).not_to_have_text(opened_with)
    expect(passages(reader).first).not_to_contain_text(OVEN)
    press_keys(reader, QUESTION.removeprefix("What did B"))
    reader.expect_parameter("question", QUESTION)
    expect(passages(reader).first).to_contain_text(OVEN)
    expect(box).to_have_value(QUESTION)
    expect(box).to_be_focused()
    (passage,) = [" ".join(each.split()) for each in TEXTS if OVEN in " ".join(each.split())]
    vectors = bundled.sentence_model.encode([QUESTION, passage], normalize_embeddings=True)
    expect(passages(reader).first.locator(".es-score")).to_have_text(f"{vectors[0] @ vectors[1]:.4f}")
    expect(reader.heading).to_contain_text(f"at a cosine of {vectors[0] @ vectors[1]:.2f}")
    # Before the class has guessed nothing of it is to be seen, whatever is asked.
    reader.page.get_by_role("switch", name="Ask me first").check(force=True)
    for wanted in (QUESTION, "How do I repair a bicycle?"):
        ask(reader, wanted)
        expect(reader.heading).to_contain_text("From which document comes the passage that is nearest in meaning?")
        expect(reader.main.locator(".es-passage")).to_have_count(0)
        reader.main.get_by_role("radio", name="Cooking", exact=True).click(force=True)
        reader.press("Reveal")
        expect(reader.main.locator(".es-passage").first).to_be_visible()
        expect(reader.main.locator(".es-verdict")).to_contain_text("You guessed “Cooking”")
    # What was asked before can be asked again.
    reader.press("More settings")
    again = reader.page.get_by_role("combobox", name="Asked before")
    reader.settled()
    again.click()
    expect(reader.page.get_by_role("option").first).to_have_text(QUESTION)
    expect(reader.page.get_by_role("option", name="What did B", exact=True)).to_have_count(0)
    reader.page.get_by_role("option").first.click()
    expect(box).to_have_value(QUESTION)
    reader.expect_parameter("question", QUESTION)


def test_a_link_restores_question_corpus_k_chunks_and_view_in_another_tab(reader: Reader) -> None:
    reader.open(PAGE, chunks_by="sentences", chunk_sentences=1)
    reader.press("More settings")
    reader.pick("Search in", "Lecture notes")
    # Another corpus brings its own first question; one that is typed before it comes would be replaced by it.
    expect(reader.box("Question")).to_have_value("How does the model know word order?")
    reader.settled()
    reader.page.keyboard.press("Escape")
    ask(reader, "What is a token?")
    reader.press("More settings")
    slider = reader.page.get_by_role("slider", name="Passages (k)")
    for count in (4, 3):
        slider.press("ArrowLeft")
        reader.expect_parameter("k", count)
        expect(passages(reader)).to_have_count(count)
    reader.settled()
    reader.page.keyboard.press("Escape")
    expected = passages(reader).all_inner_texts()
    look(reader, "why", "cells sum to")
    reader.expect_parameter("screen", "why")
    reader.expect_parameter("question", "What is a token?")
    title, found = reader.heading.inner_text(), heading(reader, "cells sum to").inner_text()
    other = Reader(reader.page.context.new_page(), reader.origin)
    other.page.goto(reader.page.evaluate("location.href"))
    other.settled()
    expect(other.heading).to_have_text(title)
    expect(other.box("Question")).to_have_value("What is a token?")
    expect(other.page.get_by_role("radio", name="why", exact=True)).to_be_checked()
    expect(heading(other, "cells sum to")).to_have_text(found)
    look(other, "results", "Dense")
    expect(passages(other)).to_have_count(3)
    assert passages(other).all_inner_texts() == expected
    other.press("More settings")
    for name in ("Lecture notes", "sentences"):
        expect(other.page.get_by_role("radio", name=name, exact=True)).to_be_checked()
    other.page.close()


# ---------------------------------------------------------------- own documents


def test_own_documents_are_found_outlive_a_reload_and_are_seen_by_nobody_else(
    reader: Reader, new_reader: NewReader, server: Server
) -> None:
    reader.open(PAGE, corpus="Your own")
    expect(reader.heading).to_have_text("Add a document, then ask a question")
    open_own(reader)
    broken = file("broken.pdf", b"%PDF-1.7\nnothing follows")
    reader.page.locator("input[type=file]").first.set_input_files(
        [file("ferry.txt", FERRY), broken, file("g.md", GARDEN)]
    )
    # What became of them is in sight: the place where they were handed over has closed.
    expect(reader.main.locator(".es-problem")).to_contain_text("broken.pdf: ")
    expect(reader.main.locator(".es-note").filter(has_text="Added “ferry.txt”: ")).to_be_visible()
    expect(reader.page.locator("input[type=file]")).to_have_count(0)
    ask(reader, "When does the boat go?")
    first = passages(reader).first
    expect(first).to_contain_text("ferry.txt")
    expect(first.locator("mark")).to_have_text("The ferry to Brindle Isle leaves at half past six.")
    reader.reload()
    expect(first.locator("mark")).to_have_text("The ferry to Brindle Isle leaves at half past six.")
    count = passages(reader).count()
    assert count > 1
    # Neither another browser nor another tab of this one finds them, even if it knows the address.
    address = reader.page.evaluate("location.href")
    others = [new_reader(server), Reader(reader.page.context.new_page(), reader.origin)]
    for other in others:
        other.page.goto(address)
        other.settled()
        expect(other.heading).to_have_text("Add a document, then ask a question")
        open_own(other)
        expect(other.page.locator("input[type=file]").first).to_be_attached()
        expect(listed(other)).to_have_count(0)
        assert not re.search("Brindle|ferry|Pomfret", other.page.content())
    open_own(reader)
    expect(listed(reader)).to_have_count(2)
    listed(reader).first.click()
    expect(listed(reader)).to_have_count(1)
    reader.page.keyboard.press("Escape")
    reader.settled()
    expect(reader.main).not_to_contain_text("Brindle")
    expect(passages(reader)).to_have_count(count - 1)
    expect(first).to_contain_text("g.md")
    others[1].page.close()


# ---------------------------------------------------------------- why, and where


def test_the_reason_for_a_rank_sums_to_its_score_and_two_are_told_apart(reader: Reader) -> None:
    reader.open(PAGE, question=QUESTION)
    scores = [float(each) for each in passages(reader).locator(".es-score").all_inner_texts()]
    column(reader, "Dense").get_by_role("button", name="Why rank 1?").click()
    expect(heading(reader, f"cells sum to {scores[0]:.4f}")).to_be_visible()
    reader.settled()
    reader.press("Details")
    total, cosine = reader.page.locator(".es-formula b").all_inner_texts()
    assert total == cosine == f"{scores[0]:.4f}"
    shares = reader.page.locator("table").filter(has_text="words of the question").locator("tbody tr").all_inner_texts()
    assert float(f"{numbers_in(shares[-1])[0]:.3f}") == pytest.approx(scores[0], abs=6e-4)
    reader.page.keyboard.press("Escape")
    cells = np.array(reader.plot("score-grid")[0]["z"], dtype=float)
    assert cells.sum() == pytest.approx(scores[0], abs=1e-3)
    reader.pick("Divided among", "best matches")
    summed = heading(reader, "best matches sum to")
    expect(summed).to_be_visible()
    best = np.array(reader.plot("best-matches")[0]["z"], dtype=float).max(axis=1)
    assert f" {len(best)} best matches" in summed.inner_text()
    assert numbers_in(summed.inner_text())[-1] == pytest.approx(best.sum(), abs=1e-3)
    reader.pick("Divided among", "context vectors")
    reader.press("More settings")
    against = reader.page.get_by_role("combobox", name="Compared with")
    reader.take(against, "2 ", reader.page.get_by_role("option", name=re.compile("^2 ")))
    difference = heading(reader, "nearer to the question than")
    expect(difference).to_be_visible()
    assert numbers_in(difference.inner_text()) == [pytest.approx(scores[0] - scores[1], abs=1.1e-4)]


def test_another_question_moves_the_star_and_no_dot_and_a_dot_opens_its_passage(reader: Reader) -> None:
    reader.open(PAGE, question=QUESTION, screen="on the map")
    dots = reader.map(f"Map of {COUNT} passages by UMAP")
    dots.expect_drawn(COUNT, selected=0, added=1)
    reader.settled()
    before, star = dots.places(COUNT), dots.place(COUNT)
    ask(reader, "How do I repair a bicycle?")
    reader.page.wait_for_function(
        "([stage, star, x]) => stage.placeOf(star)[0] !== x", arg=[dots.stage.element_handle(), COUNT, star[0]]
    )
    dots.expect_drawn(COUNT, selected=0, added=1)
    np.testing.assert_array_equal(dots.places(COUNT), before)
    opened = reader.main.locator(".es-passage")
    dots.click(40)
    dots.expect_drawn(COUNT, selected=1, added=1)
    expect(opened.locator(".es-text")).to_have_text(" ".join(TEXTS[40].split()))
    # The same by keys alone.
    dots.stage.focus()
    dots.stage.press("Escape")
    expect(opened).to_have_count(0)
    dots.expect_drawn(COUNT, selected=0, added=1)
    reader.settled()
    dots.stage.press("ArrowRight")
    # From the star, where the middle of the map happens to be nearest to it, on to a passage.
    dots.stage.press("ArrowRight")
    read = dots.readout.inner_text()
    dots.stage.press("Enter")
    dots.expect_drawn(COUNT, selected=1, added=1)
    expect(opened.locator(".es-text")).to_contain_text(read.split(": ", 1)[1][:60])


# ---------------------------------------------------------------- the prompt, and what answers it


def test_the_prompt_holds_the_sources_in_the_readers_own_words(reader: Reader) -> None:
    reader.open(PAGE, question=QUESTION, screen="the prompt", k=2)
    prompt = reader.main.get_by_test_id("stCode")
    expect(prompt).to_contain_text(f"Question: {QUESTION}")
    for expected in ("[1] Squatch's adventures, 11", OVEN, "[2] "):
        expect(prompt).to_contain_text(expected)
    expect(prompt).not_to_contain_text("[3] ")
    prompt.hover()
    expect(prompt.get_by_role("button", name=re.compile("Copy"))).to_be_visible()
    expect(reader.main.get_by_role("heading", name="No language model is switched on")).to_be_visible()
    reader.press("Template")
    words = reader.box("Text around the sources and the question")
    words.fill("Sing of it.\n{sources}\nSung: {question}")
    reader.page.get_by_role("button", name="Apply").click()
    expect(prompt).to_contain_text("Sing of it.")
    expect(prompt).to_contain_text(f"Sung: {QUESTION}")
    expect(prompt).to_contain_text(OVEN)
    words.fill("{question}")
    reader.page.get_by_role("button", name="Apply").click()
    expect(reader.main.locator(".es-problem")).to_contain_text("{sources}")
    reader.page.get_by_role("button", name="Reset the template").first.click()
    expect(prompt).to_contain_text("Answer the question from the sources below")


# ---------------------------------------------------------------- how good it is


def test_a_failure_opens_with_what_came_instead_and_a_lesson_with_one_click(reader: Reader) -> None:
    reader.open(PAGE, screen="failures")
    failure = reader.main.locator(".st-key-failures, [class*='st-key-failure_']").first
    instead = reader.main.locator(".es-count").filter(has_text="; first is ").first.inner_text().split("; first is ")[1]
    button = failure.get_by_role("button")
    question = button.inner_text()
    button.click()
    expect(reader.box("Question")).to_have_value(question)
    reader.expect_parameter("question", question)
    expect(reader.page.get_by_role("radio", name="results", exact=True)).to_be_checked()
    expect(passages(reader).first).to_contain_text(instead)
    lesson = reader.main.get_by_role("combobox", name="Where it goes wrong")
    reader.settled()
    reader.take(lesson, "No word", reader.page.get_by_role("option", name="No word in common"))
    expect(reader.box("Question")).to_have_value("How do I rescue a soup that is too salty?")
    expect(reader.main.locator(".es-lead").filter(has_text="No word in common.")).to_contain_text("briny broth")
    expect(passages(reader).first).to_contain_text("An overly briny broth")
    expect(passages(reader, "BM25").filter(has_text="overly briny broth")).to_have_count(0)


def test_no_part_of_the_page_scrolls_sideways_on_a_phone(reader: Reader) -> None:
    reader.open(PAGE, question=QUESTION)
    reader.page.set_viewport_size({"width": 390, "height": 844})
    reader.settled()
    too_wide = {}
    for at in SCREENS[PAGE]:
        reader.pick("Screen", at)
        if beyond := reader.beyond():
            too_wide[at] = beyond
    assert too_wide == {}
