"""The figures that pages send to the browser hold Hugging Face's numbers under distinct labels."""

import re

import numpy as np

from tests.support.reference import Opened, assert_close
from tests.support.visit import Visit, array

SENTENCE = "The pizza came out of the oven and it tasted good!"


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
    said = re.search(r"cosine (0\.\d{4})", visit.headings[0])
    assert said is not None
    backwards = drawn["text"].index("pizza eats Squatch")
    assert said[1] == f"{vectors[backwards] @ vectors[0]:.4f}" == "0.9647"
    without = Visit("Positions", text="Squatch eats pizza", positions="off")
    assert without.headings == ["Without positions all 6 orders are one sentence: cosine 1.0000"]
