"""One layer: what its screens say and draw is what the model's own modules compute (tests/unit/layer proves that)."""

import re
from pathlib import Path

import numpy as np
import pytest

from components.core import Encoder, HalfOff, Intervention, NeuronOff, ResidualOff
from components.core.classification.classifiers import ClassifierInputs, ClassifierMethod
from components.core.classification.mlp import DEFAULT_SETTINGS
from components.core.layer.layer_steps import LayerSteps, layer_steps, turns_of_all_layers
from components.core.layer.neuron_examples import load_examples
from components.core.retrieval.documents import ChunkSettings, Unit
from components.ui.one_layer import neuron
from components.ui.one_layer.shipped_texts import EXAMPLES_FILE, shipped_texts
from components.ui.retrieval import corpora
from components.ui.retrieval.corpus_index import index_corpus
from components.ui.sentiment.texts import shipped_reviews
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.stage.line import page_entry
from tests.support.architectures import ARCHITECTURES
from tests.support.tiny_models import save_tiny
from tests.support.visit import Visit

PAGE = "One layer"
TEXT = "Squatch eats pizza"


def steps_of(encoder: Encoder, layer: int, text: str = TEXT) -> LayerSteps:
    steps = layer_steps(encoder, encoder.trace(text), layer)
    assert steps is not None
    return steps


def title(visit: Visit) -> str:
    (found,) = re.findall(r"<h1[^>]*>(.*?)</h1>", visit.markup, re.DOTALL)
    return re.sub(r"<[^>]*>", "", found)


def test_one_token_shows_each_step_whole_and_names_both_angles(encoder: Encoder) -> None:
    visit = Visit(PAGE, screen="one token", text=TEXT, layer="3", layer_token="5  pizza")
    steps = steps_of(encoder, 2)
    turned, worked = steps.attention_turns[4], steps.network_turns[4]
    assert title(visit) == f"In layer 3, attention turns “pizza” by {turned:.0f}°, the network by {worked:.0f}°"
    described, values = visit.view("layer-way")
    drawn = np.frombuffer(values, dtype="<f4").reshape(len(described["rows"]), -1)
    shown = (
        steps.came_in, steps.attention, steps.attention_sum, steps.halfway, steps.network, steps.network_sum, steps.out
    )  # fmt: skip
    for row, matrix in zip(drawn, shown, strict=True):
        np.testing.assert_array_equal(row, matrix[4, : drawn.shape[1]])
    assert len({row["limit"] for row in described["rows"]}) == 1
    lengths = [float(row["shape"].removeprefix("length ")) for row in described["rows"]]
    assert lengths == pytest.approx([np.linalg.norm(matrix[4]) for matrix in shown], abs=0.006)
    came_in = steps.came_in[4] / np.linalg.norm(steps.came_in[4])
    cosines = [float(matrix[4] @ came_in / np.linalg.norm(matrix[4])) for matrix in shown]
    assert described["path"]["values"] == pytest.approx(cosines, abs=1e-5)


def test_one_number_is_written_from_what_comes_in_to_what_goes_on(encoder: Encoder) -> None:
    visit = Visit(PAGE, screen="one number", text=TEXT, layer="2", layer_token="5  pizza", dimension="7", neuron="12")
    steps = steps_of(encoder, 1)
    numbers = (
        steps.came_in[4, 6], steps.attention[4, 6], steps.attention_sum[4, 6], steps.halfway[4, 6],
        steps.hidden_before[4, 11], steps.hidden[4, 11], steps.network[4, 6], steps.network_sum[4, 6], steps.out[4, 6],
    )  # fmt: skip
    for number in numbers:
        assert f"{abs(number):.4f}" in visit.words
    said = f"In layer 2, dimension 7 of “pizza” goes from {numbers[0]:.3f} to {numbers[-1]:.3f}"
    assert title(visit) == said.replace("-", "−")
    assert "this enters layer 3" in visit.words
    products, brought = (frame.value for frame in visit.app.dataframe)
    np.testing.assert_array_equal(products["input"], steps.halfway[4])
    assert products["product"].sum() == pytest.approx(steps.hidden_before[4, 11], abs=0.5)
    np.testing.assert_array_equal(brought["neuron's value"], steps.hidden[4])
    described, values = visit.view("neurons-bring")
    drawn = np.frombuffer(values, dtype="<f4")
    np.testing.assert_allclose(drawn, brought["brings"], rtol=1e-6)
    parts = encoder.layer_parts(1)
    assert parts is not None
    bias = float(parts.network_out.bias.detach()[6])
    assert drawn.sum() + bias == pytest.approx(float(steps.network[4, 6]), abs=1e-4)
    assert described["framed"] == [0, 11]


