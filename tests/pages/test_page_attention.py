"""The Attention page without a browser: what its pictures are sent, what it says, and what it refuses."""

import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from components.core import Encoder, FutureMasked, HeadsOff, HeadUniform, PositionsOff, SelfOnly
from components.core.attention.ablation import cosines_without_each_head
from components.core.attention.head_roles import head_roles, role_names
from components.core.attention.head_search import search_heads
from components.core.context.relation_heads import RelationHeads, leads, relation_heads
from components.core.model.attention import attention_rollout
from components.ui.attention import grammar
from components.ui.attention.grammar import related_sentences
from tests.pages.test_page_texts import READABLE
from tests.support.app_pages import ALL_SCREENS
from tests.support.reference import Opened, assert_close, cosine
from tests.support.visit import Visit, array

SENTENCE = "The pizza came out of the oven and it tasted good!"


def opened(screen: str = ALL_SCREENS, **parameters: str) -> Visit:
    """The Attention page with layer 4, head 2 open, unless the parameters open another head."""
    return Visit("Attention", **({"layer": "4", "head": "2", "screen": screen} | parameters))


def one_head(**parameters: str) -> Visit:
    """The same, on the screen of one head."""
    return opened("one head", **parameters)


def text_of(tokens: int) -> str:
    """A text of that many tokens, [CLS] and [SEP] included."""
    words = ["the", "pizza", "came", "out", "of", "the", "oven", "and", "it", "tasted", "good"]
    return " ".join(words[i % len(words)] for i in range(tokens - 2))


# What the pictures show


@pytest.mark.parametrize("tokens", [8, 32, 120])
def test_every_head_is_berts_right_to_the_last_digit_sent(tokens: int, encoder: Encoder, bundled: Opened) -> None:
    text = text_of(tokens)
    weights = encoder.trace(text).attention_weights().reshape(72, tokens, tokens)
    visit = opened(text=text)
    for key, expected in (("heads", weights), ("attention", weights[37:38])):
        shown, decimals = visit.weights(key)
        assert decimals == (2 if tokens == 120 and key == "heads" else 4)
        printed = [f"{number:.{decimals}f}" for number in shown.ravel()]
        assert printed == [f"{number:.{decimals}f}" for number in expected.astype(float).ravel()]
        assert_close(shown, expected, atol=0.51 * 10**-decimals)
    assert_close(weights, bundled.reference(text).attentions.reshape(72, tokens, tokens))


@pytest.mark.parametrize("tokens", [8, 64, 200, 512])
def test_the_pictures_of_attention_never_exceed_two_megabytes(tokens: int) -> None:
    everything = [f"layer {layer}, head 1" for layer in (1, 2, 3)]
    visit = opened(text=text_of(tokens))
    visit.app.multiselect(key="overlaid").set_value(everything).run()
    sizes = [len(each.proto.bytes) for each in visit.app.get("bidi_component")]
    assert sum(sizes) < 2_000_000


def test_thumbnails_of_a_long_text_keep_the_largest_weight_of_each_block(bundled: Opened) -> None:
    text = text_of(200)
    shown, decimals = opened(text=text).weights("heads")
    assert (shown.shape, decimals) == ((72, 100, 100), 2)
    weights = bundled.reference(text).attentions.reshape(72, 100, 2, 100, 2)
    assert_close(shown, weights.max(axis=(2, 4)), atol=0.0051)


def test_without_special_tokens_each_row_is_shared_out_among_the_rest(bundled: Opened) -> None:
    visit = opened(text=SENTENCE, layer="3", head="5", words_only="true")
    inner = bundled.reference(SENTENCE).attentions[2, 4, 1:-1, 1:-1]
    assert_close(visit.weights("attention")[0][0], inner / inner.sum(axis=1, keepdims=True), atol=6e-5)
    assert_close(visit.weights("lines")[0][0], inner / inner.sum(axis=1, keepdims=True), atol=6e-5)
    described, _ = visit.view("attention")
    assert described["rows"] == described["columns"] == list(range(1, 13))
    assert "no longer the weights that the model used" in visit.words


