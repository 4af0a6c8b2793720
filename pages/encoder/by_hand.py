"""By hand: a whole encoder of 30 numbers, to be changed, trained, puzzled over and printed."""

from functools import partial

from components.ui.by_hand import screens, session, sheet
from components.ui.stage.stage import Stage

PUZZLES = "puzzles"

stage = Stage("By hand")
puzzling = stage.screen == PUZZLES
language = session.ask_for_language(stage, needed=not puzzling)
with stage.control(PUZZLES):
    puzzle = session.pick_puzzle()
if puzzling:
    stage.say_what_is_read(puzzle.language.spell(puzzle.sentence.words), "")
sentence = session.ask_for_sentence(stage, language, needed=not puzzling)
held = session.hold(stage, language, sentence)
puzzled = session.hold_puzzle(stage, puzzle) if stage.shows(PUZZLES) else held
ways = session.ways(stage)
stage.run(
    {
        "every number": partial(screens.draw_numbers, held, ways),
        "it learns": partial(screens.draw_training, held, ways),
        PUZZLES: partial(screens.draw_puzzle, puzzle, puzzled, ways),
        "on paper": partial(sheet.draw, held),
    }
)