def test_the_neuron_that_it_opens_with_is_the_most_active_one(encoder: Encoder) -> None:
    visit = Visit(PAGE, screen="one number", text=TEXT, layer="4", layer_token="5  pizza")
    most = int(steps_of(encoder, 3).hidden[4].argmax()) + 1
    assert visit.app.number_input(key="neuron").value == most
    assert f"Neuron {most} adds up 384 products" in visit.words


def test_all_layers_shows_each_angle_and_its_title_the_largest_means(encoder: Encoder) -> None:
    visit = Visit(PAGE, screen="all layers", text=TEXT)
    turns = turns_of_all_layers(encoder, encoder.trace(TEXT))
    assert turns is not None
    described, values = visit.view("turns")
    assert [each["name"] for each in described["grids"]] == ["attention", "the network"]
    np.testing.assert_allclose(np.frombuffer(values, dtype="<f4").reshape(2, 6, -1), turns, rtol=1e-6)
    named = re.findall(r"in layer (\d) \(by (\d+)°\)", title(visit))
    for (layer, degrees), half in zip(named, turns, strict=True):
        means = half[:, 1:-1].mean(axis=1)  # without [CLS] and [SEP]
        assert int(layer) == int(means.argmax()) + 1
        assert int(degrees) == round(float(means.max()))


def test_a_guess_is_asked_for_before_both_angles_are_said(encoder: Encoder) -> None:
    visit = Visit(PAGE, screen="one token", text=TEXT, layer="6", ask="true")
    assert title(visit) == "Which half of layer 6 turns “pizza” further?"
    assert "°" not in visit.words
    visit.app.button_group(key="guess_layer_half").select("attention").run()
    visit.press("Reveal")
    steps = steps_of(encoder, 5)
    right = steps.attention_turns[4] >= steps.network_turns[4]
    assert ("You guessed “attention”: right." in visit.words) == right