def test_of_a_long_text_lines_are_drawn_between_the_tokens_that_are_picked(bundled: Opened) -> None:
    text = "pizza oven " * 100
    visit = opened(text=text)
    visit.app.slider(key="shown").set_value((101, 148)).run()
    described, _ = visit.view("lines")
    assert described["rows"] == described["columns"] == list(range(100, 148))
    weights = bundled.reference(text).attentions[3, 1, 100:148, 100:148]
    assert_close(visit.weights("lines")[0][0], weights, atol=6e-5)


def test_heads_of_one_role_are_shown_strongest_first_and_all_of_them_sorted(encoder: Encoder) -> None:
    trace = encoder.trace(SENTENCE)
    roles, names = head_roles(trace.attention_weights(), trace.tokenized), role_names(trace.tokenized)
    for name in ("[CLS]", "broad", "previous token"):
        described, _ = opened(text=SENTENCE, role=name).view("heads")
        heads = [(layer, head) for layer, head in described["heads"]]
        assert set(heads) == {tuple(at) for at in np.argwhere(roles.strongest == names.index(name)).tolist()}
        strengths = [roles.strength[at] for at in heads]
        assert strengths == sorted(strengths, reverse=True)
        assert described["says"] == [f"{name} {strength:.2f}" for strength in strengths]
    described, _ = opened(text=SENTENCE, role="all, sorted by what they do").view("heads")
    order = [(roles.strongest[tuple(at)], -roles.strength[tuple(at)]) for at in described["heads"]]
    assert order == sorted(order)
    assert len(order) == 72


# What the page says


def test_the_page_opens_the_head_whose_link_between_words_is_most_particular(encoder: Encoder) -> None:
    trace = encoder.trace("Squatch eats pizza")
    assert Visit("Attention", screen="one head").headings == [
        "Head 8 of layer 2: “eats” gives 72% of its attention to “pizza”"
    ]
    assert f"{trace.attention_weights(1, 7)[3, 4]:.0%}" == "72%"
    # Heads with larger weights between typed tokens link the pieces of one word.
    assert trace.attention_weights(4, 9)[1, 2] > trace.attention_weights(1, 7)[3, 4]


def test_a_head_opens_with_its_own_strongest_particular_link(encoder: Encoder) -> None:
    trace = encoder.trace(SENTENCE)
    tokens = trace.tokenized
    for layer, head in [(4, 2), (1, 1), (5, 9)]:
        visit = one_head(text=SENTENCE, layer=str(layer), head=str(head))
        best = max(
            ((q, k) for q in range(1, 13) for k in range(1, 13) if q != k),
            key=lambda pair: search_heads(trace.attention_weights(), tokens, *pair).beyond[layer - 1, head - 1],
        )
        names = [
            f"“{tokens.labels[i]}”" + ("" if tokens.labels.count(tokens.labels[i]) == 1 else f" ({i + 1})")
            for i in best
        ]
        share = trace.attention_weights(layer - 1, head - 1)[best]
        assert visit.headings == [
            f"Head {head} of layer {layer}: {names[0]} gives {share:.0%} of its attention to {names[1]}"
        ]
        assert not {"query", "key"} & set(visit.app.query_params)


def test_another_head_takes_its_own_pair_and_another_sentence_drops_the_pair_that_was_picked() -> None:
    visit = one_head(text=SENTENCE, query="10  it", key="7  the")
    assert visit.headings[0].endswith("gives 0% of its attention to “the” (7)")
    visit.choose("layer", "1").choose("head", "3")
    assert "“it”" not in visit.headings[0]
    visit.choose("query", "10  it")
    visit.type("Squatch eats pizza")
    assert "“it”" not in visit.words
    assert not {"query", "key"} & set(visit.app.query_params)


def test_a_head_that_the_page_opened_by_itself_gives_way_to_that_of_the_next_sentence() -> None:
    visit = Visit("Attention", screen="one head")
    visit.type("The dog bit the man.").type("Squatch eats pizza")
    assert visit.headings[0].startswith("Head 8 of layer 2: ")
    assert not {"layer", "head"} & set(visit.app.query_params)


