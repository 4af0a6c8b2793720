"""The screen that gives a trained model to the other pages, and away."""

import io
import zipfile
from functools import partial
from pathlib import Path

import streamlit as st
from markupsafe import Markup

from components.core.training import kept
from components.ui import downloads, state, trained_models
from components.ui.caches import trainings
from components.ui.lesson.progress import page_address
from components.ui.page import markup
from components.ui.stage import frame
from components.ui.train_one.session import Choice
from components.ui.train_one.trained import when_trained


def draw(choice: Choice) -> None:
    """Offer the trained model to the other pages, and as files."""
    when_trained(
        choice,
        partial(_offer, choice),
        "Press Train: the model that comes out can then be taken apart.",
        "it-opens",
    )


def _offer(choice: Choice) -> None:
    name = trainings.name_of(choice.name, choice.settings)
    folder = trainings.trainer().kept.folder(choice.settings) / kept.MODEL
    count = trainings.parameters(choice.settings)
    frame.heading(
        "It is a model like any other: open it in every page",
        f"Attention, One layer, Word order: they show these {count:,} numbers as they show those of a large "
        "model. It knows the words of its language alone; any other is [UNK], which it has never seen.",
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
        downloads.offer(
            "Download model and tokenizer",
            partial(_zipped, folder),
            f"{name.removeprefix('trained/')}.zip",
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
