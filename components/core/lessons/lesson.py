"""A lesson, read from TOML and checked: each fault is named with its line and its field."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.core.errors import LessonError

#: The longest file and the most stops that a lesson has.
MOST_CHARACTERS, MOST_STOPS = 100_000, 100
_LONGEST = 2_000  # characters of one field
_TOO_LARGE = 10**15  # for any setting or time
_NAME = re.compile(r"[a-z0-9_-]+")
_STOP = re.compile(r"^[ \t]*\[\[[ \t]*stop[ \t]*\]\]", re.MULTILINE)
_LINE = re.compile(r"\(at line (\d+), column \d+\)")

#: Each field of a stop: its type, and what it is, for messages.
_FIELDS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "page": (str, "the title of a page in quotes"),
    "screen": (str, "the name of a screen in quotes"),
    "say": (str, "a text in quotes"),
    "sentence": (str, "a text in quotes"),
    "point": (str, "the name of a picture in quotes"),
    "ask": (bool, "true or false"),
    "minutes": ((int, float), "a number"),
    "with": (dict, "a table of settings, such as with = { layer = 4 }"),
}
_REQUIRED = ("page", "screen", "say")


@dataclass(frozen=True)
class LessonStop:
    """One screen of a lesson."""

    page: str
    screen: str
    say: str  # what the teacher says, and the learner reads
    parameters: tuple[tuple[str, str], ...]  # of the address, beside the screen
    point: str  # the name of the picture that is outlined; "" for none
    minutes: float


@dataclass(frozen=True)
class Lesson:
    """A lesson: its name and its stops in order."""

    name: str
    stops: tuple[LessonStop, ...]

    @property
    def minutes(self) -> float:
        """How long the whole lesson takes."""
        return sum(stop.minutes for stop in self.stops)


def read_lesson(text: str, screens: Mapping[str, Sequence[str]]) -> Lesson:
    """Read a lesson from the text of a TOML file.

    screens: page title → the names of its screens. Raises LessonError, which names the line and the field.
    """
    if len(text) > MOST_CHARACTERS:
        raise LessonError(
            f"This lesson has {len(text):,} characters; a lesson has at most {MOST_CHARACTERS:,}. Shorten it."
        )
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LessonError(_syntax_message(str(error))) from error
    except (ValueError, RecursionError) as error:
        # Python reads about a thousand brackets inside each other, and a few thousand digits.
        raise LessonError(
            "This lesson has too many brackets inside each other, or too many digits. A lesson needs brackets around "
            "[[stop]] and settings alone; correct it."
        ) from error
    name = content.get("name")
    if not isinstance(name, str) or not name.strip():
        raise LessonError('Line 1: the lesson has no name. Begin the file with name = "…".')
    stops = content.get("stop")
    if not isinstance(stops, list) or not stops or not all(isinstance(stop, dict) for stop in stops):
        raise LessonError("The lesson has no stops. Write [[stop]] on a line of its own, and its fields below it.")
    if len(stops) > MOST_STOPS:
        raise LessonError(f"The lesson has {len(stops)} stops; a lesson has at most {MOST_STOPS}. Divide it.")
    unknown = sorted(set(content) - {"name", "stop"})
    if unknown:
        raise LessonError(f"Field “{unknown[0]}” is not known. A lesson has the fields name and stop.")
    lines = [text.count("\n", 0, found.start()) + 1 for found in _STOP.finditer(text)]
    lines += [len(text.splitlines())] * (len(stops) - len(lines))
    return Lesson(
        name.strip(),
        tuple(_read_stop(stop, line, text, screens) for stop, line in zip(stops, lines, strict=False)),
    )


def _read_stop(stop: Mapping[str, Any], line: int, text: str, screens: Mapping[str, Sequence[str]]) -> LessonStop:
    def fault(field: str, problem: str) -> LessonError:
        return LessonError(f"Line {_line_of(field, line, text)}, field “{field}”: {problem}")

    for field in stop:
        if field not in _FIELDS:
            raise fault(field, f"it is not known. A stop has the fields {', '.join(_FIELDS)}.")
    for field in _REQUIRED:
        if field not in stop:
            raise fault(field, f"it is missing in the stop that begins here. Give {_FIELDS[field][1]}.")
    for field, value in stop.items():
        kind, said = _FIELDS[field]
        # In Python, True is a number.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise fault(field, f"it must be {said}.")
        if isinstance(value, str) and len(value) > _LONGEST:
            raise fault(field, f"it has {len(value):,} characters; at most {_LONGEST:,} are shown. Shorten it.")
    page, screen = stop["page"], stop["screen"]
    if page not in screens:
        raise fault("page", f"there is no page “{page}”. The pages are {', '.join(screens)}.")
    if screen not in screens[page]:
        raise fault("screen", f"{page} has no screen “{screen}”. Its screens are {', '.join(screens[page])}.")
    point = stop.get("point", "")
    if point and not _NAME.fullmatch(point):
        raise fault("point", "it has other signs than small letters, digits, - and _.")
    minutes = stop.get("minutes", 1)
    if not 0 < minutes <= 600:
        said = "so large a number" if _is_too_large(minutes) else f"{minutes:g}"
        raise fault("minutes", f"{said} is no length of time. Give a number above 0, up to 600.")
    if "sentence" in stop and not stop["sentence"].strip():
        raise fault("sentence", "it is empty. Write a sentence, or leave the field out.")
    parameters = {"text": stop["sentence"]} if "sentence" in stop else {}
    for setting, value in stop.get("with", {}).items():
        if not isinstance(value, (str, int, float, bool)):
            raise fault("with", f"the setting “{setting}” must be a text, a number, true or false.")
        if _is_too_large(value):
            raise fault("with", f"the setting “{setting}” has too large a number.")
        parameters[setting] = str(value).lower() if isinstance(value, bool) else str(value)
    if stop.get("ask"):
        parameters["ask"] = "true"
    return LessonStop(page, screen, stop["say"].strip(), tuple(parameters.items()), point, float(minutes))


def _is_too_large(value: object) -> bool:
    """True for a whole number that Python neither prints nor turns into a float."""
    return isinstance(value, int) and abs(value) >= _TOO_LARGE


def _line_of(field: str, first: int, text: str) -> int:
    """Return the line of a field of the stop that begins at a line, both counted from 1."""
    lines = text.splitlines()
    for number in range(first, len(lines)):
        if _STOP.match(lines[number]):
            break
        if re.match(rf"\s*(\[stop\.)?\"?{re.escape(field)}\b", lines[number]):
            return number + 1
    return first


def _syntax_message(error: str) -> str:
    """Say in which line a file is no TOML."""
    found = _LINE.search(error)
    line = f"Line {found[1]}" if found else "The end of the file"
    return (
        f"{line} cannot be read as TOML. A field is written name = value on one line, with a text in quotes; "
        "each stop begins with [[stop]]."
    )
