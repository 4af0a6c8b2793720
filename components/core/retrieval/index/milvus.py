"""The connection to Milvus, and its errors as sentences for the reader."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import grpc
from pymilvus import MilvusClient, MilvusException

from components.core.errors import StoreError

_LOG = logging.getLogger(__name__)
# Both print their errors with tracebacks; store_errors() logs them in one line.
for _noisy in ("pymilvus", "milvus_lite"):
    logging.getLogger(_noisy).setLevel(logging.CRITICAL + 1)


def is_embedded(uri: str) -> bool:
    """Return whether this is a directory of Milvus Lite and not a server."""
    return uri.endswith(".db")


def connect(uri: str, token: str, timeout: float) -> MilvusClient:
    """Return a client of a server, or of a directory that no other process has open. timeout: in seconds."""
    # Clients that share the global pool do not notice for a while that a lost server has returned.
    # A server treats pings of an idle client as an attack if they come more often than every five minutes.
    options = {"grpc.use_local_subchannel_pool": 1, "grpc.keepalive_time_ms": 300_000}
    if is_embedded(uri):
        Path(uri).parent.mkdir(parents=True, exist_ok=True)
        # A port of this computer is not reached through a proxy.
        options["grpc.enable_http_proxy"] = 0
    return MilvusClient(uri, token=token, timeout=timeout, dedicated=True, grpc_options=options)


def disconnect(client: MilvusClient, uri: str) -> None:
    """Close the connection or the directory."""
    client.close()
    if is_embedded(uri):
        from milvus_lite.server_manager import server_manager_instance

        server_manager_instance.release_server(uri)


def collections(client: MilvusClient, uri: str, timeout: float) -> list[str]:
    """Return the names of all collections. timeout: in seconds."""
    if is_embedded(uri):
        # To list them, Milvus Lite would open all of them, and fail if one is damaged.
        return [file.parent.name for file in Path(uri).glob("collections/*/schema.json")]
    return list(client.list_collections(timeout=timeout))


@contextmanager
def store_errors(uri: str) -> Iterator[None]:
    """Turn errors of Milvus, gRPC and the disk into a StoreError."""
    try:
        yield
    except (MilvusException, grpc.RpcError, OSError) as error:
        reason = " ".join(str(getattr(error, "message", error)).split())
        address = _without_secret(uri)
        _LOG.warning("The index at %s: %s", address, reason)
        if is_embedded(uri):
            raise StoreError(
                "The index of chunks cannot be used. Try again; if it stays so, the operator of this app should "
                "restart it and check its log."
            ) from error
        raise StoreError(
            f"The Milvus server at {address} cannot be used: {reason}. Try again; if it stays so, the operator of this "
            "app should check that the server runs and that ENCODERSCOPE_MILVUS_URI and ENCODERSCOPE_MILVUS_TOKEN are "
            "right."
        ) from error


def _without_secret(uri: str) -> str:
    """Return an address without its user, password and query.

    >>> _without_secret("http://user:secret@127.0.0.1:19530/?token=secret")
    'http://127.0.0.1:19530/'
    """
    parts = urlsplit(uri)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
