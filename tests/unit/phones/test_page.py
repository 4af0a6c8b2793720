"""The page of the phones: small, whole, and allowed nothing but what it holds."""

import base64
import hashlib
import re

import pytest

from components.ui.phones.page import page, policy
from tests.support.phones import Served

pytest_plugins = ["tests.support.phone_fixtures"]


@pytest.mark.parametrize("path", ["/class", "/class/", "/class/KXPM", "/class/KXPM?k=0123456789ab"])
def test_every_address_of_a_room_gives_the_same_page(served: Served, path: str) -> None:
    reply = served.get(path)
    assert reply.status == 200
    assert reply.body.decode() == page()
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert "set-cookie" not in reply.headers


def test_the_page_has_less_than_30_kb() -> None:
    assert len(page().encode()) < 30_000


def test_only_its_own_script_and_style_may_act(served: Served) -> None:
    said = dict(
        part.strip().split(" ", 1) for part in served.get("/class").headers["Content-Security-Policy"].split(";")
    )
    body = page()
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", body, re.DOTALL)
        assert len(found) == 1
        digest = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        assert said.pop(directive) == f"'sha256-{digest}'"
    assert said == {
        "default-src": "'none'",
        "connect-src": "'self'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert "unsafe" not in policy()


def test_nothing_in_the_page_is_fetched_from_elsewhere_or_read_as_markup() -> None:
    body = page()
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", body) == []
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|localStorage|cookie", body)
