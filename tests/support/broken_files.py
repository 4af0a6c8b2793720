"""Files as nobody saved them: valid ones of each kind, with pieces cut out, doubled, moved, changed or put in."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from random import Random

from hypothesis import strategies as st

from tests.support.sample_files import WRAPPED, pdf_of, word_file

#: Pieces on which readers of files decide something.
_PIECES: tuple[bytes, ...] = (
    *(b'"', b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b'""', b"\0", b"\x1f", b"\x0c"),
    *(letter.encode() for letter in "éß\u2028\ufeff\u200b\u05d0"),
    *(b" ", b"\xe9", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x80", b"\xff" * 8, b"\0" * 4),
    *(b"9" * 5_000, b"-1", b"1e999", b"nan", b"0x7fffffff", b"4294967296", b"sep=;\n", b"sep=", b"true", b"null"),
    *(b"[" * 2_000, b"{" * 50, b"(" * 300, b"<" * 20, b"]]", b"}}", b">>", b"\\u", b'"\\ud83d"', b"\\"),
    *(b"# ", b"```\n", b"---\n", b"<p>", b"</p>", b"<!--", b"<button>", b"<table><tr><td>", b"&#x110000;", b"&#0;"),
    *(b"<h1>", b"<meta charset=utf-16>", b"<meta charset=replacement>", b"<w:p/>", b"<w:ruby/>", b"<w:r>"),
    *(b"endobj", b"stream\n", b"/Length -5", b"/Kids [1 0 R]", b"1 0 R", b"xref\n", b"<</A<</A", b"PK\x03\x04"),
    *(
        b"[[stop]]\n",
        b"with = { a = [1] }\n",
        b"minutes = inf\n",
        b"minutes = 1e400\n",
        b"0x" + b"f" * 400,
        b"name = 1\n",
        b"'''",
    ),
)
_MOST_CHANGES = 6


def _changed(content: bytes, random: Random) -> bytes:
    """Return a file with one change."""
    start, target = (random.randrange(len(content) + 1) for _ in range(2))
    length = random.randint(1, 60)
    end = start + length
    piece = random.choice(_PIECES) if random.random() < 0.8 else random.randbytes(length // 10 + 1)
    return random.choice(
        (
            content[:start] + content[end:],
            content[:end] + content[start:end] * length + content[end:],
            content[:target] + content[start:end] + content[target:],
            content[:start] + piece + content[start:],
            content[:start] + piece + content[start + len(piece) :],
            content[:start]
            + bytes(byte ^ 1 << length % 8 for byte in content[start : start + 1])
            + content[start + 1 :],
            content[:start],
        )
    )


def _broken(random: Random, samples: Sequence[bytes]) -> bytes:
    """Return one of these files with some changes, or, one time in ten, bytes without any sense."""
    if random.random() < 0.1:
        pieces = [random.choice(_PIECES) for _ in range(random.randrange(20))]
        return b"".join(pieces) + random.randbytes(random.randrange(20))
    content = random.choice(samples)
    for _ in range(random.randrange(_MOST_CHANGES + 1)):
        content = _changed(content, random)
    return content


def mutations_of(*samples: bytes) -> st.SearchStrategy[bytes]:
    """Some bytes at random, or one of these files with up to six changes.

    Hypothesis chooses the seed alone: drawing each change from it would take ten times as long as most readers do.
    """
    return st.integers(0, 2**64 - 1).map(lambda seed: _broken(Random(seed), samples))


def packed(members: Mapping[str, bytes]) -> bytes:
    """Return a zip file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def mutations_of_packed(sample: bytes, *names: str) -> st.SearchStrategy[bytes]:
    """A zip file, changed as it is, or with one of these members changed inside it."""
    with zipfile.ZipFile(io.BytesIO(sample)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}

    def inside(name: str) -> st.SearchStrategy[bytes]:
        return mutations_of(members[name]).map(lambda content: packed({**members, name: content}))

    return st.one_of(mutations_of(sample), *map(inside, names))


