"""The text of PDF, Word, HTML and Markdown files, parsed in a separate process, which parser_process.py starts.

A file that crashes a parser, or fills its memory, then does no harm to the server. The kind of file is the first
argument and its bytes are the standard input. The standard output is JSON: {"parts": [[id, heading, text], ...]} or
{"refused": sentence}. This file imports no other of ours, and only the parser that it needs, so that it starts fast.
"""

import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

MOST_MEMORY = 1_500_000_000  # bytes of address space
MOST_SECONDS = 30  # of computing
MOST_UNPACKED = 200_000_000  # bytes of a Word file, unpacked
#: Before white space is tidied. A longer text is refused in any case.
MOST_CHARACTERS = 10_000_000

#: Id, heading and text of a section. The text before the first heading has the id "".
Part = tuple[str, str, str]

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_WORD_HEADING = re.compile(r"(heading \d|title)$", re.IGNORECASE)

# The Encoding Standard's encodings for which Python's codec of that name knows fewer signs.
_WIDER = {"shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs", "gbk": "gb18030"}

_HTML_OMITTED = frozenset(
    (
        *("head", "script", "style", "nav", "noscript", "template", "svg", "math", "iframe", "object", "select"),
        *("button", "datalist"),
    )
)
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
# Lines of keys and values between two lines of hyphens (YAML), or of plus signs (TOML), before all else.
_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n(?=\s*[\w-]+:(?: |\n))(?:(?:[\w-]+:(?: .*)?|[ \t]+.*|- .*|#.*|[ \t]*)\n)*"
    r"(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
    r"|\A\+\+\+[ \t]*\n(?:.*\n)*?\+\+\+[ \t]*(?:\n|\Z)"
)

_HTML_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_HTML_BLOCKS = _HTML_HEADINGS.union(
    ("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt"),
    ("fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "legend", "main", "ol", "p"),
    ("pre", "search", "section", "summary", "table", "ul"),
)
_HTML_LINES = frozenset(("br", "li", "tr", "caption"))
_HTML_CELLS = frozenset(("td", "th"))


class RefusedError(Exception):
    """A file that is not read; the message is a sentence for its owner."""


def pdf_parts(content: bytes) -> list[Part]:
    """Return the pages of a PDF; a page without text has an empty one."""
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(content))
    protected = (
        "This PDF is protected by a password or encrypted. Open it in a PDF reader, print it into a new PDF without "
        "protection, and take that."
    )
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise RefusedError(protected)
        count = len(reader.pages)
    except (pypdf.errors.DependencyError, NotImplementedError) as error:
        # PDF encryption by AES needs another library, even without a password.
        raise RefusedError(protected) from error
    parts: list[Part] = []
    total = 0
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text()
        total += len(text)
        _check_total(total, f"by page {number:,} of {count:,}")
        parts.append((f"page {number}", "", text if text.strip() else ""))
    if not any(text for _, _, text in parts):
        are = "its 1 page is a picture" if count == 1 else f"its {count:,} pages are pictures"
        raise RefusedError(
            f"There is no text in this PDF: {are}, as a scanner makes them, or empty. Run text recognition (OCR) over "
            "it first, or type or paste the text."
        )
    return parts


def docx_parts(content: bytes) -> list[Part]:
    """Return the text of a Word file by heading, without headers, footers and notes."""
    _check_unpacked(content)
    import docx

    try:
        document = docx.Document(io.BytesIO(content))
    except (KeyError, ValueError) as error:
        raise RefusedError(
            "This file ends in .docx but holds no Word document. Open it in the program that made it, and save it as "
            ".docx or PDF."
        ) from error
    names = {style.style_id: style.name or "" for style in document.styles}
    lines: list[tuple[bool, str]] = []
    row = None
    total = 0
    for paragraph in document.element.body.iter(f"{_WORD}p"):
        # Word stores a text box twice, the second time for older programs.
        if next(paragraph.iterancestors(_FALLBACK), None) is not None:
            continue
        text = "".join(_word_text(paragraph))
        total += len(text)
        _check_total(total)
        before, row = row, next(paragraph.iterancestors(f"{_WORD}tr"), None)
        if row is not None and row is before:
            lines[-1] = (False, f"{lines[-1][1]} {text}")
        elif row is not None:
            # The rows of a table are lines of one paragraph.
            beside = before is not None and before.getparent() is row.getparent()
            lines.append((False, f"{'' if beside else chr(10)}{text}"))
        else:
            style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
            name = names.get(style.get(f"{_WORD}val"), "") if style is not None else ""
            lines.append((bool(_WORD_HEADING.match(name) and text.strip()), f"\n{text}"))
    return _by_headings(lines)


def html_parts(content: bytes) -> list[Part]:
    """Return the text of a web page by heading, without scripts, styles, navigation, buttons and what is hidden.

    A button that is a heading, as where a question opens its answer, is read.
    """
    import bs4

    soup = bs4.BeautifulSoup(content, "lxml", from_encoding=_named_encoding(content))
    lines: list[tuple[bool, str]] = [(False, "")]
    in_heading = False
    total = 0
    # A stack of what is still to be read; the line break that ends an element lies below its content.
    waiting: list[Any] = [soup]
    while waiting:
        node = waiting.pop()
        if type(node) is str:
            in_heading = False
            lines.append((False, node))
        elif type(node) is bs4.NavigableString:
            text = str(node) if node.find_parent("pre") else re.sub(r"\s+", " ", node)
            total += len(text)
            _check_total(total)
            is_heading, line = lines[-1]
            lines[-1] = (is_heading or (in_heading and not line.strip()), line + text)
        elif isinstance(node, bs4.Tag) and _is_read(node):
            if node.name in _HTML_BLOCKS:
                lines.append((False, "\n"))
                waiting.append("\n")
            elif node.name in _HTML_LINES:
                lines.append((False, ""))
            elif node.name in _HTML_CELLS:
                waiting.append(bs4.NavigableString(" "))
            in_heading = in_heading or node.name in _HTML_HEADINGS
            waiting.extend(reversed(node.contents))
    return _by_headings(lines)


def md_parts(content: bytes) -> list[Part]:
    """Return the text of a Markdown file in UTF-8 by heading, as a browser shows it, without front matter.

    By CommonMark with tables and struck text. So marks, addresses, definitions of links and comments are not read.
    """
    import markdown_it

    text = _FRONT_MATTER.sub("", content.decode("utf-8-sig"))
    # Blocks inside more than so many others are not read; each takes a part of Python's stack.
    parser = markdown_it.MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
    rendered = parser.render(text)
    # The byte order mark is stronger than any encoding that the text names.
    return html_parts(rendered.encode("utf-8-sig"))


def _is_read(tag: Any) -> bool:
    """False for an element whose text a reader of a web page does not see, or that is no part of its text."""
    if tag.name in _HTML_OMITTED and not _is_heading_button(tag):
        return False
    if tag.has_attr("hidden") and tag["hidden"] != "until-found":
        return False
    return not (tag.name == "dialog" and not tag.has_attr("open")) and not _HIDDEN_STYLE.search(tag.get("style") or "")


def _is_heading_button(tag: Any) -> bool:
    """True for a button inside a heading, or around one."""
    return tag.name == "button" and bool(tag.find_parent(_HTML_HEADINGS) or tag.find(_HTML_HEADINGS))


def _named_encoding(content: bytes) -> str | None:
    """Return Python's name of the encoding that a web page names, as the Encoding Standard reads the label.

    None without a label that is known; a byte order mark, which bs4 looks for first, is stronger than a label.
    """
    import bs4.dammit
    import webencodings

    label = bs4.dammit.EncodingDetector.find_declared_encoding(content, is_html=True)
    encoding = label and webencodings.lookup(label)
    if not encoding:
        return None
    # A label that can be read at all is not written in two bytes a sign.
    name = "utf-8" if encoding.name.startswith("utf-16") else encoding.codec_info.name
    return _WIDER.get(name, name)


def _word_text(paragraph: Any) -> Iterator[str]:
    """Yield the text of a paragraph of a Word file as Word shows it, without the paragraphs inside it.

    Text that was moved is read where it is now, hidden text is not read, and the reading of a word (ruby) follows it in
    brackets. A formula is read as its signs in a row.
    """
    kinds = {"t": None, "tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
    for element in paragraph.iter(*(f"{_WORD}{kind}" for kind in kinds), f"{_MATHS}t", f"{_WORD}ruby"):
        # A tab stop in the paragraph's layout has the same name as a tab character.
        if next(element.iterancestors(f"{_WORD}p")) is not paragraph or element.getparent().tag == f"{_WORD}tabs":
            continue
        if next(element.iterancestors(f"{_WORD}moveFrom", f"{_WORD}ruby"), None) is not None or _is_hidden(element):
            continue
        if element.tag == f"{_WORD}ruby":
            # Word stores the reading before the word.
            word, reading = (
                "".join(text.text or "" for text in element.findall(f"{_WORD}{part}//{_WORD}t"))
                for part in ("rubyBase", "rt")
            )
            yield f"{word}({reading})"
        else:
            yield kinds.get(element.tag.removeprefix(_WORD)) or element.text or ""


def _is_hidden(element: Any) -> bool:
    """True in a run that Word does not show."""
    run = next(element.iterancestors(f"{_WORD}r"), None)
    vanish = None if run is None else run.find(f"{_WORD}rPr/{_WORD}vanish")
    return vanish is not None and vanish.get(f"{_WORD}val", "true") not in ("0", "false", "off")


def _by_headings(lines: list[tuple[bool, str]]) -> list[Part]:
    """Divide lines into sections. Each line comes with True if it is a heading."""
    parts: list[Part] = []
    id, heading, body = "", "", [""]
    for is_heading, line in lines:
        if is_heading:
            parts.append((id, heading, "\n".join(body)))
            id, heading, body = str(len(parts)), line.strip(), []
        body.append(line)
    return [*parts, (id, heading, "\n".join(body))]


def _check_unpacked(content: bytes) -> None:
    """Raise RefusedError for a Word file that would fill the memory. zipfile unpacks no more than the declared size."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > MOST_UNPACKED:
        raise RefusedError(
            f"Unpacked, this Word file has {size / 1_000_000:,.0f} MB; at most {MOST_UNPACKED // 1_000_000} MB are "
            "read. Copy its text into a new file, without pictures, and take that."
        )


def _check_total(total: int, where: str = "") -> None:
    if total > MOST_CHARACTERS:
        raise RefusedError(
            f"This file has more than {MOST_CHARACTERS:,} characters of text{where and ' '}{where}. Split it into "
            "parts, and take those that you need."
        )


def _limit() -> None:
    """Limit the memory and the computing time of this process, if the operating system supports it."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, MOST_SECONDS)):
        try:
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))
        except (ValueError, OSError):
            # A lower limit is set already, or this system has no such limit.
            continue


def _answer(kind: str, content: bytes) -> dict[str, Any]:
    parsers: dict[str, Callable[[bytes], list[Part]]] = {"pdf": pdf_parts, "docx": docx_parts, "html": html_parts}
    parsers["md"] = md_parts
    try:
        return {"parts": parsers[kind](content)}
    except RefusedError as refused:
        return {"refused": str(refused)}
    except MemoryError:
        return {
            "refused": f"Reading this file takes more than {MOST_MEMORY / 1e9:.1f} GB of memory. Split it into parts, "
            "or paste its text."
        }
    except Exception as error:
        # A damaged file may make a parser raise any exception.
        return {
            "refused": f"This file of {len(content):,} bytes is damaged or no {kind.upper()} at all "
            f"({type(error).__name__}). Open it in the program that made it, save it again, and take that; or paste "
            "its text."
        }


if __name__ == "__main__":
    _limit()
    json.dump(_answer(sys.argv[1], sys.stdin.buffer.read()), sys.stdout)
