"""Scripts and style sheets are compressed once; all else is left to the app."""

import gzip

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from components.ui.compressed_files import CompressedFiles

SCRIPT = b"const answer = 42;\n" * 200


@pytest.fixture
def asked() -> list[str]:
    """The paths that the app was asked for."""
    return []


@pytest.fixture
def browser(asked: list[str]) -> TestClient:
    """A browser of an app with a few files."""

    async def answer(request: Request) -> Response:
        asked.append(request.url.path)
        if "missing" in request.url.path:
            return Response("not here", 404)
        body = b"short" if "short" in request.url.path else SCRIPT
        return Response(body, headers={"cache-control": "public, immutable", "etag": '"1"'})

    return TestClient(CompressedFiles(Starlette(routes=[Route("/{path:path}", answer)])))


@pytest.mark.parametrize("path", ["/static/js/a.js", "/school/encoderscope/static/css/b.css"])
def test_a_script_is_compressed_once_and_arrives_whole(browser: TestClient, asked: list[str], path: str) -> None:
    for _ in range(3):
        with browser.stream("GET", path) as response:
            raw = b"".join(response.iter_raw())
            assert response.headers["content-encoding"] == "gzip"
            assert response.headers["cache-control"] == "public, immutable"
            assert "accept-encoding" in response.headers["vary"].lower()
            assert int(response.headers["content-length"]) == len(raw) < len(SCRIPT) / 10
            assert gzip.decompress(raw) == SCRIPT
    assert asked == [path]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/static/media/font.woff2", {}),
        ("/attention", {}),
        ("/media/a.js", {}),
        ("/static/js/short.js", {}),
        ("/static/js/missing.js", {}),
        ("/static/js/a.js", {"accept-encoding": "identity"}),
        ("/static/js/a.js", {"range": "bytes=0-9"}),
        ("/static/js/a.js", {"if-none-match": '"1"'}),
    ],
)
def test_all_else_is_the_apps_own_answer(
    browser: TestClient, asked: list[str], path: str, headers: dict[str, str]
) -> None:
    for _ in range(2):
        response = browser.get(path, headers=headers)
        assert "content-encoding" not in response.headers
        assert response.status_code == (404 if "missing" in path else 200)
    assert asked == [path, path]