@pytest.mark.parametrize("screen", page_entry(PAGE).screens)
def test_a_model_whose_layers_have_unknown_parts_is_said_in_words(
    screen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = str(save_tiny(tmp_path / "model", *ARCHITECTURES["EuroBERT"]))
    monkeypatch.setenv("ENCODERSCOPE_MODELS", directory)
    visit = Visit(PAGE, screen=screen, text=TEXT).choose("model", directory)
    assert visit.error == "The layers of this model cannot be taken apart"
    assert "EuroBertModel" in visit.words
    assert "The other pages work with this model." in visit.words


def test_a_neuron_says_what_fires_it_and_shows_what_it_adds_up(encoder: Encoder) -> None:
    visit = Visit(PAGE, screen="a neuron", text=TEXT, layer="6", layer_token="5  pizza", neuron="378")
    steps, parts = steps_of(encoder, 5), encoder.layer_parts(5)
    assert parts is not None
    examples, texts = load_examples(EXAMPLES_FILE), shipped_texts()
    listed = [texts[number] for number in examples.texts[5, 377]]
    kept = examples.activations[5, 377].astype(float)
    for value, text in zip(kept, listed, strict=True):
        assert f"{value:.2f}" in visit.words
        assert text[: len(text) // 4].split()[0] in visit.words
    words = [encoder.tokenize(text).labels[token] for text, token in zip(listed, examples.tokens[5, 377], strict=True)]
    assert title(visit).startswith("In the shipped texts, neuron 378 of layer 6 fires most at ")
    assert f"“{words[0]}”" in title(visit)
    assert f"above 0 at {float(examples.shares[5, 377]):.0%} of all tokens" in visit.words
    described, values = visit.view("one-neuron")
    inputs, weights, products, adds = np.frombuffer(values, dtype="<f4").reshape(len(described["rows"]), -1)
    np.testing.assert_array_equal(inputs, steps.network_input[4, : len(inputs)])
    np.testing.assert_allclose(products, inputs * weights, rtol=1e-6)
    column = parts.network_out.weight[:, 377].detach().numpy()
    np.testing.assert_allclose(adds, steps.hidden[4, 377] * column[: len(adds)], rtol=1e-6)


def test_a_neuron_opens_with_the_most_active_one_of_each_token_and_offers_others(encoder: Encoder) -> None:
    visit = Visit(PAGE, screen="a neuron", text=TEXT, layer="4", layer_token="5  pizza")
    steps = steps_of(encoder, 3)
    first, second = (int(each) + 1 for each in np.argsort(-steps.hidden[4])[:2])
    assert visit.app.number_input(key="neuron").value == first
    described, values = visit.view("all-neurons")
    np.testing.assert_array_equal(np.frombuffer(values, dtype="<f4"), steps.hidden[4])
    assert described["framed"] == list(divmod(first - 1, described["width"]))
    visit.press(f"{second} ({steps.hidden[4, second - 1]:.2f})")
    assert visit.app.number_input(key="neuron").value == second
    visit.app.selectbox(key="layer_token").select("4  eats").run()
    assert visit.app.number_input(key="neuron").value == int(steps.hidden[3].argmax()) + 1


def test_a_neuron_of_another_model_is_shown_without_texts_of_others(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neuron, "shipped_texts", lambda: ("Another text.",))
    visit = Visit(PAGE, screen="a neuron", text=TEXT, layer="4", layer_token="5  pizza")
    most = int(steps_of(encoder, 3).hidden[4].argmax())
    assert title(visit).startswith(f"Neuron {most + 1} of layer 4 is ")
    assert "measured for the bundled model only" in visit.words


def test_a_neuron_that_no_shipped_text_fires_is_said_to_be_silent(encoder: Encoder) -> None:
    examples = load_examples(EXAMPLES_FILE)
    layer, silent = (int(place[0]) for place in np.nonzero(examples.activations[..., 0] < 0.005))
    visit = Visit(PAGE, screen="a neuron", text=TEXT, layer=str(layer + 1), neuron=str(silent + 1))
    assert title(visit) == f"Neuron {silent + 1} of layer {layer + 1} never fires in the shipped texts"
    assert f"No token of the {len(neuron.shipped_texts()):,} shipped sentences brings it to 0.01" in visit.words
    assert "es-fires" in visit.markup  # the reader's own sentence
    assert '<ol class="es-fires">' not in visit.markup


def test_what_fires_a_neuron_is_asked_first_among_what_fires_others(encoder: Encoder) -> None:
    visit = Visit(PAGE, screen="a neuron", text=TEXT, layer="6", layer_token="5  pizza", ask="true")
    most = int(steps_of(encoder, 5).hidden[4].argmax())
    assert title(visit).startswith(f"Neuron {most + 1} of layer 6 is the most active for “pizza”. Which of these")
    examples, texts = load_examples(EXAMPLES_FILE), shipped_texts()
    fire = [
        encoder.tokenize(texts[text]).labels[token]
        for text, token in zip(examples.texts[5, most], examples.tokens[5, most], strict=True)
    ]
    options = list(visit.app.button_group(key="guess_neuron_fires").options)
    assert len(options) == 4
    assert [each for each in options if each in fire] == [fire[0]]
    visit.app.button_group(key="guess_neuron_fires").select(fire[0]).run()
    visit.press("Reveal")
    assert f"You guessed “{fire[0]}”: right." in visit.words


@pytest.mark.parametrize("text", ["x", "🍕", "الدب يأكل البيتزا", "<script>alert(1)</script>"])
def test_every_screen_shows_any_text(text: str) -> None:
    visit = Visit(PAGE, text=text)
    assert visit.error is None
    assert "<script>" not in visit.markup
    assert len(re.findall(r"<h[12][^>]*>", visit.markup)) >= len(page_entry(PAGE).screens)


@pytest.mark.parametrize(
    ("off", "named", "change"),
    [
        ("the network", "the network of layer 3", HalfOff(2, "network")),
        ("attention", "attention of layer 3", HalfOff(2, "attention")),
        ("one neuron", "neuron 12 of layer 3", NeuronOff(2, 11)),
        ("the residual around attention", "the residual around attention of layer 3", ResidualOff(2, "attention")),
        ("the residual around the network", "the residual around the network of layer 3", ResidualOff(2, "network")),
    ],
)
def test_a_part_that_is_off_is_off_in_every_number_on_the_screen(
    encoder: Encoder, off: str, named: str, change: Intervention
) -> None:
    visit = Visit(PAGE, screen="switched off", text=TEXT, layer="3", off=off, neuron="12")
    whole, without = encoder.trace(TEXT), encoder.trace(TEXT, [change])
    cosine = float(whole.sentence_vector @ without.sentence_vector)
    assert title(visit).startswith(f"Without {named}, the sentence vector has cosine {cosine:.4f}".replace("-", "−"))
    described, values = visit.view("part-off")
    drawn = np.frombuffer(values, dtype="<f4").reshape(7, -1)
    assert described["selected"] == [3, None]
    assert described["low"] == 1
    assert described["high"] == pytest.approx(min(0.99, float(drawn.min())))
    expected = np.stack(
        [
            [one @ other / np.linalg.norm(one) / np.linalg.norm(other) for one, other in zip(*states, strict=True)]
            for states in zip(whole.hidden_states, without.hidden_states, strict=True)
        ]
    )
    np.testing.assert_allclose(drawn, expected, atol=1e-5)
    classifiers = TrainedClassifiers(encoder.name, shipped_reviews(), DEFAULT_SETTINGS)
    logistic = classifiers.classifier(ClassifierMethod.LOGISTIC)
    for vector in (whole.sentence_vector, without.sentence_vector):
        inputs = ClassifierInputs((TEXT,), vector[None], classifiers.inputs_of(TEXT).static)
        assert f"{logistic.probabilities(inputs)[0, 1]:.3f} positive" in visit.words
    corpus = index_corpus(encoder.name, corpora.shipped(corpora.EVERYDAY), ChunkSettings(Unit.PARAGRAPHS, 1, 0), None)
    for vector in (whole.sentence_vector, without.sentence_vector):
        best = int((corpus.unit_vectors @ vector).argmax())
        score = f"{corpus.unit_vectors[best] @ vector:.3f}".replace("-", "−")
        assert f"{score} {' '.join(corpus.chunks[best].text.split())[:15]}" in " ".join(visit.words.split())


def test_which_half_moves_the_sentence_further_is_asked_first(encoder: Encoder) -> None:
    visit = Visit(PAGE, screen="switched off", text=TEXT, layer="2", ask="true")
    assert title(visit).startswith("What moves the sentence vector further: layer 2 without attention")
    visit.app.button_group(key="guess_layer_off").select("the network").run()
    visit.press("Reveal")
    original = encoder.trace(TEXT).sentence_vector
    attention, network = (
        float(original @ encoder.trace(TEXT, [HalfOff(1, half)]).sentence_vector) for half in ("attention", "network")
    )
    assert ("You guessed “the network”: right." in visit.words) == (network <= attention)


def test_of_a_text_longer_than_a_search_reads_the_beginning_is_searched_and_judged(encoder: Encoder) -> None:
    text = "The pizza was good and the oven was warm. " * 30  # 302 tokens; a sentence vector is made of 256
    change = HalfOff(2, "network")
    visit = Visit(PAGE, screen="switched off", text=text, layer="3", off="the network")
    classifiers = TrainedClassifiers(encoder.name, shipped_reviews(), DEFAULT_SETTINGS)
    logistic = classifiers.classifier(ClassifierMethod.LOGISTIC)
    for vector in (encoder.encode([text])[0], encoder.encode([text], [change])[0]):
        inputs = ClassifierInputs((text,), vector[None], classifiers.inputs_of(TEXT).static)
        assert f"{logistic.probabilities(inputs)[0, 1]:.3f} positive" in visit.words


def test_a_long_text_is_not_read_again_for_what_has_not_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Visit(PAGE, screen="switched off", text="The pizza was good and the oven was hot. " * 30, layer="3")
    read: list[str] = []
    for way in ("trace", "encode"):
        monkeypatch.setattr(Encoder, way, lambda *_, **__: read.append("again"))
    visit.app.run()
    assert not visit.app.exception
    assert read == []
    assert "Shown: the first 64 of 302 tokens." in visit.words


def test_of_a_long_text_all_layers_show_the_first_64_tokens(encoder: Encoder) -> None:
    visit = Visit(PAGE, screen="all layers", text="pizza " * 510)
    described, values = visit.view("turns")
    assert len(described["columns"]) == 64
    assert len(values) == 4 * 2 * 6 * 64
    assert "Shown: the first 64 of 512 tokens." in visit.words
