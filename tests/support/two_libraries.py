"""Two owners and two documents for tests of libraries."""

from pathlib import Path

from components.core.retrieval.documents import Document, Section
from components.core.retrieval.ingest.libraries import Libraries

HOUR = 3600.0
ANN, BOB = "a1" * 16, "b2" * 16

PIZZA = Document("Pizza", "Dough.\n\nSquatch eats it cold.", (Section("1", "Dough", 0, 6), Section("2", "", 8, 29)))
BANKS = Document("Banks", "A river has two, a street has four.")


def add(libraries: Libraries, owner: str, *documents: Document) -> None:
    """Add documents and acknowledge them."""
    for document in documents:
        libraries.begin(owner, document)
        libraries.acknowledge(owner, document.id)


def bytes_on_disk(file: Path) -> bytes:
    """Return the bytes of the file and of those that SQLite puts beside it."""
    return b"".join(each.read_bytes() for each in file.parent.iterdir())
