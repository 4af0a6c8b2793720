"""Your class: what was asked in this room, what was answered, and what is true."""

from components.ui.classroom import answers
from components.ui.stage.stage import Stage

stage = Stage("Your class")
answers.say_which_room(stage)
stage.run({"answers": answers.draw})
