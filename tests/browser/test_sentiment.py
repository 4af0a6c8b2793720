"""Sentiment as a class uses it: typed letter by letter, trained, stopped, asked how much it needs, taken along."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Locator, TimeoutError, expect
from safetensors import safe_open
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from tests.browser.conftest import Theme
from tests.browser.reader import BEYOND, Reader
from tests.support.paths import ROOT

PAGE = "Sentiment"
with (ROOT / "assets/reviews.csv").open(encoding="utf-8", newline="") as file:
    REVIEWS = list(csv.DictReader(file))
TEXTS = [row["text"] for row in REVIEWS]
LABELS = {row["text"]: row["label"] for row in REVIEWS}
LEARNED = [row for row in REVIEWS if row["split"] == "train"]
#: Screen → what a heading of it says once it is there.
SCREENS = {
    "type and see": re.compile("shares and an offset sum to"),
    "boundary": re.compile("It is on the side of"),
    "train": re.compile("epochs? the network is right on"),
    "how good": re.compile("right most often"),
    "how much data": re.compile("words alone|is ahead of"),
    "word order": re.compile("Without positions accuracy"),
    "hard texts": re.compile("hard texts"),
    "export": re.compile("of code to use it"),
}
METHODS = ["Logistic regression", "Small network", "Averaged word embeddings", "TF-IDF", "Naive Bayes"]
SCRIPT = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"

# What of the main part is cut off or lies on something else. Rotated labels are left out: their boxes overlap.
_FAULTS = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const faults = [];
  const box = (each) => each.getBoundingClientRect();
  const folded = (each) => each.closest("details:not([open])") && !each.closest("summary");
  const seen = (each) => box(each).width > 0 && box(each).height > 0 && !folded(each);
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
  const pairs = (things, name) => things.forEach((one, i) => things.slice(i + 1).forEach((other) => {
    if (!one.contains(other) && !other.contains(one) && meet(box(one), box(other)))
      faults.push(`${name(one)} lies on ${name(other)}`);
  }));
  const says = (each) => `“${each.textContent.trim().slice(0, 40) || each.getAttribute("data-title")}”`;
  for (const plot of main.querySelectorAll(".js-plotly-plot")) {
    const rotated = (text) => Math.abs(text.getScreenCTM().b) > 0.01;
    const texts = [...plot.querySelectorAll(".main-svg text")].filter((text) => text.textContent.trim());
    for (const text of texts) {
      const [inner, outer] = [box(text), box(plot)];
      if (!seen(text)) faults.push(`${says(text)} is not drawn`);
      else if (inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.top < outer.top - 1
        || inner.bottom > outer.bottom + 1) faults.push(`${says(text)} leaves its figure`);
    }
    pairs([...texts.filter((text) => !rotated(text)), ...plot.querySelectorAll(".modebar-btn")], says);
  }
  for (const each of main.querySelectorAll("button, th, td, h1, h2, p, label, caption")) {
    const cut = each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline";
    if (!each.closest(".st-key-stage_bar") && seen(each) && cut)
      faults.push(`${says(each)} is cut off`);
  }
  pairs([...main.querySelectorAll('[data-testid="stElementContainer"]')].filter(seen), says);
  return faults;
}"""


def heading(reader: Reader, says: str | re.Pattern[str]) -> Locator:
    """The first heading that says this among other things."""
    return reader.main.get_by_role("heading").filter(has_text=says).first


def look(reader: Reader, at: str) -> None:
    """Pick one of the page's screens, and wait until what it shows is there."""
    reader.pick("Screen", at)
    expect(heading(reader, SCREENS[at])).to_be_visible()
    reader.settled()


def press_keys(reader: Reader, keys: str) -> None:
    """Type letter by letter into what has the focus."""
    for each in keys:
        reader.page.keyboard.press("Space" if each == " " else each)


def verdicts(reader: Reader) -> list[float]:
    """The numbers at the bars: how sure each classifier is that the text is positive."""
    return [float(each) for each in reader.plot("verdicts")[0]["text"]]


