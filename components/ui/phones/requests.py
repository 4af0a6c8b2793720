"""What is read of a request, and why one is refused."""

import asyncio
import ipaddress
import json
import re
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

# Seconds in which the body of a request must have arrived.
_PATIENCE = 10.0
_DEVICE = re.compile("[0-9a-f]{32}")
_PLAIN = re.compile("[!-~]{0,200}")
#: The largest number of a round that a store can hold.
_LARGEST = 2**31


class RefusedError(Exception):
    """A request that is not answered; the message is for whoever holds the phone."""

    def __init__(self, status: int, problem: str, wait: float = 0.0, **also: Any) -> None:
        """status: of HTTP. wait: seconds after which it may be tried again. also: said beside the problem."""
        super().__init__(problem)
        self.status, self.problem, self.wait, self.also = status, problem, wait, also


def refuse_other_sites(request: Request) -> None:
    """Refuse what a page of another site has sent from somebody's browser. A client that is no browser says neither.

    A browser says Sec-Fetch-Site only over HTTPS or on the same machine; Origin it says whenever it sends something.
    """
    site = request.headers.get("sec-fetch-site")
    allowed = ("same-origin",) if request.method == "POST" else ("same-origin", "none")
    origin = request.headers.get("origin")
    if (site is not None and site not in allowed) or (origin is not None and not _is_own(request, origin)):
        raise RefusedError(403, "This was sent from another site, so it is not read.")


def _is_own(request: Request, origin: str) -> bool:
    try:
        return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower() != ""
    except ValueError:
        return False


async def read_json(request: Request, most_bytes: int) -> dict[str, Any]:
    """Return the object in a request's body."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise RefusedError(415, "The server reads JSON.")
    try:
        async with asyncio.timeout(_PATIENCE):
            body = await _read_body(request, most_bytes)
    except TimeoutError as error:
        raise RefusedError(408, "This took too long to arrive. Send it again.") from error
    try:
        found = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, "The server cannot read this.") from error
    if not isinstance(found, dict):
        raise RefusedError(400, "The server cannot read this.")
    return found


async def _read_body(request: Request, most_bytes: int) -> bytes:
    too_large = RefusedError(413, f"This is more than {most_bytes // 1024} kB. Send less.")
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said[:20]) > most_bytes:
        raise too_large
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most_bytes:
            raise too_large
    return bytes(body)


def _refuse_constant(name: str) -> float:
    # NaN and Infinity are no JSON, though Python reads them.
    raise ValueError(name)


def device_in(value: object) -> str:
    """Return the id of a device; "" if this cannot be one."""
    return value if isinstance(value, str) and _DEVICE.fullmatch(value) else ""


def round_in(value: object) -> int:
    """Return the number of a round; 0, which no round has, if this cannot be one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _LARGEST else 0


def plain_in(value: object) -> str:
    """Return a key or a secret; "" if this cannot be one."""
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else ""


def path_in(value: object) -> str | None:
    """Return a path of this site with its query, or "" for none; None if it leads elsewhere.

    >>> path_in("/tokens?text=it"), path_in("//elsewhere"), path_in("https://elsewhere"), path_in("/\\nx")
    ('/tokens?text=it', None, None, None)
    """
    if not isinstance(value, str) or not value.isprintable():
        return None
    # Browsers read a backslash as a slash.
    return value if value == "" or (value.startswith("/") and value[1:2] not in ("/", "\\")) else None


def address_of(request: Request) -> str:
    """Return the address of the client, or of the balancer's client where uvicorn trusts the balancer.

    Of an IPv6 address, the part that names its network: each machine has 2⁶⁴ addresses of its own.
    """
    said = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(said.partition("%")[0])
    except ValueError:
        return said[:100]
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)
