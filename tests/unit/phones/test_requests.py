"""Whom a request comes from."""

import pytest
from starlette.requests import Request

from components.ui.phones.requests import address_of


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.168.1.7", "192.168.1.7"),
        ("::ffff:192.168.1.7", "192.168.1.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("testclient", "testclient"),
        (None, ""),
    ],
)
def test_all_addresses_that_one_machine_may_have_are_one(host: str | None, address: str) -> None:
    client = None if host is None else (host, 50_000)
    assert address_of(Request({"type": "http", "client": client, "headers": []})) == address
