"""The masked-word head gives Hugging Face's own numbers, and one with random weights is refused."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForMaskedLM, AutoTokenizer, FillMaskPipeline

from components.core import Encoder, ModelError, SentenceError, load_encoder
from components.core.model.loading import BUNDLED_NAME
from components.core.model.masked_words import MaskedWordHead, has_head, open_head, read_blanks, token_in_blank
from tests.support.tiny_models import SUPPORTED, save_tiny, save_with_head

TEXT = "Squatch eats ___ and the pizza tasted good!"


@dataclass(frozen=True)
class WithHead:
    """A tiny model with a head, opened by our code and by Hugging Face's."""

    directory: Path
    encoder: Encoder
    head: MaskedWordHead
    plain: Any
    tokenizer: Any


@pytest.fixture(scope="module")
def open_with_head(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], WithHead]:
    """Open a tiny model of an architecture, once."""
    opened: dict[str, WithHead] = {}

    def open_once(name: str) -> WithHead:
        if name not in opened:
            directory = save_with_head(tmp_path_factory.mktemp("heads") / name, name)
            encoder = load_encoder(str(directory))
            plain = AutoModelForMaskedLM.from_pretrained(directory, attn_implementation="eager").eval()
            opened[name] = WithHead(
                directory, encoder, open_head(encoder), plain, AutoTokenizer.from_pretrained(directory)
            )
        return opened[name]

    return open_once


@pytest.fixture(params=SUPPORTED, scope="module")
def with_head(request: pytest.FixtureRequest, open_with_head: Callable[[str], WithHead]) -> WithHead:
    """Each supported architecture in turn."""
    return open_with_head(request.param)


def test_the_last_layer_through_the_head_is_the_distribution_of_the_model_itself(with_head: WithHead) -> None:
    read = read_blanks(with_head.encoder, TEXT)
    states = with_head.encoder.trace(read.text).hidden_states
    with torch.inference_mode():
        logits = with_head.plain(**with_head.tokenizer(read.text, return_tensors="pt")).logits[0].numpy()
    np.testing.assert_allclose(with_head.head.logits(states[-1]), logits, atol=1e-4)
    expected = torch.from_numpy(logits).softmax(dim=-1).numpy()
    np.testing.assert_allclose(with_head.head.probabilities(states[-1]), expected, atol=1e-6)
    (blank,) = read.blanks
    by_layer = with_head.head.probabilities_by_layer(states[:, blank])
    np.testing.assert_allclose(by_layer[-1], expected[blank], atol=1e-6)
    assert by_layer.shape == (with_head.encoder.num_layers + 1, len(with_head.encoder.vocabulary))


def test_what_comes_first_is_what_the_fill_mask_pipeline_answers(with_head: WithHead) -> None:
    read = read_blanks(with_head.encoder, TEXT)
    pipeline = FillMaskPipeline(model=with_head.plain, tokenizer=with_head.tokenizer)
    answers: Any = pipeline(read.text, top_k=5)
    (blank,) = read.blanks
    probabilities = with_head.head.probabilities(with_head.encoder.trace(read.text).hidden_states[-1, [blank]])[0]
    assert np.argsort(-probabilities)[:5].tolist() == [answer["token"] for answer in answers]
    np.testing.assert_allclose(np.sort(probabilities)[::-1][:5], [answer["score"] for answer in answers], rtol=1e-4)


def test_each_layer_is_read_through_the_final_norm_of_a_model_that_has_one(
    open_with_head: Callable[[str], WithHead],
) -> None:
    modern, bert = open_with_head("modernbert"), open_with_head("bert")
    assert modern.head.has_final_norm
    assert not bert.head.has_final_norm
    states = modern.encoder.trace("a [MASK] b").hidden_states[:, 2]
    with torch.inference_mode():
        for layer, found in enumerate(modern.head.probabilities_by_layer(states)):
            vector = torch.tensor(states[layer])
            normed = vector if layer == modern.encoder.num_layers else modern.plain.model.final_norm(vector)
            logits = modern.plain.decoder(modern.plain.head(normed))
            np.testing.assert_allclose(found, logits.softmax(dim=-1).numpy(), atol=1e-6)


