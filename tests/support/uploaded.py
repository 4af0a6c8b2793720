"""Files as readers upload them, and texts that put a reader of tables to the test."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import strategies as st

from components.core.errors import UploadError
from components.core.text.sentence_set import SentenceSet, select_sentences
from components.core.text.uploads import Upload, read_upload

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32"]
#: Characters that matter to a table, to lines or to people, and all others but control characters and half ones.
_TEXTS = st.text(
    st.sampled_from(" ,;\t|\"'“”é\u2028\u2029🍕") | st.characters(exclude_categories=["Cc", "Cs"]), max_size=30
)
#: Marks that only shape the letters around them stand for no sentence by themselves.
SENTENCES = _TEXTS.map(lambda text: " ".join(text.split())).filter(lambda text: any(map(str.isprintable, text)))
#: Sentences, each once, with labels.
LABELLED = st.lists(st.tuples(SENTENCES, SENTENCES), min_size=1, max_size=8, unique_by=lambda pair: pair[0])


def upload_of(name: str, text: str) -> Upload:
    """Return a text as it is read from a file of this name."""
    return read_upload(name, text.encode())


def sentences_of(name: str, text: str, column: str = "sentence", label: str | None = None) -> SentenceSet:
    """Return the sentences of one column of a file."""
    return select_sentences(upload_of(name, text), column, label)


def reasons(found: Upload | SentenceSet) -> dict[int, str]:
    """Return the line of each rejected row and the reason."""
    return {each.line: each.why for each in found.rejected}


def refusal(name: str, content: bytes) -> str:
    """Return the message with which a file is refused."""
    with pytest.raises(UploadError) as caught:
        read_upload(name, content)
    return str(caught.value)


def written(rows: Sequence[Sequence[str]], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Return rows as Python's csv module writes them."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return file.getvalue()
