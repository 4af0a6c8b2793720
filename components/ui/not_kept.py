"""What a page says while vectors cannot be kept on disk: everything works, and has to be encoded again later."""

from markupsafe import Markup

from components.core.storage.vector_store import default_store
from components.ui.page import markup


def draw() -> None:
    """Say so if the last vectors could not be kept, with the reason."""
    reason = default_store().trouble
    if reason:
        markup(
            Markup(
                '<p class="es-problem">The vectors of the last texts are not kept on disk ({}). The page works; after '
                "a restart these texts are encoded again. The operator of this app should check its folder for files, "
                "and that the disk is not full.</p>"
            ).format(reason)
        )
