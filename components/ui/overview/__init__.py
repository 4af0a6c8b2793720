"""The parts of the Overview page: the way of the sentence, the way of one token, and where clicks lead."""
