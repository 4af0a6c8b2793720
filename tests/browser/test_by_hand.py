"""By hand: what the browser computes is what core and torch compute, and every number can be held."""

import re
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, expect

from components.core.by_hand.code import decode, encode
from components.core.by_hand.language import Language, read_language
from components.core.by_hand.network import Network, Switches, loss, run
from components.ui.by_hand.exercises import Puzzle, opening_language, puzzles, trained_numbers
from components.ui.wording import format_signed
from tests.browser.reader import Reader

PAGE = "By hand"
LANGUAGE = read_language(opening_language())
_EXPORTED = "encoderscopeByHand"

#: Puzzle → what solves it: numbers by their place, or a switch.
SOLUTIONS: dict[str, dict[int | str, float | bool]] = {
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


def number(reader: Reader, label: str) -> Locator:
    """The first box for a number of the network."""
    return reader.main.get_by_role("spinbutton", name=label, exact=True).first


def expect_numbers(reader: Reader, network: Network) -> None:
    """Wait until the address holds these numbers."""
    reader.expect_parameter("numbers", encode(network))
    reader.settled()


def with_numbers(code: str, changes: dict[int | str, float | bool], language: Language = LANGUAGE) -> Network:
    """The network of a code, with some of its numbers and switches changed."""
    network = decode(code, language)
    flat = np.concatenate(
        [network.embeddings.ravel(), network.query.ravel(), network.key.ravel(), network.value.ravel()]
    )
    switches = dict(vars(network.switches))
    for place, value in changes.items():
        if isinstance(place, int):
            flat[place] = value
        else:
            switches[place] = bool(value)
    query, key, value_matrix = flat[-12:].reshape(3, 2, 2)
    return Network(flat[:-12].reshape(-1, 2), query, key, value_matrix, Switches(**switches))


def random_states(count: int) -> list[tuple[str, list[int], int]]:
    """Networks with all switches both ways, as codes, each with a sentence and the position that looks."""
    draws = np.random.default_rng(0)
    states = []
    for _ in range(count):
        numbers = draws.normal(scale=2, size=30).round(2)
        query, key, value = numbers[18:].reshape(3, 2, 2)
        switches = Switches(*(bool(draws.integers(2)) for _ in range(4)))
        words = draws.integers(9, size=draws.integers(1, 6)).tolist()
        code = encode(Network(numbers[:18].reshape(9, 2), query, key, value, switches))
        states.append((code, words, int(draws.integers(len(words)))))
    return states


def test_every_number_of_200_networks_is_that_of_core(page: Reader) -> None:
    states = random_states(200)
    found = page.page.evaluate(
        f"""(states) => states.map(([code, words, looks]) => {{
          const {{ numbers, switches }} = {_EXPORTED}.decoded(code);
          return {_EXPORTED}.forward(numbers, switches, words, looks);
        }})""",
        [list(state) for state in states],
    )
    for (code, words, looks), steps in zip(states, found, strict=True):
        expected = run(decode(code, LANGUAGE), tuple(words))
        for name, array in {
            "e": expected.embeddings,
            "p": expected.positions,
            "x": expected.inputs,
            "q": expected.queries,
            "k": expected.keys,
            "v": expected.values,
            "s": expected.scores[:, looks],
            "w": expected.weights[:, looks],
            "z": expected.attended[looks],
            "out": expected.results[looks],
            "l": expected.likeness[looks],
            "pr": expected.probabilities[looks],
        }.items():
            np.testing.assert_allclose(steps[name], array, atol=1e-9, err_msg=name)


def torch_loss(numbers: torch.Tensor, switches: Switches) -> torch.Tensor:
    """The mean loss on the opening language, written for torch's derivatives."""
    embeddings, matrices = numbers[:18].reshape(9, 2), numbers[18:].reshape(3, 2, 2)
    losses = []
    for sentence, word in LANGUAGE.examples:
        places = torch.arange(len(sentence.words), dtype=torch.float64)
        inputs = embeddings[list(sentence.words)]
        if switches.positions:
            inputs = inputs + torch.stack([places.sin(), places.cos()], dim=1)
        heads = 2 if switches.two_heads else 1
        query, key, value = (
            (inputs @ matrix).reshape(1, len(places), heads, 2 // heads).transpose(1, 2) for matrix in matrices
        )
        attended = torch.nn.functional.scaled_dot_product_attention(
            query, key, value, scale=None if switches.scaled else 1.0
        )
        result = attended.transpose(1, 2).reshape(-1, 2)[sentence.looks] + switches.residual * inputs[sentence.looks]
        losses.append(torch.nn.functional.cross_entropy((embeddings[:8] @ result)[None], torch.tensor([word])))
    return torch.stack(losses).mean()


def test_gradients_are_torchs_and_losses_are_cores(page: Reader) -> None:
    codes = [code for code, _, _ in random_states(24)]
    found = page.page.evaluate(
        f"""([codes, sentences]) => codes.map((code) => {{
          const {{ numbers, switches }} = {_EXPORTED}.decoded(code);
          const {{ loss, gradient }} = {_EXPORTED}.gradients(numbers, switches, {_EXPORTED}.examplesOf(sentences, 8));
          return {{ loss, gradient: [...gradient], numbers: [...numbers] }};
        }})""",
        [codes, [list(words) for words in LANGUAGE.sentences]],
    )
    for code, each in zip(codes, found, strict=True):
        network = decode(code, LANGUAGE)
        numbers = torch.tensor(each["numbers"], dtype=torch.float64, requires_grad=True)
        (gradient,) = torch.autograd.grad(torch_loss(numbers, network.switches), numbers)
        np.testing.assert_allclose(each["gradient"], gradient, atol=1e-6)
        assert each["loss"] == pytest.approx(loss(network, LANGUAGE), abs=1e-9)


def test_training_from_seed_1_ends_at_the_floor(page: Reader) -> None:
    end: float = page.page.evaluate(
        f"""(sentences) => {{
          const {{ unlearned, gradients, descend, lossOf, examplesOf }} = {_EXPORTED};
          const {{ numbers, switches }} = unlearned(8, 1);
          const [speed, examples] = [new Float64Array(numbers.length), examplesOf(sentences, 8)];
          for (let step = 0; step < 3000; step += 1) {{
            descend(numbers, speed, gradients(numbers, switches, examples).gradient, 0.05);
          }}
          return lossOf(numbers, switches, examples);
        }}""",
        [list(words) for words in LANGUAGE.sentences],
    )
    assert end == pytest.approx(LANGUAGE.floor(ordered=True), abs=0.005)


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


def test_one_number_alone_mends_the_broken_network_and_one_of_wk_makes_it_look_at_pizza(page: Reader) -> None:
    broken, pronoun = puzzles()["the broken number"], puzzles()["what it means"]
    mending: list[int] = page.page.evaluate(
        f"""([code, sentences, most]) => {{
          const {{ decoded, lossOf, examplesOf }} = {_EXPORTED};
          const {{ numbers, switches }} = decoded(code);
          const examples = examplesOf(sentences, 8);
          return [...numbers.keys()].filter((index) => {{
            const changed = numbers.slice();
            for (let value = -30; value <= 30; value += 0.1) {{
              changed[index] = value;
              if (lossOf(changed, switches, examples) <= most) return true;
            }}
          }});
        }}""",
        [broken.numbers, [list(words) for words in broken.language.sentences], broken.goal["loss"]["most"]],
    )
    assert mending == [23]  # Wk, row 1, column 2
    reach = np.linspace(-2.35, 2.35, 21)  # as far as the plane shows
    dragged: list[dict[int | str, float | bool]] = [{4: x, 5: y} for x in reach for y in reach]
    typed: list[dict[int | str, float | bool]] = [{17: value} for value in reach]  # Wk, row 1, column 2
    for changes in (dragged, typed):
        networks = [with_numbers(pronoun.numbers, change, pronoun.language) for change in changes]
        weights = [run(network, pronoun.sentence.words).weights[0, 3, 2] for network in networks]
        assert max(weights) >= pronoun.goal["weight"]["least"]


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


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_train_moves_words_until_those_used_alike_lie_on_each_other(reader: Reader, motion: Any) -> None:
    reader.page.emulate_media(reduced_motion=motion)
    reader.open(PAGE, screen="it learns")
    reader.main.get_by_role("button", name="Begin anew").click()
    expect(number(reader, "squatch, first number")).not_to_have_value("−1.39")
    reader.main.get_by_role("button", name="Train", exact=True).click()
    expect(reader.main.locator(".says")).to_contain_text("Step 3,000: loss 0.462, floor 0.462", timeout=60_000)
    expect(reader.heading).to_have_text("These 30 numbers know all that can be known: loss 0.462, floor 0.462")
    for one, other in (("pizza", "bread"), ("tea", "milk"), ("squatch", "norm")):
        for axis in ("first", "second"):
            values = [number(reader, f"{word}, {axis} number").input_value().replace("−", "-") for word in (one, other)]
            assert float(values[0]) == pytest.approx(float(values[1]), abs=0.05)


def test_a_learning_rate_that_is_too_large_bursts_and_that_is_said(reader: Reader) -> None:
    reader.open(PAGE, screen="it learns")
    reader.main.get_by_role("slider", name=re.compile("Learning rate")).press("End")
    reader.main.get_by_role("button", name="Begin anew").click()
    reader.main.get_by_role("button", name="Train", exact=True).click()
    expect(reader.main.locator(".says")).to_contain_text("the learning rate 1 is too large", timeout=60_000)
    reader.settled()


def test_what_training_says_is_of_the_numbers_that_are_there(reader: Reader) -> None:
    reader.open(PAGE, screen="it learns")
    says = reader.main.locator(".says")
    rate = reader.main.get_by_role("slider", name=re.compile("Learning rate"))
    expect(says).to_contain_text(": at the floor")
    rate.press("End")
    reader.main.get_by_role("button", name="All 12 seeds").click()
    expect(says).to_contain_text("12 of 12 seeds trained: 12 burst")
    reader.main.get_by_role("button", name="Begin anew").click()
    reader.main.get_by_role("button", name="Train", exact=True).click()
    expect(says).to_contain_text("the learning rate 1 is too large")
    rate.press("Home")
    reader.main.get_by_role("button", name="One step").click()
    expect(says).to_contain_text(re.compile(r"^Step \d+: loss [\d.]+, floor 0.462"))
    box = number(reader, "pizza, first number")
    box.fill("3")
    box.press("Enter")
    expect(says).to_contain_text("Step 0: ")
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


def test_one_step_goes_where_the_arrows_of_the_gradient_point(reader: Reader) -> None:
    reader.open(PAGE, screen="it learns")
    reader.main.get_by_role("button", name="Begin anew").click()
    expect(reader.main.locator(".says")).to_contain_text("Step 0: loss 2.")
    reader.main.get_by_role("button", name="Show the gradient").click()
    expect(reader.main.locator(".words .slope", has_text=re.compile("[↑↓]"))).not_to_have_count(0)
    before, arrow = _words(reader)
    reader.main.get_by_role("button", name="One step").click()
    expect(reader.main.locator(".says")).to_contain_text("Step 1: ")
    after, _ = _words(reader)
    moved = [(new - old, sign) for old, new, sign in zip(before, after, arrow, strict=True) if abs(new - old) >= 0.01]
    assert moved
    for change, sign in moved:
        assert sign == ("↑" if change > 0 else "↓")


def _words(reader: Reader) -> tuple[list[float], list[str]]:
    """The numbers of the words as the boxes show them, and the arrow beside each."""
    cells = reader.main.locator(".words td.number.word")
    read = "cells => cells.map((cell) => [cell.querySelector('input').value, cell.querySelector('.slope').textContent])"
    found: list[list[str]] = cells.evaluate_all(read)
    return [float(value.replace("−", "-")) for value, _ in found], [arrow for _, arrow in found]


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


def test_another_sentence_while_it_learns_ends_the_training_and_keeps_what_was_learned(reader: Reader) -> None:
    reader.open(PAGE, screen="it learns")
    reader.main.get_by_role("button", name="Begin anew").click()
    reader.main.get_by_role("button", name="Train", exact=True).click()
    says = reader.main.locator(".says")
    expect(says).to_contain_text(re.compile(r"Step [1-9]\d\d"))
    box = reader.box("Sentence, with [MASK] for a hidden word")
    box.fill("norm drinks [MASK]")
    box.press("Enter")
    expect(reader.main.locator(".readout")).to_contain_text("“[MASK]” looks most at")
    reader.expect_parameter("sentence", "norm drinks [MASK]")
    reader.settled()
    expect(reader.main.get_by_role("button", name="Train", exact=True)).to_be_visible()
    expect(says).to_contain_text(re.compile(r"Step [1-9]\d\d"))
    expect(number(reader, "pizza, first number")).not_to_have_value("0.55")  # where seed 1 begins
    reader.expect_parameter("numbers", encode(shown_network(reader)))


def shown_network(reader: Reader) -> Network:
    """The network that the boxes of the training screen show."""
    words = (*LANGUAGE.words, "[MASK]")
    labels = [f"{word}, {axis} number" for word in words for axis in ("first", "second")]
    labels += [f"W{name}, row {row}, column {column}" for name in "qkv" for row in (1, 2) for column in (1, 2)]
    numbers = np.array([float(number(reader, label).input_value().replace("−", "-")) for label in labels])
    query, key, value = numbers[18:].reshape(3, 2, 2)
    return Network(numbers[:18].reshape(9, 2), query, key, value)
