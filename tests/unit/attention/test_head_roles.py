"""What a head mostly does is measured as it is defined: by hand, by a slow count, and on the bundled model."""

import numpy as np
import pytest

from components.core import Encoder
from components.core.attention.head_roles import ROLES, HeadRoles, head_roles, role_names
from components.core.tokens.tokens import Tokens
from tests.support.reference import SENTENCES, Opened, assert_close

PREVIOUS, NEXT, ITSELF, FIRST, LAST, SAME, BROAD = range(len(ROLES))


def made(labels: str, marks: tuple[int, ...] = ()) -> Tokens:
    """Tokens with these labels, those at `marks` added by a tokenizer; all else is of no account here."""
    spelled = tuple(labels.split())
    places = range(len(spelled))
    return Tokens(
        text=labels,
        unread_text="",
        total_tokens=len(spelled),
        tokens=spelled,
        labels=spelled,
        token_ids=np.arange(len(spelled)),
        offsets=tuple((0, 0) for _ in places),
        special=np.array([place in marks for place in places]),
        unknown=np.zeros(len(spelled), dtype=bool),
        second_text=None,
        text_ids=tuple(None if place in marks else 0 for place in places),
        token_type_ids=np.zeros(len(spelled), dtype=int),
    )


#: Seven tokens, five of them typed; "the" stands twice.
TOKENS = made("[CLS] the cat saw the dog [SEP]", (0, 6))


def looking(*at: int) -> np.ndarray:
    """One head whose row i gives everything to the token at[i]: (1, 1, S, S)."""
    return np.eye(len(at))[list(at)][None, None]


def of_one(roles: HeadRoles) -> list[float]:
    """The scores of the only head."""
    assert roles.scores.shape == (1, 1, len(ROLES))
    return [float(score) for score in roles.scores[0, 0]]


def random_weights(size: int, layers: int = 2, heads: int = 3) -> np.ndarray:
    """Rows that sum to 1, different in every layer and head, some of them sharp."""
    scores = np.random.default_rng(size).normal(scale=2.5, size=(layers, heads, size, size))
    weights = np.exp(scores)
    return weights / weights.sum(axis=-1, keepdims=True)


def counted(weights: np.ndarray, tokens: Tokens) -> list[float]:
    """One head's scores, token by token. weights: (S, S)."""
    size = len(tokens.tokens)
    found: list[list[float]] = [[] for _ in ROLES]
    marks = [place for place in range(size) if tokens.special[place]]
    spelled = [label.lower().replace("▁", "") for label in tokens.labels]
    for at in range(size):
        if tokens.special[at]:
            continue
        if at > 0 and tokens.text_ids[at - 1] == tokens.text_ids[at]:
            found[PREVIOUS].append(weights[at, at - 1])
        if at < size - 1 and tokens.text_ids[at + 1] == tokens.text_ids[at]:
            found[NEXT].append(weights[at, at + 1])
        found[ITSELF].append(weights[at, at])
        if marks:
            found[FIRST].append(weights[at, marks[0]])
        if len(marks) > 1:
            found[LAST].append(weights[at, marks[-1]])
        twins = [b for b in range(size) if b != at and not tokens.special[b] and spelled[b] == spelled[at]]
        if twins:
            found[SAME].append(sum(weights[at, b] for b in twins))
        entropy = -sum(weight * np.log(weight) for weight in weights[at] if weight > 0)
        found[BROAD].append(np.exp(entropy) / size)
    return [sum(each) / len(each) if each else float("nan") for each in found]


# Each role by hand


def test_a_head_that_looks_at_the_token_before_is_a_previous_token_head() -> None:
    roles = head_roles(looking(0, 0, 1, 2, 3, 4, 5), TOKENS)
    # "the" has no typed token before it: it looks at [CLS], as one of five. Nobody but [SEP] looks at "dog".
    assert of_one(roles) == pytest.approx([1, 0, 0, 1 / 5, 0, 0, 1 / 7])
    assert (ROLES[roles.strongest[0, 0]], roles.strength[0, 0]) == ("previous token", 1)


def test_a_head_that_looks_at_the_token_after_is_a_next_token_head() -> None:
    roles = head_roles(looking(1, 2, 3, 4, 5, 6, 6), TOKENS)
    assert of_one(roles) == pytest.approx([0, 1, 0, 0, 1 / 5, 0, 1 / 7])
    assert (ROLES[roles.strongest[0, 0]], roles.strength[0, 0]) == ("next token", 1)


def test_a_head_that_looks_at_the_token_itself_is_called_so() -> None:
    roles = head_roles(looking(0, 1, 2, 3, 4, 5, 6), TOKENS)
    assert of_one(roles) == pytest.approx([0, 0, 1, 0, 0, 0, 1 / 7])
    assert ROLES[roles.strongest[0, 0]] == "itself"


