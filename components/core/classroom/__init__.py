"""A class: rooms that phones join, questions with rounds of answers, and where they are kept."""
