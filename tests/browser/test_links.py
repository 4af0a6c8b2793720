"""The address bar holds the view: a link opens it, a reload keeps it, and a pick changes it."""

import re

from playwright.sync_api import expect

from tests.browser.reader import Reader
from tests.browser.way_picture import WayRow
from tests.support.app_pages import READING

SENTENCE = "Squatch eats pizza with friends"


def test_picking_layer_and_head_changes_title_and_address_and_a_reload_keeps_them(reader: Reader) -> None:
    reader.open("Attention", screen="one head")
    reader.type(SENTENCE)
    reader.open_head(6, 11)
    expect(reader.heading).to_have_text(re.compile("^Head 11 of layer 6: "))
    reader.settled()
    expected = {"text": SENTENCE, "layer": "6", "head": "11", "screen": "one head"}
    assert reader.parameters() == expected
    title = reader.heading.inner_text()
    reader.reload()
    expect(reader.heading).to_have_text(title)
    expect(reader.sentence).to_have_value(SENTENCE)
    assert reader.parameters() == expected


def test_clicking_a_thumbnail_opens_its_head(reader: Reader) -> None:
    reader.open("Attention", text=SENTENCE)
    size = (8, 8)
    reader.heads("Attention of 72 heads, one thumbnail per head").click_cell(4 * 12 + 8, 3, 3, size)
    expect(reader.heading).to_have_text(re.compile("^Head 9 of layer 5: "))
    reader.expect_parameter("head", 9)
    reader.expect_parameter("layer", 5)
    reader.expect_parameter("screen", "one head")
    expect(reader.main.get_by_role("combobox", name="Head", exact=True)).to_have_value("9")


def test_clicking_a_thumbnail_on_the_overview_opens_that_head_of_that_layer(reader: Reader) -> None:
    reader.open("Overview")
    reader.type(SENTENCE)
    WayRow(reader, 3).click_tile(4 * 12 + 6, of=72, columns=12)
    expect(reader.heading).to_have_text(re.compile("^Head 7 of layer 5: "))
    reader.settled()
    expect(reader.sentence).to_have_value(SENTENCE)
    assert reader.parameters() == {"text": SENTENCE, "layer": "5", "head": "7", "screen": "one head"}
    reader.reload()
    expect(reader.heading).to_have_text(re.compile("^Head 7 of layer 5: "))


def test_clicking_the_name_of_a_step_opens_its_page(reader: Reader) -> None:
    reader.open("Overview", text=SENTENCE)
    reader.main.get_by_role("button", name="Word embeddings: take it apart").click()
    expect(reader.page).to_have_title("Embeddings")
    expect(reader.sentence).to_have_value(SENTENCE)


def test_clicking_a_cell_of_the_sum_follows_its_number(reader: Reader) -> None:
    reader.open("Embeddings", text=SENTENCE)
    sums = reader.picture(re.compile("embeddings and their sum"))
    box = sums.stage.bounding_box()
    assert box is not None
    sums.stage.click(position={"x": box["width"] * (99.5 / 384), "y": 40})
    expect(reader.heading).to_have_text(re.compile("^Dimension 100 of “.+” starts at"))
    reader.expect_parameter("screen", "one number")


def test_every_page_keeps_the_sentence_and_the_head(reader: Reader) -> None:
    reader.open("Attention", layer=3, head=5, screen="one head")
    reader.type(SENTENCE)
    # A page that asks for sentences of its own lies between, and takes nothing away.
    for title in [*READING, "Word order", "Attention"]:
        reader.go_to(title)
        if title not in READING:
            expect(reader.sentence).to_have_count(0)
            continue
        expect(reader.sentence).to_have_value(SENTENCE)
        expect(reader.main.locator(".es-sentence")).to_have_text(SENTENCE)
        assert reader.parameters()["text"] == SENTENCE
    expect(reader.main.get_by_role("combobox", name="Layer", exact=True)).to_have_value("3")
    assert reader.parameters() == {"text": SENTENCE, "layer": "3", "head": "5"}


def test_a_link_restores_what_was_picked_on_a_page(reader: Reader) -> None:
    reader.open("Embeddings", text=SENTENCE, token="3  ##ch", dimension=7, screen="one number")
    expect(reader.main.get_by_role("combobox", name="Token")).to_have_value("3  ##ch")
    expect(reader.main.get_by_role("spinbutton", name="Dimension")).to_have_value("7")
    reader.open("Embeddings", text=SENTENCE, words="king queen pizza", screen="map of words")
    expect(reader.main.get_by_role("textbox", name="Words, separated by blanks")).to_have_value("king queen pizza")
    reader.open("Positions", text=SENTENCE, positions="shuffled")
    chosen = reader.main.get_by_role("radiogroup", name="Positions")
    expect(chosen.get_by_role("radio", name="shuffled", exact=True)).to_be_checked()
    reader.open("Positions", text=SENTENCE, position=12, screen="sinusoidal")
    expect(reader.main.get_by_role("spinbutton", name="Position")).to_have_value("12")
    reader.open("Attention", text=SENTENCE, query="5  pizza", key="4  eats", words_only="true", screen="one weight")
    expect(reader.main.get_by_role("combobox", name=re.compile("^Query"))).to_have_value("5  pizza")
    expect(reader.main.get_by_role("combobox", name=re.compile("^Key"))).to_have_value("4  eats")
    reader.main.get_by_role("button", name="More settings").click()
    expect(reader.page.get_by_role("switch", name="Leave out special tokens")).to_be_checked()


def test_back_leads_to_the_page_before_and_keeps_the_sentence(reader: Reader) -> None:
    reader.open("Tokens")
    reader.type(SENTENCE)
    reader.go_to("Attention")
    reader.page.go_back()
    expect(reader.page).to_have_title("Tokens")
    expect(reader.heading).to_have_text("“Squatch” is cut into 2 pieces")
    expect(reader.sentence).to_have_value(SENTENCE)


def test_a_picker_shows_the_token_that_the_page_speaks_of_after_the_sentence_changed(reader: Reader) -> None:
    reader.open("Embeddings", text=SENTENCE, screen="one number")
    reader.choose("Token", 3)
    expect(reader.heading).to_have_text(re.compile("^Dimension 101 of “##ch” starts at"))
    picked = reader.main.get_by_role("combobox", name="Token")
    # Where the same token stands at the same place it stays picked; else the longest word stands in for it.
    for text, shown in [("Squatch sleeps", "3  ##ch"), ("pizza with friends", "4  friends")]:
        reader.type(text)
        expect(reader.heading).to_have_text(re.compile(f"^Dimension 101 of “{shown[3:]}” starts at"))
        expect(picked).to_have_value(shown)