def table(reader: Reader, column: str) -> dict[str, list[str]]:
    """The table with a column of this name: the first cell of each row → the others."""
    rows = reader.page.locator("table").filter(has=reader.page.get_by_role("columnheader", name=column, exact=True))
    found = rows.locator("tbody tr").evaluate_all(
        "(rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    return {first: others for first, *others in found}


def test_both_ends_of_the_verdicts_axis_stay_named_when_the_window_is_narrowed_and_widened(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 1280, "height": 844})
    reader.open(PAGE)
    ticks = reader.main.locator(".st-key-figure_verdicts .xtick text")
    for width in (1280, 390, 1280):
        reader.page.set_viewport_size({"width": width, "height": 844})
        expect(ticks).to_have_text(["0: negative", "0.5", "1: positive"])
        for tick in ticks.all():
            expect(tick).to_be_visible()


def test_verdicts_follow_each_letter_without_enter_and_a_reload_restores_them(reader: Reader) -> None:
    reader.open(PAGE)
    expect(reader.heading).to_have_text("With the encoder it is “positive”, without it “negative”")
    box = reader.box("Type a text")
    box.click()
    reader.page.keyboard.press("ControlOrMeta+a")
    begun, text = "Lovely and delicious", "Lovely and delicious? It was terrible, boring and a waste of money."
    press_keys(reader, begun)
    expect(reader.heading).to_have_text("All five classifiers call it “positive”")
    press_keys(reader, text.removeprefix(begun))
    expect(reader.heading).to_have_text("All five classifiers call it “negative”")
    reader.expect_parameter("review", text)
    expect(box).to_have_value(text)
    expect(box).to_be_focused()
    reader.settled()
    expected = [
        make_pipeline(*steps)
        .fit([row["text"] for row in LEARNED], [row["label"] for row in LEARNED])
        .predict_proba([text])[0, 1]
        for steps in (
            (TfidfVectorizer(), LogisticRegression(C=10)),
            (CountVectorizer(), MultinomialNB()),
        )
    ]
    shown = verdicts(reader)
    assert shown[3:] == [pytest.approx(each, abs=0.0051) for each in expected]
    reader.reload()
    expect(reader.heading).to_have_text("All five classifiers call it “negative”")
    expect(box).to_have_value(text)
    assert verdicts(reader) == shown
    assert reader.parameters() == {"review": text}


def test_the_network_is_watched_while_it_learns_and_can_be_paused_anywhere(reader: Reader) -> None:
    reader.open(PAGE, screen="train", epochs=60)
    expect(reader.heading).to_contain_text("After 60 epochs")
    figure = reader.main.locator(".st-key-figure_training .js-plotly-plot")

    def epoch() -> int:
        return len(reader.plot("training")[0]["x"])

    assert epoch() == 60
    figure.get_by_text("Watch it learn").click()
    reader.page.wait_for_function(
        """() => {
          const {x} = document.querySelector(".st-key-figure_training .js-plotly-plot")._fullData[0];
          return x.length > 3 && x.length < 50;
        }"""
    )
    figure.get_by_text("Pause").click()
    reader.page.wait_for_timeout(300)
    reached = epoch()
    assert 3 < reached < 60
    reader.page.wait_for_timeout(300)
    assert epoch() == reached


def test_learning_curves_are_measured_with_a_bar_and_end_with_a_finding(reader: Reader) -> None:
    # A network that no other test trains, so that nothing of the curves is known yet.
    reader.open(PAGE, network_seed=77, hidden_units=4)
    reader.pick("Screen", "how much data")
    expect(heading(reader, SCREENS["how much data"])).to_be_visible()
    reader.settled()
    sizes = [8, 16, 32, 64, 128, 256, 360]
    lines = {each["name"]: each for each in reader.plot("learning-curves") if each["name"] in METHODS}
    reader.press("Details")
    rows = table(reader, "360")
    assert list(rows) == list(lines) == METHODS
    for method, line in lines.items():
        assert line["x"] == sizes
        assert [f"{each:.0%}" for each in line["y"]] == rows[method]
    encoder = np.array(lines["Logistic regression"]["y"])
    best = max(lines[method]["y"][-1] for method in ("TF-IDF", "Naive Bayes"))
    fewest = sizes[int(np.flatnonzero(encoder >= best)[0])]
    expect(reader.heading).to_contain_text(f"With the encoder {fewest} texts")
    expect(reader.heading).to_contain_text(f"as 360 for words alone: {best:.0%} right")


SEA, FOOD, SKY = "<i>sea</i>", "food", "sky"
OWN = {
    SEA: ["The waves were high today", "A ship left the harbour", "We swam in the sea", "Fish swim below the boat"],
    FOOD: ["The soup was hot", "She baked fresh bread", "He ate a whole pizza", "Cheese melts on the toast"],
    SKY: ["Clouds covered the sun", "Stars shone all night", "It rained until noon", "The moon rose at nine"],
}