def test_query_and_key_are_products_of_what_enters_the_layer_with_learned_matrices(encoder: Encoder) -> None:
    trace = encoder.trace(SENTENCE)
    visit = opened("one weight", text=SENTENCE, query="10  it", key="3  pizza")
    query, key = trace.queries[3, 1, 9], trace.keys[3, 1, 2]
    dimension = int(np.abs(query * key).argmax())
    assert f"dimension {dimension + 1} of both" in visit.words
    _, values = visit.view("projection")
    rows = np.frombuffer(values, dtype="<f4").reshape(6, -1)
    assert_close(rows[:2], trace.hidden_states[3, [9, 2]])
    assert_close(rows[4:], rows[:2] * rows[2:4])
    said = re.findall(r"b = (−?\d+\.\d{4}) \+ \(?(−?\d+\.\d{4})\)? = (−?\d+\.\d{4})", visit.words)
    for (product, bias, number), products, expected in zip(said, rows[4:], (query, key), strict=True):
        product, bias, number = (float(each.replace("−", "-")) for each in (product, bias, number))
        assert product == pytest.approx(float(products.sum()), abs=1e-4)
        assert product + bias == pytest.approx(number, abs=2e-4)
        assert number == pytest.approx(float(expected[dimension]), abs=6e-5)


def test_the_search_ranks_heads_by_what_they_give_beyond_what_they_give_anyway(encoder: Encoder) -> None:
    trace = encoder.trace(SENTENCE)
    found = search_heads(trace.attention_weights(), trace.tokenized, 11, 6)
    visit = opened(text=SENTENCE, query="12  good", key="7  the")
    rows = re.findall(r"(\d\.\d{3}) usual level (\d\.\d{3}): [+−](\d\.\d{3}) rank (\d+)", visit.words)
    for row, at in zip(rows[:6], found.ranked(), strict=False):
        assert row[:2] == (f"{found.weights[at]:.3f}", f"{found.anyway[at]:.3f}")
        assert float(row[2]) == pytest.approx(abs(found.beyond[at]), abs=1.1e-3)
    ranks = [int(row[3]) for row in rows]
    assert ranks[:6] == [1, 2, 3, 4, 5, 6]
    assert found.ranked()[ranks[-1] - 1] == (3, 1)  # the open head is there, wherever it ranks


def test_a_head_is_tested_on_100_sentences_and_no_more_is_claimed_than_they_show() -> None:
    visit = opened(text=SENTENCE)
    count = int(re.search(r"Right in (\d+) of 100 sentences", visit.words)[1])  # type: ignore[index]
    split = re.search(r"is right in (\d+) of 50; if to the farther one, in (\d+) of 50", visit.words)
    assert split is not None
    assert sum(map(int, split.groups())) == count
    chance = int(re.search(r"up to (\d+) in 19 of 20 cases", visit.words)[1])  # type: ignore[index]
    assert ("nothing shows that this head finds antecedents" in visit.words) == (count <= chance)
    assert "“Always the nearest noun” would be right in 50" in visit.words


def test_the_one_head_that_beats_chance_is_said_to_and_by_how_likely_chance_is() -> None:
    visit = opened(text=SENTENCE, layer="4", head="11")
    assert "Right in 58 of 100 sentences" in visit.words
    assert re.search(r"more than 57 in 1 of 20 cases only \(p\s=\s0\.0[34] for 58\)", visit.words)
    assert "on these sentences the head does better than chance" in visit.words


