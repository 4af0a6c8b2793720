"""Two sentences, typed, turned around, and made one by switching positions off."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.reader import Reader
from tests.support.reference import Opened, cosine

FIRST, SECOND = "The cat watches the bird", "The bird watches the cat"


def sentence_cosine(bundled: Opened, first: str, second: str) -> str:
    """What sentence-transformers says of the two, as a title ends in it."""
    return f"cosine {cosine(*bundled.sentence_model.encode([first, second])):.4f}"


def more(reader: Reader) -> None:
    """Open or close the popover of further controls."""
    reader.page.get_by_role("button", name="More settings").click()
    reader.settled()


def test_typing_two_sentences_shows_their_cosine_and_a_reload_keeps_it(reader: Reader, bundled: Opened) -> None:
    reader.open("Word order")
    expect(reader.heading).to_have_text("The same words, another sentence: cosine 0.9647")
    for label, text, name in (("First sentence", FIRST, "first"), ("Second sentence", SECOND, "second")):
        reader.box(label).fill(text)
        reader.box(label).press("Enter")
        reader.expect_parameter(name, text)
        reader.settled()
    expected = re.compile(sentence_cosine(bundled, FIRST, SECOND))
    expect(reader.heading).to_have_text(expected)
    reader.settled()
    assert reader.parameters() == {"first": FIRST, "second": SECOND}
    reader.reload()
    expect(reader.heading).to_have_text(expected)
    expect(reader.box("First sentence")).to_have_value(FIRST)
    expect(reader.box("Second sentence")).to_have_value(SECOND)


def test_reversing_and_switching_positions_off_makes_the_two_one_also_from_a_link(
    reader: Reader, bundled: Opened
) -> None:
    reader.open("Word order", first=FIRST)
    more(reader)
    reader.page.get_by_role("button", name="Reverse", exact=True).click()
    backwards = "bird the watches cat The"
    expect(reader.box("Second sentence")).to_have_value(backwards)
    expect(reader.heading).to_have_text(re.compile(sentence_cosine(bundled, FIRST, backwards)))
    more(reader)
    reader.pick("Positions", "off")
    expect(reader.heading).to_have_text("Without positions the two are one sentence: cosine 1.0000")
    expect(reader.main).to_contain_text("it does not see their order")
    reader.expect_parameter("positions", "off")
    assert reader.parameters() == {"first": FIRST, "second": backwards, "positions": "off"}
    reader.reload()
    expect(reader.heading).to_have_text("Without positions the two are one sentence: cosine 1.0000")
    reader.pick("Positions", "on")
    expect(reader.heading).to_have_text(re.compile(sentence_cosine(bundled, FIRST, backwards)))


def test_two_words_are_swapped_where_they_stand(reader: Reader) -> None:
    reader.open("Word order", first=FIRST)
    more(reader)
    for label, place in [("This word", 2), ("and this word", 5)]:
        reader.page.get_by_role("combobox", name=label, exact=True).click()
        reader.page.get_by_role("option", name=re.compile(f"^{place} ")).click()
        reader.settled()
    reader.page.get_by_role("button", name="Swap them").click()
    expect(reader.box("Second sentence")).to_have_value("The bird watches the cat")
    reader.expect_parameter("second", "The bird watches the cat")


def test_picking_a_pair_fills_in_both_sentences(reader: Reader) -> None:
    reader.open("Word order")
    more(reader)
    reader.page.get_by_role("combobox", name="Pairs to start from").click()
    reader.page.get_by_role("option", name="Good or bad", exact=True).click()
    expect(reader.box("First sentence")).to_have_value("Not bad, actually good.")
    expect(reader.box("Second sentence")).to_have_value("Not good, actually bad.")
    expect(reader.heading).to_have_text("The same words, another sentence: cosine 0.9034")


def test_lines_join_each_word_to_its_partner_also_in_a_column_of_rows(reader: Reader) -> None:
    reader.open("Word order")
    view = reader.main.locator(".view").filter(
        has=reader.page.get_by_role("img", name=re.compile("^The words of both"))
    )
    lines = view.locator(".picture > line[stroke-linecap]")
    expect(lines).to_have_count(5)
    assert lines.nth(1).get_attribute("x1") != lines.nth(1).get_attribute("x2")
    view.locator(".stage").focus()
    for _ in range(2):
        reader.page.keyboard.press("ArrowRight")
    expect(view.get_by_role("status")).to_have_text("Squatch: position 2 in the first sentence, 4 in the second.")
    long = "The small dog that lives next door bit the tall man who delivers the letters"
    reader.open("Word order", first=long, second=long)
    expect(lines).to_have_count(17)
    assert {lines.nth(row).get_attribute("y1") == lines.nth(row).get_attribute("y2") for row in range(17)} == {True}


def test_clicking_a_thumbnail_opens_the_difference_of_that_head(reader: Reader, bundled: Opened) -> None:
    first, second = "dogs chase cats", "cats chase dogs"
    reader.open("Word order", screen="head by head", first=first, second=second)
    reader.picture(re.compile("^Differences in the attention of all 72 heads")).click_tile(
        2 * 12 + 4, of=72, columns=12
    )
    reader.expect_parameter("changed_head", "layer 3, head 5")
    one, other = (bundled.reference(text).attentions[2, 4] for text in (first, second))
    order = [0, 3, 2, 1, 4]
    reader.expect_drawn("head", other[order][:, order] - one)
    expect(reader.main.get_by_role("combobox", name="Head")).to_have_value("layer 3, head 5")


@pytest.mark.parametrize("width", [390, 1280])
def test_long_words_scroll_nothing_sideways(width: int, reader: Reader) -> None:
    reader.page.set_viewport_size({"width": width, "height": 844})
    long = "supercalifragil" * 20
    reader.open("Word order", first=f"{long} eats pizza", second=f"pizza eats {long} " + "and more " * 20)
    reader.expect_no_sideways()
    word = "supercalifragil" * 4
    reader.open("Context", word=word, sentences=f"{word} eats\na {word} sleeps\nand nothing")
    expect(reader.heading).to_contain_text("becomes two vectors")
    reader.expect_no_sideways()
