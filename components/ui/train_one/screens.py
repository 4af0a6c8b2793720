"""The screens of Train one."""

import io
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator

from components.core.errors import GrammarError
from components.core.languages.language import ToyLanguage, Words
from components.core.languages.skills import BOUND
from components.core.training import kept
from components.core.training.formation import LearnedSkill
from components.core.training.trainer import Stage
from components.figures.charts.skill_lines import SkillLine, skill_lines
from components.ui import state, trained_models
from components.ui.caches import trainings
from components.ui.caches.requests import FormationRequest, SkillsRequest
from components.ui.charts import show
from components.ui.lesson.progress import page_address
from components.ui.page import markup, palette
from components.ui.stage import frame
from components.ui.train_one import languages, live
from components.ui.train_one.session import Choice
from components.ui.wording import format_count, join_list
from components.views.forming import Skill, forming

# Sentences of a language that are listed, and nats up to which the floor counts as reached.
_LISTED = 9
_REACHED = 0.03


def draw_language(grammar: str, read: ToyLanguage | GrammarError, place: DeltaGenerator | None) -> None:
    """Draw the sentences, the vocabulary and the floors of a language, or what is wrong with its grammar."""
    if isinstance(read, GrammarError):
        frame.heading("This grammar cannot be read", str(read))
        return
    floor, bag = read.floor(), read.floor(ordered=False)
    assert floor is not None
    file = languages.file_of(grammar)
    frame.heading(
        f"{languages.name_of(grammar)}: {_count(read)}, and no model can lose less than {floor.nats:.3f} nats",
        file.about if file else "Change a rule: sentences, words and the floor follow at once.",
    )
    with place if place is not None else st.container():
        markup(
            Markup('<p class="es-lead">{}</p><ul class="es-toy">{}</ul>').format(
                f"{format_count(len(read.words), 'word')}; sentences of up to {read.longest} words, such as",
                Markup("").join(Markup("<li>{}</li>").format(" ".join(each)) for each in _some(read)),
            ),
            Markup('<p class="es-lead">{}</p>').format(
                _floors(floor.nats, floor.error, bag.nats if bag else None, read)
            ),
        )
    with frame.details():
        frame.note(
            "The floor is the mean over all sentences and places of −Σ p ln p, where p are the grammar’s probabilities "
            "of the hidden word (Shannon 1948). It is counted, not estimated."
            if read.whole
            else f"This grammar writes {read.ways:,} sentences; up to 20,000 are counted. Of more, 200 drawn ones are "
            "measured: what may be hidden in each is still exact, and the floor has a standard error."
        )
        frame.note(", ".join(read.words))


def _count(language: ToyLanguage) -> str:
    return f"{format_count(len(language.sentences) if language.whole else language.ways, 'sentence')}"