@pytest.mark.parametrize(("mark", "role"), [(0, FIRST), (6, LAST)])
def test_a_head_that_looks_at_a_mark_from_every_word_has_the_role_of_that_mark(mark: int, role: int) -> None:
    roles = head_roles(looking(*[mark] * 7), TOKENS)
    expected = [0.0] * 6 + [1 / 7]
    expected[role] = 1
    assert of_one(roles) == pytest.approx(expected)
    assert roles.strongest[0, 0] == role


def test_what_special_tokens_look_at_does_not_count() -> None:
    weights = random_weights(7)
    others = weights.copy()
    others[:, :, [0, 6]] = np.eye(7)[[3, 2]]
    np.testing.assert_array_equal(head_roles(others, TOKENS).scores, head_roles(weights, TOKENS).scores)


def test_a_head_that_looks_from_a_word_to_its_like_is_a_same_word_head() -> None:
    roles = head_roles(looking(0, 4, 2, 3, 1, 5, 6), TOKENS)  # both "the" at one another, the others at themselves
    assert of_one(roles) == pytest.approx([0, 0, 3 / 5, 0, 0, 1, 1 / 7])
    assert ROLES[roles.strongest[0, 0]] == "same word"


def test_what_goes_to_several_tokens_of_one_spelling_is_added_up() -> None:
    weights = np.eye(5)[None, None].copy()
    weights[0, 0, 1] = [0, 0.1, 0.2, 0.3, 0.4]
    roles = head_roles(weights, made("[CLS] the the the [SEP]", (0, 4)))
    assert roles.scores[0, 0, SAME] == pytest.approx((0.2 + 0.3) / 3)


def test_a_head_that_looks_at_all_tokens_alike_is_fully_broad() -> None:
    roles = head_roles(np.full((1, 1, 7, 7), 1 / 7), TOKENS)
    assert of_one(roles) == pytest.approx([1 / 7] * 5 + [1 / 7, 1])
    assert ROLES[roles.strongest[0, 0]] == "broad"


def test_a_head_that_looks_at_two_tokens_alike_is_two_tokens_broad() -> None:
    weights = (looking(*[2] * 7) + looking(*[3] * 7)) / 2
    assert head_roles(weights, TOKENS).scores[0, 0, BROAD] == pytest.approx(2 / 7)


def test_of_two_roles_the_stronger_is_named_and_of_equals_the_first() -> None:
    previous, itself = looking(0, 0, 1, 2, 3, 4, 5), looking(0, 1, 2, 3, 4, 5, 6)
    for share, role in ((0.6, PREVIOUS), (0.4, ITSELF), (0.5, PREVIOUS)):
        roles = head_roles(share * previous + (1 - share) * itself, TOKENS)
        assert roles.strongest[0, 0] == role
        assert roles.strength[0, 0] == pytest.approx(max(share, 1 - share))


# Words and tokens


def test_a_piece_of_a_word_is_a_neighbour_as_a_word_is(encoder: Encoder) -> None:
    tokens = encoder.tokenize("Squatch eats")
    assert tokens.tokens == ("[CLS]", "squat", "##ch", "eats", "[SEP]")
    weights = np.zeros((1, 1, 5, 5))
    weights[0, 0, 2, 1], weights[0, 0, 3, 2] = 0.5, 0.25
    weights[0, 0, 1, 2], weights[0, 0, 2, 3] = 0.125, 0.0625
    roles = head_roles(weights, tokens)
    assert roles.scores[0, 0, PREVIOUS] == pytest.approx(0.375)
    assert roles.scores[0, 0, NEXT] == pytest.approx(0.09375)


def test_capitals_and_a_blank_before_a_word_do_not_change_a_spelling_but_being_a_piece_does() -> None:
    for labels in ("[CLS] ▁Pizza x pizza [SEP]", "[CLS] ##CH x ##ch [SEP]", "[CLS] ß x ▁SS [SEP]"):
        roles = head_roles(looking(0, 3, 2, 1, 4), made(labels, (0, 4)))
        assert roles.scores[0, 0, SAME] == 1
    roles = head_roles(looking(0, 3, 2, 1, 4), made("[CLS] ##it x it [SEP]", (0, 4)))
    assert np.isnan(roles.scores[0, 0, SAME])


def test_a_mark_that_was_typed_is_not_the_same_word_as_one_that_was_added(encoder: Encoder) -> None:
    tokens = encoder.tokenize("it [SEP]")
    assert tokens.tokens == ("[CLS]", "it", "[SEP]", "[SEP]")
    assert np.isnan(head_roles(np.full((1, 1, 4, 4), 0.25), tokens).scores[0, 0, SAME])


def test_two_words_that_the_vocabulary_lacks_are_not_the_same_word(encoder: Encoder) -> None:
    tokens = encoder.tokenize("🍕 and 🦄")
    assert tokens.tokens == ("[CLS]", "[UNK]", "and", "[UNK]", "[SEP]")
    roles = head_roles(looking(0, 3, 2, 1, 4), tokens)
    assert not roles.scores[0, 0, SAME] > 0


