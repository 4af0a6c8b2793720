"""The connection to Milvus, and its errors in words."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import grpc
from pymilvus import MilvusClient, MilvusException

from components.core.errors import StoreError

_LOG = logging.getLogger(__name__)
# Both print their own errors, with tracebacks; they are said in words here.
for _noisy in ("pymilvus", "milvus_lite"):
    logging.getLogger(_noisy).setLevel(logging.CRITICAL + 1)


def is_embedded(uri: str) -> bool:
    """Whether this is a directory of Milvus Lite and not a server."""
    return uri.endswith(".db")


def connect(uri: str, token: str, timeout: float) -> MilvusClient:
    """A client of the server, or of the directory, which no other process may have open. timeout: in seconds."""
    # With the pool of all clients, one that has found its server away does not see it return for a while.
    # A server takes pings of an idle client for an attack if they come more often than every five minutes.
    options = {"grpc.use_local_subchannel_pool": 1, "grpc.keepalive_time_ms": 300_000}
    if is_embedded(uri):
        Path(uri).parent.mkdir(parents=True, exist_ok=True)
        # A proxy is not to be asked for a port of this computer.
        options["grpc.enable_http_proxy"] = 0
    return MilvusClient(uri, token=token, timeout=timeout, dedicated=True, grpc_options=options)


def disconnect(client: MilvusClient, uri: str) -> None:
    """Let go of the server or the directory."""
    client.close()
    if is_embedded(uri):
        from milvus_lite.server_manager import server_manager_instance

        server_manager_instance.release_server(uri)


def collections(client: MilvusClient, uri: str, timeout: float) -> list[str]:
    """The names of all collections. timeout: in seconds."""
    if is_embedded(uri):
        # Asked for them, Milvus Lite opens all of them, and one that is damaged hides the others.
        return [file.parent.name for file in Path(uri).glob("collections/*/schema.json")]
    return list(client.list_collections(timeout=timeout))


@contextmanager
def store_errors(uri: str) -> Iterator[None]:
    """Turn what Milvus, gRPC and the disk raise into a StoreError."""
    try:
        yield
    except (MilvusException, grpc.RpcError, OSError) as error:
        reason = " ".join(str(getattr(error, "message", error)).split())
        place = _without_secret(uri)
        _LOG.warning("The index at %s: %s", place, reason)
        if is_embedded(uri):
            raise StoreError(
                "The index of chunks cannot be used. Try again; if it stays so, whoever runs this app should start it "
                "again, and look at its log."
            ) from error
        raise StoreError(
            f"The Milvus server at {place} cannot be used: {reason}. Try again; if it stays so, whoever runs this app "
            "should see whether that server runs, and whether ENCODERSCOPE_MILVUS_URI and ENCODERSCOPE_MILVUS_TOKEN "
            "are right."
        ) from error


def _without_secret(uri: str) -> str:
    parts = urlsplit(uri)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
