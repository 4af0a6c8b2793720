"""The columns of a table that probably hold sentences and labels, by their names and by what is in them."""

import re
from collections.abc import Sequence, Set
from statistics import fmean

from components.core.text.delimiters import ROWS_TRIED
from components.core.text.table_header import LABEL_NAMES, SENTENCE_NAMES
from components.core.text.uploads import Upload

_MOST_LABELS = 20
_LONGEST_LABEL = 40


def likely_columns(upload: Upload) -> tuple[str, str | None]:
    """Return the column that probably holds the sentences, and the one that holds labels for them, if any.

    The sentences are the longest texts: of the columns with a telling name, or else of those that do not look like
    labels. Labels have a telling name, or else are short and few and occur again and again.
    """
    rows = [fields for _, fields in upload.rows[:ROWS_TRIED]]
    values = {name: [fields[index] for fields in rows] for index, name in enumerate(upload.columns)}
    length = {name: fmean(map(len, values[name])) for name in values}
    filled = [name for name in values if length[name]]
    telling = [name for name in filled if _is_named(name, SENTENCE_NAMES)]
    various = [name for name in filled if not _are_labels(values[name])]
    sentences = max(telling or various or values, key=lambda name: length[name])
    others = [name for name in values if name != sentences and 0 < length[name] <= _LONGEST_LABEL]
    labels = [name for name in others if _is_named(name, LABEL_NAMES)]
    labels += [name for name in others if _are_labels(values[name])]
    return sentences, labels[0] if labels else None


def _is_named(name: str, names: Set[str]) -> bool:
    """True if a name such as "review_text" has one of these words in it."""
    return not names.isdisjoint(re.findall(r"[^\W\d_]+", name.lower()))


def _are_labels(values: Sequence[str]) -> bool:
    """True for few different short values that occur again and again."""
    different = set(values)
    return (
        2 <= len(different) <= _MOST_LABELS
        and 2 * len(different) <= len(values)
        and max(map(len, different)) <= _LONGEST_LABEL
    )
