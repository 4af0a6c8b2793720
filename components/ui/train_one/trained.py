"""What needs a trained model, or the training that it waits for."""

from collections.abc import Callable

from components.core.training import kept
from components.ui.stage import frame
from components.ui.train_one import live
from components.ui.train_one.session import Choice


def when_trained(choice: Choice, draw: Callable[[], None], waits_for: str, name: str) -> None:
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
