"""The first row of a table: the names of its columns, or a row like the others.

No file says which it is, so this is a guess, and every page that shows the table shows the guess with it. A name
taken for data adds a row that is seen; data taken for names loses a row. In doubt the first row is therefore data.
"""

import re
from collections.abc import Sequence
from statistics import median
from typing import Final

from components.core.text.table_rows import collapse_white_space
from components.core.text.unique_names import unique_names

#: Usual names of columns that hold sentences: English first, then German, French, Spanish and Italian.
SENTENCE_NAMES: Final = frozenset(
    {
        *("sentence", "sentences", "text", "texts", "review", "reviews", "content", "comment", "comments", "message"),
        *("messages", "answer", "answers", "tweet"),
        *("satz", "kommentar", "bewertung", "phrase", "texte", "commentaire", "texto", "frase", "comentario", "testo"),
    }
)
#: Usual names of columns that hold labels.
LABEL_NAMES: Final = frozenset(
    {
        *("label", "labels", "topic", "topics", "category", "class", "sentiment", "group", "genre", "target"),
        *("thema", "kategorie", "klasse", "sujet", "catégorie", "classe", "tema", "categoría", "clase", "etiqueta"),
    }
)
_OTHER_NAMES: Final = frozenset(
    {
        *("id", "ids", "index", "no", "nr", "number", "row", "line", "key", "name", "title", "subject", "body"),
        *("summary", "description", "feedback", "response", "question"),
        *("questions", "query", "document", "context", "premise", "hypothesis", "value", "score", "scores", "rating"),
        *("ratings", "stars", "likes", "emotion", "intent", "polarity"),
        *("author", "user", "source", "url", "link", "date", "time", "timestamp", "year", "day", "language", "lang"),
        *("country", "split", "kind", "type", "tag", "tags", "domain", "status"),
        *("gender", "age", "note", "notes", "v", "q", "x", "y", "col", "column", "var", "field"),
        *("frage", "antwort", "datum", "nummer", "titel", "autor", "sprache", "réponse", "titre", "auteur", "langue"),
        *("pregunta", "respuesta", "fecha", "título", "idioma"),
    }
)
_KNOWN = SENTENCE_NAMES | LABEL_NAMES | _OTHER_NAMES
_WORD = re.compile(r"[^\W\d_]+")
#: A number, date, time or amount: digits and marks, without a letter.
_NUMBER = re.compile(r"[\W\d_]*\d[\W\d_]*")
_LONGEST_NAME = 40
_MOST_WORDS = 3
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")
_CLOSING_MARKS = "\"'”’»)"


def is_header(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """True if the first row of a table probably holds the names of its columns.

    first: C fields; below: rows of C fields each. Evidence counts in this order: a usual name of a column, which does
    not occur again below it, speaks for names; a number above numbers, a text that occurs again in its column, as
    labels do, and a sentence speak for data; a text above numbers, and one or two words above several longer texts,
    speak for names. Without any it is data.

    >>> is_header(["text", "label"], [["Win money now!!!", "spam"]])
    True
    >>> is_header(["spam", "Win money now!!!"], [["ham", "ok"], ["ham", "Are you coming home?"]])
    False
    """
    columns = [(value, [row[index] for row in below if row[index]]) for index, value in enumerate(first) if value]
    if not below:
        return all(_is_known_name(value) for value, _ in columns)
    if any(_is_known_name(value) and value not in others for value, others in columns):
        return True
    if any(value in others or _is_sentence(value) or _all_numbers([value, *others]) for value, others in columns):
        return False
    if any(len(value.split()) > _MOST_WORDS for value, _ in columns):
        return False
    return any(_all_numbers(others) or _is_short_above(value, others) for value, others in columns)


def distinct_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return names for columns: "column 3" for one without, and "topic (2)" for a second "topic".

    >>> distinct_names(["topic", "topic", ""])
    ('topic', 'topic (2)', 'column 3')
    """
    return unique_names(collapse_white_space(name) or f"column {number}" for number, name in enumerate(names, 1))


def _is_known_name(value: str) -> bool:
    """True for "Review text", "text_id", "v1" and "Text A": usual words for columns, and nothing else but letters."""
    words = _WORD.findall(value.lower())
    usual = all(word in _KNOWN or len(word) == 1 for word in words)
    return usual and len(words) <= _MOST_WORDS and not _KNOWN.isdisjoint(words)


def _is_sentence(text: str) -> bool:
    return len(text) > _LONGEST_NAME or text.rstrip(_CLOSING_MARKS).endswith(_SENTENCE_ENDS)


def _all_numbers(values: Sequence[str]) -> bool:
    return bool(values) and all(_NUMBER.fullmatch(value) for value in values)


def _is_short_above(value: str, others: Sequence[str]) -> bool:
    """True for one or two words above texts that are mostly sentences or several words, and twice as long."""
    if len(value.split()) > 2 or len(others) < 2:
        return False
    longer = sum(_is_sentence(other) or len(other.split()) > 2 for other in others)
    return 2 * longer > len(others) and 2 * len(value) <= median(map(len, others))
