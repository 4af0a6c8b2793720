"""Word, position and token type add up to what enters the first layer."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from components.core.model.loading import BUNDLED_NAME
from tests.support.reference import SENTENCES, Opened, assert_close
from tests.support.tiny_models import EMBEDDING, HIDDEN

#: What stands between the sum and the first layer, as each architecture names it.
_AFTER_THE_SUM = {
    BUNDLED_NAME: ("embeddings.LayerNorm",),
    "bert": ("embeddings.LayerNorm",),
    "roberta": ("embeddings.LayerNorm",),
    "distilbert": ("embeddings.LayerNorm",),
    "electra": ("embeddings.LayerNorm", "embeddings_project"),
    "albert": ("embeddings.LayerNorm", "encoder.embedding_hidden_mapping_in"),
    "xlm-roberta": ("embeddings.LayerNorm",),
    "modernbert": ("embeddings.norm",),
}


@pytest.mark.parametrize("name", _AFTER_THE_SUM)
def test_the_normalised_sum_of_the_addends_enters_the_first_layer(
    open_model: Callable[[str], Opened], name: str
) -> None:
    opened = open_model(name)
    trace, model = opened.encoder.trace(SENTENCES[2]), opened.hugging_face()
    addends = (trace.word_embeddings, trace.position_embeddings, trace.token_type_embeddings)
    summed = sum(torch.tensor(addend) for addend in addends if addend is not None)
    with torch.inference_mode():
        entered = torch.as_tensor(summed).to(model.device)
        for module in _AFTER_THE_SUM[name]:
            entered = model.get_submodule(module)(entered)
    assert_close(trace.hidden_states[0], entered.cpu().numpy())


@pytest.mark.parametrize("name", _AFTER_THE_SUM)
def test_each_addend_is_a_row_of_its_table(open_model: Callable[[str], Opened], name: str) -> None:
    opened = open_model(name)
    trace, encoder = opened.encoder.trace(SENTENCES[2]), opened.encoder
    weights = {key.split(".")[-2]: value.cpu().numpy() for key, value in opened.hugging_face().state_dict().items()}
    words = weights["tok_embeddings" if name == "modernbert" else "word_embeddings"]
    np.testing.assert_array_equal(encoder.word_embedding_table, words)
    np.testing.assert_array_equal(trace.word_embeddings, words[opened.tokenizer(SENTENCES[2])["input_ids"]])
    if trace.position_embeddings is not None:
        start = 2 if "roberta" in name else 0
        rows = weights["position_embeddings"][start : start + trace.num_tokens]
        np.testing.assert_array_equal(trace.position_embeddings, rows)
    if trace.token_type_embeddings is not None:
        rows = weights["token_type_embeddings"][np.zeros(trace.num_tokens, dtype=int)]
        np.testing.assert_array_equal(trace.token_type_embeddings, rows)


def test_addends_that_an_architecture_lacks_are_none(open_model: Callable[[str], Opened]) -> None:
    def held(name: str) -> tuple[bool, bool]:
        trace = open_model(name).encoder.trace("it")
        assert (trace.position_embeddings is None) == (open_model(name).encoder.position_embedding_table is None)
        return trace.position_embeddings is not None, trace.token_type_embeddings is not None

    assert {name: held(name) for name in _AFTER_THE_SUM} == {
        BUNDLED_NAME: (True, True),
        "bert": (True, True),
        "roberta": (True, True),
        "distilbert": (True, False),
        "electra": (True, True),
        "albert": (True, True),
        "xlm-roberta": (True, True),
        "modernbert": (False, False),
    }


@pytest.mark.parametrize("name", ["electra", "albert"])
def test_addends_are_as_narrow_as_their_tables(open_model: Callable[[str], Opened], name: str) -> None:
    trace = open_model(name).encoder.trace(SENTENCES[1])
    assert trace.word_embeddings.shape == (trace.num_tokens, EMBEDDING)
    assert trace.hidden_states.shape[1:] == (trace.num_tokens, HIDDEN)
