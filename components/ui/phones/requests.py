"""What is read of a request, and why one is refused."""

import json
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

# Bytes of a request's body.
_MOST_BYTES = 16_384


class RefusedError(Exception):
    """A request that is not answered; the message is for whoever holds the phone."""

    def __init__(self, status: int, problem: str, wait: float = 0.0) -> None:
        """status: of HTTP. wait: seconds after which it may be tried again."""
        super().__init__(problem)
        self.status, self.problem, self.wait = status, problem, wait


def refuse_other_sites(request: Request) -> None:
    """Refuse what a page of another site has sent from somebody's browser. A client that is no browser says neither."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or site not in (None, "same-origin", "none"):
        raise RefusedError(403, "This was sent from another site, so it is not read.")


async def read_json(request: Request) -> dict[str, Any]:
    """Return the object in a request's body."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise RefusedError(415, "The server reads JSON.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            raise RefusedError(413, f"This is more than {_MOST_BYTES // 1024} kB. Send less.")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, "This is no JSON.") from error
    if not isinstance(found, dict):
        raise RefusedError(400, "This is no JSON object.")
    return found


def text_in(found: dict[str, Any], name: str) -> str:
    """Return a text of a JSON object; "" if there is none."""
    value = found.get(name, "")
    return value if isinstance(value, str) else ""


def address_of(request: Request) -> str:
    """Return the address of the client, or of the balancer's client where uvicorn trusts the balancer."""
    return request.client.host if request.client else ""
