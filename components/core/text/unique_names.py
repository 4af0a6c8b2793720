"""Unique names for things that may share a name: documents, classes, columns of a table."""

from collections.abc import Iterable


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names in order, with a number after each that already occurred.

    >>> unique_names(["topic", "topic", "topic (2)", "topic"])
    ('topic', 'topic (2)', 'topic (2) (2)', 'topic (3)')
    """
    # An ordered set of the names so far, and the number of the last repetition of each.
    unique: dict[str, None] = {}
    repetitions: dict[str, int] = {}
    for name in names:
        candidate = name
        while candidate in unique:
            repetitions[name] = repetitions.get(name, 1) + 1
            candidate = f"{name} ({repetitions[name]})"
        unique[candidate] = None
    return tuple(unique)
