"""The screen "who brought what" without a browser: its picture, its bars and its title show what was computed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from components.core import Encoder, HeadsOff
from components.core.layer.norm_shares import KINDS, shares, shares_by_kind, shares_over_texts
from components.core.layer.norms import MEASURES, attention_norms
from components.core.model.attention import TokenSelection
from components.core.model.loading import BUNDLED_NAME
from components.core.numerics.bootstrap import mean_intervals
from components.ui.attention import norms, usual_shares
from components.ui.attention.session import AttentionView
from components.ui.attention.usual_shares import texts_measured
from components.ui.caches import attention
from components.ui.caches.memo import Memo
from components.ui.page import Reading
from components.ui.sentence_map.sentences import shipped
from tests.support.reference import Opened, assert_close
from tests.support.visit import Visit, array

TEXT = "The pizza came out of the oven and it tasted good!"
SCREEN = "who brought what"


def opened(**parameters: str) -> Visit:
    """The screen with layer 5 picked, unless the parameters pick another."""
    return Visit("Attention", **({"screen": SCREEN, "text": TEXT, "layer": "5", "head": "2"} | parameters))


def bars_of(visit: Visit, first: int = 0) -> np.ndarray:
    """The lengths of the bars: a row for each measure, a column for each kind. first: 3 for the thin bars."""
    return np.array([array(trace["x"]) for trace in visit.figure("whose-shares")["data"][first : first + 3]]).T


@pytest.mark.parametrize("measure", MEASURES)
def test_cells_are_the_shares_of_the_picked_measure_and_bars_their_averages(encoder: Encoder, measure: str) -> None:
    trace = encoder.trace(TEXT)
    visit = opened(measure=measure)
    known = {name: shares(each) for name, each in attention_norms(encoder, trace, 4).known.items()}
    assert_close(array(visit.figure("who-brought-what")["data"][0]["z"]), known[measure])
    by_kind = np.array([shares_by_kind(each, trace.tokenized.special) for each in known.values()])
    assert_close(bars_of(visit), by_kind)
    special, itself, _ = by_kind[MEASURES.index(measure)]
    titles = {
        "weight": f"In layer 5, [CLS] and [SEP] get {special:.0%} of the attention",
        "norm": f"In layer 5, [CLS] and [SEP] get {by_kind[0, 0]:.0%} of the attention but bring {special:.0%} of what "
        "it adds",
        "with residual": f"With the residual, a token in layer 5 brings itself {itself:.0%}; [CLS] and [SEP] bring "
        f"{special:.0%}",
        "whole block": f"Through the whole block of layer 5, a token brings itself {itself:.0%}; [CLS] and [SEP] bring "
        f"{special:.0%}",
    }
    assert visit.headings == [titles[measure]]


def test_the_formulas_hold_the_numbers_of_the_picked_pair(encoder: Encoder) -> None:
    found = attention_norms(encoder, encoder.trace(TEXT), 4)
    for key, at in (("3  pizza", (9, 2)), ("10  it", (9, 9))):
        visit = opened(query="10  it", key=key)
        for name, brought in found.known.items():
            assert f"= {brought[at]:.4f} ({name}: {shares(brought)[at]:.1%} of the row)" in visit.words
        assert ("α f(x) + x‖" in visit.words) == (at[0] == at[1])


def test_a_head_alone_has_a_weight_and_a_norm(encoder: Encoder) -> None:
    visit = opened(one_head="true", measure="norm")
    trace = encoder.trace(TEXT)
    found = attention_norms(encoder, trace, 4, head=1)
    assert found.norm is not None
    assert_close(array(visit.figure("who-brought-what")["data"][0]["z"]), shares(found.norm))
    assert visit.headings[0].startswith("In head 2 of layer 5, [CLS] and [SEP] get ")
    assert len(bars_of(visit)) == 2
    visit = opened(one_head="true", measure="whole block")
    assert visit.headings[0].startswith("In head 2 of layer 5, [CLS] and [SEP] get ")


def test_heads_that_are_off_bring_nothing(encoder: Encoder) -> None:
    off = HeadsOff({(4, head) for head in range(12)})
    names = [f"layer 5, head {head}" for head in range(1, 13)]
    visit = Visit("Attention", screen=SCREEN, text=TEXT, layer="5", measure="norm")
    visit.choose_all("heads_off", names[:1])
    norm = attention_norms(encoder, encoder.trace(TEXT, [HeadsOff({(4, 0)})]), 4).norm
    assert norm is not None
    assert_close(array(visit.figure("who-brought-what")["data"][0]["z"]), shares(norm))
    visit.choose_all("heads_off", names)
    assert visit.headings == ["In layer 5, nothing is added: all that would add is off"]
    residual = attention_norms(encoder, encoder.trace(TEXT, [off]), 4).with_residual
    assert residual is not None
    visit.pick("measure", "with residual")
    assert_close(array(visit.figure("who-brought-what")["data"][0]["z"]), np.eye(14))
    assert_close(shares(residual), np.eye(14))


def test_over_shipped_sentences_means_stand_with_their_intervals(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attention, "_norm_shares", Memo[np.ndarray](1))
    monkeypatch.setattr("components.ui.attention.usual_shares._EVERY", 60)
    texts = texts_measured()
    assert len(texts) == 4
    visit = opened()
    assert len(visit.figure("whose-shares")["data"]) == 3
    visit.press("Measure over 4 shipped sentences")
    measured = shares_over_texts(encoder, texts)[:, 4]
    assert_close(bars_of(visit, first=3), measured.mean(axis=0))
    rows = visit.table("Mean over 4 shipped sentences")
    for row, name in enumerate(MEASURES):
        for kind, each in enumerate(mean_intervals(measured[:, row], seed=0)):
            cells = rows[len(KINDS) * row + kind]
            assert cells[:2] == [name, KINDS[kind]]
            assert cells[3:] == [f"{each.value:.1%}", f"{each.low:.1%} to {each.high:.1%}"]
    # Measured once: another reader finds it.
    assert len(opened(layer="2").figure("whose-shares")["data"]) > 3


def test_what_is_usual_of_the_bundled_model_is_shipped_and_said(encoder: Encoder) -> None:
    texts = texts_measured()
    with np.load(usual_shares.FILE, allow_pickle=False) as kept:
        # If a shipped sentence has changed: python -m components.ui.attention.usual_shares
        assert str(kept["digest"]) == encoder.digest_with(texts)
        shares_kept = kept["shares"]
    assert_close(shares_kept[::20], shares_over_texts(encoder, texts[::20]), 1e-5)
    visit = opened(measure="norm")
    assert_close(bars_of(visit, first=3), shares_kept[:, 4].mean(axis=0))
    got, brought = shares_kept[:, 4, :2, 0].mean(axis=0)
    said = f"Over 60 shipped sentences, special tokens get {got:.0%} of this layer’s attention and bring {brought:.0%}."
    assert said in visit.words
    assert brought < got / 2, "on this model much of what seems to go to [CLS] and [SEP] brings little"


def test_without_special_tokens_the_title_says_what_a_token_brings_itself(encoder: Encoder) -> None:
    tokens = encoder.tokenize(TEXT)
    tokens = replace(tokens, special=np.zeros_like(tokens.special))
    reading = Reading(TEXT, BUNDLED_NAME, False, encoder, tokens)
    everything = tuple(range(len(tokens.tokens)))
    view = AttentionView(reading, reading.request, tokens, 4, 1, 1, 2, TokenSelection(everything, everything))
    found = attention_norms(encoder, encoder.trace(TEXT), 4)
    by_kind = np.array([shares_by_kind(shares(each), tokens.special) for each in found.known.values()])
    titles = [norms.finding(view, found, measure, by_kind, alone=False) for measure in MEASURES]
    looked, brought, kept, left = (f"{share:.0%}" for share in by_kind[:, 1])
    assert titles == [
        f"In layer 5, a token gives itself {looked} of its attention",
        f"In layer 5, a token gives itself {looked} of its attention and brings itself {brought} of what that adds",
        f"With the residual, a token in layer 5 brings itself {kept}",
        f"Through the whole block of layer 5, a token brings itself {left}",
    ]


def test_measures_that_a_model_lacks_are_named(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "norms", lambda _: attention_norms(encoder, encoder.trace(TEXT), 4))
    monkeypatch.setattr(encoder, "layer_parts", lambda _: None)
    visit = opened()
    assert "Left out: with residual and whole block, since this model’s layers have parts that are not known." in (
        visit.words
    )
    assert len(bars_of(visit)) == 2


def test_of_a_model_that_normalises_first_the_whole_block_is_said_to_be_its_sum(
    open_model: Callable[[str], Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = str(open_model("modernbert").directory)
    monkeypatch.setenv("ENCODERSCOPE_MODELS", model)
    visit = opened(text="the oven", layer="2", measure="whole block").choose("model", model)
    assert "its block ends with the sum, so both measures agree" in visit.words
    kept, left = bars_of(visit)[2:]
    assert_close(kept, left)


def test_each_topic_has_as_many_of_the_sentences_that_are_measured() -> None:
    labels = shipped().labels
    assert labels is not None
    topic = dict(zip(shipped().sentences, labels, strict=True))
    assert set(Counter(topic[text] for text in texts_measured()).values()) == {6}
    assert len(texts_measured()) == 60


def test_of_a_long_text_cells_are_the_largest_of_blocks(encoder: Encoder) -> None:
    text = "pizza oven " * 99
    shown = array(opened(text=text, measure="norm").figure("who-brought-what")["data"][0]["z"])
    norm = attention_norms(encoder, encoder.trace(text), 4).norm
    assert norm is not None
    assert_close(shown, shares(norm).reshape(100, 2, 100, 2).max(axis=(1, 3)))
