"""What the reader holds: a language, a sentence in it, and the numbers, which the address keeps."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.core.by_hand.code import decode
from components.core.by_hand.language import MASK, MOST_SENTENCES, MOST_WORDS, Language, Sentence
from components.core.by_hand.language import read_language as parse_language
from components.core.by_hand.language import read_sentence as parse_sentence
from components.core.by_hand.network import Network
from components.core.errors import SentenceError
from components.core.model.loading import BUNDLED_NAME
from components.ui import address, state
from components.ui.by_hand.exercises import Puzzle, opening_language, opening_sentence, puzzles, trained_numbers
from components.ui.examples import DEFAULT_TEXT
from components.ui.lesson.progress import page_address
from components.ui.page import read_model, stop_on_error
from components.ui.stage.stage import Stage, close_own_data
from components.views.by_hand import Exercise, Way

_LONGEST_TEXT = 100  # characters of a sentence
_LONGEST_LANGUAGE = 600


@dataclass(frozen=True)
class Held:
    """A language, a sentence in it, and the numbers that the reader holds for it."""

    language: Language
    sentence: Sentence
    exercise: Exercise
    echo: int  # the last message of the browser that was heard
    hear: Callable[[str, str, int], None]

    @property
    def network(self) -> Network | None:
        """The network of these numbers; None as long as the browser has drawn numbers that it has not told yet."""
        return decode(self.exercise.numbers, self.language) if self.exercise.numbers else None


def ask_for_language(stage: Stage, *, needed: bool) -> Language:
    """Ask for a language of the reader's own. If it cannot be read, say why and end the page.

    needed: False where the screen does without it; the opening language then stands for one that cannot be read.
    """
    with stage.own_data():
        st.text_area(
            f"A language of your own: up to {MOST_SENTENCES} sentences, one a line, of up to {MOST_WORDS} words in all",
            opening_language(),
            key=state.ByHand.LANGUAGE,
            bind=state.IN_URL,
            persist_state="session",
            height=250,
            max_chars=_LONGEST_LANGUAGE,
            on_change=_begin_language,
        )
        address.hold(state.ByHand.LANGUAGE, opening_language())
        st.caption("Its network begins with numbers that nobody has trained. “It learns” trains them.")
    if not needed:
        with suppress(SentenceError):
            return parse_language(st.session_state[state.ByHand.LANGUAGE])
        return parse_language(opening_language())
    with stage.in_place_of_title(), stop_on_error("This language cannot be read", _offer_opening):
        return parse_language(st.session_state[state.ByHand.LANGUAGE])


def ask_for_sentence(stage: Stage, language: Language, *, needed: bool) -> Sentence:
    """Ask for a sentence of the language. If it cannot be read, say why and end the page.

    needed: False where the screen has a sentence of its own; the box then stands behind a button.
    """
    with stage.ask_what_is_read() if needed else stage.more():
        typed: str = st.text_input(
            f"Sentence, with {MASK} for a hidden word",
            opening_sentence(),
            key=state.ByHand.SENTENCE,
            bind=state.IN_URL,
            persist_state="session",
            max_chars=_LONGEST_TEXT,
            label_visibility="collapsed" if needed else "visible",
        )
        address.hold(state.ByHand.SENTENCE, opening_sentence())
    if not needed:
        with suppress(SentenceError):
            return parse_sentence(language, typed)
        return parse_sentence(language, _first_gap(language))
    stage.name_pictures(typed)
    with stage.in_place_of_title(), stop_on_error("This sentence cannot be read", partial(_offer_sentence, language)):
        return parse_sentence(language, typed)


def hold(stage: Stage, language: Language, sentence: Sentence) -> Held:
    """Return the numbers that the reader holds for a language."""
    text = st.session_state[state.ByHand.LANGUAGE].strip()
    opening = trained_numbers() if text == opening_language() else ""
    return _hold(stage, language, sentence, Exercise(text, "", opening), state.ByHand.NUMBERS)


def hold_puzzle(stage: Stage, puzzle: Puzzle) -> Held:
    """Return the numbers that the reader holds for a puzzle."""
    names = list(puzzles())
    place = names.index(puzzle.name) + 1
    following = ""
    if place < len(names):
        following = page_address("By hand", {state.Stage.SCREEN: "puzzles", state.ByHand.PUZZLE: names[place]})
    exercise = Exercise(puzzle.name, "", puzzle.numbers, puzzle.goal, puzzle.hint, following)
    return _hold(stage, puzzle.language, puzzle.sentence, exercise, state.ByHand.SOLUTION)


def pick_puzzle() -> Puzzle:
    """Ask for a puzzle."""
    picked = st.selectbox(
        "Puzzle",
        list(puzzles()),
        key=state.ByHand.PUZZLE,
        bind=state.IN_URL,
        persist_state="session",
        width=230,
        on_change=_forget,
        args=(state.ByHand.SOLUTION,),
    )
    return puzzles()[picked]


def ways(stage: Stage) -> dict[str, Way]:
    """Step → the link to the same step on the reader's sentence in the model of the sidebar."""
    with stage.in_place_of_title():
        model, encoder = read_model()
    text = st.session_state.get(state.Shared.TEXT, DEFAULT_TEXT)
    shared = {state.Shared.TEXT: text} if text != DEFAULT_TEXT else {}
    if model != BUNDLED_NAME:
        shared[state.Shared.MODEL] = model
    width, head = encoder.hidden_size, encoder.hidden_size // encoder.num_heads
    there = f"the same step on your sentence in {encoder.short_name}"
    of_vector = f"{there}: here 2 numbers, there {width}"
    of_head = f"{there}: here 2 numbers, there {head} a head"
    of_weight = f"{there}: here {MASK} and one head, there {encoder.num_layers} layers of {encoder.num_heads} heads"
    steps = {
        "embedding": ("Embeddings", "the sum", of_vector),
        "position": ("Positions", "learned", of_vector),
        "sum": ("Embeddings", "into layer 1", of_vector),
        "query": ("Attention", "one weight", of_head),
        "key": ("Attention", "one weight", of_head),
        "value": ("Attention", "one weight", of_head),
        "weight": ("Attention", "one head", of_weight),
        "attended": ("Attention", "one weight", of_head),
        "result": ("One layer", "one token", of_vector),
        "share": ("Embeddings", "nearest words", f"{there}: the words whose vectors are most alike"),
    }
    return {
        step: Way(page_address(page, {state.Stage.SCREEN: screen, **shared}), says)
        for step, (page, screen, says) in steps.items()
    }


