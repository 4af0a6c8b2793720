"""The training of the network: its loss and accuracy epoch by epoch, and its boundary, which moves as it learns."""

import pandas as pd
from markupsafe import Markup

from components.core.classification.classifiers import ClassifierMethod
from components.figures.classification.training_film import Film, training_film
from components.ui.charts import show
from components.ui.page import markup, palette
from components.ui.sentiment.decision import class_colours, dot_groups, drawn_texts
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.sentiment.training_history import HELD_OUT, TRAINING, History, record_history
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count


def draw(classifiers: TrainedClassifiers) -> None:
    """Draw the training of the network."""
    history = record_history(classifiers)
    accuracy = history.accuracy
    frame.heading(
        f"After {format_count(classifiers.settings.epochs, 'epoch')} the network is right on "
        f"{accuracy[HELD_OUT][-1]:.0%} of held-out texts and {accuracy[TRAINING][-1]:.0%} of training texts",
        f"{_lowest(history)} Watch it learn: only the network’s weights change. Dots are training texts, rings "
        "held-out texts; both stay.",
    )
    _draw_film(classifiers, history)
    with frame.details():
        _explain(classifiers)
        _compare(classifiers)


def _lowest(history: History) -> str:
    """Say after which epoch the held-out loss is lowest, and whether it has risen since by more than chance."""
    loss = history.loss[HELD_OUT]
    lowest = int(loss.argmin())
    least, last = f"{loss[lowest]:.3f}", f"{loss[-1]:.3f}"
    begin = f"On held-out texts the loss is lowest after epoch {lowest + 1}, {least}"
    if lowest + 1 == len(loss):
        return f"{begin}, the last epoch: more training may help."
    after = f"{begin}; after the last it is {last}"
    if history.rise.low > 0:
        return f"{after}: it has become overconfident."
    return f"{after}, which is within chance." if last != least else f"{after}."


def _draw_film(classifiers: TrainedClassifiers, history: History) -> None:
    colours = palette()
    measures = {"loss": history.loss, "accuracy": history.accuracy}
    show(
        training_film(
            Film(history.epochs, measures, history.moments, history.answers, history.x, history.y),
            dot_groups(classifiers, history.points, *drawn_texts(classifiers)),
            {TRAINING: colours.word, HELD_OUT: colours.output},
            class_colours(len(classifiers.names)),
            colours,
        ),
        key="training",
        alt="Loss and accuracy of the network epoch by epoch, and its answers on a flat cut through the vectors",
        numbers=lambda: pd.DataFrame(
            {f"{measure}, {name}": values for measure, each in measures.items() for name, values in each.items()},
            index=pd.Index(history.epochs, name="epoch"),
        ),
    )


def _explain(classifiers: TrainedClassifiers) -> None:
    settings = classifiers.settings
    width, classes = classifiers.encoder.vector_size, len(classifiers.dataset.classes)
    frame.part(
        f"{_weights(classifiers):,} weights learn",
        "The encoder encoded each text once. In one epoch the network sees all training texts and makes one step "
        "towards a lower loss (AdamW, Loshchilov and Hutter 2019)."
        + (" Shown is the first part of the cross-validation." if classifiers.dataset.is_cross_validated else ""),
    )
    markup(
        Markup(
            '<p class="es-formula">h = max(0, <span class="es-k">v</span>·W₁ + b₁), logits = h·W₂ + b₂, '
            "probabilities = softmax(logits); v: {} numbers, h: {}, classes: {}</p>"
        ).format(width, settings.hidden, classes)
    )
    frame.note(
        f"The map is a flat cut through {width} dimensions, where the means of the classes are farthest apart. Its "
        "colours are the network’s answers on this cut. A dot is a text moved straight onto it, so a dot may be on "
        "the wrong side and its text still be answered correctly."
    )


def _weights(classifiers: TrainedClassifiers) -> int:
    hidden, classes = classifiers.settings.hidden, len(classifiers.dataset.classes)
    return classifiers.encoder.vector_size * hidden + hidden + hidden * classes + classes


def _compare(classifiers: TrainedClassifiers) -> None:
    """Draw the network's scores beside those of logistic regression."""
    classes, width = len(classifiers.dataset.classes), classifiers.encoder.vector_size
    simple = (width + 1) * (1 if classes == 2 else classes)
    frame.part(
        "Logistic regression finds its weights directly",
        "It is the same network without the hidden layer. Its loss has a single lowest point, which a solver finds "
        "from any first weights.",
    )
    rows = []
    for method, count in ((ClassifierMethod.LOGISTIC, simple), (ClassifierMethod.NETWORK, _weights(classifiers))):
        scores = classifiers.scores(method)
        rows.append([method.value, f"{count:,}", f"{scores.accuracy.value:.1%}", f"{scores.log_loss:.3f}"])
    table(
        ["classifier", "weights", "right", "loss"],
        rows,
        "On held-out texts. Loss: mean cross-entropy; a wrong answer costs more if it is surer.",
    )
