"""A model without a masked-word head: the reason, which models on offer have one, and where to go on."""

import streamlit as st
from markupsafe import Markup

from components.core.model.loading import short_name
from components.core.model.masked_words import has_head
from components.ui import state, trained_models
from components.ui.blank.session import OBJECTIVE, NoHead
from components.ui.caches import trainings
from components.ui.lesson.progress import page_address
from components.ui.page import markup
from components.ui.stage import frame, line
from components.ui.train_one.languages import opening
from components.ui.train_one.warming import opening_settings
from components.ui.wording import join_list

_PAGE, _TRAIN = "Fill in the blank", "Train one"
_MOST_BUTTONS = 3


def draw(found: NoHead) -> None:
    """Say that this model fills in no blank, and offer what does."""
    frame.heading(f"{found.encoder.short_name} cannot fill in a blank", found.reason)
    with_head = [name for name in _on_offer() if trainings.is_trained_here(name) or has_head(name)]
    if with_head:
        names = join_list([short_name(name) for name in with_head])
        frame.note(f"On offer with a masked-word head: {names}.")
        with st.container(horizontal=True, gap="small"):
            for name in with_head[:_MOST_BUTTONS]:
                st.button(
                    f"Use {short_name(name)}",
                    key=f"{state.Blank.USE}_{frame.current().level}_{name}",
                    on_click=_use,
                    args=(name,),
                )
    else:
        frame.note(
            "No other model on offer has a masked-word head. Whoever runs this server can offer one (README: "
            "ENCODERSCOPE_MODELS), such as a BERT, RoBERTa, DistilBERT, ALBERT or ModernBERT model saved with it."
        )
    ways = [_way(_PAGE, OBJECTIVE, f"What {found.encoder.short_name} was trained for instead")]
    training = next((page for page in line.PAGES if page.title == _TRAIN), None)
    if training is not None:
        ways.append(_way(training.title, training.screens[0], "Train a tiny model that can"))
    markup(Markup("<p>{}</p>").format(Markup(" · ").join(ways)))


def _on_offer() -> tuple[str, ...]:
    """The models that this tab may choose, and the tiny one that Train one opens with, once it is trained."""
    name, settings = opening().name, opening_settings(opening().name)
    tiny = [trainings.name_of(name, settings)] if trainings.trainer().kept.find(settings) else []
    return tuple(dict.fromkeys([*trained_models.on_offer(), *tiny]))


def _way(title: str, screen: str, says: str) -> Markup:
    address = page_address(title, {state.Stage.SCREEN: screen})
    return Markup('<a class="es-go" target="_self" href="{}">{}</a>').format(address, says)


def _use(name: str) -> None:
    trained_models.offer(name)
    st.session_state[state.Shared.MODEL] = name
