"""Titles and leads of the Word order page on many pairs: none contradicts the numbers that it stands over."""

import itertools
import re

import pytest

from components.core import Encoder
from components.core.context.comparison import Comparison
from components.core.model.loading import BUNDLED_NAME
from components.core.text.rewording import negate, reverse_words, shuffle_words
from components.ui.examples import EXAMPLES
from components.ui.pickers import POSITION_MODES
from components.ui.word_order import head_differences, layers, proof, summary
from components.ui.word_order.pair import Pair
from components.ui.word_order.rewording import PAIRS

_TEXTS = [*EXAMPLES.values(), *(text for pair in PAIRS.values() for text in pair)]
_SENTENCES = [
    *PAIRS.values(),
    *itertools.chain.from_iterable(
        [(text, reverse_words(text)), (text, negate(text)), (text, shuffle_words(text, seed=1)), (text, text.upper())]
        for text in _TEXTS[:10]
    ),
    ("🦖 runs", "runs 🦕"),
    ("pizza", "oven"),
    ("a", "a a a"),
    ("?!", "!?"),
]
_COSINE = re.compile(r"cosine (−?\d\.\d{4})")
_SHARE = re.compile(r"\b(\d+)%")


def texts_of(compared: Comparison, mode: str, layer: int, head: int) -> list[tuple[str, str]]:
    """The titles and leads of the screens that the mode of positions changes."""
    return [
        (summary.finding(compared, mode), summary.lead(compared, mode)),
        (layers.finding(compared, mode), layers.lead(compared)),
        (
            head_differences.finding(compared, mode, layer, head),
            head_differences.lead(compared, layer, head),
        ),
    ]


@pytest.mark.parametrize("mode", POSITION_MODES)
def test_no_title_contradicts_its_numbers(mode: str, encoder: Encoder) -> None:
    for first, second in _SENTENCES:
        pair = Pair(BUNDLED_NAME, encoder.tokenize(first), encoder.tokenize(second), mode)
        compared = pair.compared()
        cosine = f"{min(1.0, float(compared.sentence_cosines[-1])):.4f}".replace("-", "−")
        most = int(compared.attention_moved.argmax())
        texts = texts_of(compared, mode, *divmod(most, compared.attention_moved.shape[1]))
        said = " ".join(itertools.chain.from_iterable(texts))
        about = f"{first} | {second} | {mode}: {said}"
        assert texts[0][0].endswith(f"cosine {cosine}"), about
        if re.search("one sentence|The same sentence|no order that counts", texts[0][0]):
            assert cosine == "1.0000", about
        for words in re.findall(r"(?:changes|differs) most[^.]*?" + _COSINE.pattern, said):
            assert words != "1.0000", about
        assert all(float(each.replace("−", "-")) <= 1 for each in _COSINE.findall(said)), about
        assert "0" not in _SHARE.findall(said), about
        if summary.only_rounding(compared):
            assert "differs most" not in said, about
            assert "changes most" not in said, about
            assert "differ most" not in said, about
        if mode != "off":
            assert "Without positions" not in said, about


def test_the_proof_says_rounding_only_where_numbers_are_that_small(encoder: Encoder) -> None:
    for first, second in _SENTENCES:
        pair = Pair(BUNDLED_NAME, encoder.tokenize(first), encoder.tokenize(second), "on")
        on, off = pair.compared("on"), pair.compared("off")
        if "rounding" in proof.finding(on, off):
            assert max(off.largest_differences.values()) < 1e-4
        if "remains" in proof.finding(on, off):
            assert max(off.largest_differences.values()) >= 1e-4 or not off.same_words