def _hold(stage: Stage, language: Language, sentence: Sentence, exercise: Exercise, parameter: str) -> Held:
    """Complete an exercise by the numbers that the address or the session holds.

    Streamlit empties the address where the reader goes to another page; after Back or Forward it says what holds.
    """
    kept: dict[str, str] = st.session_state.setdefault(state.ByHand.KEPT, {})
    context = get_script_run_ctx()
    went_back = context is not None and context.is_history_navigation
    named = st.query_params.get(parameter)
    numbers = named or ("" if went_back else kept.get(exercise.place, "")) or exercise.opening
    if numbers:
        with (
            stage.in_place_of_title(),
            stop_on_error("These numbers cannot be read", partial(_offer_numbers, parameter)),
        ):
            decode(numbers, language)
    kept[exercise.place] = numbers
    _write(parameter, numbers, exercise.opening)

    def hear(place: str, code: str, number: int) -> None:
        if place != exercise.place:
            return
        try:
            decode(code, language)
        except SentenceError:
            return  # no message of our view
        st.session_state[state.ByHand.KEPT][place] = code
        st.session_state[state.ByHand.ECHO] = number
        _write(parameter, code, exercise.opening)

    shown = replace(exercise, numbers=numbers)
    return Held(language, sentence, shown, int(st.session_state.get(state.ByHand.ECHO, 0)), hear)


def _write(parameter: str, numbers: str, opening: str) -> None:
    """Have the address hold the numbers, unless they are those that the page opens with."""
    if numbers == opening:
        st.query_params.pop(parameter, None)
    elif st.query_params.get(parameter) != numbers:
        st.query_params[parameter] = numbers


def _forget(parameter: str) -> None:
    """Forget the numbers of the address: they belong to what was there before."""
    st.query_params.pop(parameter, None)


def _begin_language() -> None:
    """Begin another language: with its first sentence, the last word hidden."""
    _forget(state.ByHand.NUMBERS)
    close_own_data()
    try:
        language = parse_language(st.session_state[state.ByHand.LANGUAGE])
    except SentenceError:
        return  # which is said instead of the page
    st.session_state[state.ByHand.SENTENCE] = _first_gap(language)


def _first_gap(language: Language) -> str:
    return language.spell((*language.sentences[0][:-1], language.mask))


def _offer_opening() -> None:
    def begin() -> None:
        st.session_state[state.ByHand.LANGUAGE] = opening_language()
        _begin_language()

    st.button("Go back to the opening language", on_click=begin)


def _offer_sentence(language: Language) -> None:
    def take() -> None:
        st.session_state[state.ByHand.SENTENCE] = _first_gap(language)

    st.button(f"Read “{_first_gap(language)}” instead", on_click=take)


def _offer_numbers(parameter: str) -> None:
    st.button("Begin with the opening numbers", on_click=_forget, args=(parameter,))
