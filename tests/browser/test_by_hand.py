"""By hand: every number can be held, by pointer, finger and keys, and a link holds them all."""

import re

import pytest
from playwright.sync_api import expect

from components.core.by_hand.code import decode, encode
from components.core.by_hand.network import Network, run
from components.ui.by_hand.exercises import Puzzle, puzzles, trained_numbers
from components.ui.wording import format_signed
from tests.browser.by_hand_steps import LANGUAGE, PAGE, Changes, number, with_numbers
from tests.browser.reader import Reader

#: Puzzle → what solves it: numbers by their place, or a switch.
SOLUTIONS: dict[str, Changes] = {
    "what it means": {17: 2.9},
    "swap two words": {"positions": False},
    "two words as one": {12: 0.95, 13: -2.4},
    "the broken number": {23: -1.16},
    "better than training": {23: -1.55, 27: -2.38, 17: 2.14},
}


@pytest.fixture
def page(reader: Reader) -> Reader:
    reader.open(PAGE)
    return reader


def expect_numbers(reader: Reader, network: Network) -> None:
    """Wait until the address holds these numbers."""
    reader.expect_parameter("numbers", encode(network))
    reader.settled()


@pytest.mark.parametrize("puzzle", puzzles().values(), ids=lambda puzzle: puzzle.name)
def test_a_puzzle_begins_unsolved_and_its_solution_from_a_link_solves_it(reader: Reader, puzzle: Puzzle) -> None:
    reader.open(PAGE, screen="puzzles", puzzle=puzzle.name)
    readout = reader.main.locator(".readout")
    expect(reader.heading).to_contain_text(puzzle.name)
    expect(readout).to_contain_text("Not yet: ")
    reader.main.get_by_role("button", name="Hint").click()
    expect(reader.main.locator(".told")).to_have_text(f"Hint: {puzzle.hint}")
    expect(readout).to_contain_text("Not yet: ")
    solved = encode(with_numbers(puzzle.numbers, SOLUTIONS[puzzle.name], puzzle.language))
    reader.open(PAGE, screen="puzzles", puzzle=puzzle.name, solution=solved)
    expect(readout).to_contain_text("Solved: ")


def test_what_the_tables_show_is_what_core_computes(page: Reader) -> None:
    steps = run(decode(trained_numbers(), LANGUAGE), (0, 2, 8))
    expected = {
        "x.1.0": steps.inputs[1][0],
        "q.2.1": steps.queries[2][1],
        "k.0.0": steps.keys[0][0],
        "v.1.1": steps.values[1][1],
        "s.0.1": steps.scores[0][2][1],
        "w.0.1": steps.weights[0][2][1],
        "z.0": steps.attended[2][0],
        "out.1": steps.results[2][1],
        "l.4": steps.likeness[2][4],
        "pr.4": steps.probabilities[2][4],
    }
    for key, value in expected.items():
        expect(page.main.locator(f'td[data-key="{key}"]')).to_have_text(format_signed(float(value), 2))


def test_a_dragged_word_changes_what_follows_and_the_address_keeps_it_until_it_is_undone(page: Reader) -> None:
    tip = page.main.get_by_role("button", name=re.compile("^eats: 2.50, −0.72"))
    box = tip.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x - 75, y - 55, steps=4)
    weight = page.main.locator('td[data-key="w.0.1"]')
    expect(weight).not_to_have_text("0.98")  # while the tip is held
    page.page.mouse.up()
    expect(page.heading).to_contain_text(re.compile("“(tea|milk)”"))
    page.settled()
    moved = number(page, "eats, first number").input_value()
    code = page.parameters()["numbers"]
    assert moved == format_signed(decode(code, LANGUAGE).embeddings[2][0], 2)
    page.reload()
    expect(number(page, "eats, first number")).to_have_value(moved)
    page.back()
    expect(page.heading).to_contain_text("“pizza”")
    expect(number(page, "eats, first number")).to_have_value("2.50")