def test_several_blanks_are_filled_alone_while_the_others_stay_hidden(
    open_with_head: Callable[[str], WithHead],
) -> None:
    opened = open_with_head("roberta")
    read = read_blanks(opened.encoder, "Squatch eats ___ and drinks [MASK] .")
    assert read.text == "Squatch eats <mask> and drinks <mask> ."
    assert [read.tokens.tokens[index] for index in read.blanks] == ["<mask>", "<mask>"]
    answers: Any = FillMaskPipeline(model=opened.plain, tokenizer=opened.tokenizer)(read.text, top_k=1)
    vectors = opened.encoder.trace(read.text).hidden_states[-1, list(read.blanks)]
    assert opened.head.probabilities(vectors).argmax(axis=1).tolist() == [answer[0]["token"] for answer in answers]
    assert read.filled({1: "tea"}) == "Squatch eats ___ and drinks tea ."


def test_a_word_is_looked_up_as_it_stands_in_its_blank(open_with_head: Callable[[str], WithHead]) -> None:
    bert, roberta = open_with_head("bert"), open_with_head("roberta")
    read = read_blanks(bert.encoder, "Squatch eats ___ and ___")
    assert bert.encoder.vocabulary[token_in_blank(bert.encoder, read, 1, "Pizza")] == "pizza"
    read = read_blanks(roberta.encoder, "he ___ a lot")
    assert roberta.encoder.vocabulary[token_in_blank(roberta.encoder, read, 0, "eats")] == "Ġeats"
    with pytest.raises(SentenceError, match=r"reads “spaghetti” as 9 tokens .*, and a blank holds one"):
        token_in_blank(bert.encoder, read_blanks(bert.encoder, "eats ___"), 0, "spaghetti")
    with pytest.raises(SentenceError, match="“🍕” is not among the"):
        token_in_blank(bert.encoder, read_blanks(bert.encoder, "eats ___"), 0, "🍕")
    with pytest.raises(SentenceError, match="finds nothing to read"):
        token_in_blank(bert.encoder, read_blanks(bert.encoder, "eats ___"), 0, "\u200b")


def test_a_text_that_is_too_long_is_refused_with_its_number_of_tokens(
    open_with_head: Callable[[str], WithHead],
) -> None:
    with pytest.raises(SentenceError, match="This text has 83 tokens"):
        read_blanks(open_with_head("bert").encoder, "pizza " * 80 + "___")


def test_the_bundled_model_has_no_head_and_that_is_said(encoder: Encoder) -> None:
    assert not has_head(BUNDLED_NAME)
    with pytest.raises(ModelError, match=f"{BUNDLED_NAME} has no masked-word head"):
        open_head(encoder)


@pytest.mark.parametrize("name", ["bert", "modernbert"])
def test_a_head_that_lacks_a_weight_is_refused_and_not_offered(
    name: str, open_with_head: Callable[[str], WithHead], tmp_path: Path
) -> None:
    whole = open_with_head(name)
    assert has_head(str(whole.directory))
    assert not has_head(str(save_tiny(tmp_path / "alone", *SUPPORTED[name])))
    broken = Path(shutil.copytree(whole.directory, tmp_path / "broken"))
    weights = load_file(broken / "model.safetensors")
    removed = next(key for key in weights if key.endswith("dense.weight") and ("predictions" in key or "head." in key))
    del weights[removed]
    save_file(weights, broken / "model.safetensors", {"format": "pt"})
    assert not has_head(str(broken))
    with pytest.raises(ModelError, match=f"lacks 1 of its weights, {removed} the first.*random numbers"):
        open_head(load_encoder(str(broken)))


def test_tied_weights_that_are_saved_once_count_as_there(open_with_head: Callable[[str], WithHead]) -> None:
    opened = open_with_head("distilbert")
    saved = load_file(opened.directory / "model.safetensors")
    assert "vocab_projector.weight" not in saved
    assert has_head(str(opened.directory))


def test_a_tokenizer_without_a_mask_is_refused(tmp_path: Path) -> None:
    directory = save_with_head(tmp_path / "unmasked", "bert")
    tokenizer = AutoTokenizer.from_pretrained(directory)
    tokenizer.mask_token = None
    tokenizer.save_pretrained(directory)
    encoder = load_encoder(str(directory))
    assert encoder.mask_id is None
    with pytest.raises(ModelError, match="has no token that stands for a hidden word"):
        open_head(encoder)


def test_what_is_no_model_has_no_head(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"not a model")
    assert not has_head(str(tmp_path))
    assert not has_head(str(tmp_path / "missing"))
    assert not has_head("nobody/has-this")