# So many that encoding them takes long enough for a bar.
PEOPLE = [f"{title} {name}" for title in ("aunt", "uncle", "old") for name in ("Ada", "Bo", "Cy", "Di", "Ed", "Flo")]


def own_file() -> bytes:
    """Three classes of 72 texts each, a text of a class of its own, and one without a label."""
    rows = [[f"{text}, said {who}.", label] for label, texts in OWN.items() for text in texts for who in PEOPLE]
    written = io.StringIO()
    csv.writer(written).writerows([["text", "label"], *rows, ["Nobody else is like me.", SCRIPT], ["No idea.", ""]])
    return written.getvalue().encode()


def given(name: str, content: bytes) -> Any:
    """A file as it is handed over."""
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def test_a_file_of_three_classes_is_learned_from_and_a_broken_one_after_it_is_refused(reader: Reader) -> None:
    reader.open(PAGE, reviews_from="File", screen="train")
    expect(reader.cannot_read).to_be_visible()
    expect(reader.main).to_contain_text("No file was given yet")
    reader.press("Your own data")
    give = reader.page.locator("input[type=file]")
    give.set_input_files(given("mine.csv", own_file()))
    count = reader.main.locator(".es-count").filter(has_text="216 texts, 3 classes")
    expect(count).to_be_visible()
    reader.settled()
    expect(reader.cannot_read).to_have_count(0)
    # What became of the file is in sight: the place where it was handed over has closed.
    expect(give).to_have_count(0)
    expect(heading(reader, SCREENS["train"])).to_be_visible()
    look(reader, "type and see")
    reader.main.get_by_text("What was left out: 2 rows").click()
    left_out = reader.main.locator(".es-list li")
    expect(left_out.nth(0)).to_contain_text(f"Line 218 is the only text of class “{SCRIPT}”; a class needs 5")
    expect(left_out.nth(1)).to_contain_text("Line 219 has no label")
    # What is typed may be a script as well: all of it is read, and none of it is run.
    for text, expected in {f"The ship left the harbour {SCRIPT}": SEA, "Stars shone at night.": SKY}.items():
        reader.box("Type a text").fill(text)
        reader.expect_parameter("review", text)
        expect(reader.heading).to_have_text(f"All five classifiers call it “{expected}”")
        expect(reader.main.locator(".es-shares")).to_contain_text(text)
        reader.settled()
        cells = np.array(reader.plot("verdicts")[0]["z"])
        assert (cells.argmax(axis=1) == sorted(OWN).index(expected)).all()
        np.testing.assert_allclose(cells.sum(axis=1), 1, atol=1e-5)
    assert reader.page.evaluate("window.hacked") is None
    assert reader.page.evaluate("document.querySelectorAll('img[src=x], [onerror], main i').length") == 0
    reader.press("Your own data")
    give.set_input_files(given("broken.csv", b"PK\x03\x04" + bytes(400)))
    said = re.compile(r"broken\.csv: .* The page shows the file before\.")
    expect(reader.main.locator(".es-problem")).to_have_text(said)
    expect(reader.heading).to_have_text(f"All five classifiers call it “{SKY}”")


def test_a_classifier_is_downloaded_and_its_file_opens_without_the_app(reader: Reader) -> None:
    reader.open(PAGE, screen="export")
    for method, arrays in {"Logistic regression": {"weights", "bias"}, "TF-IDF": {"weights", "bias", "idf"}}.items():
        reader.select("Classifier", method)
        expect(heading(reader, f"{method} in ")).to_be_visible()
        name = f"encoderscope-{method.lower().replace(' ', '-')}.safetensors"
        saved = reader.saved(reader.main.get_by_role("button", name=f"Download {name}", exact=True).click)
        assert saved.suggested_filename == name
        content = Path(saved.path()).read_bytes()
        assert not any(text.encode() in content for text in TEXTS)
        with safe_open(saved.path(), "numpy") as opened:
            about = opened.metadata()
            assert set(opened.keys()) == arrays
            assert opened.get_tensor("weights").shape[0] == 2
        assert (about["method"], json.loads(about["classes"])) == (method, ["negative", "positive"])
        code = reader.main.get_by_test_id("stCode").locator("code").inner_text()
        assert f'safe_open("{name}", "numpy")' in code
        assert len(code.strip().splitlines()) <= 10


