"""The parts of the Overview page: one step of the encoder beside its picture, and all steps in order."""
