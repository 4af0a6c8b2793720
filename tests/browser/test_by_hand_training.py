"""By hand: a network that learns before the reader, and what is said of it meanwhile."""

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from components.core.by_hand.code import encode
from components.core.by_hand.network import Network, Switches
from tests.browser.by_hand_steps import LANGUAGE, PAGE, network_of, number
from tests.browser.reader import Reader


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
    return network_of(numbers, Switches())
