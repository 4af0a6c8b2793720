"""The stage: keys, the browser's history, lessons, and presenting, as a reader and a teacher use them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from components.ui.lesson.library import shipped
from components.ui.stage import glossary
from tests.browser.reader import Reader

_LESSON = "five_minutes"


def test_the_keys_of_a_clicker_lead_through_screens_and_pages_and_back(reader: Reader) -> None:
    reader.open("Tokens", screen="the vocabulary")
    reader.page.keyboard.press("PageDown")
    expect(reader.page).to_have_title("Embeddings")
    reader.settled()
    reader.press_key("ArrowRight", "one number")
    reader.press_key("ArrowLeft", None)
    reader.page.keyboard.press("PageUp")
    expect(reader.page).to_have_title("Tokens")
    reader.expect_parameter("screen", "the vocabulary")


def test_a_key_that_is_typed_changes_no_screen(reader: Reader) -> None:
    reader.open("Positions")
    reader.sentence.click()
    for key in ("ArrowRight", "PageDown", "p", "?"):
        reader.page.keyboard.press(key)
    reader.settled()
    assert "screen" not in reader.parameters()
    assert "present" not in reader.parameters()


def test_back_goes_back_through_ten_changes_one_by_one(reader: Reader) -> None:
    def state() -> tuple[str, str, dict[str, str]]:
        return reader.page.title(), reader.heading.inner_text(), reader.parameters()

    acts: list[Callable[[], None]] = [
        lambda: reader.pick("Positions", "off"),
        lambda: reader.pick("Positions", "shuffled"),
        lambda: reader.pick("Positions", "on"),
        lambda: reader.type("The dog bit the man."),
        lambda: reader.press_key("ArrowRight", "learned"),
        lambda: reader.press_key("ArrowRight", "sinusoidal"),
        lambda: reader.type("The man bit the dog."),
        lambda: reader.go_to("Tokens"),
        lambda: reader.press_key("ArrowRight", "why it is cut so"),
        lambda: reader.go_to("Positions"),
    ]
    reader.open("Positions")
    seen = [state()]
    for act in acts:
        reader.heading.click()  # keys go to the page, not to what was clicked before
        act()
        # An act ends when the app has been idle for a moment.
        reader.page.wait_for_function("document.documentElement.dataset.act === 'ended'")
        seen.append(state())
    for expected in reversed(seen[:-1]):
        reader.back()
        # On a busy machine the page that is left still stands there, settled, when the address is another already.
        for _ in range(100):
            if state() == expected:
                break
            reader.page.wait_for_timeout(100)
        assert state() == expected


def test_each_sentence_that_is_read_is_an_entry_of_its_own_however_soon_it_comes(reader: Reader) -> None:
    reader.open("Tokens")
    for text in ("Norm drinks tea", "Norm drinks milk"):
        reader.write("Sentence", text, "text")
    reader.back()
    expect(reader.sentence).to_have_value("Norm drinks tea")
    expect(reader.main.locator(".es-sentence")).to_have_text("Norm drinks tea")


def test_a_reload_and_a_copied_link_restore_the_screen(reader: Reader) -> None:
    reader.open("Positions", screen="sinusoidal", position=12, dimension=7)
    title = reader.heading.inner_text()
    assert "dimension 7" in title
    reader.reload()
    assert reader.heading.inner_text() == title
    assert reader.parameters()["screen"] == "sinusoidal"


def test_the_sidebar_says_where_one_is(reader: Reader) -> None:
    reader.open("Positions", screen="sinusoidal")
    link = reader.sidebar.get_by_role("link", name="Positions")
    said = link.evaluate("(link) => getComputedStyle(link, '::after').content")
    assert "3 of 5" in said


def test_a_lesson_is_walked_with_the_keyboard_alone(reader: Reader) -> None:
    reader.open("Overview", lesson="twenty_minutes")
    stops = len(shipped()["twenty_minutes"].stops)
    for number in range(1, stops + 1):
        expect(reader.main.locator(".es-lesson")).to_contain_text(f"{number} of {stops}")
        reader.settled()
        assert not reader.cannot_read.is_visible()
        # At the stop itself, and with something to see.
        expect(reader.main.get_by_role("link", name="Back to the lesson")).to_have_count(0)
        expect(reader.heading).not_to_contain_text("waiting for a question")
        if number < stops:
            reader.page.keyboard.press("ArrowRight")
            reader.expect_parameter("stop", number + 1)
    reader.page.keyboard.press("ArrowLeft")
    reader.expect_parameter("stop", stops - 1)


def test_a_lesson_can_be_left_and_joined_again(reader: Reader) -> None:
    reader.open("Positions", lesson=_LESSON, stop=3, text="Squatch eats pizza")
    reader.press_key("ArrowRight", "one head")
    reader.go_to("Tokens")
    reader.main.get_by_role("link", name="Back to the lesson").click()
    expect(reader.page).to_have_title("Attention")
    reader.settled()
    reader.main.get_by_role("link", name="Leave the lesson").click()
    reader.expect_parameter("lesson", None)
    reader.settled()
    assert reader.parameters()["screen"] == "one head"


def test_a_teachers_own_lesson_is_checked_and_then_starts(reader: Reader, tmp_path: Path) -> None:
    wrong, right = tmp_path / "wrong.toml", tmp_path / "right.toml"
    stop = '[[stop]]\npage = "{}"\nscreen = "the cut"\nsay = "<b>Look</b>"\nsentence = "Norm drinks tea"\n'
    wrong.write_text('name = "Mine"\n' + stop.format("Token"), encoding="utf-8")
    right.write_text('name = "Mine"\n' + stop.format("Tokens"), encoding="utf-8")
    reader.open("Overview")
    reader.press("Start a lesson")
    chooser = reader.page.locator('[data-testid="stPopoverBody"] input[type="file"]')
    chooser.set_input_files(wrong)
    expect(reader.page.get_by_text("Line 3, field “page”: there is no page “Token”")).to_be_visible()
    chooser.set_input_files(right)
    reader.page.get_by_role("link", name="Mine").click()
    expect(reader.page).to_have_title("Tokens")
    expect(reader.main.locator(".es-say")).to_have_text("<b>Look</b>")
    expect(reader.sentence).to_have_value("Norm drinks tea")


def test_a_question_hides_the_answer_and_the_reveal_sets_the_guess_beside_the_truth(reader: Reader) -> None:
    reader.open("Positions", ask="true")
    expect(reader.heading).to_contain_text("how alike")
    assert reader.main.locator(".js-plotly-plot").count() == 0
    reader.press("Reveal")
    expect(reader.main.locator(".es-verdict")).to_have_text("You guessed 0.50; it is 0.9647: 0.46 too low.")
    expect(reader.main.locator(".js-plotly-plot")).to_contain_text("your guess")


@pytest.mark.parametrize("present", [0, 1])
def test_a_term_that_is_clicked_shows_its_picture_and_its_sentence_until_escape(reader: Reader, present: int) -> None:
    reader.open("Attention", **({"present": 1} if present else {}))
    if present:  # the stage starts anew when the server has heard of the larger type
        expect(reader.page.locator("html")).not_to_have_attribute("data-text-scale", "1")
        reader.settled()
    term = reader.main.locator('.es-term[data-term="head"]').first
    explanation = reader.page.locator(".es-explained")
    picture = explanation.locator('svg[aria-hidden="true"]')
    term.click()
    expect(explanation).to_have_count(1)
    expect(explanation.locator("p")).to_have_text(glossary.terms()["head"].says)
    expect(picture).to_have_attribute("viewBox", "0 0 160 72")
    drawn, said, whole = (each.bounding_box() for each in (picture, explanation.locator("p"), explanation))
    assert drawn is not None
    assert said is not None
    assert whole is not None
    assert drawn["width"] >= 240
    assert drawn["y"] + drawn["height"] <= said["y"]
    assert whole["y"] + whole["height"] <= reader.page.evaluate("innerHeight")
    reader.page.keyboard.press("Escape")
    expect(explanation).to_have_count(0)


def test_presenting_leaves_the_screen_alone_and_ends_where_it_began(reader: Reader) -> None:
    reader.open("Positions", positions="off")
    reader.heading.click()
    title = reader.heading.inner_text()
    reader.page.keyboard.press("p")
    reader.expect_parameter("present", "1")
    reader.settled()
    expect(reader.sidebar).to_be_hidden()
    expect(reader.main.locator(".st-key-stage_bar")).to_be_hidden()
    assert reader.heading.inner_text() == title
    reader.page.keyboard.press("?")
    legend = reader.page.get_by_role("dialog", name="Keys")
    expect(legend).to_be_visible()
    reader.page.keyboard.press("Escape")
    expect(legend).to_have_count(0)
    reader.press_key("PageDown", "learned")
    assert reader.parameters()["present"] == "1"
    reader.page.keyboard.press("p")
    reader.expect_parameter("present", None)
    reader.settled()
    expect(reader.sidebar).to_be_visible()


def test_presenting_and_a_lesson_go_along_from_page_to_page_and_end_where_they_are_left(reader: Reader) -> None:
    reader.open("Positions", screen="rotary", present=1)
    reader.page.keyboard.press("PageDown")
    expect(reader.page).to_have_title("Attention")
    reader.expect_parameter("present", "1")
    reader.settled()
    expect(reader.sidebar).to_be_hidden()
    reader.page.keyboard.press("p")
    reader.expect_parameter("present", None)
    reader.settled()
    reader.press_key("PageUp", "rotary")
    assert "present" not in reader.parameters()


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Live retrieval", "Squatch eats pizza"),
        ("Word order", "The dog bit the man."),
        ("Context", "The light bank of the river was light."),
    ],
)
def test_presenting_and_a_copied_link_keep_what_a_page_has_opened_with(reader: Reader, title: str, text: str) -> None:
    reader.open("Tokens", text=text)
    reader.go_to(title)
    finding = reader.heading.inner_text()
    assert "waiting" not in finding
    link = reader.page.evaluate("location.href")
    reader.heading.click()
    reader.page.keyboard.press("p")
    reader.expect_parameter("present", "1")
    reader.settled()
    assert reader.heading.inner_text() == finding
    reader.page.goto(link)
    reader.settled()
    assert reader.heading.inner_text() == finding


def test_page_keys_lead_on_after_a_control_was_used_and_a_lessons_menu_closes(reader: Reader) -> None:
    reader.open("Word order")
    reader.pick("Positions", "off")
    reader.press_key("PageDown", "what enters")
    reader.open("Overview")
    reader.press("Start a lesson")
    reader.page.get_by_role("link", name=re.compile("^Five minutes")).click()
    reader.expect_parameter("lesson", _LESSON)
    expect(reader.page.get_by_test_id("stPopoverBody")).to_have_count(0)


def test_the_notes_in_a_second_window_follow_the_first(reader: Reader) -> None:
    reader.open("Positions", lesson=_LESSON, stop=3, text="Squatch eats pizza")
    notes: Page = reader.page.context.new_page()
    notes.goto(f"{reader.origin}/?notes=1&lesson={_LESSON}")
    expect(notes.get_by_role("heading", level=1)).to_have_text("3 of 5 · Positions: every order")
    expect(notes.get_by_text("Next: Attention: one head")).to_be_visible()
    reader.page.bring_to_front()
    reader.page.keyboard.press("PageDown")
    expect(notes.get_by_role("heading", level=1)).to_have_text("4 of 5 · Attention: one head")
    expect(notes.get_by_text(re.compile("At whom does the word it look"))).to_be_visible()


# Counts the frames in which a picture moves.
_WATCH_MOVEMENT = """() => {
  window.moved = 0;
  const look = () => {
    for (const host of document.querySelectorAll('[data-testid="stBidiComponentIsolated"]'))
      if (host.shadowRoot?.querySelector('.stage[data-moving="yes"]')) window.moved += 1;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


@pytest.mark.parametrize(
    ("page", "screen", "before"), [("Embeddings", "the sum", "map of words"), ("Context", "pooling", "how often")]
)
def test_rows_move_when_their_screen_opens_and_rest_where_they_stand_without_movement(
    reader: Reader, page: str, screen: str, before: str
) -> None:
    painted = set()
    for motion in (False, True):
        reader.page.emulate_media(reduced_motion="no-preference" if motion else "reduce")
        reader.open(page, screen=before)
        reader.page.evaluate(_WATCH_MOVEMENT)
        reader.pick("Screen", screen)
        stage = reader.main.locator(".stage").first
        if motion:
            expect(stage).to_have_attribute("data-moving", "")
        assert (reader.page.evaluate("window.moved") > 0) == motion
        painted.add(stage.locator("canvas.picture").evaluate("(canvas) => canvas.toDataURL()"))
    assert len(painted) == 1
