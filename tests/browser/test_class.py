"""A class in browsers: a teacher before a projector asks, and phones answer."""

import re
from pathlib import Path

from playwright.sync_api import expect

from components.core.classroom.sqlite_store import SqliteRooms
from components.ui.lesson.library import shipped
from tests.browser.class_steps import LAPTOP, TEXT, JoinClass, ask_and_show, open_room, pill
from tests.browser.reader import Reader
from tests.browser.server import Server


def test_a_class_of_three_answers_a_number_a_choice_and_a_place_twice_each(reader: Reader, phones: JoinClass) -> None:
    reader.page.set_viewport_size(LAPTOP)
    reader.open("Positions", text=TEXT)
    code = open_room(reader)
    joined = phones(code, 3)
    expect(pill(reader)).to_contain_text("3 in")
    ask_and_show(reader, joined, [0.62, 0.9, 0.3], [0.8, 0.9, 0.95])
    said = re.compile("median 0.62; .+ Asked again: 3 answers, median 0.90; ")
    expect(reader.main.locator(".es-verdict")).to_have_text(said)
    reader.go_to("Attention")
    reader.pick("Screen", "one head")
    ask_and_show(reader, joined, [0, 1, 0], [1, 1, 1])
    reader.go_to("Sentence map")
    ask_and_show(reader, joined, [(0.2, 0.3), (0.5, 0.5), (0.8, 0.7)], [(0.4, 0.4), (0.5, 0.5), (0.6, 0.6)])
    reader.go_to("Your class")
    expect(reader.heading).to_have_text(f"3 questions asked in room {code}")


def test_the_answer_of_a_phone_that_was_cut_off_arrives_when_it_is_back(reader: Reader, phones: JoinClass) -> None:
    reader.open("Tokens", text=TEXT)
    cut, other = phones(open_room(reader), 2)
    expect(pill(reader)).to_contain_text("2 in")
    cut.context.set_offline(True)
    reader.press("Ask the class")
    question = reader.heading.inner_text()
    other.expect_question(question)
    other.answer(0.25)
    expect(pill(reader)).to_contain_text("1 of ")
    cut.context.set_offline(False)
    cut.expect_question(question)
    cut.context.set_offline(True)
    cut.answer(0.5)
    cut.context.set_offline(False)
    expect(pill(reader)).to_contain_text("2 of 2 answered")
    reader.press("Show the answer")
    expect(reader.main.locator(".es-verdict")).to_contain_text("2 answers")


def test_a_phone_that_has_answered_and_is_put_away_still_counts(
    reader: Reader, phones: JoinClass, server: Server
) -> None:
    reader.open("Tokens", text=TEXT)
    code = open_room(reader)
    away, stays = phones(code, 2)
    expect(pill(reader)).to_contain_text("2 in")
    reader.press("Ask the class")
    question = reader.heading.inner_text()
    for phone in (away, stays):
        phone.expect_question(question)
        phone.answer(0.5)
    expect(pill(reader)).to_contain_text("2 of 2 answered")
    away.page.close()
    store = SqliteRooms(Path(server.environment["ENCODERSCOPE_CACHE"]) / "rooms.sqlite")
    while store.heads([code])[code].people > 1:
        reader.page.wait_for_timeout(50)
    reader.reload()
    expect(pill(reader)).to_contain_text("2 of 2 answered")
    expect(reader.main.locator(".es-counting")).to_have_text("2 of 2 have answered")
    reader.press("Show the answer")
    expect(pill(reader)).to_contain_text("1 in")
    expect(reader.main.locator(".es-verdict")).to_contain_text("2 answers")


