"""HAProxy, with the app's own configuration, before two small servers in place of replicas."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from deploy.serve import answers, balanced, find_haproxy, free_ports
from tests.support.paths import ROOT

_PATIENCE = 60


class EchoingReplica(BaseHTTPRequestHandler):
    """Says which replica it is, and what it was sent."""

    protocol_version = "HTTP/1.1"
    server: ThreadingHTTPServer

    def do_GET(self) -> None:
        """Answer whatever is asked."""
        said = {"port": self.server.server_port, "path": self.path, "headers": list(self.headers.items())}
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - as the base class names it

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class QuietServer(ThreadingHTTPServer):
    """Serves without a word about health checks, which end in the middle."""

    def handle_error(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(params=["", "/encoderscope"])
def path(request: pytest.FixtureRequest) -> str:
    """Served at the root, and under a path."""
    return str(request.param)


@pytest.fixture
def port(path: str) -> Iterator[int]:
    """The port of a balancer before two replicas."""
    if find_haproxy() is None:
        pytest.fail("There is no HAProxy: run `python -m tests.browser.get_haproxy`.")
    replicas = [QuietServer(("127.0.0.1", 0), EchoingReplica) for _ in range(2)]
    for each in replicas:
        threading.Thread(target=each.serve_forever, daemon=True).start()
    (own,) = free_ports(1)
    with balanced([each.server_address[1] for each in replicas], f"127.0.0.1:{own}", path):
        end = time.monotonic() + _PATIENCE
        while not answers(f"http://127.0.0.1:{own}{path}/_stcore/health"):
            assert time.monotonic() < end
            time.sleep(0.05)
        yield own
    for each in replicas:
        each.shutdown()
        each.server_close()


def ask(
    port: int, path: str, method: str = "GET", source: str = "127.0.0.1", **headers: str
) -> tuple[dict[str, Any], HTTPResponse]:
    """What a replica says it was sent, and the answer. source: the client's address, of this machine."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE, source_address=(source, 0))
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    said = json.loads(response.read())
    connection.close()
    return said, response


def cookie_of(response: HTTPResponse) -> str:
    """The cookie that a response sets, as a browser sends it back."""
    return (response.getheader("Set-Cookie") or "").partition(";")[0]


def test_phones_are_served_by_each_replica_in_turn_without_a_cookie(port: int, path: str) -> None:
    seen = []
    for method, ending in [("GET", ""), ("POST", "/KXPM/join"), ("GET", "/KXPM/events?device=1"), ("GET", "/KXPM")]:
        said, response = ask(port, f"{path}/class{ending}", method)
        assert response.status == 200
        assert said["path"] == f"{path}/class{ending}"
        assert response.getheader("Set-Cookie") is None
        seen.append(said["port"])
    assert seen[0] == seen[2] != seen[1] == seen[3]


def test_a_readers_cookie_binds_no_phone_in_the_same_browser(port: int, path: str) -> None:
    _, response = ask(port, f"{path}/tokens")
    cookie = cookie_of(response)
    seen = {ask(port, f"{path}/class/KXPM", Cookie=cookie)[0]["port"] for _ in range(2)}
    assert len(seen) == 2


def test_readers_stay_where_their_cookie_leads(port: int, path: str) -> None:
    said, response = ask(port, f"{path}/tokens")
    cookie = cookie_of(response)
    assert cookie.startswith("encoderscope=")
    for page in ("tokens", "your-class", "classes", "class-of-its-own", "_stcore/health"):
        for _ in range(2):
            assert ask(port, f"{path}/{page}", Cookie=cookie)[0]["port"] == said["port"]


def forwarded_for(port: int, page: str, source: str, *said: str) -> list[str]:
    """Who has asked, as a replica is told."""
    headers = {"X_Forwarded_For": said[0]} if said else {}
    told, _ = ask(port, page, source=source, **headers)
    return [value for name, value in told["headers"] if name.lower() == "x-forwarded-for"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a second address of this machine")
def test_what_a_client_says_of_its_own_address_is_replaced(port: int, path: str) -> None:
    for page in (f"{path}/class/KXPM", f"{path}/tokens"):
        assert forwarded_for(port, page, "127.0.0.2") == ["127.0.0.2"]
        assert forwarded_for(port, page, "127.0.0.2", "10.1.2.3, 10.4.5.6") == ["127.0.0.2"]


def test_what_a_web_server_on_this_machine_has_added_is_believed(port: int, path: str) -> None:
    for page in (f"{path}/class/KXPM", f"{path}/tokens"):
        assert forwarded_for(port, page, "127.0.0.1") == ["127.0.0.1"]
        # The client itself has said the first.
        assert forwarded_for(port, page, "127.0.0.1", "10.1.2.3, 10.4.5.6") == ["10.4.5.6"]


def test_haproxy_takes_the_configuration_of_the_compose_file_without_a_warning(path: str) -> None:
    folder = ROOT / "deploy"
    command = [find_haproxy() or "haproxy", "-c", "-f", str(folder / "haproxy.cfg"), "-f", str(folder / "compose.cfg")]
    checked = subprocess.run(
        command,
        env=os.environ | {"ENCODERSCOPE_BIND": ":8080", "ENCODERSCOPE_PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "warning" not in (checked.stdout + checked.stderr).lower()
