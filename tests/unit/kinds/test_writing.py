"""The decoder writes on as a loop by hand does, and the same seed writes the same."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import torch

from components.core.kinds.writing import draw, write_on
from components.core.languages.language import END
from components.core.training.tiny_model import SPECIAL, tokenizer_of
from tests.support.kinds_of_kitchen import kitchen, words

MODELS = kitchen()
TOKENIZER = tokenizer_of(MODELS.language)
BEGINNING = words("the squatch")


@pytest.mark.parametrize(("temperature", "seed"), [(1.0, 0), (1.0, 7), (0.5, 1), (2.0, 3)])
def test_what_is_written_is_what_a_loop_over_transformers_scores_writes(temperature: float, seed: int) -> None:
    numbers = [*range(len(SPECIAL), len(TOKENIZER)), TOKENIZER.sep_token_id]
    generator = np.random.default_rng(seed)
    row = TOKENIZER("the squatch").input_ids[:-1]
    expected = []
    while True:
        with torch.inference_mode():
            scores = MODELS.decoder(input_ids=torch.tensor([row])).logits[0, -1].double().numpy()[numbers]
        powers = np.exp((scores - scores.max()) / temperature)
        drawn = numbers[int(np.searchsorted(np.cumsum(powers / powers.sum()), generator.random(), side="right"))]
        expected.append(drawn)
        if drawn == TOKENIZER.sep_token_id or len(row) - 1 == MODELS.language.longest:
            break
        row.append(drawn)
    steps = write_on(MODELS, BEGINNING, temperature, seed)
    written = [
        TOKENIZER.sep_token_id if step.drawn == END else TOKENIZER.convert_tokens_to_ids(step.drawn) for step in steps
    ]
    assert written == expected


def test_each_step_reads_all_words_that_were_written_before() -> None:
    steps = write_on(MODELS, BEGINNING, 1.0, 5)
    for one, other in pairwise(steps):
        assert other.past == (*one.past, one.drawn)
    assert steps[0].past == BEGINNING
    assert steps[-1].drawn == END


def test_what_it_writes_is_almost_always_a_sentence_of_the_grammar_and_as_often_as_the_grammar_says() -> None:
    texts = []
    for seed in range(60):
        steps = write_on(MODELS, BEGINNING, 1.0, seed)
        texts.append((*BEGINNING, *(step.drawn for step in steps if step.drawn != END)))
        assert all(step.distance < 0.1 for step in steps if step.exact)
    assert sum(text in MODELS.language.sentences for text in texts) >= 58
    # A standard error of 0.06 around 2/3.
    assert Counter(text[2] for text in texts)["eats"] / 60 == pytest.approx(2 / 3, abs=0.19)


def test_it_ends_after_as_many_words_as_the_longest_sentence_has() -> None:
    beginning = ("the",) * MODELS.language.longest
    assert len(write_on(MODELS, beginning, 1.0, 0)) == 1


def test_a_number_draws_the_word_whose_share_of_the_line_holds_it() -> None:
    shares = {"a": 0.5, "b": 0.25, "c": 0.25}
    assert [draw(shares, number) for number in (0.0, 0.49, 0.5, 0.74, 0.75, 0.999)] == ["a", "a", "b", "b", "c", "c"]
    assert draw({"a": 0.3, "b": 0.69}, 0.995) == "b"