TABLES: Mapping[str, tuple[bytes, ...]] = {
    "csv": (
        b"text,label\n"
        + b"".join(b"The %s number %d,%s\n" % (what, n, what) for what in (b"dog", b"cat") for n in range(5)),
        'sep=;\r\ntext;label;\r\n"Hot, ""very"" hot.\r\nReally.";x;\r\n;;\r\nKühl;y;\r\n'.encode("cp1252"),
        b"spam,Win money now!!!\nham,Are you coming home, or not\nham,ok\n",
        "\ufefffrage\tantwort\nWie heiß?\t230 °C\n".encode("utf-16"),
    ),
    "tsv": ("text\tlabel\nHot.\tx\nCold.\ty\nÉté.\t\n".encode(), b"a\tb\tc\n1\t2\n\t\t\n"),
    "txt": (WRAPPED.encode(), "One.\n\nTwo, “or” 2.\r\nOne.\n".encode("utf-8-sig"), b"text\tlabel\nHi\tx\nHo\ty\n"),
    "jsonl": (
        b'{"text": "Hi.", "label": 1}\n{"text": null, "more": [1, {"a": "b"}]}\n'
        b'"Alone."\n\n{"text": "\\ud83c\\udf55"}\n',
    ),
}
QUESTIONS = (
    'question,answer\nHow hot?,230 °C\nHow hot?,must be hot\nWho?,\n"How,\nlong?",twelve minutes\n'.encode(),
    b"Question;Answer\nArt?;art\n;x\nArt?;\n",
)
QRELS = (
    b"query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\nq2\td2\t2\nq2\td2\t-1\nq9\td1\t1\n",
    b"q1 0 d1 1\nq1 Q0 d2 0\nq2\t0\td2\t2\nq2 0 d9 1\n",
)
CORPUS = (
    b'{"_id": "d1", "title": "Oven", "text": "It must be hot.\\nVery."}\n{"_id": "d2", "text": "The dough rests."}\n'
)
QUERIES = b'{"_id": "q1", "text": "How hot?"}\n{"_id": "q2", "text": "Does it rest?"}\n'
LESSON = b"""name = "Short"

[[stop]]
page = "Tokens"
screen = "one sentence"
say = "Look at the pieces."
sentence = "Squatch eats pizza"
with = { layer = 4, all = true, word = "pizza" }
minutes = 2.5
ask = true

[[stop]]
page = "Context"
screen = "senses"
say = '''And here,
too.'''
point = "senses-map"
"""
_PAGE = """<!doctype html><html><head><meta charset="iso-8859-1"><title>T</title><style>p {}</style></head><body>
<nav>Menu</nav><h1>Soup</h1><p>Hot <b>soup</b>, €5 – “good”.</p><button><h2>Open?</h2></button><pre>a  b\n c</pre>
<table><caption>Prices</caption><tr><th>Ann<td>12</tr><tr><td>Bob<td>9</table><ul><li>One<li>Two</ul><!-- no -->
<script>alert("x")</script><p hidden>Not here.</p></body></html>"""
_MARKDOWN = (
    """---\ntitle: Soup\n---\n# Soup\n\nHot soup.\n\n```\n# no heading\n```\n\n## Cake ##\n\n| a | b |\n|---|---|\n"""
)


@cache
def _word_file() -> bytes:
    """Return a small Word file, without the styles and pictures of the template that nobody reads."""
    return word_file()


def documents(kind: str) -> st.SearchStrategy[bytes]:
    """Broken files of a kind of document."""
    makers: Mapping[str, Callable[[], st.SearchStrategy[bytes]]] = {
        "txt": lambda: mutations_of(*TABLES["txt"]),
        "csv": lambda: mutations_of(*TABLES["csv"]),
        "md": lambda: mutations_of(_MARKDOWN.encode()),
        "html": lambda: mutations_of(_PAGE.encode("cp1252"), _PAGE.encode(), _PAGE.encode("utf-16")),
        "pdf": lambda: mutations_of(pdf_of("Hot soup.\nVery (hot).", "", "Cake."), pdf_of("Closed.", password="")),
        "docx": lambda: mutations_of_packed(
            _word_file(), "word/document.xml", "word/styles.xml", "[Content_Types].xml"
        ),
    }
    return makers[kind]()


def collections() -> st.SearchStrategy[bytes]:
    """Broken test collections, packed."""
    members = {"corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, "qrels/test.tsv": QRELS[0]}
    return mutations_of_packed(packed(members), *members)