def test_the_tip_of_a_word_stays_under_the_pointer_however_far_it_is_dragged(page: Reader) -> None:
    tip = page.main.locator('circle.tip[data-says="eats"]')
    box = tip.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    for far in (40, 120, 240):
        page.page.mouse.move(x - far, y + far / 4, steps=3)
        expect(page.main.locator(".readout")).not_to_be_empty()
        page.page.wait_for_function(
            """([x, y]) => {
              for (const host of document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')) {
                const tip = host.shadowRoot?.querySelector('circle.tip[data-says="eats"]')?.getBoundingClientRect();
                if (tip) return Math.hypot(tip.x + tip.width / 2 - x, tip.y + tip.height / 2 - y) < 3;
              }
            }""",
            arg=[x - far, y + far / 4],
        )
    page.page.mouse.up()
    page.settled()


def test_undo_and_reset_bring_numbers_back(page: Reader) -> None:
    box = number(page, "pizza, second number")
    for typed in ("1", "2,5"):
        box.fill(typed)
        box.press("Enter")
    expect(box).to_have_value("2.50")
    page.main.get_by_role("button", name="Undo").click()
    expect(box).to_have_value("1.00")
    box.focus()
    page.page.keyboard.press("Control+z")
    expect(box).to_have_value("−2.40")
    page.main.get_by_role("checkbox", name="positions").uncheck()
    expect(page.main.locator('td[data-key="p.0.1"]')).to_have_text("0.00")
    page.main.get_by_role("button", name="Reset").click()
    expect(page.main.get_by_role("checkbox", name="positions")).to_be_checked()


def test_what_is_no_number_is_said_and_leaves_the_number_as_it_was(page: Reader) -> None:
    box = number(page, "pizza, first number")
    for typed in ("<script>", "", "1e2", "0x10", "٣"):
        box.fill(typed)
        box.press("Enter")
        expect(box).to_have_value("0.95")
        expect(page.main.locator(".told")).to_contain_text("is no number; type one such as −1.25")
    box.fill("1000000")
    box.press("Enter")
    expect(page.main.locator(".told")).to_have_text("1000000 is too large: numbers go from −99.99 to 99.99.")
    expect(box).to_have_value("0.95")
    page.main.get_by_role("button", name="squatch", exact=True).click()
    expect(page.main.locator(".told")).to_be_empty()


def test_keys_alone_move_a_number_and_what_follows_is_said_aloud(page: Reader) -> None:
    tip = page.main.get_by_role("button", name=re.compile("^eats: 2.50, −0.72"))
    tip.focus()
    page.page.keyboard.press("ArrowLeft")
    page.page.keyboard.press("Shift+ArrowUp")
    expect(page.main.get_by_role("button", name=re.compile("^eats: 2.40, −0.71"))).to_be_focused()
    box = number(page, "Wk, row 1, column 2")
    box.focus()
    page.page.keyboard.press("ArrowUp")
    page.page.keyboard.press("Shift+ArrowDown")
    expect(box).to_have_value("−1.07")
    expect(box).to_have_attribute("aria-valuenow", "-1.07")
    said = page.main.locator(".live")
    expect(said).to_contain_text("looks most at")
    expect_numbers(page, with_numbers(trained_numbers(), {4: 2.4, 5: -0.71, 23: -1.07}))
    assert "screen" not in page.parameters()


def test_pointing_at_a_number_lights_all_that_it_goes_into(page: Reader) -> None:
    page.main.locator('td[data-key="q.2.0"]').hover()
    lit = page.main.locator("td.lit")
    expect(lit).to_have_count(1)
    reached = set(page.main.locator("td.reached").evaluate_all("cells => cells.map((cell) => cell.dataset.key)"))
    assert {"s.0.0", "w.0.2", "z.0", "out.1", "l.7", "pr.0"} <= reached
    assert not {key for key in reached if key[0] in "nxkvp" and not key.startswith("pr")}


