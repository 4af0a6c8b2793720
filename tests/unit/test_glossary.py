"""The glossary: a term is a sentence and a picture, shown on a screen that exists and marked where it first stands."""

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import asdict
from pathlib import Path

import pytest
from markupsafe import Markup

from components.figures.palette import LIGHT
from components.ui.stage import glossary, line
from components.views.stage.view import glossary_drawings
from tests.support.paths import ASSETS

_SVG = "{http://www.w3.org/2000/svg}"
_PICTURES = sorted((ASSETS / "glossary").iterdir())
_SHAPES = {"svg", "g", "path", "rect", "circle", "text"}
_LARGEST = 1500
_LARGEST_SCRIPT = 30_000


def test_every_term_is_one_sentence_and_is_shown_on_a_screen_that_exists() -> None:
    for term in glossary.terms().values():
        assert term.screen in line.page_entry(term.page).screens, term.name
        assert term.says.endswith(".")
        assert term.says.count(". ") == 0, term.name
        assert len(term.says) <= 140, term.name


def test_a_term_is_marked_once_and_what_a_reader_typed_never() -> None:
    known: set[str] = set()
    marked = glossary.explained("Heads look. A head has keys; “keys” <b> is typed.", known)
    assert marked.count("es-term") == 2
    assert 'data-term="head"' in marked
    assert 'data-term="key"' in marked
    assert ">Heads</span>" in marked
    assert ">keys</span>" in marked
    assert "“keys” &lt;b&gt;" in marked
    assert known == {"head", "key"}
    assert "es-term" not in glossary.explained("heads and keys", known)


def test_markup_keeps_its_tags_and_isolated_text() -> None:
    marked = glossary.explained(Markup('<b class="head">one</b> <bdi>head</bdi>'), set())
    assert marked == Markup('<b class="head">one</b> <bdi>head</bdi>')


def test_every_term_has_a_picture_and_every_picture_a_term() -> None:
    names = {term.name for term in glossary.terms().values()}
    assert {path.name for path in _PICTURES} == {f"{name.replace(' ', '_')}.svg" for name in names}


@pytest.mark.parametrize("path", _PICTURES, ids=lambda path: path.stem)
def test_a_picture_is_a_small_drawing_in_the_colours_of_the_theme(path: Path) -> None:
    svg = path.read_text(encoding="utf-8")
    drawing = ElementTree.fromstring(svg)
    roles = (name.replace("_", "-") for name, colour in asdict(LIGHT).items() if isinstance(colour, str))
    colours = {"none", "currentColor", *(f"var(--es-{role})" for role in roles)}
    assert len(svg.encode()) <= _LARGEST
    assert drawing.attrib["viewBox"] == "0 0 160 72"
    for element in drawing.iter():
        assert element.tag.removeprefix(_SVG) in _SHAPES  # no script, no style, no image, no use
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert "href" not in name
            assert "url(" not in value
            assert "'" not in value  # the script that carries the picture quotes with it
            assert name not in {"style", "color"}
            if name in {"fill", "stroke"}:
                assert value in colours
            if name == "font-size":
                assert float(value) >= 11


def test_the_stage_carries_each_picture_once_and_stays_small() -> None:
    script = glossary_drawings()
    assert len(script.encode()) < _LARGEST_SCRIPT
    first, second = script.splitlines()
    beginning = json.loads(first.removeprefix("const BEGINNING = ").removesuffix(";"))
    drawings = json.loads(second.removeprefix("const DRAWINGS = ").removesuffix(";"))
    assert set(drawings) == {term.name for term in glossary.terms().values()}
    for path in _PICTURES:
        carried = ElementTree.canonicalize(drawings[path.stem.replace("_", " ")].replace("<svg", beginning, 1))
        assert carried == ElementTree.canonicalize(path.read_text(encoding="utf-8"), strip_text=True)
