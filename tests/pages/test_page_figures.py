"""The figures that pages send to the browser hold Hugging Face's numbers under distinct labels."""

import re

import numpy as np
import pytest

from tests.pages.visit import Visit, array
from tests.unit.reference import Opened, assert_close

SENTENCE = "The pizza came out of the oven and it tasted good!"


@pytest.mark.parametrize(("layer", "head"), [(1, 1), (4, 2), (6, 12)])
def test_the_attention_heatmap_is_berts(layer: int, head: int, bundled: Opened) -> None:
    drawn = Visit("Attention", text=SENTENCE, layer=str(layer), head=str(head)).figure("attention")["data"][0]
    weights = array(drawn["z"])
    assert_close(weights, bundled.reference(SENTENCE).attentions[layer - 1, head - 1])
    assert_close(weights.sum(axis=1), 1)


def test_two_equal_tokens_stay_apart() -> None:
    figure = Visit("Attention", text=SENTENCE).figure("attention")
    drawn, aliases = figure["data"][0], figure["layout"]["xaxis"]["labelalias"]
    assert drawn["x"] == drawn["y"]
    assert len(set(drawn["x"])) == 14
    assert [place for place in drawn["x"] if aliases[place] == "the"] == ["2 the", "7 the"]


def test_of_a_long_text_a_part_shows_every_weight_in_its_place(bundled: Opened) -> None:
    text = "pizza oven " * 100
    visit = Visit("Attention", text=text)
    visit.app.slider[0].set_value((101, 180)).run()
    drawn = visit.figure("attention")["data"][0]
    assert_close(array(drawn["z"]), bundled.reference(text).attentions[3, 1, 100:180, 100:180])
    assert drawn["x"][:2] == drawn["y"][:2] == ["101 oven", "102 pizza"]


def test_without_special_tokens_each_row_is_shared_out_among_the_rest(bundled: Opened) -> None:
    drawn = Visit("Attention", text=SENTENCE, layer="3", head="5", words_only="true").figure("attention")["data"][0]
    inner = bundled.reference(SENTENCE).attentions[2, 4, 1:-1, 1:-1]
    assert_close(array(drawn["z"]), inner / inner.sum(axis=1, keepdims=True))


def test_the_finding_names_the_strongest_link_between_typed_tokens(bundled: Opened) -> None:
    visit = Visit("Attention", text=SENTENCE)
    tokens = bundled.tokenizer.tokenize(SENTENCE, add_special_tokens=True)
    for layer, head in [(1, 1), (4, 2), (5, 9)]:
        visit = Visit("Attention", text=SENTENCE, layer=str(layer), head=str(head))
        inner = bundled.reference(SENTENCE).attentions[layer - 1, head - 1, 1:-1, 1:-1].copy()
        np.fill_diagonal(inner, 0)
        query, key = np.unravel_index(inner.argmax(), inner.shape)
        assert visit.headings == [
            f"Head {head} of layer {layer} sends {inner.max():.0%} of “{tokens[query + 1]}” to “{tokens[key + 1]}”"
        ]


def test_the_nearest_tokens_are_the_nearest_rows_of_berts_table(bundled: Opened) -> None:
    table = bundled.hugging_face().get_parameter("embeddings.word_embeddings.weight").detach().numpy()
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    pizza = bundled.tokenizer.convert_tokens_to_ids("pizza")
    cosines = unit @ unit[pizza]
    cosines[pizza] = -1
    nearest = np.argsort(-cosines)[:10]
    drawn = Visit("Embeddings", text="Squatch eats pizza", token="5  pizza").figure("neighbours")["data"][0]
    assert_close(array(drawn["x"]), cosines[nearest])
    labels = [place.split(" ", 1)[1] for place in drawn["y"]]
    assert labels == bundled.tokenizer.convert_ids_to_tokens(nearest.tolist())


def test_word_order_matters_only_where_positions_are_on(bundled: Opened) -> None:
    visit = Visit("Positions", text="Squatch eats pizza", positions="on")
    drawn = visit.figure("orders")["data"][0]
    vectors = bundled.sentence_model.encode(drawn["text"], normalize_embeddings=True)
    assert_close(array(drawn["x"]), vectors @ vectors[0])
    lowest = re.search(r"cosine (0\.\d{4})", visit.headings[0])
    assert lowest is not None
    assert lowest[1] == f"{(vectors @ vectors[0]).min():.4f}"
    assert "the lowest cosine is 1.0000" in Visit("Positions", text="Squatch eats pizza", positions="off").words
