"""Laptops of a class that follow the teacher's screen, and a teacher who loads the page anew."""

import re

from playwright.sync_api import expect

from tests.browser.class_steps import TEXT, open_room, pill
from tests.browser.conftest import NewReader
from tests.browser.reader import Reader
from tests.browser.server import Server


def test_a_teacher_who_reloads_keeps_the_room_and_another_tab_with_the_address_does_not_get_it(
    reader: Reader, new_reader: NewReader, server: Server
) -> None:
    reader.open("Tokens", text=TEXT)
    code = open_room(reader)
    reader.press("Ask the class")
    reader.reload()
    expect(reader.main.get_by_role("button", name="Show the answer")).to_be_visible()
    expect(pill(reader)).to_contain_text(code)
    pill(reader).click()
    expect(reader.page.locator(".large .qr svg")).to_be_visible()
    reader.page.keyboard.press("Escape")
    reader.press("Show the answer")
    expect(reader.main.locator(".es-verdict")).to_contain_text("Nobody has answered")
    other = new_reader(server)
    other.open("Tokens", text=TEXT, room=code)
    expect(other.sidebar.get_by_role("button", name=f"Leave room {code}")).to_be_visible()
    expect(other.main.get_by_role("button", name=re.compile("Ask"))).to_have_count(0)


def test_a_laptop_follows_the_teacher_until_it_steps_aside_and_comes_back(
    reader: Reader, new_reader: NewReader, server: Server
) -> None:
    reader.open("Tokens", text=TEXT)
    code = open_room(reader)
    laptop = new_reader(server)
    laptop.open("Overview")
    laptop.sidebar.get_by_role("button", name="Your class").click()
    box = laptop.page.get_by_role("textbox", name="Or follow a teacher's room")
    box.fill(code.lower())
    box.press("Enter")
    laptop.expect_parameter("room", code)
    expect(pill(reader)).to_contain_text("1 in")
    expect(laptop.page).to_have_title("Overview")
    reader.sidebar.get_by_text("Lead", exact=True).click()
    expect(laptop.page).to_have_title("Tokens")
    expect(laptop.sentence).to_have_value(TEXT)
    reader.type("Norm drinks tea")
    expect(laptop.sentence).to_have_value("Norm drinks tea")
    reader.go_to("Attention")
    expect(laptop.page).to_have_title("Attention")
    reader.pick("Screen", "one head")
    laptop.expect_parameter("screen", "one head")
    # The teacher's question is the laptop's, too.
    question = reader.heading.inner_text()
    reader.press("Ask the class")
    expect(laptop.heading).to_have_text(question)
    laptop.settled()
    expect(laptop.main.get_by_role("button", name=re.compile("Show|Ask"))).to_have_count(0)
    laptop.main.locator(".st-key-question_whom").get_by_role("radio").first.click(force=True)
    laptop.settled()
    laptop.press("Send")
    expect(laptop.main.get_by_text("Your answer: ")).to_be_visible()
    expect(pill(reader)).to_contain_text("1 of 1 answered")
    reader.press("Show the answer")
    expect(laptop.main.locator(".es-verdict")).to_contain_text("1 answer")
    aside = laptop.page.locator(".aside")
    aside.click()
    expect(aside).to_have_text(f"{code} · Follow again")
    laptop.go_to("Embeddings")
    reader.go_to("Positions")
    reader.type("The dog bit the man")
    laptop.settled()
    expect(laptop.page).to_have_title("Embeddings")
    aside.click()
    expect(laptop.page).to_have_title("Positions")
    expect(laptop.sentence).to_have_value("The dog bit the man")
    laptop.settled()
    laptop.sidebar.get_by_role("button", name=f"Leave room {code}").click()
    laptop.expect_parameter("room", None)
    expect(aside).to_have_count(0)
