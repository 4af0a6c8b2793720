"""The screens of Train one on which a model learns, and is watched."""

from functools import partial

import pandas as pd

from components.core.languages.language import ToyLanguage, Words
from components.core.languages.skills import BOUND
from components.core.training.formation import LearnedSkill
from components.core.training.trainer import Stage
from components.figures.charts.skill_lines import SkillLine, skill_lines
from components.ui.caches import trainings
from components.ui.caches.requests import FormationRequest, SkillsRequest
from components.ui.charts import show
from components.ui.page import palette
from components.ui.stage import frame
from components.ui.train_one import languages, live
from components.ui.train_one.session import Choice
from components.ui.train_one.trained import when_trained
from components.ui.wording import format_count, join_list
from components.views.forming import Skill, forming

# Nats up to which the floor counts as reached.
_REACHED = 0.03


def draw_learning(choice: Choice) -> None:
    """Draw the training."""
    progress = live.progress_of(choice)
    loss, count = live.loss_of(choice, progress), trainings.parameters(choice.settings)
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
        lead += f"{count:,} numbers have learned {choice.name}."
    elif progress.stage in (Stage.RUNNING, Stage.WAITING):
        finding, lead = (
            f"{count:,} numbers learn {choice.name}",
            "They began as chance. Nobody tells them the rules.",
        )
    elif progress.stage is Stage.STOPPED:
        finding, lead = (
            f"Stopped after {format_count(progress.step, 'step')}",
            "Go on: it ends where it would have ended.",
        )
    else:
        finding = f"{count:,} numbers that know nothing of {choice.name}: press Train"
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


def draw_forming(choice: Choice, blank: Words) -> None:
    """Draw the model as it forms."""
    when_trained(
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
    when_trained(
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
