"""A tiny model learns: torch's own gradients, the same numbers each time, and losses that mean what they say."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForMaskedLM, AutoTokenizer

from components.core import load_encoder
from components.core.errors import TrainingError
from components.core.languages.language import ToyLanguage, language_of
from components.core.training import run as module
from components.core.training.hidden_word_run import HiddenWordRun
from components.core.training.settings import CHECKPOINTS, Hiding, Kind, TrainingSettings, settings_from
from components.core.training.tiny_model import MASK, SPECIAL, hidden_words, rows_of, save, tokenizer_of

_GRAMMAR = "S: the WHO1 sees the WHO2 so the WHO2 hides | the WHO1 sleeps\nWHO: norm | ada | bo"


@pytest.fixture(scope="module")
def language() -> ToyLanguage:
    return language_of(_GRAMMAR)


def _small(**changes: object) -> TrainingSettings:
    return replace(TrainingSettings(_GRAMMAR, layers=1, heads=2, width=16, steps=40), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("hiding", list(Hiding))
@pytest.mark.parametrize("positions", [True, False])
def test_a_step_is_that_of_transformers_loss_and_torchs_optimizer(
    language: ToyLanguage, hiding: Hiding, positions: bool
) -> None:
    settings = _small(hiding=hiding, positions=positions)
    ours, theirs = HiddenWordRun(language, settings), HiddenWordRun(language, settings)
    optimizer = torch.optim.AdamW([p for p in theirs.model.parameters() if p.requires_grad], weight_decay=0.01)
    for step in range(1, 4):
        loss = ours.do_step()
        theirs.step = step
        rows, labels = theirs._batch(theirs._draws())
        said = theirs.model(input_ids=rows, attention_mask=(rows != 0).long(), labels=labels).loss
        assert loss == pytest.approx(said.item(), abs=1e-5)
        optimizer.param_groups[0]["lr"] = module._RATE * step / 50
        optimizer.zero_grad()
        said.backward()
        torch.nn.utils.clip_grad_norm_(theirs.model.parameters(), 1.0)
        optimizer.step()
    for (name, one), other in zip(ours.model.named_parameters(), theirs.model.parameters(), strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=0, msg=name)


def test_the_test_is_the_mean_loss_over_every_sentence_and_place(language: ToyLanguage) -> None:
    run = HiddenWordRun(language, _small())
    for _ in range(5):
        run.do_step()
    losses = []
    for sentence, ways in language.sentences.items():
        rows = rows_of(language, [sentence])
        places = []
        for at, word in enumerate(sentence, 1):
            asked = rows.clone()
            asked[0, at] = SPECIAL.index(MASK)
            with torch.no_grad():
                logits = run.model(input_ids=asked, attention_mask=torch.ones_like(asked)).logits[0, at].double()
            places.append(-torch.log_softmax(logits, 0)[len(SPECIAL) + language.words.index(word)].item())
        losses += [np.mean(places)] * ways
    assert run.test() == pytest.approx(np.mean(losses), abs=1e-5)


def test_a_batch_hides_words_alone_and_asks_for_what_stood_there(language: ToyLanguage) -> None:
    for hiding in Hiding:
        run = HiddenWordRun(language, _small(hiding=hiding))
        hidden = 0
        for run.step in range(1, 30):
            rows, labels = run._batch(run._draws())
            asked = labels != -100
            assert (rows[asked] == SPECIAL.index(MASK)).all()
            assert (labels[asked] >= len(SPECIAL)).all()
            assert not (rows[~asked] == SPECIAL.index(MASK)).any()
            assert asked.any(dim=1).all()
            hidden += int(asked.sum())
            if hiding is Hiding.ONE:
                assert (asked.sum(dim=1) == 1).all()
        if hiding is Hiding.SHARE:
            # Of words with probability 0.15 each, and one where that hides none.
            lengths = np.array([len(each) for each in language.sentences])
            expected = (0.15 * lengths + 0.85**lengths).mean() * 128 * 29
            assert hidden == pytest.approx(expected, rel=0.04)


def test_the_same_seed_gives_the_same_curve_and_another_seed_another(language: ToyLanguage) -> None:
    def curve(settings: TrainingSettings) -> list[float]:
        run = HiddenWordRun(language, settings)
        return [run.do_step() for _ in range(12)]

    first = curve(_small())
    assert curve(_small()) == pytest.approx(first, abs=1e-6)
    assert curve(_small(seed=1)) != pytest.approx(first, abs=1e-2)


def test_a_training_that_stops_and_goes_on_ends_where_it_would_have_ended(language: ToyLanguage) -> None:
    whole, stopped = HiddenWordRun(language, _small()), HiddenWordRun(language, _small())
    losses = [whole.do_step() for _ in range(20)]
    again = [stopped.do_step() for _ in range(8)]
    kept = stopped.kept()
    other = HiddenWordRun(language, _small(seed=7))
    other.settings = stopped.settings
    other.go_on(kept)
    again += [other.do_step() for _ in range(12)]
    assert again == losses
    for one, another in zip(whole.model.parameters(), other.model.parameters(), strict=True):
        assert torch.equal(one, another)


def test_without_positions_no_order_is_told_before_or_after_training(language: ToyLanguage) -> None:
    run = HiddenWordRun(language, _small(positions=False))
    for _ in range(10):
        run.do_step()
    assert not run.model.bert.embeddings.position_embeddings.weight.any()
    one = ("the", "norm", "sees", "the", "ada", "so", "the", None, "hides")
    other = ("the", "ada", "sees", "the", "norm", "so", "the", None, "hides")
    said = hidden_words(run.model, language, [one, other])
    torch.testing.assert_close(said[0], said[1], atol=1e-6, rtol=0)


def test_order_alone_decides_and_a_model_with_positions_learns_it_and_one_without_stops_at_the_bag() -> None:
    language = language_of("S: WHO1 sees WHO2 so WHO2 hides\nWHO: norm | ada | bo")
    floor, bag = language.floor(), language.floor(ordered=False)
    assert floor is not None
    assert bag is not None
    ends = {}
    for positions in (True, False):
        settings = TrainingSettings(language.grammar.text, 1, 2, 32, positions=positions, steps=500)
        run = HiddenWordRun(language, settings)
        for _ in range(settings.steps):
            run.do_step()
        ends[positions] = run.test()
    assert floor.nats <= ends[True] < floor.nats + 0.03
    assert bag.nats <= ends[False] < bag.nats + 0.03
    assert ends[False] > ends[True] + 0.8 * (bag.nats - floor.nats)


def test_what_is_saved_is_read_by_transformers_and_by_us_with_the_same_numbers(
    language: ToyLanguage, tmp_path: Path
) -> None:
    run = HiddenWordRun(language, _small())
    for _ in range(5):
        run.do_step()
    save(run.model, language, tmp_path)
    tokenizer, model = AutoTokenizer.from_pretrained(tmp_path), AutoModelForMaskedLM.from_pretrained(tmp_path)
    read = tokenizer("The Norm sees the [MASK] so the ada hides", return_tensors="pt")
    sentence = ("the", "norm", "sees", "the", None, "so", "the", "ada", "hides")
    assert read["input_ids"].tolist() == rows_of(language, [sentence]).tolist()
    with torch.no_grad():
        theirs = torch.log_softmax(model(**read).logits[0, 5].double(), 0)
    torch.testing.assert_close(theirs, hidden_words(run.model, language, [sentence])[0], atol=1e-5, rtol=0)
    encoder = load_encoder("trained/mine", tmp_path)
    trace = encoder.trace("the norm sees the ada so the ada hides")
    with torch.no_grad():
        states = run.model.bert(input_ids=rows_of(language, [trace.tokenized.tokens[1:-1]])).last_hidden_state[0]
    np.testing.assert_allclose(trace.hidden_states[-1], states.numpy(), atol=1e-5)
    assert encoder.short_name == "mine"


def test_the_tokenizer_has_one_token_for_each_word_in_any_script() -> None:
    language = language_of("S: W .\nW: बिल्ली | кошка | café | 猫 | ß | norm")
    tokenizer = tokenizer_of(language)
    for word in language.words:
        assert tokenizer.tokenize(word) == [word]


def test_sixty_checkpoints_begin_with_nothing_and_end_with_the_last_step() -> None:
    for steps in (60, 100, 1_500, 5_000):
        points = _small(steps=steps).checkpoints
        assert len(points) == CHECKPOINTS
        assert points[0] == 0
        assert points[-1] == steps
        assert list(points) == sorted(set(points))


def test_settings_come_back_from_their_fields_and_their_key_follows_each_of_them() -> None:
    settings = _small(hiding=Hiding.SHARE)
    as_written = {**settings.__dict__, "hiding": "15 %", "kind": Kind.ENCODER.value}
    assert settings_from(as_written) == settings
    others = [
        _small(seed=1),
        _small(layers=2),
        _small(positions=False),
        _small(steps=41),
        replace(_small(), grammar="S: a | b"),
    ]
    assert len({each.key for each in [_small(), settings, *others]}) == len(others) + 2


def test_a_size_that_is_not_offered_is_refused() -> None:
    with pytest.raises(TrainingError, match="17 dimensions"):
        TrainingSettings(_GRAMMAR, width=17)
