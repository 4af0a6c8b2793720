"""The screens about the text that a reader types: its vector, and the classes that are compared for it."""

from collections.abc import Callable

from components.core.classification.classifiers import ClassifierInputs, ClassifierMethod
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.sentiment.verdicts import pick_classes
from components.ui.stage import frame
from components.ui.stage.stage import Stage

#: Draws a screen about a text: classifiers, method, text, its vector, the class that is favoured, the other class.
Draw = Callable[[TrainedClassifiers, ClassifierMethod, str, ClassifierInputs, int, int], None]


def with_text(
    stage: Stage, classifiers: TrainedClassifiers, method: ClassifierMethod, text: str
) -> Callable[[Draw], Callable[[], None]]:
    """Ask for the classes to compare; return what turns the drawing of a text into a screen."""
    if not text or not stage.shows("type and see", "boundary"):
        return lambda draw: _ask_for_a_text
    inputs = classifiers.inputs_of(text)
    with stage.control("type and see", "boundary"):
        favoured, other = pick_classes(classifiers, classifiers.classifier(method).probabilities(inputs)[0])
    return lambda draw: lambda: draw(classifiers, method, text, inputs, favoured, other)


def _ask_for_a_text() -> None:
    frame.heading("Type a text above, or choose a hard one", "Each classifier then says what it calls it.")
