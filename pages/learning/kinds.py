"""Encoder, decoder, both: one toy language learned three ways, and what each way can and cannot know."""

from functools import partial

from components.ui.kinds import known, learns, masks, purposes, session, translates, writes
from components.ui.stage.stage import Stage

stage = Stage("Encoder, decoder, both")
text = session.ask(stage)
reading = session.read(stage, text)
stage.run(
    {
        "masks": partial(masks.draw, reading),
        "what each can know": partial(known.draw, reading),
        "it writes on": partial(writes.draw, reading),
        "it translates": partial(translates.draw, reading),
        "what each is for": partial(purposes.draw, reading),
        "train them": partial(learns.draw, reading),
    }
)
