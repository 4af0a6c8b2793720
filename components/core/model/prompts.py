"""Prompts: what a model reads before a text, by what the text is.

Models for retrieval are often trained with one prompt before questions and another before passages (E5, Wang et al.
2022). A model's sentence configuration names them, and sentence-transformers' `encode_query` and `encode_document` put
them before a text; `encode` puts the default prompt there, if there is one.
"""

from enum import StrEnum

from sentence_transformers.base.model import BaseModel

# Names under which a configuration may have a passage's prompt; the first that is there counts.
_PASSAGE_NAMES = ("document", "passage", "corpus")


class TextKind(StrEnum):
    """What a text is to the model."""

    PLAIN = "text"
    QUESTION = "question"
    PASSAGE = "passage"


def prompt_before(pipeline: BaseModel, kind: TextKind) -> str:
    """Return what is read before a text of this kind, as sentence-transformers has it; "" for nothing."""
    names: tuple[str, ...] = ()
    if kind is TextKind.QUESTION:
        names = ("query",)
    elif kind is TextKind.PASSAGE:
        names = _PASSAGE_NAMES
    found = next((name for name in names if name in pipeline.prompts), pipeline.default_prompt_name)
    return (pipeline.prompts.get(found) or "") if found else ""