@pytest.mark.filterwarnings("error")
def test_a_sentence_of_one_token_has_no_neighbours_and_no_like(encoder: Encoder) -> None:
    weights = np.array([[[[0.0, 0.0, 1.0], [0.25, 0.5, 0.25], [0.0, 1.0, 0.0]]]])
    roles = head_roles(weights, encoder.tokenize("it"))
    broad = np.exp(1.5 * np.log(2)) / 3
    np.testing.assert_allclose(roles.scores[0, 0], [np.nan, np.nan, 0.5, 0.25, 0.25, np.nan, broad])
    assert ROLES[roles.strongest[0, 0]] == "broad"
    assert roles.strength[0, 0] == pytest.approx(broad)


@pytest.mark.filterwarnings("error")
def test_a_role_that_a_sentence_has_no_pair_for_is_never_the_strongest(encoder: Encoder) -> None:
    roles = head_roles(looking(0, 1, 2), encoder.tokenize("it"))
    assert (ROLES[roles.strongest[0, 0]], roles.strength[0, 0]) == ("itself", 1)


@pytest.mark.filterwarnings("error")
def test_without_special_tokens_there_are_no_roles_of_marks() -> None:
    tokens = made("the cat the")
    roles = head_roles(looking(1, 0, 1), tokens)
    np.testing.assert_allclose(roles.scores[0, 0], [1, 0.5, 0, np.nan, np.nan, 0, 1 / 3])
    assert role_names(tokens) == ROLES


@pytest.mark.filterwarnings("error")
def test_a_single_mark_is_the_first_and_not_the_last() -> None:
    tokens = made("the cat </s>", (2,))
    roles = head_roles(looking(2, 2, 0), tokens)
    np.testing.assert_allclose(roles.scores[0, 0], [0, 0, 0, 1, np.nan, np.nan, 1 / 3])


def test_tokens_on_both_sides_of_the_middle_mark_of_a_pair_are_no_neighbours(encoder: Encoder) -> None:
    tokens = encoder.tokenize("it eats", second="pizza")
    assert tokens.tokens == ("[CLS]", "it", "eats", "[SEP]", "pizza", "[SEP]")
    weights = random_weights(6, 1, 1)
    it, eats, pizza = 1, 2, 4
    w = weights[0, 0]
    scores = head_roles(weights, tokens).scores[0, 0]
    assert scores[PREVIOUS] == pytest.approx(w[eats, it])
    assert scores[NEXT] == pytest.approx(w[it, eats])
    assert scores[FIRST] == pytest.approx((w[it, 0] + w[eats, 0] + w[pizza, 0]) / 3)
    assert scores[LAST] == pytest.approx((w[it, 5] + w[eats, 5] + w[pizza, 5]) / 3)


def test_words_alike_in_both_texts_of_a_pair_are_the_same_word(encoder: Encoder) -> None:
    tokens = encoder.tokenize("it eats", second="It")
    assert head_roles(looking(0, 4, 2, 3, 1, 5), tokens).scores[0, 0, SAME] == 1


def test_roles_of_marks_are_called_what_the_tokenizer_calls_them(opened: Opened) -> None:
    names = role_names(opened.encoder.tokenize("it eats"))
    marks = opened.tokenizer("it eats")["input_ids"]
    first, last = opened.tokenizer.convert_ids_to_tokens([marks[0], marks[-1]])
    assert names == ("previous token", "next token", "itself", first, last, "same word", "broad")


# Many heads at once


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The dog and the cat saw the Squatch.", None),
        ("it", None),
        ("it it", None),
        ("The dog saw it.", "It saw the Squatch: the pizza!"),
    ],
)
def test_every_score_of_every_head_is_what_a_slow_count_gives(opened: Opened, first: str, second: str | None) -> None:
    tokens = opened.encoder.tokenize(first, second=second)
    weights = random_weights(len(tokens.tokens))
    roles = head_roles(weights, tokens)
    for layer, head in np.ndindex(2, 3):
        expected = counted(weights[layer, head], tokens)
        np.testing.assert_allclose(roles.scores[layer, head], expected, atol=1e-9)
        strongest = max((score, -role) for role, score in enumerate(expected) if score == score)
        assert roles.strength[layer, head] == pytest.approx(strongest[0])
        assert roles.strongest[layer, head] == -strongest[1]
    measured = roles.scores[~np.isnan(roles.scores)]
    assert (measured >= 0).all()
    assert (measured <= 1 + 1e-6).all()


def test_head_3_of_layer_1_of_the_bundled_model_looks_at_the_token_before(bundled: Opened) -> None:
    trace = bundled.encoder.trace(SENTENCES[2])
    roles = head_roles(trace.attention_weights(), trace.tokenized)
    assert roles.scores.shape == (6, 12, len(ROLES))
    assert ROLES[roles.strongest[0, 2]] == "previous token"
    typed = range(2, trace.num_tokens - 1)  # "the" has [CLS] before it
    expected = np.mean([bundled.reference(SENTENCES[2]).attentions[0, 2, at, at - 1] for at in typed])
    assert_close(roles.strength[0, 2], expected)
    assert round(float(roles.strength[0, 2]), 2) == 1.00
    others = np.delete(roles.scores[0, :, PREVIOUS], 2)
    assert others.max() < 0.9
