"""Connections to an Ollama on this machine, for httpcore. Its own set a timer and call the system twice for each read:
with hundreds of replies at once that was a quarter of all work. Here what has come is had at once, and who asks limits
how long is waited."""

import asyncio.base_events
import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

if TYPE_CHECKING:
    import socket
else:  # the event loop's own: those of other modules may be made for greenlets
    socket = asyncio.base_events.socket


def connect_locally(client: httpx.AsyncClient) -> None:
    """The client library has no argument for it."""
    pool: Any = client._transport._pool  # type: ignore[attr-defined]  # noqa: SLF001
    pool._network_backend = LocalNetwork()  # noqa: SLF001


class LocalNetwork(httpcore.AsyncNetworkBackend):
    async def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        """The first address that answers. Raises ConnectError."""
        loop, failed = asyncio.get_running_loop(), httpcore.ConnectError(f"{host} has no address")
        with _failing_as(httpcore.ConnectError):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for family, kind, protocol, _name, address in found:
            connection = socket.socket(family, kind, protocol)
            try:
                connection.setblocking(False)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                await loop.sock_connect(connection, address)
            except OSError as error:
                connection.close()
                failed = httpcore.ConnectError(error)
            except BaseException:
                connection.close()
                raise
            else:
                return _Stream(connection)
        raise failed


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    async def read(self, max_bytes: int, *_: Any, **__: Any) -> bytes:
        with _failing_as(httpcore.ReadError):
            return await asyncio.get_running_loop().sock_recv(self._connection, max_bytes)

    async def write(self, buffer: bytes, *_: Any, **__: Any) -> None:
        with _failing_as(httpcore.WriteError):
            await asyncio.get_running_loop().sock_sendall(self._connection, buffer)

    async def aclose(self) -> None:
        self._connection.close()

    def get_extra_info(self, info: str) -> Any:
        return _has_come(self._connection) if info == "is_readable" else None


def _has_come(connection: socket.socket) -> bool:
    """Whether there is something to read, be it the end."""
    looking = select.poll()
    looking.register(connection, select.POLLIN)
    return bool(looking.poll(0))


@contextmanager
def _failing_as(kind: type[Exception]) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise kind(error) from error
