"""The Attention page as a person uses it: pointing, opening, finding, switching off."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import WebSocket, expect

from tests.browser.conftest import Theme
from tests.browser.reader import Reader
from tests.support.reference import Opened, cosine

SENTENCE = "The pizza came out of the oven and it tasted good!"
ALL = re.compile("^Attention of 72 heads, one thumbnail per head$")
ONE = re.compile("^Attention weights of layer .*: rows look at columns$")
LINES = re.compile("^Attention of layer .* as lines")


def text_of(tokens: int) -> str:
    """A text of that many tokens, [CLS] and [SEP] included."""
    words = ["the", "pizza", "came", "out", "of", "the", "oven", "and", "it", "tasted", "good"]
    return " ".join(words[i % len(words)] for i in range(tokens - 2))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("tokens", [8, 64])
def test_pointing_at_a_cell_reads_its_weight_lights_it_in_every_head_and_asks_nothing_of_the_server(
    tokens: int, theme: Theme, reader: Reader, bundled: Opened
) -> None:
    text = text_of(tokens)
    weights = bundled.reference(text).attentions
    labels = bundled.tokenizer.convert_ids_to_tokens(bundled.tokenizer(text)["input_ids"])
    reader.page.emulate_media(color_scheme=theme)
    sent: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame))

    reader.page.on("websocket", listen)
    reader.open("Attention", text=text)
    picture = reader.heads(ALL)
    size = (tokens, tokens)
    sent.clear()
    for layer, head, row, column in [(3, 1, tokens - 2, 2), (0, 2, 3, 2), (5, 11, 4, tokens - 1)]:
        picture.hover_cell(layer * 12 + head, row, column, size)
        number = f"{weights[layer, head, row, column]:.4f}"
        expect(picture.readout).to_have_text(
            re.compile(
                rf"^Layer {layer + 1}, head {head + 1} \(.+ [01]\.\d\d\):  "
                rf"{re.escape(labels[row])} → {re.escape(labels[column])}  {number}$"
            )
        )
        same = [picture.cell(number, row, column, size) for number in range(72)]
        elsewhere = [picture.cell(number, (row + tokens // 2) % tokens, column, size) for number in (0, 40, 60)]
        picture.expect_outlined(same, elsewhere)
    picture.stage.dispatch_event("pointerleave")
    expect(picture.readout).to_contain_text("Point at a cell")
    assert sent == []
    reader.page.remove_listener("websocket", listen)


def test_a_cell_of_the_open_head_is_lit_as_a_line_with_its_weight(reader: Reader, bundled: Opened) -> None:
    weights = bundled.reference(SENTENCE).attentions[3, 1]
    reader.open("Attention", text=SENTENCE, layer=4, head=2, screen="one head")
    reader.heads(ONE).hover_cell(0, 9, 7, (14, 14))
    expect(reader.picture(LINES).readout).to_have_text(f"it → oven  {weights[9, 7]:.4f}")


def test_of_512_tokens_thumbnails_say_that_they_are_and_the_open_head_shows_every_weight(
    reader: Reader, bundled: Opened
) -> None:
    text = text_of(512)
    weights = bundled.reference(text).attentions
    labels = bundled.tokenizer.convert_ids_to_tokens(bundled.tokenizer(text)["input_ids"])
    reader.open("Attention", text=text)
    picture = reader.heads(ALL)
    expect(picture.readout).to_contain_text("each cell is the largest of 4 × 4 weights")
    row, column, block = 10, 9, 4
    picture.hover_cell(38, row, column, (128, 128))
    cells = weights[3, 2, row * block : (row + 1) * block, column * block : (column + 1) * block]
    expect(picture.readout).to_contain_text(f"at most {cells.max():.2f} from the 4 tokens that start at ")
    link: dict[str, str | int] = {"query": f"301  {labels[300]}", "key": f"300  {labels[299]}"}
    reader.open("Attention", text=text, layer=4, head=2, screen="one head", **link)
    one = reader.heads(ONE)
    # Cells are smaller than a pixel here; the keyboard reaches each of them, beginning with the one that is picked.
    one.stage.press("ArrowDown")
    number = f"{weights[3, 1, 300, 299]:.4f}"
    expect(one.readout).to_have_text(re.compile(rf"→ .*  {number}$"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_cell_is_the_darker_or_brighter_the_larger_its_weight(theme: Theme, reader: Reader, bundled: Opened) -> None:
    reader.page.emulate_media(color_scheme=theme)
    weights = bundled.reference(SENTENCE).attentions[3, 1]
    reader.open("Attention", text=SENTENCE, layer=4, head=2, screen="one head")
    one = reader.heads(ONE)
    places = [one.cell(0, row, column, (14, 14)) for row in range(14) for column in range(14)]
    seen = one.root.locator("canvas.picture").evaluate(
        """(canvas, places) => {
          const pen = canvas.getContext("2d");
          const scale = canvas.width / canvas.clientWidth;
          return places.map(([x, y]) => [...pen.getImageData(x * scale, y * scale, 1, 1).data.slice(0, 3)]);
        }""",
        places,
    )
    brightness = np.array(seen, dtype=float) @ [0.299, 0.587, 0.114]
    steps = np.diff(brightness[np.argsort(weights, axis=None)]) * (1 if theme == "dark" else -1)
    assert steps.min() >= -2  # of 255: the shades are rounded
    assert np.ptp(brightness) > 100


def test_clicking_a_cell_of_the_open_head_takes_that_weight_apart(reader: Reader, bundled: Opened) -> None:
    weight = bundled.reference(SENTENCE).attentions[3, 1, 4, 7]
    reader.open("Attention", text=SENTENCE, layer=4, head=2, screen="one head")
    reader.heads(ONE).click_cell(0, 4, 7, (14, 14))
    expect(reader.heading).to_have_text(f"How “out” → “oven” gets its {weight:.4f}")
    reader.expect_parameter("query", "5  out")
    reader.expect_parameter("key", "8  oven")


def test_each_step_of_the_calculation_has_a_screen_and_a_link_restores_the_step(reader: Reader) -> None:
    reader.open("Attention", text=SENTENCE, layer=4, head=2, screen="one weight")
    steps = ["x to q and k", "query and key", "score", "row of scores", "softmax", "values", "heads joined"]
    for number, step in enumerate(steps, start=1):
        reader.pick("Step", step)
        expect(reader.main.locator(".es-calculation .es-number")).to_have_text([str(number)])
    reader.pick("Step", "row of scores")
    reader.press("Next step")
    reader.press("Next step")
    reader.expect_parameter("calculation_step", "values")
    reader.reload()
    expect(reader.page.get_by_role("radiogroup", name="Step").get_by_role("radio", name="values")).to_be_checked()


def test_every_number_of_the_calculation_follows_from_the_one_before(reader: Reader, bundled: Opened) -> None:
    reader.open("Attention", text=SENTENCE, layer=4, head=2, screen="one weight")
    reader.pick("Step", "all at once")
    expect(reader.main.locator(".es-calculation")).to_have_count(7)
    score, softmax = (reader.main.locator(".es-formula").nth(i).inner_text() for i in (1, 2))
    dot, again, scaled = (float(number) for number in re.findall(r"\d+\.\d{4}", score))
    assert dot == again
    assert abs(dot / np.sqrt(32) - scaled) < 1e-4
    weight = bundled.reference(SENTENCE).attentions[3, 1, 9, 2]
    exponential, total, shown = [float(number) for number in re.findall(r"\d+\.\d{4}", softmax)][-3:]
    assert abs(exponential / total - shown) < 1e-4
    assert f"{weight:.4f}" == f"{shown:.4f}"


def test_lines_are_the_thickest_that_make_up_the_share_and_a_token_that_is_pointed_at_keeps_only_its_own(
    reader: Reader, bundled: Opened
) -> None:
    weights = bundled.reference(SENTENCE).attentions[3, 1]
    reader.open("Attention", text=SENTENCE, layer=4, head=2, screen="one head", share=50)
    picture = reader.picture(LINES)
    expected = set()
    for row, given in enumerate(weights):
        reached = 0.0
        for column in np.argsort(-given):
            if reached >= 0.5 * given.sum():
                break
            reached += given[column]
            expected.add((row, int(column)))
    lines = picture.root.locator("path.line:not(.picked)")
    expect(lines).to_have_count(len(expected))
    drawn = lines.evaluate_all("(all) => all.map((line) => [+line.dataset.row, +line.dataset.column])")
    assert {tuple(each) for each in drawn} == expected
    token = picture.root.locator("text", has_text=re.compile("^oven$"))
    token.first.hover()
    lit = picture.root.locator("path.line.lit:not(.picked)")
    expect(lit).to_have_count(sum(row == 7 for row, _ in expected))
    expect(picture.readout).to_have_text(re.compile(rf"^oven looks at \[CLS\] {weights[7, 0]:.4f}, "))
    token.last.hover()
    expect(lit).to_have_count(sum(column == 7 for _, column in expected))
    token.last.click()
    reader.expect_parameter("key", "8  oven")
    expect(reader.heading).to_have_text(f"Head 2 of layer 4: “it” gives {weights[9, 7]:.0%} of its attention to “oven”")


@pytest.mark.parametrize("tokens", [8, 512])
def test_with_the_keyboard_alone_a_head_is_found_opened_and_switched_off(
    tokens: int, reader: Reader, bundled: Opened
) -> None:
    text = text_of(tokens)
    labels = bundled.tokenizer.convert_ids_to_tokens(bundled.tokenizer(text)["input_ids"])
    weights = bundled.reference(text).attentions
    link: dict[str, str | int] = {"query": f"6  {labels[5]}", "key": f"3  {labels[2]}", "layer": 1, "head": 1}
    reader.open("Attention", text=text, screen="find the head", **link)
    keyboard = reader.page.keyboard
    found = reader.main.get_by_role("button", name=re.compile(r"^Layer \d, head \d+$")).first
    layer, head = (int(number) for number in re.findall(r"\d+", found.inner_text()))
    beyond = weights[:, :, 5, 2] - anyway(weights, 5, 2)
    assert (layer - 1, head - 1) == np.unravel_index(beyond.argmax(), beyond.shape)
    found.focus()
    keyboard.press("Enter")
    expect(reader.heading).to_have_text(
        f"Head {head} of layer {layer}: {said(labels, 5)} gives {weights[layer - 1, head - 1, 5, 2]:.0%} of its "
        f"attention to {said(labels, 2)}"
    )
    reader.settled()
    reader.main.get_by_role("button", name="Switch this head off").focus()
    keyboard.press("Space")
    expect(reader.main.locator(".es-changed b")).to_have_text(
        f"{cosine_without(bundled, text, layer - 1, head - 1):.4f}"
    )


def said(labels: list[str], place: int) -> str:
    """A token as the page names it: one that occurs again is told apart by its place."""
    again = f" ({place + 1})" if labels.count(labels[place]) > 1 else ""
    return f"“{labels[place]}”{again}"


def anyway(weights: np.ndarray, query: int, key: int) -> np.ndarray:
    """What every head gives as far apart, or to the same token, on average over the other typed tokens."""
    size = weights.shape[-1]
    others = [at for at in range(1, size - 1) if at != query]
    apart = [weights[:, :, at, at + key - query] for at in others if 1 <= at + key - query < size - 1]
    same = [weights[:, :, at, key] for at in others if at != key]
    means = [np.mean(each, axis=0) for each in (apart, same) if each]
    return np.max(means, axis=0)


def cosine_without(bundled: Opened, text: str, layer: int, head: int) -> float:
    """The cosine of the mean vector with and without a head, by a plain Hugging Face model."""
    model = bundled.hugging_face()
    projection = model.get_submodule(f"encoder.layer.{layer}.attention.output.dense")

    def without_head(_: object, given: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        given[0][..., 32 * head : 32 * head + 32] = 0
        return given

    projection.register_forward_pre_hook(without_head)
    states = [bundled.reference(text, each).hidden_states[-1] for each in (None, model)]
    return cosine(*(each.mean(axis=0) for each in states))


def test_the_head_that_links_it_to_pizza_is_found_and_one_click_opens_it(reader: Reader) -> None:
    link: dict[str, str | int] = {"layer": 1, "head": 1, "query": "10  it", "key": "3  pizza"}
    reader.open("Attention", text=SENTENCE, screen="find the head", **link)
    expect(reader.heading).to_have_text("Layer 4, head 2 links “it” to “pizza” most particularly: 0.701")
    expect(reader.main.locator(".es-found").first).to_contain_text("0.701 usual level 0.173: +0.528 rank 1")
    reader.press("Layer 4, head 2")
    expect(reader.heading).to_have_text("Head 2 of layer 4: “it” gives 70% of its attention to “pizza”")


def test_switching_the_head_off_shows_what_it_does_and_undo_brings_it_back(reader: Reader, bundled: Opened) -> None:
    reader.open("Attention", text=SENTENCE, layer=4, head=2, screen="one head")
    expected = f"{cosine_without(bundled, SENTENCE, 3, 1):.4f}"
    reader.press("Switch this head off")
    expect(reader.heading).to_have_text(
        "Head 2 of layer 4 is off; with it, “it” would give 70% of its attention to “pizza”"
    )
    dashes = reader.picture(LINES).root.locator("path.line").first
    expect(dashes).to_have_attribute("stroke-dasharray", "3 5")
    changed = reader.main.locator(".es-changed")
    expect(changed).to_contain_text(f"Changed: layer 4, head 2 off. The sentence vector has a cosine of {expected}")
    reader.expect_parameter("heads_off", "layer 4, head 2")
    reader.reload()
    expect(changed).to_contain_text(expected)
    reader.press("Undo")
    expect(changed).to_have_count(0)
    reader.expect_parameter("heads_off", None)


def test_the_head_that_matters_most_is_found_and_can_be_switched_off(reader: Reader) -> None:
    reader.open("Attention", text=SENTENCE, screen="each head off")
    expect(reader.heading).to_have_text(
        re.compile("^Without layer 6, head 6 the sentence vector moves most: cosine 0.9")
    )
    reader.press("Switch layer 6, head 6 off")
    expect(reader.main.locator(".es-changed")).to_contain_text("Changed: layer 6, head 6 off.")


def test_a_second_sentence_is_joined_and_its_look_back_at_the_first_shown_alone(
    reader: Reader, bundled: Opened
) -> None:
    first, second = "The pizza came out of the oven.", "It tasted good!"
    reader.open("Attention", text=first, layer=4, head=2, screen="one head")
    reader.main.get_by_role("button", name="More settings").click()
    box = reader.page.get_by_role("textbox", name="Sentence B, joined to the sentence by [SEP]")
    box.fill(second)
    box.press("Control+Enter")
    reader.expect_parameter("joined", second)
    reader.settled()
    reader.pick("Part", "B → A")
    reader.expect_parameter("block", "B → A")
    reader.page.keyboard.press("Escape")
    reader.settled()
    inputs = bundled.tokenizer(first, second, return_tensors="pt")
    weights = bundled.reference(first, **inputs).attentions[3, 1]
    one = reader.heads(ONE)
    one.hover_cell(0, 0, 1, (4, 8))
    expect(one.readout).to_have_text(re.compile(rf"it → pizza  {weights[10, 2]:.4f}$"))
    reader.expect_parameter("block", "B → A")
    reader.reload()
    expect(reader.main).to_contain_text("Sentence B, joined to the one above: “It tasted good!”. Together 15 tokens.")


def test_whoever_asked_for_less_motion_sees_none(reader: Reader) -> None:
    reader.page.emulate_media(reduced_motion="reduce")
    reader.open("Attention", text=SENTENCE, screen="one head")
    picture = reader.picture(LINES).root
    line = picture.locator("path.line").first
    # Lines fade only under the pointer.
    picture.locator(".stage").hover()
    assert line.evaluate("(line) => getComputedStyle(line).transitionDuration") == "0s"
    reader.page.emulate_media(reduced_motion="no-preference")
    assert line.evaluate("(line) => getComputedStyle(line).transitionDuration") != "0s"
