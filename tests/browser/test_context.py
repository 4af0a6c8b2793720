"""One word in several sentences: typed, followed through the layers by hand, and saved."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.reader import Reader
from tests.support.reference import Opened, cosine

RIVER, MONEY = "We sat on the bank of the river.", "The bank lent them the money."
SCRIPT = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"

# How many points of its way the first path shows.
_REACHED = """(svg) => svg.querySelector("polyline").getAttribute("points").trim().split(" ").length"""


def paths(reader: Reader) -> Locator:
    """The picture of the paths through the layers."""
    return reader.main.locator(".view").filter(has=reader.page.get_by_role("img", name=re.compile("^The paths of")))


def more(reader: Reader) -> None:
    """Open or close the popover of further controls."""
    reader.page.get_by_role("button", name="More settings").click()
    reader.settled()


def test_typing_sentences_shows_the_cosine_of_the_word_in_them_and_a_reload_keeps_it(
    reader: Reader, bundled: Opened
) -> None:
    last = [bundled.reference(text).hidden_states[-1] for text in (RIVER, MONEY)]
    number = f"{cosine(last[0][5], last[1][2]):.3f}"
    reader.open("Context")
    typed = f"{RIVER}\n{MONEY}\nNobody came."
    more(reader)
    reader.write("Two to eight sentences with this word, one per line", typed, "sentences")
    expected = f"One “bank” becomes two vectors: cosine {number}"
    for again in (reader.settled, reader.reload):
        again()
        expect(reader.heading).to_have_text(expected)
        expect(reader.main).to_contain_text("Sentence 3: “bank” does not stand in it.")
        assert reader.parameters() == {"sentences": typed}


def test_picking_a_word_brings_its_sentences(reader: Reader) -> None:
    reader.open("Context")
    more(reader)
    reader.page.get_by_role("combobox", name="Words to start from").click()
    reader.page.get_by_role("option", name="bat", exact=True).click()
    expect(reader.heading).to_have_text(re.compile("^Context partly separates the senses of “bat”"))
    expect(reader.box("Word")).to_have_value("bat")
    reader.expect_parameter("word", "bat")
    expect(reader.main.locator(".es-list li")).to_have_count(4)


def test_the_slider_leads_through_the_layers_and_the_ways_follow(reader: Reader) -> None:
    reader.open("Context", screen="through the layers", step="layer 3")
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


def test_what_is_played_moves_slider_matrix_and_paths_together_and_can_be_paused(reader: Reader) -> None:
    reader.open("Context", screen="through the layers")
    picture, view = paths(reader).locator(".picture"), paths(reader)
    entries = reader.page.evaluate("history.length")
    view.get_by_role("button", name="Replay").click()
    reader.expect_parameter("step", "layer 2")
    view.get_by_role("button", name="Pause").click()
    reader.settled()
    step = reader.parameters()["step"]
    number = int(step.removeprefix("layer "))
    assert number in (2, 3)
    expect(reader.main.get_by_role("slider", name="Layer")).to_have_attribute("aria-valuetext", step)
    expect(picture).to_have_attribute("aria-label", re.compile(f"up to: {step}$"))
    expect(reader.heading).to_have_text(re.compile(f"^After {step}, "))
    expect(view.get_by_role("status")).to_contain_text(f"At: {step}.")
    reader.page.wait_for_function(f"([svg, n]) => ({_REACHED})(svg) === n", arg=[picture.element_handle(), number + 2])
    # The first step is an act of the reader; the steps that follow belong to it.
    assert reader.page.evaluate("history.length") <= entries + 1
    view.get_by_role("button", name="Play").click()
    expect(view.get_by_role("button", name="Replay")).to_be_visible(timeout=20_000)
    expect(picture).to_have_attribute("aria-label", re.compile("up to: layer 6$"))
    assert "step" not in reader.parameters()


def test_paths_jump_from_step_to_step_if_motion_is_to_be_reduced(reader: Reader) -> None:
    reader.page.emulate_media(reduced_motion="reduce")
    reader.open("Context", screen="through the layers", step="layer 5")
    paths(reader).get_by_role("button", name="Play").click()
    picture = paths(reader).locator(".picture")
    expect(picture).to_have_attribute("aria-label", re.compile("up to: layer 6$"))
    assert picture.evaluate(_REACHED) == 8
    reader.page.emulate_media(reduced_motion="no-preference")


@pytest.mark.parametrize("step", ["word embedding", "input", "layer 3", "layer 6"])
def test_names_of_the_paths_cover_no_other_name_nor_mark(reader: Reader, step: str) -> None:
    reader.open("Context", screen="through the layers", step=step, word="bank", sentences="\n".join([RIVER, MONEY] * 4))
    overlaps = paths(reader).evaluate(
        """(view) => {
          const boxes = (found) => [...view.querySelectorAll(found)].map((each) => each.getBoundingClientRect());
          const names = boxes(".thing text");
          const across = (a, b) => a.left < b.right - 1 && b.left < a.right - 1;
          const meet = (a, b) => across(a, b) && a.top < b.bottom - 3 && b.top < a.bottom - 3;
          return names.flatMap((one, i) => names.slice(i + 1).filter((other) => meet(one, other))).length;
        }"""
    )
    assert overlaps == 0


def test_arrow_keys_read_out_the_sentences_of_the_ways(reader: Reader) -> None:
    reader.open("Context", screen="through the layers", sentences=f"{RIVER}\n{MONEY}")
    view = paths(reader)
    view.locator(".stage").focus()
    for key, said in [("ArrowRight", f"1: {RIVER}"), ("ArrowRight", f"2: {MONEY}"), ("ArrowLeft", f"1: {RIVER}")]:
        reader.page.keyboard.press(key)
        expect(view.get_by_role("status")).to_have_text(said)


def test_a_word_in_no_sentence_keeps_what_was_there(reader: Reader) -> None:
    reader.open("Context", sentences=f"{RIVER}\n{MONEY}")
    before = reader.heading.inner_text()
    reader.box("Word").fill("heron")
    reader.box("Word").press("Enter")
    reader.expect_parameter("word", "heron")
    reader.settled()
    expect(reader.main.get_by_role("alert").first).to_contain_text("“heron” is in none of 2 sentences.")
    expect(reader.heading).to_have_text(before)
    expect(reader.box("Word")).to_have_value("heron")


def test_a_script_among_the_sentences_is_shown_as_text_and_never_run(reader: Reader) -> None:
    reader.open("Context", word="script", sentences=f"{SCRIPT}\na script {SCRIPT}", screen="all screens")
    expect(reader.main.locator(".es-list li").first).to_contain_text(SCRIPT)
    paths(reader).locator(".stage").focus()
    reader.page.keyboard.press("ArrowRight")
    expect(paths(reader).get_by_role("status")).to_contain_text(SCRIPT)
    reader.open("Word order", first=SCRIPT, second=f"pizza {SCRIPT}")
    expect(reader.main.locator(".view .picture").first).to_contain_text("script")
    assert reader.page.evaluate("window.hacked") is None
    assert reader.page.evaluate("document.querySelectorAll('img[src=x], [onerror]').length") == 0
