"""The encoder–decoder translates: which word it looks at for each that it writes, and how many sentences are right."""

import numpy as np
import pandas as pd

from components.core.kinds.translating import Translation, Translations
from components.core.training.tiny_model import FIRST, LAST
from components.figures.heatmaps.masks import masked_attention
from components.ui import state
from components.ui.caches import kinds
from components.ui.charts import show
from components.ui.kinds.session import KindsReading, pick_head
from components.ui.page import palette, quoted
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_count

_MOST_LISTED = 6


def draw(reading: KindsReading) -> None:
    """Draw the cross-attention of one head while the sentence is translated."""
    models, found = reading.models, kinds.translation(reading.request)
    every = kinds.all_translations(reading.request.models)
    with frame.controls():
        layer, head = pick_head("Head", state.Kinds.CROSS_HEAD, models, every.best_head)
    weights = found.cross[layer, head]
    aligned, asked = _aligned(reading, found, layer, head)
    frame.heading(
        f"{every.count - len(every.wrong)} of {every.count} translations are right{_of_this(found)}",
        f"Reason first, verbs last: {quoted(' '.join(found.written))}. For {aligned} of {asked} nouns, verbs and "
        "reasons in it, this head looks most at the word that it translates.",
    )
    show(
        masked_attention(
            weights.astype(float),
            found.written,
            (FIRST, *reading.sentence, LAST),
            "query: word being written",
            "key: word that was read",
            palette(),
        ),
        key="alignment",
        alt=f"Cross-attention of layer {layer + 1}, head {head + 1}: "
        + "; ".join(
            f"{word} looks most at {(FIRST, *reading.sentence, LAST)[int(row.argmax())]}"
            for word, row in zip(found.written, weights, strict=True)
        ),
        numbers=lambda: pd.DataFrame(
            weights, index=pd.Index(found.written, name="written"), columns=[FIRST, *reading.sentence, LAST]
        ),
    )
    with frame.details():
        _explain(reading, found, every)


def _of_this(found: Translation) -> str:
    if not found.right:
        return ", but the grammar does not write this sentence"
    return "" if found.written in found.right else ", this one is not"


def _aligned(reading: KindsReading, found: Translation, layer: int, head: int) -> tuple[int, int]:
    """Return for how many words a head looks most at the word that they stand for, and of how many that is known."""
    lexicon = reading.models.lexicon
    known = [
        (place, reading.sentence.index(lexicon[word]) + 1)
        for place, word in enumerate(found.written)
        if lexicon.get(word) in reading.sentence
    ]
    return sum(int(found.cross[layer, head, place].argmax()) == source for place, source in known), len(known)


def _explain(reading: KindsReading, found: Translation, every: Translations) -> None:
    models = reading.models
    right = next(iter(found.right), None)
    if right is not None and found.written not in found.right:
        frame.note(f"The grammar’s translation is {quoted(' '.join(right))}.")
    frame.note(
        "The second language is invented. A noun ends in -el if it acts and in -un if it is acted upon; a verb ends in "
        "-im. “It” is vio for a living being and lur for a thing, so who translates “it” decides whom it means. There "
        "is no “the”."
    )
    frame.note(
        f"The model has seen all {every.count} sentences in training, so this counts what it has learned, not how it "
        "would do on new ones. It always writes the likeliest word. Weights say where a head looks, not what it makes "
        "of what it sees."
    )
    table(
        ["layer", *(f"head {number + 1}" for number in range(models.heads))],
        [[f"layer {number + 1}", *(f"{share:.0%}" for share in row)] for number, row in enumerate(every.found)],
        f"How often a head looks most at the word that is being translated, over all {every.count} sentences: nouns, "
        "verbs and reasons, whose partners the sentences tell.",
    )
    if every.wrong:
        table(
            ["sentence", "written"],
            [[" ".join(each.sentence), " ".join(each.written)] for each in every.wrong[:_MOST_LISTED]],
            f"{format_count(len(every.wrong), 'sentence')} that {'is' if len(every.wrong) == 1 else 'are'} translated "
            f"wrongly; at most {_MOST_LISTED} are listed.",
            prose={1},
        )
    pairs = sorted(models.lexicon.items(), key=lambda pair: models.language.words.index(pair[1]))
    half = int(np.ceil(len(pairs) / 2))
    rows = [
        [own, other, *(reversed(pairs[half + number]) if half + number < len(pairs) else ("", ""))]
        for number, (other, own) in enumerate(pairs[:half])
    ]
    table(
        ["word", "translation", "word ", "translation "],
        rows,
        "The words whose partners the sentences tell.",
        prose={1, 2, 3},
    )
