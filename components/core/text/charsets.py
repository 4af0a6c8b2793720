"""The text of a file of bytes, and the encoding in which it was saved."""

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

from components.core.errors import UploadError

#: Byte order marks, the longer of two that begin alike first, and the codec that removes them.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SPREADSHEET = "a spreadsheet file ({}); save it as CSV (in Excel: Save as, CSV UTF-8) and take that"
#: Beginnings of files that are often mistaken for text, and what these files are.
_SIGNATURES = {
    b"PK\x03\x04": _SPREADSHEET.format(".xlsx"),
    b"\xd0\xcf\x11\xe0": _SPREADSHEET.format(".xls"),
    b"%PDF-": "a PDF; copy its text into a .txt file, one sentence a line",
    b"\x89PNG": "a picture (PNG); take a file of text",
    b"\xff\xd8\xff": "a picture (JPEG); take a file of text",
    b"\x1f\x8b": "a compressed file (gzip); unpack it first",
}
#: Encodings that spreadsheets and editors have saved in by default. With all that it knows to choose from,
#: charset-normalizer reads short texts as encodings that have been out of use for decades.
_LEGACY = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949", "koi8_r", "mac_roman", "latin_1"),
)
#: What the owner of a file can have it read as, beside what was found.
ENCODINGS: Final = ("utf-8", *_LEGACY)
#: Preferred where others fit equally well, as for a few accents or curly quotes: what Excel saves in.
_USUAL = ("cp1252", "latin_1", "mac_roman")
#: A byte order mark that is left where a file has two, and one that a program has read as cp1252 and saved again.
_MARKS_LEFT = re.compile("(?:\ufeff|ï»¿)+")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_SAMPLE_BYTES = 50_000
_SAVE_AS_UTF8 = "Save it as UTF-8 (in Excel: CSV UTF-8)."


def decode(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    r"""Return the text of a file and its encoding, as "utf-8", "utf-16" or "cp1252".

    encoding: one of ENCODINGS, or one that was found before; of None it is found. A byte order mark names the encoding
    and is removed, however often it stands there. A file without one is read as UTF-8 if its bytes allow that, and else
    in the encoding that charset-normalizer finds most likely. Raises UploadError for a file that is no text, and for
    one that does not fit the given encoding.

    >>> decode(b"\xef\xbb\xbf\xef\xbb\xbfcaf\xc3\xa9"), decode(b"caf\xe9")
    (('café', 'utf-8'), ('café', 'cp1252'))
    """
    for signature, what in _SIGNATURES.items():
        if content.startswith(signature):
            raise UploadError(f"This looks like {what}.")
    codec = next((codec for mark, codec in _MARKS if content.startswith(mark)), None)
    if encoding is not None:
        return _decode_as(content, encoding, codec), encoding
    if codec is None:
        _check_nuls(content.count(0))
    encoding = (codec or "utf-8").removesuffix("-sig")
    try:
        text = content.decode(codec or "utf-8")
    except UnicodeDecodeError as error:
        if codec is None:
            return _decode_legacy(content)
        # Some codecs count from after the mark.
        position = error.start + len(content) - len(error.object) + 1
        raise UploadError(
            f"This file is marked as {encoding.upper()}, but byte {position:,} of {len(content):,} does not fit that. "
            f"{_SAVE_AS_UTF8}"
        ) from error
    _check_nuls(text.count("\0"))
    return _without_marks(text), encoding


def _decode_as(content: bytes, encoding: str, marked: str | None) -> str:
    """Return the text of a file in an encoding that its owner names. marked: the codec of its byte order mark."""
    try:
        # A mark says more than the name of its encoding: the order of the bytes.
        text = content.decode(marked if marked and marked.removesuffix("-sig") == encoding else encoding)
    except UnicodeDecodeError as error:
        position = error.start + len(content) - len(error.object) + 1
        raise UploadError(
            f"Byte {position:,} of {len(content):,} does not fit the encoding {encoding}. Choose another encoding."
        ) from error
    nuls = text.count("\0")
    if nuls:
        raise UploadError(
            f"In the encoding {encoding} this has {nuls:,} NUL character{'s' * (nuls != 1)}, and no text has one. "
            "Choose another encoding."
        )
    return _without_marks(text)


def _without_marks(text: str) -> str:
    marks = _MARKS_LEFT.match(text)
    return text[marks.end() :] if marks else text


def _check_nuls(count: int) -> None:
    """Raise UploadError if there are NUL characters, which no text holds in any encoding."""
    if count:
        raise UploadError(
            f"This is no text: it has {count:,} NUL character{'s' * (count != 1)}. Open it in the program that made it "
            "and save it as CSV UTF-8, or as plain text."
        )


def _decode_legacy(content: bytes) -> tuple[str, str]:
    """Return the text of bytes that are not UTF-8, and the encoding that fits them best."""
    # The strictest threshold refuses some texts for rare characters; a looser one only adds to the end of the list.
    matches = list(from_bytes(_non_ascii_sample(content), cp_isolation=list(_LEGACY), threshold=0.5))
    least = min((match.chaos for match in matches), default=0)
    tidiest = {encoding for match in matches if match.chaos == least for encoding in match.could_be_from_charset}
    usual = [encoding for encoding in _USUAL if encoding in tidiest]
    for encoding in [*usual, *(match.encoding for match in matches)]:
        try:
            return _without_marks(content.decode(encoding)), encoding
        except UnicodeDecodeError:
            # It fits the sample, but not the rest of the file.
            continue
    raise UploadError(
        f"This file is not UTF-8, and none of {len(_LEGACY)} older encodings makes text of its {len(content):,} bytes. "
        f"{_SAVE_AS_UTF8}"
    )


def _non_ascii_sample(content: bytes) -> bytes:
    """Return lines that are not all ASCII, which show the encoding, as many as fit into a sample."""
    sample, end = b"", 0
    while len(sample) < _SAMPLE_BYTES and (found := _NOT_ASCII.search(content, end)):
        start = max(end, content.rfind(b"\n", end, found.start()))
        end = content.find(b"\n", found.start())
        if end < 0:
            end = len(content)
        sample += content[start:end]
    # Truncated at a blank: half a character at the end would exclude its encoding.
    return sample if len(sample) <= _SAMPLE_BYTES else sample[:_SAMPLE_BYTES].rsplit(None, 1)[0]
