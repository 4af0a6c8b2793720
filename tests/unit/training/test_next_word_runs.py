"""Decoder and encoder–decoder learn: their batches, their losses and their tests are what a loop by hand gives."""

from collections.abc import Mapping

import numpy as np
import pytest
import torch

from components.core.errors import GrammarError
from components.core.languages.language import END, language_of
from components.core.languages.translation import continuations, other_language
from components.core.training import next_word_run
from components.core.training.kinds_of_model import untrained
from components.core.training.runs import run_of
from components.core.training.settings import Kind, TrainingSettings
from components.core.training.tiny_model import FIRST, LAST, SPECIAL

GRAMMAR = """
S: the A sleeps -> A dorma | A eats the F -> F A manda
A: cat -> mirel | dog -> kalel
F: pie -> torun | jam -> lisun
"""
LANGUAGE = language_of(GRAMMAR)
OTHER = other_language(LANGUAGE)
WRITERS = (Kind.DECODER, Kind.BOTH)


def settings(kind: Kind, **more: object) -> TrainingSettings:
    return TrainingSettings(GRAMMAR, layers=1, heads=2, width=16, kind=kind, steps=40, **more)  # type: ignore[arg-type]


def numbers(words: tuple[str, ...], known: tuple[str, ...]) -> list[int]:
    """The numbers of the words of a text, the end among them."""
    return [*(len(SPECIAL) + known.index(word) for word in words), SPECIAL.index(LAST)]


def losses_by_hand(kind: Kind, model: torch.nn.Module) -> list[list[torch.Tensor]]:
    """For each sentence the logarithm of each next word, by transformers' scores, one place after the other."""
    found = []
    for sentence in LANGUAGE.sentences:
        text = sentence if kind is Kind.DECODER else next(iter(LANGUAGE.translations[sentence]))
        known = LANGUAGE.words if kind is Kind.DECODER else OTHER.words
        rows = [SPECIAL.index(FIRST), *numbers(text, known)]
        places = []
        for place in range(len(text) + 1):
            # One word after the other, so that no mask is needed.
            past = torch.tensor([rows[: place + 1]])
            if kind is Kind.DECODER:
                scores = model(input_ids=past).logits[0, -1]
            else:
                read = torch.tensor([[SPECIAL.index(FIRST), *numbers(sentence, LANGUAGE.words)]])
                scores = model(input_ids=read, decoder_input_ids=past).logits[0, -1]
            places.append(torch.log_softmax(scores.double(), dim=-1))
        found.append(places)
    return found


@pytest.mark.parametrize("kind", WRITERS)
def test_the_test_is_the_mean_loss_over_all_places_of_all_texts(kind: Kind) -> None:
    run = run_of(LANGUAGE, settings(kind))
    for _ in range(10):
        run.do_step()
    total = 0.0
    with torch.inference_mode():
        for sentence, places in zip(LANGUAGE.sentences, losses_by_hand(kind, run.model), strict=True):
            text = sentence if kind is Kind.DECODER else next(iter(LANGUAGE.translations[sentence]))
            known = LANGUAGE.words if kind is Kind.DECODER else OTHER.words
            for place, logs in enumerate(places):
                exact: Mapping[str, float]
                if kind is Kind.DECODER:
                    exact = LANGUAGE.next_word(text[:place])
                else:
                    exact = continuations(LANGUAGE, sentence)[text[:place]]
                for word, share in exact.items():
                    number = numbers((word,), known)[0] if word != END else SPECIAL.index(LAST)
                    total -= LANGUAGE.sentences[sentence] / LANGUAGE.ways * share * float(logs[number]) / len(places)
    assert run.test() == pytest.approx(total, abs=1e-5)


@pytest.mark.parametrize("kind", WRITERS)
def test_a_drawn_part_of_many_texts_is_tested_against_the_same_floor(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run_of(LANGUAGE, settings(kind))
    monkeypatch.setattr(next_word_run, "_MOST_TESTED", 5)
    drawn = run_of(LANGUAGE, settings(kind))
    assert len(drawn._tested) == 5  # type: ignore[attr-defined]
    assert drawn.test() == pytest.approx(whole.test(), abs=0.25)


@pytest.mark.parametrize("kind", WRITERS)
def test_it_learns_until_it_is_near_the_floor(kind: Kind) -> None:
    run = run_of(LANGUAGE, TrainingSettings(GRAMMAR, layers=1, heads=2, width=16, kind=kind, steps=200))
    before = run.test()
    for _ in range(200):
        run.do_step()
    floor = LANGUAGE.next_floor().nats if kind is Kind.DECODER else 0.0
    assert floor <= run.test() < floor + 0.1 < before


@pytest.mark.parametrize("kind", list(Kind))
def test_the_same_settings_give_the_same_losses_and_another_seed_gives_others(kind: Kind) -> None:
    def curve(seed: int) -> list[float]:
        run = run_of(LANGUAGE, settings(kind, seed=seed))
        return [run.do_step() for _ in range(5)]

    first = curve(0)
    assert curve(0) == pytest.approx(first, abs=1e-6)
    assert np.abs(np.subtract(curve(1), first)).max() > 1e-3


@pytest.mark.parametrize("kind", WRITERS)
def test_a_run_that_goes_on_does_what_one_does_that_never_stopped(kind: Kind) -> None:
    run = run_of(LANGUAGE, settings(kind))
    for _ in range(3):
        run.do_step()
    kept = {**run.kept(), "model": {name: each.clone() for name, each in run.kept()["model"].items()}}
    rest = run_of(LANGUAGE, settings(kind))
    rest.go_on(kept)
    assert (rest.step, rest.do_step()) == (3, pytest.approx(run.do_step(), abs=1e-6))


def test_encoder_and_decoder_have_the_same_parameters_and_the_same_first_weights() -> None:
    encoder, decoder = (untrained(LANGUAGE, settings(kind)).state_dict() for kind in (Kind.ENCODER, Kind.DECODER))
    assert encoder.keys() == decoder.keys()
    assert all(torch.equal(encoder[name], decoder[name]) for name in encoder)


@pytest.mark.parametrize("kind", list(Kind))
def test_without_positions_every_table_of_positions_is_zero_and_stays_so(kind: Kind) -> None:
    run = run_of(LANGUAGE, settings(kind, positions=False))
    run.do_step()
    tables = [each for name, each in run.model.named_parameters() if "position_embeddings" in name]
    assert len(tables) == (2 if kind is Kind.BOTH else 1)
    assert all(not table.any() for table in tables)


def test_what_does_not_translate_cannot_be_learned_by_a_translator() -> None:
    grammar = "S: A sleeps\nA: cat | dog"
    with pytest.raises(GrammarError, match="has no translation"):
        run_of(language_of(grammar), TrainingSettings(grammar, kind=Kind.BOTH))
