"""One word in several sentences: typed, followed through the layers by hand, and saved."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.reader import Reader
from tests.browser.test_saving import png_size
from tests.support.reference import Opened, cosine

RIVER, MONEY = "We sat on the bank of the river.", "The bank lent them the money."
SCRIPT = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"

# How many points of its way the first path shows.
_REACHED = """(svg) => svg.querySelector("polyline").getAttribute("points").trim().split(" ").length"""


def paths(reader: Reader) -> Locator:
    """The picture of the paths through the layers."""
    return reader.main.locator(".view").filter(has=reader.page.get_by_role("img", name=re.compile("^The paths of")))


def test_typing_sentences_shows_the_cosine_of_the_word_in_them_and_a_reload_keeps_it(
    reader: Reader, bundled: Opened
) -> None:
    last = [bundled.reference(text).hidden_states[-1] for text in (RIVER, MONEY)]
    number = f"{cosine(last[0][5], last[1][2]):.3f}"
    reader.open("Context")
    typed = f"{RIVER}\n{MONEY}\nNobody came."
    reader.write("Two to eight sentences with this word, one per line", typed, "sentences")
    expected = f"One “bank” becomes two vectors: cosine {number}"
    for again in (reader.settled, reader.reload):
        again()
        expect(reader.heading).to_have_text(expected)
        expect(reader.main).to_contain_text("Sentence 3: “bank” does not stand in it.")
        assert reader.parameters() == {"sentences": typed}


def test_picking_a_word_brings_its_sentences(reader: Reader) -> None:
    reader.open("Context")
    reader.main.get_by_role("combobox", name="Words to start from").click()
    reader.page.get_by_role("option", name="bat", exact=True).click()
    expect(reader.heading).to_have_text(re.compile("^Context separates the senses of “bat”"))
    expect(reader.box("Word")).to_have_value("bat")
    reader.expect_parameter("word", "bat")
    expect(reader.main.locator(".es-list li")).to_have_count(4)


def test_the_slider_leads_through_the_layers_and_the_ways_follow(reader: Reader) -> None:
    reader.open("Context", step="layer 3")
    picture = paths(reader).locator(".picture")
    expect(picture).to_have_attribute("aria-label", re.compile("up to: layer 3$"))
    assert picture.evaluate(_REACHED) == 5
    slider = reader.main.get_by_role("slider", name="Layer")
    slider.press("ArrowLeft")
    reader.expect_parameter("step", "layer 2")
    expect(picture).to_have_attribute("aria-label", re.compile("up to: layer 2$"))
    reader.page.wait_for_function(f"(svg) => ({_REACHED})(svg) === 4", arg=picture.element_handle())
    reader.reload()
    assert paths(reader).locator(".picture").evaluate(_REACHED) == 4


def test_replay_moves_unless_motion_is_to_be_reduced(reader: Reader) -> None:
    # Clicked and looked at before the browser can draw again: what moves has only begun, what jumps is there.
    click = f"""(view) => {{
      view.querySelector(".replay").click();
      return new Promise((seen) => requestAnimationFrame(() => seen(({_REACHED})(view.querySelector("svg")))));
    }}"""
    reader.open("Context")
    assert paths(reader).evaluate(click) <= 2
    picture = paths(reader).locator(".picture")
    reader.page.wait_for_function(f"(svg) => ({_REACHED})(svg) === 8", arg=picture.element_handle())
    reader.page.emulate_media(reduced_motion="reduce")
    assert paths(reader).evaluate(click) == 8
    reader.page.emulate_media(reduced_motion="no-preference")


def test_arrow_keys_read_out_the_sentences_of_the_ways(reader: Reader) -> None:
    reader.open("Context", sentences=f"{RIVER}\n{MONEY}")
    view = paths(reader)
    view.locator(".stage").focus()
    for key, said in [("ArrowRight", f"1: {RIVER}"), ("ArrowRight", f"2: {MONEY}"), ("ArrowLeft", f"1: {RIVER}")]:
        reader.page.keyboard.press(key)
        expect(view.get_by_role("status")).to_have_text(said)


def test_the_ways_are_saved_as_png_and_as_svg(reader: Reader) -> None:
    reader.open("Context")
    buttons = {
        name: paths(reader).get_by_role("button", name=f"Download this picture as {name}") for name in ("PNG", "SVG")
    }
    saved = reader.saved(buttons["PNG"].click)
    assert saved.suggested_filename == "encoderscope-paths.png"
    assert png_size(Path(saved.path()).read_bytes()) >= (600, 600)
    svg = ElementTree.fromstring(Path(reader.saved(buttons["SVG"].click).path()).read_bytes())
    assert "river" in "".join(svg.itertext())
    assert len(list(svg.iter("{http://www.w3.org/2000/svg}polyline"))) == 4


def test_a_script_among_the_sentences_is_shown_as_text_and_never_run(reader: Reader) -> None:
    reader.open("Context", word="script", sentences=f"{SCRIPT}\na script {SCRIPT}")
    expect(reader.main.locator(".es-list li").first).to_contain_text(SCRIPT)
    paths(reader).locator(".stage").focus()
    reader.page.keyboard.press("ArrowRight")
    expect(paths(reader).get_by_role("status")).to_contain_text(SCRIPT)
    reader.open("Word order", first=SCRIPT, second=f"pizza {SCRIPT}")
    expect(reader.main.locator(".es-pairs")).to_contain_text("script")
    assert reader.page.evaluate("window.hacked") is None
    assert reader.page.evaluate("document.querySelectorAll('img[src=x], [onerror]').length") == 0
