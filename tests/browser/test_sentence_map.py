"""The Sentence map: dots pointed at, picked, fenced in and found; sentences added, pasted and given as a file."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Download, expect

from tests.browser.reader import MapPicture, Reader
from tests.support.paths import ROOT
from tests.support.reference import Opened

with (ROOT / "assets/sentences.csv").open(encoding="utf-8", newline="") as file:
    SENTENCES = [row["sentence"] for row in csv.DictReader(file)]
COUNT = len(SENTENCES)
LARGE = re.compile("^Map of .* by [A-Za-z-]+, Encoder$")


@pytest.fixture(scope="module")
def vectors(bundled: Opened) -> np.ndarray:
    """(N, D): what sentence-transformers makes of the shipped sentences, at length 1."""
    found: np.ndarray = bundled.sentence_model.encode(SENTENCES, normalize_embeddings=True)
    return found


def large_map(reader: Reader) -> MapPicture:
    """The large map of the page."""
    return reader.map(LARGE)


def nearest(vectors: np.ndarray, vector: np.ndarray, count: int) -> list[str]:
    """The sentences with the highest cosines, best first."""
    return [SENTENCES[place] for place in np.argsort(-(vectors @ vector), kind="stable")[:count]]


def downloaded(reader: Reader) -> pd.DataFrame:
    """The selection as it is saved."""
    reader.press("Details")
    button = reader.page.get_by_role("button", name="Download the selection (CSV)")
    saved: Download = reader.saved(button.click)
    assert saved.suggested_filename == "encoderscope-selection.csv"
    reader.page.keyboard.press("Escape")
    return pd.read_csv(io.BytesIO(Path(saved.path()).read_bytes()))


def test_a_dot_says_its_sentence_and_a_click_shows_what_is_truly_nearest(reader: Reader, vectors: np.ndarray) -> None:
    reader.open("Sentence map")
    dots = large_map(reader)
    dots.expect_drawn(COUNT, selected=0)
    dots.hover(30)
    expect(dots.tip).to_contain_text(SENTENCES[30])
    dots.click(30)
    dots.expect_drawn(COUNT, selected=1)
    heading = reader.main.get_by_role("heading", level=2).first
    expect(heading).to_contain_text(SENTENCES[30][:40])
    expected = nearest(vectors, vectors[30], 11)[1:]
    rows = reader.main.locator(".es-table tbody tr")
    expect(rows.locator("th")).to_have_text(expected)
    near = rows.locator("td").filter(has_text=re.compile("^near$")).count()
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    expect(heading).to_contain_text(f": {words[near]} of the ten most similar sentences")
    assert downloaded(reader)["sentence"].tolist() == [SENTENCES[30]]


def test_an_added_sentence_lands_at_once_and_moves_no_other(
    reader: Reader, vectors: np.ndarray, bundled: Opened
) -> None:
    reader.open("Sentence map")
    dots = large_map(reader)
    dots.expect_drawn(COUNT, selected=0)
    before = dots.places(COUNT)
    text = "Squatch orders a second pizza"
    reader.box("Add a sentence").fill(text)
    reader.box("Add a sentence").press("Enter")
    dots.expect_drawn(COUNT, selected=1, added=1)
    np.testing.assert_array_equal(dots.places(COUNT), before)
    vector = bundled.sentence_model.encode(text, normalize_embeddings=True)
    closest = [SENTENCES.index(each) for each in nearest(vectors, vector, 5)]
    low, high = before[closest].min(axis=0), before[closest].max(axis=0)
    landed = np.array(dots.place(COUNT))
    assert (low - 0.5 <= landed).all()
    assert (landed <= high + 0.5).all()
    expect(reader.main.locator(".es-table tbody th")).to_have_text(nearest(vectors, vector, 10))
    expect(reader.box("Add a sentence")).to_have_value("")
    dots.hover(COUNT)
    expect(dots.tip).to_contain_text(text)


def test_a_phrase_lights_up_what_is_nearest_in_meaning_and_a_reload_keeps_it(
    reader: Reader, vectors: np.ndarray, bundled: Opened
) -> None:
    reader.open("Sentence map")
    phrase = "something hot to drink"
    reader.box("Find").fill(phrase)
    reader.box("Find").press("Enter")
    reader.expect_parameter("find", phrase)
    dots = large_map(reader)
    dots.expect_drawn(COUNT, selected=10)
    reader.settled()
    expected = nearest(vectors, bundled.sentence_model.encode(phrase, normalize_embeddings=True), 10)
    assert downloaded(reader)["sentence"].tolist() == expected
    reader.reload()
    dots.expect_drawn(COUNT, selected=10)
    reader.press("More settings")
    reader.pick("Find it", "in the text")
    reader.page.keyboard.press("Escape")
    expect(reader.main.get_by_role("heading", level=2).first).to_have_text(f"No sentence contains “{phrase}”")
    reader.box("Find").fill("SQUATCH")
    reader.box("Find").press("Enter")
    expected = [each for each in SENTENCES if "Squatch" in each]
    dots.expect_drawn(COUNT, selected=len(expected))


def test_the_lasso_selects_the_dots_inside_it(reader: Reader) -> None:
    reader.open("Sentence map")
    dots = large_map(reader)
    dots.expect_drawn(COUNT, selected=0)
    places = dots.places(COUNT)
    left, top = np.quantile(places, 0.35, axis=0)
    right, bottom = np.quantile(places, 0.65, axis=0)
    inside = [
        sentence for sentence, (x, y) in zip(SENTENCES, places, strict=True) if left < x < right and top < y < bottom
    ]
    assert 2 < len(inside) < COUNT / 2
    reader.main.get_by_role("button", name="Lasso").click()
    expect(reader.main.get_by_role("button", name="Lasso")).to_have_attribute("aria-pressed", "true")
    dots.drag([(left, top), (right, top), (right, bottom), (left, bottom), (left, top + 1)])
    dots.expect_drawn(COUNT, selected=len(inside))
    reader.settled()
    assert sorted(downloaded(reader)["sentence"]) == sorted(inside)
    # Dots and drags mean the same afterwards, and a click beside the dots lets go.
    dots.stage.click(position={"x": 4, "y": 4})
    dots.expect_drawn(COUNT, selected=0)


def test_the_map_is_read_and_picked_from_with_the_keyboard_alone(reader: Reader) -> None:
    reader.open("Sentence map", dimensions="3-D")
    dots = large_map(reader)
    dots.expect_drawn(COUNT, selected=0)
    before = dots.places(COUNT)
    dots.stage.focus()
    dots.stage.press("ArrowRight")
    read = dots.readout.inner_text().split(" · ")[0]
    assert read in SENTENCES
    dots.stage.press("Enter")
    dots.expect_drawn(COUNT, selected=1)
    expect(reader.main.get_by_role("heading", level=2).first).to_contain_text(read[:40])
    dots.stage.press("Shift+ArrowLeft")
    dots.expect_drawn(COUNT, selected=1)
    reader.page.wait_for_function(
        "([stage, x]) => stage.placeOf(0)[0] !== x", arg=[dots.stage.element_handle(), before[0, 0]]
    )
    dots.stage.press("Escape")
    dots.expect_drawn(COUNT, selected=0)
    expect(reader.main.get_by_role("heading", level=2).first).to_have_text("No sentence is selected")


def test_another_number_of_groups_is_shown_and_kept_in_the_address(reader: Reader) -> None:
    reader.open("Sentence map", screen="groups")
    groups = reader.main.locator(".legend button")
    expect(groups).to_have_count(10)
    slider = reader.main.get_by_role("slider", name="Number of groups")
    slider.press("ArrowLeft")
    reader.expect_parameter("groups", 9)
    expect(groups).to_have_count(9)
    reader.settled()
    expect(reader.main.get_by_role("heading", name=re.compile("^9 groups"))).to_be_visible()
    # One click on a group's name selects its sentences.
    label = groups.first.inner_text()
    count = int(re.search(r"\((\d+)\)$", label)[1])  # type: ignore[index]
    groups.first.click()
    large_map(reader).expect_drawn(COUNT, selected=count)


def test_what_is_selected_on_one_map_lights_up_on_those_of_all_kinds(reader: Reader) -> None:
    reader.open("Sentence map", screen="four kinds")
    maps = [reader.map(re.compile(f"^Map of .*, {kind}$")) for kind in ("Averaged word embeddings", "TF-IDF")]
    for each in maps:
        each.expect_drawn(COUNT, selected=0)
    maps[0].click(7)
    for each in maps:
        each.expect_drawn(COUNT, selected=1)
    reader.press("Details")
    expect(reader.page.get_by_test_id("stPopoverBody").locator(".es-table tbody tr")).to_have_count(4)


def test_a_file_is_mapped_its_bad_rows_are_listed_and_a_broken_one_after_it_is_refused(reader: Reader) -> None:
    reader.open("Sentence map", source="File", map="PCA")
    expect(reader.cannot_read).to_be_visible()
    expect(reader.main).to_contain_text("No file was given yet")
    reader.press("Your own data")
    give = reader.page.locator("input[type=file]")
    rows = ["note;topic", "“Café” is open.;town", "Café shut.;town", "torn", "The sea is calm.;sea", "Café shut.;town"]
    give.set_input_files({"name": "notes.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode("cp1252")})
    expect(reader.heading).to_contain_text("3 sentences on one map")
    reader.settled()
    reader.map(re.compile("^Map of 3 sentences")).expect_drawn(3, selected=0)
    expect(reader.main).to_contain_text("2 rows left out")
    reader.main.get_by_text("What was left out: 2 rows").click()
    expect(reader.main.locator(".es-list li")).to_have_text(
        [re.compile("^Line 4 has 1 field where line 1 has 2"), re.compile("^Line 6 repeats line 3")]
    )
    # What became of the file is in sight: the place where it was handed over has closed.
    expect(give).to_have_count(0)
    reader.press("Your own data")
    give.set_input_files({"name": "table.csv", "mimeType": "text/csv", "buffer": b"PK\x03\x04" + bytes(400)})
    expect(reader.main).to_contain_text(re.compile(r"table\.csv: .* The page shows the file before\."))
    reader.map(re.compile("^Map of 3 sentences")).expect_drawn(3, selected=0)


def test_encoding_can_be_stopped_and_gone_on_with_and_nothing_pasted_is_lost(reader: Reader) -> None:
    pasted = "\n".join(f"The {number}th train leaves for the sea at dawn, said the guard." for number in range(700))
    reader.open("Sentence map", source="Paste", map="PCA")
    reader.press("Your own data")
    reader.box("One sentence per line").fill(pasted)
    reader.box("One sentence per line").press("Control+Enter")
    reader.page.keyboard.press("Escape")
    stop = reader.main.get_by_role("button", name="Stop", exact=True)
    expect(reader.main).to_contain_text(re.compile(r"\d of 700 sentences encoded, [\d,]+ a second"))
    stop.click()
    expect(reader.main).to_contain_text(re.compile(r"Stopped: [\d,]+ of 700 sentences are encoded"))
    expect(reader.heading).to_have_text("Encoding of 700 sentences was stopped")
    reader.main.get_by_role("button", name="Go on", exact=True).click()
    reader.map(re.compile("^Map of 700 sentences")).expect_drawn(700, selected=0)
    reader.settled()
    reader.press("Your own data")
    expect(reader.box("One sentence per line")).to_have_value(pasted)


def test_the_place_where_a_sentence_lands_is_guessed_by_a_click_and_drawn_beside_the_truth(reader: Reader) -> None:
    reader.open("Sentence map", map="PCA", ask="true")
    expect(reader.heading).to_have_text("Where will “Squatch orders a second pizza” land?")
    dots = large_map(reader)
    dots.expect_drawn(COUNT, selected=0)
    reveal = reader.main.get_by_role("button", name="Reveal", exact=True)
    expect(reveal).to_be_disabled()
    dots.stage.click(position={"x": 30, "y": 30})
    expect(reveal).to_be_enabled()
    reveal.click()
    dots.expect_drawn(COUNT, selected=0, added=1)
    expect(reader.main.locator(".es-verdict")).to_contain_text(
        re.compile(r"^Your guess is \d+% of the map’s width away")
    )


def test_from_near_sentences_stand_beside_their_dots_and_meet_no_other_sentence_and_no_dot(reader: Reader) -> None:
    reader.open("Sentence map")
    dots = large_map(reader)
    dots.expect_drawn(COUNT, selected=0)
    assert dots.stage.evaluate("stage => stage.sentencesRead()") == []
    for _ in range(3):
        reader.main.get_by_role("button", name="Zoom in").first.click()
    reader.page.wait_for_function(
        "stage => stage.sentencesRead().length > 5", arg=dots.stage.element_handle(), polling=100
    )
    read = dots.stage.evaluate("stage => stage.sentencesRead()")
    places = dots.places(COUNT)
    for dot, (left, top, right, bottom) in read:
        inside = (places[:, 0] > left) & (places[:, 0] < right) & (places[:, 1] > top) & (places[:, 1] < bottom)
        assert not inside.any(), SENTENCES[dot]
        for other, (start, above, end, below) in read:
            assert other == dot or not (left < end and start < right and top < below and above < bottom)


def test_on_a_phone_the_map_is_in_the_first_height_and_a_tapped_dot_is_read_beside_it(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 390, "height": 844})
    reader.open("Sentence map")
    dots = large_map(reader)
    dots.expect_drawn(COUNT, selected=0)
    box = dots.stage.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 844
    assert box["height"] >= 260
    x, y = dots.place(30)
    dots.stage.evaluate(
        """(stage, place) => {
          const {left, top} = stage.getBoundingClientRect();
          for (const name of ["pointerdown", "pointerup", "pointerleave"]) stage.dispatchEvent(new PointerEvent(name, {
            clientX: left + place[0], clientY: top + place[1], pointerType: "touch", pointerId: 5, bubbles: true,
          }));
        }""",
        [x, y],
    )
    expect(dots.tip).to_contain_text(SENTENCES[30])
    dots.expect_drawn(COUNT, selected=1)
    readout = dots.readout
    expect(readout).to_have_text(SENTENCES[30])
    said = readout.bounding_box()
    assert said is not None
    assert said["y"] < 844


def test_a_cell_of_labels_and_groups_shows_its_sentences_on_the_map(reader: Reader) -> None:
    reader.open("Sentence map", screen="how many")
    picture = reader.main.get_by_label(re.compile("^How many sentences of each label are in each group")).first
    picture.focus()
    reader.page.keyboard.press("ArrowDown")
    spoken = reader.main.get_by_role("status").filter(has_text="label “")
    expect(spoken).to_be_visible()
    reader.page.keyboard.press("ArrowRight")
    for _ in range(10):  # down to a label that has sentences in this group
        count = int(re.search(r"(\d+) sentence", spoken.inner_text())[1])  # type: ignore[index]
        if count:
            break
        reader.page.keyboard.press("ArrowDown")
    reader.page.keyboard.press("Enter")
    reader.expect_parameter("screen", None)
    reader.settled()
    large_map(reader).expect_drawn(COUNT, selected=count)