def _some(language: ToyLanguage) -> list[tuple[str, ...]]:
    """Some sentences, spread over all."""
    sentences = list(language.sentences)
    count = min(_LISTED, len(sentences))
    return [sentences[(2 * number + 1) * len(sentences) // (2 * count)] for number in range(count)]


def _floors(floor: float, error: float, bag: float | None, language: ToyLanguage) -> str:
    said = f"With one word hidden, {floor:.3f} nats are the least mean loss that is possible"
    if error:
        return f"{said} (± {error:.3f}: of {language.ways:,} sentences 200 are drawn)."
    if bag is None or bag - floor < 0.0005:
        return f"{said}: what stays open is which of several words it is. The order of the words decides nothing here."
    return f"{said}. Without the order of the words it is {bag:.3f}: the order is worth {bag - floor:.3f}."


def draw_learning(choice: Choice) -> None:
    """Draw the training."""
    progress = live.progress_of(choice)
    loss = live.loss_of(choice, progress)
    floor = loss.floor if choice.settings.positions or loss.bag is None else loss.bag
    if progress.stage is Stage.DONE:
        reached = loss.tests[-1][1]
        finding = f"Loss {reached:.3f}: " + (
            f"{reached - floor:.3f} above the least that is possible"
            if reached - floor < _REACHED
            else f"{reached - floor:.3f} more than it must lose"
        )
        soon = next((step for step, each in loss.tests if each - floor < _REACHED), None)
        lead = f"Within {_REACHED} of the floor since step {soon:,}. " if soon is not None else ""
        lead += f"{_parameters(choice):,} numbers have learned {choice.name}."
    elif progress.stage in (Stage.RUNNING, Stage.WAITING):
        finding, lead = (
            f"{_parameters(choice):,} numbers learn {choice.name}",
            "They began as chance. Nobody tells them the rules.",
        )
    elif progress.stage is Stage.STOPPED:
        finding, lead = (
            f"Stopped after {format_count(progress.step, 'step')}",
            "Go on: it ends where it would have ended.",
        )
    else:
        finding = f"{_parameters(choice):,} numbers that know nothing of {choice.name}: press Train"
        lead = "A BERT as small as this learns the language by guessing hidden words."
    frame.heading(finding, lead)
    live.draw(choice, "loss-of-a-training")
    live.save("loss-of-a-training", choice)
    with frame.details():
        frame.note(
            "Transformers’ own BertForMaskedLM, trained by AdamW (Loshchilov and Hutter 2019) on batches of 128 "
            "sentences; the rate rises for 50 steps to 0.003 and falls as a cosine to 0. The same settings give the "
            "same numbers, so a class trains them once."
        )


def _parameters(choice: Choice) -> int:
    return trainings.parameters(choice.settings)


def _when_trained(choice: Choice, draw: Callable[[], None], waits_for: str, name: str) -> None:
    """Draw what needs a trained model, or the training that it waits for.

    name: of what needs it, since a page may show several screens.
    """
    if not live.is_done(choice):
        frame.heading(f"No model has learned {choice.name} with these settings yet", waits_for)
        live.draw(choice, f"loss-before-{name}")
        return
    try:
        draw()
    except kept.UNREADABLE:
        frame.heading(
            "What was kept of this training cannot be read",
            "Its files were deleted or damaged. Choose another seed under More settings, and train again.",
        )


def draw_forming(choice: Choice, blank: Words) -> None:
    """Draw the model as it forms."""
    _when_trained(
        choice,
        partial(_draw_forming, choice, blank),
        "Press Train, and then watch it form, as often as you like.",
        "it-forms",
    )


def _draw_forming(choice: Choice, blank: Words) -> None:
    settings, language = choice.settings, choice.language
    progress = live.progress_of(choice)
    formed = trainings.formation(FormationRequest(settings, tuple(blank)))
    skills = _skills(choice)
    exact = language.hidden_word(blank)
    shares = [exact.get(word, 0.0) for word in language.words]
    best = max(range(len(shares)), key=lambda number: formed.said[-1, number])
    frame.heading(
        f"After step {settings.steps:,} it says “{language.words[best]}” with {formed.said[-1, best]:.0%}; the "
        f"grammar, {shares[best]:.0%}",
        f"{' '.join('___' if word is None else word for word in blank)} — Play, or move the slider: all four pictures "
        "are of one moment.",
    )
    show(
        partial(
            forming,
            live.loss_of(choice, progress),
            formed,
            shares,
            _groups(language),
            [Skill(each.skill.says, each.step) for each in skills],
            says="Play, or move the slider.",
        ),
        key="a-model-forms",
        alt=f"Loss, word embeddings, answers and heads of a model that learns {choice.name}, after each of "
        f"{len(formed.steps)} kept steps",
        numbers=lambda: pd.DataFrame(
            formed.said, columns=list(language.words), index=pd.Index(formed.steps, name="step")
        ),
    )


def _groups(language: ToyLanguage) -> list[str]:
    """A colour for each word: words of one rule have one, where a rule has words alone."""
    colours = ("key", "query", "position", "value", "word")
    found: dict[str, str] = {}
    number = 0
    for rule, alternatives in language.grammar.rules.items():
        words = [
            each.items[0]
            for each in alternatives
            if len(each.items) == 1 and each.items[0] not in language.grammar.rules
        ]
        if words and rule != language.grammar.start:
            for word in words:
                found.setdefault(word, colours[number % len(colours)])
            number += 1
    return [found.get(word, "quiet") for word in language.words]


def _skills(choice: Choice) -> tuple[LearnedSkill, ...]:
    return trainings.skills(SkillsRequest(choice.settings, languages.skills_of(choice.settings.grammar)))


def draw_skills(choice: Choice) -> None:
    """Draw when each skill came."""
    _when_trained(
        choice,
        partial(_draw_skills, choice),
        "Press Train: each skill then gets the step at which it came.",
        "its-skills",
    )


def _draw_skills(choice: Choice) -> None:
    skills = _skills(choice)
    if not skills:
        frame.heading(
            "No skill of the shipped languages can be asked for in yours",
            "A skill is a few sentences with a hidden word. Yours are under “watch it form”: type one there.",
        )
        return
    got = [each for each in skills if each.step is not None]
    frame.heading(
        f"Step {got[-1].step:,}: {got[-1].skill.says}" if got else "It has none of these skills",
        f"It has {len(got)} of {format_count(len(skills), 'skill')}. {_in_order(got)}",
    )
    steps = choice.settings.checkpoints
    colours = ("key", "query", "word", "position", "value")
    theme = palette()
    show(
        skill_lines(
            [
                SkillLine(
                    each.skill.says, steps, each.distances, each.step, getattr(theme, colours[number % len(colours)])
                )
                for number, each in enumerate(skills)
            ],
            BOUND,
            theme,
        ),
        key="skills",
        alt=f"How far what the model says is from the grammar: it gets {len(got)} of {len(skills)} skills",
        numbers=lambda: pd.DataFrame(
            {each.skill.says: each.distances for each in skills}, index=pd.Index(steps, name="step")
        ),
    )
    with frame.details():
        for each in skills:
            sentences = join_list(
                [f"“{' '.join('___' if word is None else word for word in test)}”" for test in each.tests]
            )
            frame.note(f"{each.skill.says}: asked with {sentences}.")
        frame.note(
            "Distance: half the sum of the absolute differences between the model’s probabilities and the grammar’s "
            f"(total variation), over the sentences of the test. A model has a skill from the step on from which it "
            f"stays below {BOUND}."
        )


def _in_order(got: list[LearnedSkill]) -> str:
    return " ".join(f"Step {each.step:,}: {each.skill.says}." for each in got[:-1])


def draw_order(choice: Choice) -> None:
    """Draw the same training with and without positions."""
    with_order = choice if choice.settings.positions else choice.without_order
    without = with_order.without_order
    floor, bag = choice.language.floor(), choice.language.floor(ordered=False)
    assert floor is not None
    done = [live.is_done(each) for each in (with_order, without)]
    if all(done):
        ends = [sorted(live.progress_of(each).tests.items())[-1][1] for each in (with_order, without)]
        if bag is None:
            finding, lead = (
                f"Without positions it ends at {ends[1]:.3f}, with them at {ends[0]:.3f}",
                "This language has too many sentences to count what the order is worth.",
            )
        elif bag.nats - floor.nats < 0.0005:
            finding = f"In {choice.name} the order decides nothing: {ends[1]:.3f} without it, {ends[0]:.3f} with it"
            lead = "Both curves go down to one floor; without positions it takes longer. Try “Who sees whom”."
        else:
            finding = f"Without positions it stops at {ends[1]:.3f}: a bag of words allows {bag.nats:.3f}"
            lead = (
                f"With positions it reaches {ends[0]:.3f}; the least is {floor.nats:.3f}. The distance between the two "
                f"lines, {bag.nats - floor.nats:.3f}, is what only the order of the words says."
            )
        frame.heading(finding, lead)
        live.draw(without, "with-and-without-order", with_order)
        live.save("with-and-without-order", without)
        return
    missing, which = (with_order, "with") if not done[0] else (without, "without")
    frame.heading(
        f"What is the order worth in {choice.name}? Train it {which} positions",
        "Without positions the model gets the same words, and cannot tell where each stands.",
    )
    live.draw(missing, "with-and-without-order", with_order if done[0] else None)
    live.save("with-and-without-order", missing)


def draw_apart(choice: Choice) -> None:
    """Offer the trained model to the other pages, and as files."""
    _when_trained(
        choice,
        partial(_draw_apart, choice),
        "Press Train: the model that comes out can then be taken apart.",
        "it-opens",
    )


def _draw_apart(choice: Choice) -> None:
    name = trainings.name_of(choice.name, choice.settings)
    folder = trainings.trainer().kept.folder(choice.settings) / kept.MODEL
    frame.heading(
        "It is a model like any other: open it in every page",
        f"Attention, One layer, Word order: they show these {_parameters(choice):,} numbers as they show those of a "
        "large model. It knows the words of its language alone; any other is [UNK], which it has never seen.",
    )
    sentence = max(choice.language.sentences, key=len)
    shared = {state.Shared.MODEL: name, state.Shared.TEXT: " ".join(sentence)}
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Open it in this tab",
            type="primary",
            key=state.TrainOne.OPEN,
            on_click=trained_models.open_here,
            args=(name, " ".join(sentence)),
        )
        st.download_button(
            "Download model and tokenizer",
            partial(_zipped, folder),
            f"{name.removeprefix('trained/')}.zip",
            "application/zip",
            key=state.TrainOne.DOWNLOAD,
        )
    if trained_models.is_open(name):
        markup(
            Markup('<p class="es-lead">This tab reads with it now. {}</p>').format(
                Markup(", ").join(
                    Markup('<a target="_self" href="{}">{}</a>').format(page_address(page, {**shared, **more}), page)
                    for page, more in _pages(choice).items()
                )
            )
        )
    st.code(
        "from pathlib import Path\n\n"
        "from components.core import load_encoder\n\n"
        f'encoder = load_encoder("{name.removeprefix("trained/")}", Path("the unpacked folder"))\n'
        f'encoder.trace("{" ".join(sentence)}").attention_weights(layer=0, head=0)',
        language="python",
    )
    frame.note("transformers reads the folder too: AutoModelForMaskedLM.from_pretrained(folder).")


def _pages(choice: Choice) -> dict[str, dict[str, str]]:
    """The pages to which links lead, each with what its address holds besides the model and its sentence."""
    first, second, *_ = sorted(choice.language.sentences, key=len, reverse=True)
    pair = {state.WordOrder.FIRST: " ".join(first), state.WordOrder.SECOND: " ".join(second)}
    return {"Attention": {}, "One layer": {}, "Embeddings": {}, "Word order": pair}


def _zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for each in sorted(folder.iterdir()):
            file.write(each, each.name)
    return packed.getvalue()