def test_a_class_types_texts_that_wait_in_the_teachers_notes_and_run_with_one_click(
    reader: Reader, phones: JoinClass
) -> None:
    fooling, script, rude = "Not a bad film at all, I hear.", "<img src=x onerror=window.hacked=1>", "A rude word."
    waiting = '[class*="st-key-waiting_"]'
    reader.open("Sentiment")
    code = open_room(reader)
    with reader.page.context.expect_page() as opened:
        reader.heading.click()
        reader.page.keyboard.press("n")
    notes = Reader(opened.value, reader.origin)
    joined = phones(code, 3)
    expect(pill(reader)).to_contain_text("3 in")
    reader.press("Texts")
    reader.page.get_by_role("button", name="Ask for texts", exact=True).click()
    for count, (phone, text) in enumerate(zip(joined, (fooling, script, rude), strict=True), 1):
        phone.expect_question("Type a text that fools the classifier")
        phone.answer(text)
        # They come without a press, to the teacher alone.
        expect(reader.main.get_by_role("button", name=re.compile(f"^{count} texts? waiting$"))).to_be_visible()
        expect(notes.main.get_by_text(text, exact=True)).to_be_visible()
        expect(reader.page.get_by_text(text, exact=True)).to_have_count(0)
    assert notes.main.locator(waiting).locator("p[dir]").all_inner_texts() == [fooling, script, rude]
    for text, decision, left in (
        (script, "Let through", "2 texts"),
        (rude, "Decline", "1 text"),
        (fooling, "Let through", "No text"),
    ):
        row = notes.main.locator(waiting).filter(has_text=text)
        row.get_by_role("button", name=decision, exact=True).click()
        expect(notes.main.get_by_text(f"{left} waiting")).to_be_visible()
    notes.page.close()
    reader.page.keyboard.press("Escape")
    for text in (fooling, script):
        reader.press(text)
        reader.expect_parameter("review", text)
        reader.settled()
        expect(reader.box("Type a text")).to_have_value(text)
    expect(reader.main.get_by_role("button", name=rude)).to_have_count(0)
    for page in (reader.page, *(phone.page for phone in joined)):
        assert page.evaluate("window.hacked") is None


def test_waiting_texts_are_read_on_the_teachers_screen_where_that_is_asked_for(
    reader: Reader, phones: JoinClass
) -> None:
    reader.open("Tokens", text=TEXT)
    (phone,) = phones(open_room(reader), 1)
    reader.press("Texts")
    reader.page.get_by_role("button", name="Ask for texts", exact=True).click()
    phone.expect_question("Type a sentence that we should look into")
    phone.answer("Norm drinks tea")
    expect(reader.main.get_by_role("button", name="1 text waiting")).to_be_visible()
    reader.page.get_by_text("Read them on this screen").click()
    reader.page.get_by_role("button", name="Let through", exact=True).click()
    expect(reader.main.get_by_role("button", name="Norm drinks tea", exact=True)).to_be_attached()
    reader.page.keyboard.press("Escape")
    reader.press("Norm drinks tea")
    expect(reader.sentence).to_have_value("Norm drinks tea")
    reader.settled()


def test_a_lesson_is_walked_with_a_class_that_answers_its_questions(reader: Reader, phones: JoinClass) -> None:
    reader.page.set_viewport_size(LAPTOP)
    name = "five_minutes"
    reader.open("Overview")
    code = open_room(reader)
    joined = phones(code, 2)
    expect(pill(reader)).to_contain_text("2 in")
    asked = []
    stops = shipped()[name].stops
    reader.press("Start a lesson")
    reader.page.get_by_role("link", name=re.compile("^Five minutes")).click()
    for number, stop in enumerate(stops, 1):
        expect(reader.main.locator(".es-lesson")).to_contain_text(f"{number} of {len(stops)}")
        reader.settled()
        if ("ask", "true") in stop.parameters:
            asked.append(reader.heading.inner_text())
            ask_and_show(reader, joined, [0.5, 0.8] if stop.screen == "every order" else [0, 1])
        else:
            expect(reader.main.get_by_role("button", name="Show the answer without asking")).to_have_count(0)
        if number < len(stops):
            reader.page.keyboard.press("ArrowRight")
            reader.expect_parameter("stop", number + 1)
    assert len(asked) == 2
    reader.go_to("Your class")
    expect(reader.heading).to_have_text(f"2 questions asked in room {code}")
    for question in asked:
        expect(reader.main.get_by_text(question)).to_be_visible()