def test_a_dot_of_the_map_is_clicked_and_its_text_its_label_and_its_verdict_are_listed(reader: Reader) -> None:
    reader.open(PAGE, screen="boundary", decision_seen="as a UMAP map")
    count = len(TEXTS)
    dots = reader.map(re.compile(f"^Map of {count} texts"))
    dots.expect_drawn(count, selected=0, added=1)
    before, star = dots.places(count), dots.place(count)
    # The dot that is farthest from any other.
    apart = np.linalg.norm(before[:, None] - np.vstack([before, star])[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    dot = int(apart.min(axis=1).argmax())
    dots.click(dot)
    dots.expect_drawn(count, selected=1, added=1)
    reader.press("Details")
    expect(reader.page.get_by_role("columnheader", name="selected on the map")).to_be_visible()
    ((text, (label, called)),) = table(reader, "selected on the map").items()
    assert text == TEXTS[dot]
    assert label == LABELS[text]
    reader.page.keyboard.press("Escape")
    reader.press("Save")
    numbers = reader.page.locator(".st-key-numbers_decision-map").get_by_role("button")
    downloaded = pd.read_csv(Path(reader.saved(numbers.click).path())).iloc[dot]
    assert downloaded[["text", "label", "predicted"]].tolist() == [text, label, called]
    reader.page.keyboard.press("Escape")
    # What is typed moves the star and no dot, and the classifier calls it what it calls the dot.
    reader.box("Type a text").fill(text)
    reader.expect_parameter("review", text)
    reader.page.wait_for_function(
        "([stage, star, x]) => stage.placeOf(star)[0] !== x", arg=[dots.stage.element_handle(), count, star[0]]
    )
    reader.settled()
    np.testing.assert_array_equal(dots.places(count), before)
    assert table(reader, "nearest texts")[text] == [label, "1.0000"]
    look(reader, "type and see")
    assert ["negative", "positive"][verdicts(reader)[0] > 0.5] == called


def test_a_hard_text_is_picked_and_judged_and_its_order_means_nothing_to_a_bag_of_words(reader: Reader) -> None:
    bad, good = "The pizza was not good, it was actually bad.", "The pizza was not bad, it was actually good."
    reader.open(PAGE)
    before = verdicts(reader)
    offered = reader.main.get_by_role("combobox", name="Try a hard text")
    offered.click()
    offered.fill(bad)
    reader.page.get_by_role("option", name=f"word order: {bad}", exact=True).click()
    expect(reader.box("Type a text")).to_have_value(bad)
    reader.expect_parameter("review", bad)
    expect(reader.main.locator(".es-shares")).to_contain_text(bad)
    reader.settled()
    judged = verdicts(reader)
    assert judged != before
    look(reader, "word order")
    reader.box("Its words in another order").fill(good)
    reader.expect_parameter("reordered", good)
    expect(heading(reader, "The same words in two orders")).to_contain_text(f"{judged[0]:.2f} and ")
    reader.settled()
    rows = table(reader, "difference")
    for method, number in zip(METHODS, judged, strict=True):
        first, second, _ = rows[method]
        assert float(first) == pytest.approx(number, abs=0.0051)
        assert (first == second) is (method in METHODS[2:])
    for method in METHODS[:2]:
        first, second, _ = rows[f"{method}, positions off"]
        assert first == second != rows[method][0]
    look(reader, "hard texts")
    reader.pick("Kind", "word order")
    hard = table(reader, "true class")
    assert hard[bad][:2] == ["negative", f"{float(rows[METHODS[0]][0]):.2f}"]
    assert hard[good][:2] == ["positive", f"{float(rows[METHODS[0]][1]):.2f}"]


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_no_part_of_the_page_scrolls_sideways_is_cut_off_or_lies_on_another(
    width: int, theme: Theme, reader: Reader
) -> None:
    reader.page.set_viewport_size({"width": width, "height": 844})
    reader.page.emulate_media(color_scheme=theme)
    reader.open(PAGE)
    found = {}
    for at in SCREENS:
        look(reader, at)
        try:
            reader.expect_no_sideways()
            reader.page.wait_for_function(f"() => ({_FAULTS})().length === 0", timeout=5_000)
        except TimeoutError:
            found[at] = [reader.page.evaluate(BEYOND), *reader.page.evaluate(_FAULTS)]
    assert found == {}
