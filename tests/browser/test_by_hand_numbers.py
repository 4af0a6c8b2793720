"""By hand: what the browser computes is what core and torch compute, by the functions that its view exports."""

import numpy as np
import pytest
import torch

from components.core.by_hand.code import decode, encode
from components.core.by_hand.network import Switches, loss, run
from components.ui.by_hand.exercises import puzzles
from tests.browser.by_hand_steps import LANGUAGE, PAGE, Changes, network_of, with_numbers
from tests.browser.reader import Reader

_EXPORTED = "encoderscopeByHand"


@pytest.fixture
def page(reader: Reader) -> Reader:
    reader.open(PAGE)
    return reader


def random_states(count: int) -> list[tuple[str, list[int], int]]:
    """Networks with all switches both ways, as codes, each with a sentence and the position that looks."""
    draws = np.random.default_rng(0)
    states = []
    for _ in range(count):
        numbers = draws.normal(scale=2, size=30).round(2)
        switches = Switches(*(bool(draws.integers(2)) for _ in range(4)))
        words = draws.integers(9, size=draws.integers(1, 6)).tolist()
        code = encode(network_of(numbers, switches))
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
    dragged: list[Changes] = [{4: x, 5: y} for x in reach for y in reach]
    typed: list[Changes] = [{17: value} for value in reach]  # Wk, row 1, column 2
    for changes in (dragged, typed):
        networks = [with_numbers(pronoun.numbers, change, pronoun.language) for change in changes]
        weights = [run(network, pronoun.sentence.words).weights[0, 3, 2] for network in networks]
        assert max(weights) >= pronoun.goal["weight"]["least"]
