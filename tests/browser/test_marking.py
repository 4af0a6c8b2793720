"""Judging while searching, as a person does: tick, reload, download, and read the downloaded collection in again."""

import csv
import io
import zipfile
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, expect

from tests.browser.reader import Reader
from tests.browser.retrieval_steps import PAGE, QUESTION, ask, column, listed, open_own, passages

SNORE = "Do bats snore?"


def boxes(reader: Reader, method: str = "Dense") -> Locator:
    """The boxes beside the passages of a ranking."""
    return column(reader, method).get_by_role("checkbox", name="answers it")


def tick(reader: Reader, rank: int) -> None:
    """Tick the box of a passage."""
    column(reader, "Dense").get_by_text("answers it", exact=True).nth(rank - 1).click()
    expect(boxes(reader).nth(rank - 1)).to_be_checked()
    reader.settled()


def test_passages_are_ticked_kept_over_a_reload_and_downloaded_as_a_collection_that_is_read_again(
    reader: Reader,
) -> None:
    reader.open(PAGE, question=QUESTION)
    tick(reader, 1)
    first = passages(reader).first.locator(".es-text").inner_text()
    ask(reader, SNORE)
    expect(boxes(reader).first).not_to_be_checked()
    tick(reader, 1)
    tick(reader, 2)
    said = reader.main.locator(".es-note").filter(has_text="2 questions, 3 passages marked")
    expect(said).to_be_visible()
    reader.reload()
    expect(said).to_be_visible()
    expect(boxes(reader).nth(1)).to_be_checked()
    open_own(reader)
    table = reader.saved(reader.page.get_by_role("button", name="Download (CSV)", exact=True).click)
    rows = list(csv.reader(io.StringIO(Path(table.path()).read_bytes().decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows] == ["question", QUESTION, SNORE, SNORE]
    assert rows[1][1] == first
    named = "Download test collection (BEIR)"
    collection = reader.saved(reader.page.get_by_role("button", name=named, exact=True).click)
    assert table.suggested_filename == "encoderscope-questions.csv"
    content = Path(collection.path()).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.read("encoderscope-questions/qrels/test.tsv").decode().splitlines()) == 4
    reader.page.get_by_role("button", name="Take back all marks", exact=True).click()
    expect(said).to_have_count(0)
    reader.page.locator("input[type=file]").last.set_input_files(
        FilePayload(name="mine.zip", mimeType="application/zip", buffer=content)
    )
    expect(reader.main.locator(".es-note").filter(has_text="3 judgements: 3 relevant.")).to_be_visible()
    reader.settled()
    open_own(reader)
    expect(listed(reader)).to_have_count(1)
    reader.page.keyboard.press("Escape")
    reader.pick("Screen", "how good it is")
    expect(reader.main.locator(".es-lead")).to_contain_text("2 of 2 questions have an answer in these documents")