@pytest.mark.parametrize(
    ("parameters", "changes", "words"),
    [
        ({"heads_off": "layer 4, head 2"}, [HeadsOff({(3, 1)})], "layer 4, head 2 off"),
        ({"uniform": "layer 1, head 3"}, [HeadUniform(0, 2)], "layer 1, head 3 uniform"),
        ({"seen": "no later token"}, [FutureMasked()], "later tokens masked"),
        ({"seen": "only itself"}, [SelfOnly()], "each token attends only to itself"),
        ({"positions_off": "true"}, [PositionsOff()], "positions off"),
        (
            {"positions_off": "true", "seen": "no later token", "uniform": "layer 2, head 1"},
            [PositionsOff(), FutureMasked(), HeadUniform(1, 0)],
            "positions off, later tokens masked and layer 2, head 1 uniform",
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_change_is_read_by_the_model_and_its_cosine_said(
    parameters: dict[str, str], changes: list, words: str, encoder: Encoder
) -> None:
    untouched, changed = encoder.trace(SENTENCE), encoder.trace(SENTENCE, changes)
    visit = opened(text=SENTENCE, **parameters)
    expected = cosine(untouched.sentence_vector, changed.sentence_vector)
    assert f"Changed: {words}. The sentence vector has a cosine of {expected:.4f}" in visit.words
    assert_close(visit.weights("attention")[0][0], changed.attention_weights(3, 1), atol=6e-5)
    drawn = array(visit.figure("token-effect")["data"][0]["z"])
    slow = [
        [cosine(a, b) for a, b in zip(*states, strict=True)]
        for states in zip(untouched.hidden_states, changed.hidden_states, strict=True)
    ]
    assert_close(drawn, slow)
    single = array(visit.figure("single-heads")["data"][0]["z"])
    assert_close(single, 1 - cosines_without_each_head(encoder, untouched.tokenized, changes))


def test_heads_put_together_are_their_mean_their_maximum_and_their_rollout(bundled: Opened) -> None:
    weights = bundled.reference(SENTENCE).attentions
    for way, expected in {
        "mean of the layer": weights[3].mean(axis=0),
        "maximum of the layer": weights[3].max(axis=0),
        "mean of all layers": weights.mean(axis=(0, 1)),
        "maximum of all layers": weights.max(axis=(0, 1)),
        "rollout": attention_rollout(weights),
    }.items():
        visit = opened(text=SENTENCE, over_heads=way)
        assert_close(array(visit.figure("over-heads")["data"][0]["z"]), expected)


def test_a_pair_is_read_together_on_every_screen(bundled: Opened) -> None:
    first, second = "The pizza came out of the oven.", "It tasted good!"
    inputs = bundled.tokenizer(first, second, return_tensors="pt")
    weights = bundled.reference(first, **inputs).attentions[3, 1]
    for block, (rows, columns) in {
        "A → A": (range(1, 9), range(1, 9)),
        "A → B": (range(1, 9), range(10, 14)),
        "B → A": (range(10, 14), range(1, 9)),
        "all": (range(15), range(15)),
    }.items():
        visit = opened(text=first, joined=second, block=block)
        assert_close(visit.weights("attention")[0][0], weights[np.ix_(rows, columns)], atol=6e-5)
        assert "Together 15 tokens" in visit.words


def test_another_sentence_keeps_the_open_head_and_drops_tokens_that_it_lacks() -> None:
    visit = one_head(text=SENTENCE, query="10  it", key="3  pizza", layer="6", head="6")
    visit.type("Squatch eats pizza")
    assert visit.headings[0].startswith("Head 6 of layer 6: ")
    visit.type(SENTENCE)
    assert visit.headings[0].startswith("Head 6 of layer 6: ")


def test_a_masked_token_has_no_rank_and_its_score_counts_as_minus_infinity() -> None:
    visit = opened(
        text=SENTENCE,
        query="3  pizza",
        key="12  good",
        seen="no later token",
        calculation_step="all at once",
    )
    assert "This token is masked: its score counts as −∞" in visit.words
    assert "“good” is masked and has none." in visit.words
    assert "masked: 0 ÷ " in visit.words
    assert "Head 2 of layer 4: “pizza” gives 0% of its attention to “good”" in visit.words


def test_no_link_is_called_the_strongest_where_none_is() -> None:
    for parameters in ({"seen": "only itself"}, {"uniform": "layer 4, head 2"}, {"text": "a"}):
        words = opened(**({"text": SENTENCE} | parameters)).words
        assert "strongest link" not in words
        assert "no stronger link" not in words


def test_the_search_says_where_there_is_nothing_to_find_or_to_compare_with() -> None:
    masked = opened(text=SENTENCE, seen="only itself")
    assert "Every weight is 0 here" in masked.words
    alone = opened(text="a")
    assert "There is no usual level to compare with" in alone.words


def test_equal_tokens_are_told_apart_by_their_places() -> None:
    visit = one_head(text="the cat saw the dog", query="2  the", key="5  the")
    assert visit.headings[0].endswith("“the” (2) gives 0% of its attention to “the” (5)")


def test_the_numbers_of_the_search_add_up() -> None:
    visit = opened(text=SENTENCE)
    rows = re.findall(r"(\d\.\d{3}) usual level (\d\.\d{3}): ([+−]?)(\d\.\d{3}) rank", visit.words)
    assert len(rows) >= 6
    for weight, anyway, sign, beyond in rows:
        number = float(beyond) * (-1 if sign == "−" else 1)
        assert round(float(weight) - float(anyway), 3) == number


def test_of_a_long_pair_a_short_sentence_is_shown_whole_and_lines_follow_a_picked_pair() -> None:
    visit = opened(text="the dog saw a cat and it ran home . " * 8, joined="It was hot.", block="A → B")
    described, _ = visit.view("lines")
    assert [described["tokens"][place] for place in described["columns"]] == ["it", "was", "hot", "."]
    assert len(described["rows"]) == 48
    assert "The picked pair of tokens is outside the range of the lines." in visit.words
    visit = opened(text="pizza oven " * 100, query="182  pizza", key="183  oven")
    described, _ = visit.view("lines")
    assert {181, 182} <= set(described["rows"])
    assert "is outside" not in visit.words


def test_a_head_that_is_clicked_where_nothing_is_changed_is_switched_off() -> None:
    visit = opened("change it", text=SENTENCE)
    assert visit.headings == ["Nothing is changed yet"]
    described, _ = visit.view("heads-to-switch")
    assert (len(described["heads"]), described["does"]) == (72, "switch it off")


def test_a_head_that_is_off_is_crossed_out_and_said_to_be_off() -> None:
    visit = one_head(text=SENTENCE, heads_off="layer 4, head 2")
    described, _ = opened("all heads", text=SENTENCE, heads_off="layer 4, head 2").view("heads")
    assert [at for at, off in zip(described["heads"], described["off"], strict=True) if off] == [[3, 1]]
    assert visit.headings == ["Head 2 of layer 4 is off; with it, “it” would give 70% of its attention to “pizza”"]
    assert "This head is off" in visit.view("attention")[0]["hint"]
    assert visit.view("lines")[0]["off"]


# What it refuses


@pytest.mark.parametrize(
    "text", [text for name, text in READABLE.items() if name != "512 tokens"], ids=lambda text: text[:9]
)
def test_every_part_of_the_page_reads_whatever_can_be_read(text: str, quick: dict[str, str]) -> None:
    visit = opened(text=text, calculation_step="all at once", joined=text, **quick)
    assert "Head 2 of layer 4" in visit.words
    alone = opened(text=text, words_only="true", seen="no later token", **quick)
    assert "Head 2 of layer 4" in alone.words


@pytest.mark.parametrize(
    "parameters",
    [
        {"layer": "99", "head": "x"},
        {"query": "99  zzz", "key": "0"},
        {"role": "nonsense", "block": "C", "over_heads": "median"},
        {"heads_off": "layer 99, head 1", "uniform": "foo", "seen": "nothing", "positions_off": "maybe"},
        {"overlaid": "layer 0, head 0", "share": "1000"},
    ],
    ids=lambda each: next(iter(each)),
)
def test_a_link_that_makes_no_sense_opens_the_page_as_it_opens(parameters: dict[str, str]) -> None:
    assert Visit("Attention", **parameters).headings == Visit("Attention").headings


def test_a_second_sentence_that_cannot_be_read_is_named_and_stays() -> None:
    visit = opened(text=SENTENCE, joined="\x00\x07")
    assert visit.headings == ["Sentence B cannot be read"]
    assert "The tokenizer finds nothing to read in 2 characters" in visit.words
    assert visit.app.text_area(key="joined").value == "\x00\x07"
    visit.press("Read the sentence alone")
    assert "Head 2 of layer 4: “it” gives 70% of its attention to “pizza”" in visit.words


def test_two_sentences_too_long_together_are_refused_with_their_number_and_a_way_out() -> None:
    visit = opened(text="pizza " * 300, joined="oven " * 300)
    assert visit.headings == ["The two sentences together are too long"]
    assert "The two texts together have 603 tokens; all-MiniLM-L6-v2 reads at most 512." in visit.words
    visit.press("Read the sentence alone")
    assert "Head 2 of layer 4" in visit.words


def test_a_blank_second_sentence_is_none() -> None:
    visit = one_head(text=SENTENCE, joined=" \n ")
    assert visit.headings == ["Head 2 of layer 4: “it” gives 70% of its attention to “pizza”"]
    assert "Together" not in visit.words


def test_grammar_shows_what_the_open_head_finds_beside_the_best_distance(encoder: Encoder) -> None:
    visit = opened(text=SENTENCE, screen="grammar", layer="4", head="2")
    measured = relation_heads(encoder, related_sentences())
    determiner = measured["determiner"]
    share, distance = determiner.accuracy[0, 3, 1], determiner.best_offset[1]
    said = f"{share:.0%} of determiners look at their noun; the best fixed distance finds {distance:.0%}"
    assert visit.headings == [f"In layer 4, head 2, {said}"]
    drawn = {trace["name"]: array(trace["x"]) for trace in visit.figure("grammar")["data"]}
    for number, each in enumerate(measured.values()):
        assert drawn["layer 4, head 2"][number] == pytest.approx(each.accuracy[:, 3, 1].max())
        assert drawn["best head, held out"][number] == pytest.approx(each.held_out)
        assert drawn["best distance"][number] == pytest.approx(each.best_offset[1])
    lead = leads(measured, 3, 1)["determiner"]
    row = visit.table("Lead: how many more pairs the head finds")[0]
    assert row[:2] == ["determiner → noun", f"{share:.0%}"]
    assert row[2:4] == [f"{distance:.0%} (1 word on)", f"{100 * lead.value:.0f}"]
    assert row[4] == f"{100 * lead.low:.0f} to {100 * lead.high:.0f}"
    # An object follows its verb, so the distance leads on from the verb.
    assert visit.table("Lead: how many more pairs the head finds")[1][0] == "verb → object"
    assert visit.table("Lead: how many more pairs the head finds")[1][2].endswith("(3 words on)")


def test_the_best_head_of_a_relation_is_named_and_opened(encoder: Encoder) -> None:
    possessive = relation_heads(encoder, related_sentences())["possessive"]
    direction, layer, head = possessive.best
    visit = opened(text=SENTENCE, screen="grammar", layer="1", head="1")
    looking = ("possessive → noun", "noun → possessive")[direction]
    assert f"{looking} {possessive.accuracy.max():.0%}" in visit.words
    visit.press(f"Layer {layer + 1}, head {head + 1}")
    assert visit.headings[0].startswith(f"In layer {layer + 1}, head {head + 1}, ")


def test_a_head_whose_lead_may_be_chance_is_said_to_find_nothing_clearly_more_often(encoder: Encoder) -> None:
    measured = relation_heads(encoder, related_sentences())
    of_heads = {
        (layer, head): leads(measured, layer, head).values()
        for layer in range(encoder.num_layers)
        for head in range(encoder.num_heads)
    }
    layer, head = next(
        place
        for place, each in of_heads.items()
        if max(lead.value for lead in each) > 0 and not any(lead.low > 0 for lead in each)
    )
    visit = opened(text=SENTENCE, screen="grammar", layer=str(layer + 1), head=str(head + 1))
    said = "finds no relation clearly more often than a fixed distance does"
    assert visit.headings == [f"Layer {layer + 1}, head {head + 1} {said}"]


def test_a_clear_lead_is_named_before_a_larger_one_that_may_be_chance() -> None:
    def pairs(found: int, offsets: int, sentences: int, number: int) -> RelationHeads:
        right = np.zeros((number, 2, 1, 1), dtype=bool)
        right[:found, 0] = True
        return RelationHeads(
            right, np.where(np.arange(number) < offsets, 1, np.arange(number)), np.arange(number) % sentences
        )

    view: Any = SimpleNamespace(head_name="layer 1, head 1", layer=0, head=0, opened=(0, 0))
    measured = {"determiner": pairs(80, 40, 80, 100), "object": pairs(3, 0, 4, 4)}
    # Of four pairs the head finds three, and the distance the fourth.
    measured["object"].offsets[:] = [5, 6, 7, 1]
    found = leads(measured, 0, 0)
    assert found["object"].value > found["determiner"].value
    assert found["object"].low <= 0 < found["determiner"].low
    assert "80% of determiners" in grammar.finding(view, measured, found)


def test_a_head_that_is_behind_the_best_distance_everywhere_is_said_to_find_nothing_more(encoder: Encoder) -> None:
    measured = relation_heads(encoder, related_sentences())
    ahead = np.stack([each.accuracy.max(axis=0) - each.best_offset[1] for each in measured.values()]).max(axis=0)
    layer, head = (int(each) + 1 for each in np.unravel_index(int(ahead.argmin()), ahead.shape))
    visit = opened(text=SENTENCE, screen="grammar", layer=str(layer), head=str(head))
    assert visit.headings == [f"Layer {layer}, head {head} finds no relation more often than a fixed distance does"]
