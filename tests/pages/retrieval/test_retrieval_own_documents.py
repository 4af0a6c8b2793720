"""Documents of the reader's own: read, searched, listed and removed, and never seen by another reader."""

import docx

from components.core import Encoder
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.documents import Document
from components.ui.retrieval import uploaded_documents
from tests.support.reference import assert_close
from tests.support.retrieval_page import (
    BACK,
    BM25,
    CRANES,
    DENSE,
    KEYS,
    MAP,
    MENU,
    PASSAGES,
    PROMPT,
    SCORED,
    WHY,
    asked,
    hits,
    listed,
    names,
    own,
    page,
    problems,
    scores,
    unit_vectors_of,
    words,
)
from tests.support.sample_files import file_bytes, pdf_of


def word_file(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return file_bytes(document.save)


def test_files_of_each_kind_are_searched_and_one_can_be_removed(encoder: Encoder) -> None:
    files = {
        "menu.txt": MENU.encode(),
        "birds.md": f"# Birds\n\n{CRANES}\n".encode(),
        "keys.csv": f"what,where\ncellar,{KEYS}\n".encode(),
        "moon.pdf": pdf_of("The moon is drifting away from the earth."),
        "bread.docx": word_file("Bread needs flour, water, salt and time."),
    }
    opened = own()
    assert opened.headings == ["Add a document, then ask a question"]
    opened.upload_all("document_files", files)
    assert listed(opened) == list(files)
    assert problems(opened) == []
    for question, name, said in (
        ("What can I eat in the canteen?", "menu.txt", MENU),
        ("When do the birds leave?", "birds.md", CRANES),
        ("How do I get into the cellar?", "keys.csv", KEYS),
        ("Does the moon move?", "moon.pdf", "The moon is drifting away from the earth."),
        ("What is needed for a loaf?", "bread.docx", "Bread needs flour, water, salt and time."),
    ):
        opened.enter("question", question)
        passages = hits(opened, DENSE)
        assert passages[0].name.startswith(f"{name} · ")
        assert said in passages[0].text
        assert len(passages) == 5
        vectors, asked_vector = unit_vectors_of(encoder, [hit.text for hit in passages]), encoder.encode([question])[0]
        assert_close(scores(opened, DENSE), vectors @ normalise_rows(asked_vector), 0.51e-4)
    opened.press("Remove")
    assert listed(opened) == list(files)[1:]
    assert asked(opened) == "What is needed for a loaf?"
    assert not any(name.startswith("menu.txt") for name in names(opened, DENSE))
    opened.enter("question", "canteen lentil soup")
    assert MENU not in words(opened)
    assert names(opened, BM25) == []


def test_files_that_cannot_be_read_are_refused_by_name_and_the_others_stay() -> None:
    opened = own().upload_all(
        "document_files",
        {
            "broken.pdf": b"%PDF-1.4 and nothing of a PDF",
            "empty.txt": b"",
            "menu.txt": MENU.encode(),
            "picture.txt": b"\x89PNG\r\n\x1a\n0000",
            "blank.md": b" \n\n ",
        },
    )
    assert listed(opened) == ["menu.txt"]
    said = problems(opened)
    assert [each.split(":", 1)[0] for each in said] == ["broken.pdf", "empty.txt", "picture.txt", "blank.md"]
    assert all(len(each.split(":", 1)[1]) > 30 for each in said)
    opened.enter("question", "What soup is there?")
    assert names(opened, DENSE) == ["menu.txt · passage 1"]


def test_a_text_can_be_pasted_and_an_empty_one_is_refused() -> None:
    opened = own().write("document_pasted", f"{MENU}\n\n{KEYS}").press("Add the text")
    assert listed(opened) == [MENU]
    assert opened.app.text_area(key="document_pasted").value == ""
    opened.enter("question", "Where is the key?")
    assert hits(opened, DENSE)[0].text == KEYS
    opened.write("document_pasted", " \n ").press("Add the text")
    assert "There is no text to read" in problems(opened)[0]
    assert listed(opened) == [MENU]


def test_a_document_and_its_name_are_read_as_text_and_not_as_markup() -> None:
    hostile = "<script>alert(1)</script> The oven <img src=x onerror=alert(1)> is hot & the dough is cold."
    opened = own(question="Is the oven hot?").upload("document_files", "<b onclick=alert(1)>x.txt", hostile.encode())
    assert hits(opened, DENSE)[0].text == hostile
    for view in (BACK, WHY, PASSAGES, PROMPT):
        opened.pick("screen", view)
        for tag in ("<script", "<img", "<b onclick"):
            assert tag not in page(opened)
    assert hostile in opened.app.code[0].value


def test_no_reader_sees_the_documents_of_another_not_even_by_a_link() -> None:
    one, other = own(question="What soup is there?"), own(question="What soup is there?")
    one.upload("document_files", "menu.txt", MENU.encode())
    other.upload("document_files", "keys.txt", KEYS.encode())
    assert (names(one, DENSE), names(other, DENSE)) == (["menu.txt · passage 1"], ["keys.txt · passage 1"])
    one.enter("question", "What soup can I eat?")
    assert names(one, DENSE) == ["menu.txt · passage 1"]
    linked = own(question="What soup is there?", screen=PASSAGES)
    assert linked.headings == ["Add a document, then ask a question"]
    assert listed(linked) == []
    assert MENU not in linked.words


def test_without_a_document_each_view_says_how_to_begin() -> None:
    opened = own(question="What soup is there?")
    for view in (WHY, MAP, PROMPT, SCORED, PASSAGES, BACK):
        opened.pick("screen", view)
        assert opened.headings == ["Add a document, then ask a question"]
        assert "Open “Your own data” to add a file or paste a text" in words(opened)


def test_after_a_reload_the_same_tab_has_its_documents_again() -> None:
    before = own(question="What soup is there?").upload("document_files", "menu.txt", MENU.encode())
    after = own(question="What soup is there?").put("tab_key_offered", before.app.session_state["tab_key_offered"])
    assert listed(after) == ["menu.txt"]
    assert hits(after, DENSE) == hits(before, DENSE)
    assert "was interrupted before" not in words(after)


def test_a_document_whose_adding_was_interrupted_is_finished_and_named() -> None:
    opened = own(question="What soup is there?")
    owner = opened.app.session_state["tab_key_offered"]
    uploaded_documents.libraries().begin(owner, Document("menu & more.txt", MENU))
    opened.enter("question", "What soup is sold?")
    assert "Adding “menu & more.txt” was interrupted before; it is finished now." in words(opened)
    assert hits(opened, DENSE)[0].text == MENU
    assert uploaded_documents.libraries().unfinished(owner) == ()
    opened.enter("question", "And what else?")
    assert "was interrupted before" not in words(opened)
    assert listed(opened) == ["menu & more.txt"]


def test_a_document_that_is_hardly_text_is_named_and_can_be_left_out_or_kept() -> None:
    scanned = pdf_of("Page 1", "", "")
    opened = own(question="What soup is there?").upload_all(
        "document_files", {"scan.pdf": scanned, "menu.txt": MENU.encode()}
    )
    doubt = "“scan.pdf”: 2 of its 3 pages have no text: they may be pictures. Text recognition (OCR) would find what is"
    assert problems(opened) == [f"{doubt} on them."]
    assert listed(opened) == ["scan.pdf", "menu.txt"]
    opened.press("Leave it out")
    assert (problems(opened), listed(opened)) == ([], ["menu.txt"])
    opened.upload("document_files", "scan.pdf", scanned).press("Search it all the same")
    assert (problems(opened), listed(opened)) == ([], ["menu.txt", "scan.pdf"])


def test_a_passage_by_words_has_nothing_struck_through_since_all_of_it_counts() -> None:
    long = " ".join(f"The soup number {number} is hot." for number in range(120))
    opened = own(question="soup", chunks_by="paragraphs", chunk_paragraphs="3")
    opened.upload("document_files", "menu.txt", f"{MENU}\n\n{long[:900]}\n\n{long[900:1800]}".encode())
    by_meaning, by_words = (page(opened).split(f"<h2>{method}</h2>", 1)[1].split("<h2>")[0] for method in (DENSE, BM25))
    assert "<s>" in by_meaning
    assert "<s>" not in by_words


def test_a_passage_of_a_file_is_named_by_document_number_and_heading() -> None:
    opened = own(question="When do cranes leave?")
    opened.upload("document_files", "birds.md", f"# Soup\n\n{MENU}\n\n# Cranes *fly*\n\n{CRANES}\n".encode())
    assert names(opened, DENSE)[0] == "birds.md · 2 Cranes fly"
