"""What the files of numbers on the Attention page hold: the weights that are shown."""

import pandas as pd

from components.core import Encoder
from components.core.model.attention import TokenSelection
from components.core.model.loading import BUNDLED_NAME
from components.ui.attention import all_heads
from components.ui.attention.session import AttentionView
from components.ui.caches import attention
from components.ui.caches.requests import QuantizationRequest
from components.ui.page import Reading
from tests.support.reference import assert_close


def shown_weights(text: str, encoder: Encoder) -> pd.DataFrame:
    """What the file under all heads holds."""
    reading = Reading(text, BUNDLED_NAME, False, encoder, encoder.tokenize(text))
    everything = tuple(range(len(reading.tokens.tokens)))
    part = TokenSelection(everything, everything)
    view = AttentionView(reading, reading.request, reading.tokens, 3, 1, 1, 2, part)
    every = tuple(divmod(number, 12) for number in range(72))
    packed = attention.quantized_heads(QuantizationRequest(view.request, part, every, 1_300_000))
    return all_heads.shown_weights(view, every, packed)


def test_the_numbers_of_all_heads_are_their_weights(encoder: Encoder) -> None:
    text = "The pizza came out of the oven and it tasted good!"
    shown = shown_weights(text, encoder)
    assert_close(shown.to_numpy().reshape(72, 14, 14), encoder.trace(text).attention_weights().reshape(72, 14, 14))
    assert shown.index[14 * 37 + 9] == ("layer 4, head 2", "it")


def test_the_numbers_of_a_long_text_are_those_of_its_thumbnails(encoder: Encoder) -> None:
    text = "pizza oven " * 99
    shown = shown_weights(text, encoder)
    weights = encoder.trace(text).attention_weights().reshape(72, 100, 2, 100, 2)
    assert_close(shown.to_numpy().reshape(72, 100, 100), weights.max(axis=(2, 4)), atol=0.0051)
    assert list(shown.columns[:2]) == ["1 [CLS] to 2 pizza", "3 oven to 4 pizza"]
