"""What the model reads before a question and before a passage, said on the page."""

from markupsafe import Markup

from components.core.model.encoder import Encoder
from components.core.model.prompts import TextKind
from components.ui.page import markup


def say(encoder: Encoder) -> None:
    """Say which prompts a model was trained with; nothing for a model that reads texts as they are."""
    prompts = {kind: encoder.prompt(kind) for kind in (TextKind.QUESTION, TextKind.PASSAGE)}
    parts = [
        Markup("<code>{}</code> before {} {}").format(prompt, "the" if kind is TextKind.QUESTION else "each", kind)
        for kind, prompt in prompts.items()
        if prompt
    ]
    if parts:
        read = Markup(", and ").join(parts)
        markup(Markup('<p class="es-note">{} reads {}, as it was trained.</p>').format(encoder.short_name, read))
