"""A question of each kind, its truth, and what a teacher asks with it."""

from components.core.classroom.questions import Answer, ClassQuestion, Kind, Map, Scale, Truth
from components.core.classroom.rooms import Asking

#: Nothing of what phones are told may hold these words or numbers.
TRUE_NUMBER, TRUE_PLACE = 0.8317, (0.2468, 0.1357)

QUESTIONS = {
    Kind.NUMBER: ClassQuestion(Kind.NUMBER, "How similar are they?", scale=Scale(-1, 1, 2)),
    Kind.CHOICE: ClassQuestion(Kind.CHOICE, "Which word?", options=("oven", "pizza", "it")),
    Kind.PLACE: ClassQuestion(
        Kind.PLACE, "Where will it be?", map=Map(((0.1, 0.2), (0.9, 0.875)), (0, 1), ("food", "music"))
    ),
    Kind.TEXT: ClassQuestion(Kind.TEXT, "Type a sentence that fools it."),
}
TRUTHS = {
    Kind.NUMBER: Truth(TRUE_NUMBER, reach=0.1),
    Kind.CHOICE: Truth(1, also_right=(2,)),
    Kind.PLACE: Truth(TRUE_PLACE, reach=0.25),
    Kind.TEXT: None,
}
#: Some answers that fit.
FITTING: dict[Kind, tuple[Answer, ...]] = {
    Kind.NUMBER: (0.8, -1.0, 0.33),
    Kind.CHOICE: (0, 1, 2),
    Kind.PLACE: ((0.25, 0.75), (0.0, 1.0), (0.5, 0.5)),
    Kind.TEXT: ("not bad at all", "<script>alert(1)</script>", "Ünïcödé 👩‍🏫"),
}


def asking(kind: Kind = Kind.NUMBER, subject: str = "") -> Asking:
    """Return what a teacher asks. subject: of a question of its own; "" for the one of this kind."""
    return Asking(subject or kind.value, "Embeddings", "two sentences", "It is hot", QUESTIONS[kind], TRUTHS[kind])
