"""How the three models were trained, and how near they came to the least loss that is possible."""

from components.core.kinds.models import KindModels
from components.core.training.runs import floor_of
from components.core.training.settings import BATCH, Kind
from components.ui.stage import frame
from components.ui.tables import table

_LEARNS = {
    Kind.ENCODER: "one hidden word of a sentence",
    Kind.DECODER: "each next word of a sentence",
    Kind.BOTH: "each next word of its translation",
}


def explain(models: KindModels) -> None:
    """Say what each model has learned, how large it is, and its loss beside the floor."""
    settings = models.trainings[Kind.ENCODER].settings
    sizes = {Kind.ENCODER: models.encoder, Kind.DECODER: models.decoder, Kind.BOTH: models.translator}
    frame.note(
        f"All three are of transformers’ own BERT layers: {settings.layers} layers, {settings.heads} heads, "
        f"{settings.width} dimensions. Each has learned the same {len(models.language.sentences)} sentences for "
        f"{settings.steps:,} steps of {BATCH} examples, from seed {settings.seed}. The decoder is the encoder with a "
        "causal mask: not one parameter more or less. The encoder–decoder has one of each, and a cross-attention "
        "between them."
    )
    rows = []
    for kind, training in models.trainings.items():
        floor = floor_of(models.language, kind)
        loss = training.tests[training.settings.steps]
        parameters = sum(each.numel() for each in sizes[kind].parameters())
        rows.append([kind.value, _LEARNS[kind], f"{parameters:,}", f"{loss:.4f}", f"{floor.nats:.4f}"])
    table(
        ["model", "learns", "parameters", "loss", "floor"],
        rows,
        "Mean loss in nats over all that can be asked, and the least that any model can have.",
        prose={1},
    )