def test_a_finger_moves_a_word_on_a_phone_and_the_page_stays_where_it_is(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 390, "height": 844})
    reader.open(PAGE)
    tip = reader.main.get_by_role("button", name=re.compile("^drinks: 1.67, 2.12"))
    tip.scroll_into_view_if_needed()
    box = tip.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    before = reader.page.evaluate(scrolled)
    fingers = reader.page.context.new_cdp_session(reader.page)
    fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 6):
        point = {"x": x - 6 * step, "y": y + 10 * step}
        fingers.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(number(reader, "drinks, second number")).not_to_have_value("2.12")
    assert float(number(reader, "drinks, second number").input_value()) < 1.9
    assert reader.page.evaluate(scrolled) == before
    reader.settled()


def test_pointing_at_a_result_writes_its_sum_out(page: Reader) -> None:
    readout = page.main.locator(".readout")
    for key, says in {
        "s.0.1": "(0.06 · 1.79 + (−0.78) · (−4.20)) ÷ √2 = 2.40",
        "x.1.0": "2.50 + 0.84 = 3.34",
        "q.2.0": "0.50 · 0.40 + 1.97 · (−0.07) = 0.06",
        "l.4": "1.14 · 0.95 + (−6.76) · (−2.40) = 17.30",
    }.items():
        page.main.locator(f'td[data-key="{key}"]').hover()
        expect(readout).to_have_text(says)


def test_a_step_leads_to_the_same_step_on_the_readers_own_sentence(reader: Reader) -> None:
    reader.open("Tokens", text="The soup was hot")
    reader.go_to(PAGE)
    link = reader.main.get_by_role("link", name=re.compile("^= query: the same step on your sentence"))
    expect(link).to_have_accessible_name(re.compile("here 2 numbers, there 32 a head$"))
    link.click()
    expect(reader.page).to_have_title("Attention")
    reader.settled()
    assert reader.parameters()["screen"] == "one weight"
    expect(reader.sentence).to_have_value("The soup was hot")


def test_a_language_of_the_readers_own_begins_untrained_and_a_wrong_one_names_its_line(reader: Reader) -> None:
    reader.open(PAGE)
    reader.page.get_by_role("button", name="Your own data").click()
    box = reader.page.get_by_role("textbox", name=re.compile("^A language of your own"))
    box.fill("rain falls\nsnow falls down softly now then")
    box.press("Control+Enter")
    expect(reader.cannot_read).to_have_text("This language cannot be read")
    expect(reader.main.get_by_text("Line 2 has 6 words; a sentence has 2 to 5.")).to_be_visible()
    reader.settled()
    reader.page.get_by_role("button", name="Your own data").click()
    expect(box).to_have_value("rain falls\nsnow falls down softly now then")
    box.fill("rain falls\nsnow melts")
    box.press("Control+Enter")
    expect(reader.box("Sentence, with [MASK] for a hidden word")).to_have_value("rain [MASK]")
    expect(reader.heading).to_contain_text(re.compile("^22 numbers put “"))  # the browser has told its numbers
    reader.settled()
    assert len(reader.parameters()["numbers"]) == 60


def test_numbers_that_are_none_are_refused_and_the_opening_ones_offered(reader: Reader) -> None:
    reader.open(PAGE, numbers="AAAA")
    expect(reader.cannot_read).to_have_text("These numbers cannot be read")
    reader.page.get_by_role("button", name="Begin with the opening numbers").click()
    expect(reader.heading).to_have_text("30 numbers put “pizza” or “bread” in the place of [MASK]")


def test_numbers_outlive_a_way_to_another_page_and_to_another_screen(page: Reader) -> None:
    box = number(page, "pizza, first number")
    box.fill("0.5")
    box.press("Enter")
    expect_numbers(page, with_numbers(trained_numbers(), {8: 0.5}))
    page.go_to("Tokens")
    page.go_to(PAGE)
    expect(number(page, "pizza, first number")).to_have_value("0.50")
    page.pick("Screen", "on paper")
    expect(page.main.locator(".es-sheet:not(.es-paper)")).to_contain_text("(0.50, −2.40)")
