"""Where connections come in: as many as there are file descriptors for, less those that the server itself needs."""

import errno
import logging
import resource
import socket
from http import HTTPStatus
from typing import Any

import eventlet
from eventlet.greenio import GreenSocket

from backend.runtime.strict_http import answer, hang_up

log = logging.getLogger("locrit.listener")

BACKLOG = 1024
DESCRIPTORS = 65_536
RESERVED = 64
"""For the database, its journals, and connections to models; a quarter where there are few."""
ACCEPT_RETRY_S = 0.1
FULL = answer(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "too_many_connections",
    "This server has as many connections as it can hold.",
    "Close pages that are not needed and try again in a minute, or raise the limit of open files (ulimit -n).",
)


def listen(host: str, port: int) -> "Listener":
    """Raises SystemExit with a sentence when the address cannot be had."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = Listener(family)
        # not eventlet.listen: it sets SO_REUSEPORT, and a second server would silently take half of the connections
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # inherited by every connection: else the second of two small packets, such as a token, waits 40 ms for an ack
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        raise SystemExit(
            f"Cannot listen on {host}:{port}: {error.strerror}. "
            "Stop the program that uses this address, or choose another one with LOCRIT_HOST and LOCRIT_PORT."
        ) from None
    return listener


class Listener(GreenSocket):  # type: ignore[misc]  # eventlet has no types
    """Refuses who would take the last file descriptors: those who are here go on."""

    def __init__(self, family: socket.AddressFamily) -> None:
        super().__init__(family)
        limit = _raise_limit()
        self._reserved = min(RESERVED, limit // 4)
        self._limit = limit - self._reserved
        self._is_full = False

    def accept(self) -> tuple[GreenSocket, Any]:
        while True:
            try:
                connection, address = super().accept()
            except OSError as error:
                if error.errno not in (errno.EMFILE, errno.ENFILE, errno.ECONNABORTED):
                    raise
                log.error("cannot accept a connection: %s", error)
                eventlet.sleep(ACCEPT_RETRY_S)
                continue
            if self._has_room_for(connection):
                return connection, address
            if connection.fileno() < self._limit + self._reserved // 4:
                eventlet.spawn(_refuse, connection)
            else:  # waiting until they have read it would take what is reserved
                connection.close()

    def _has_room_for(self, connection: GreenSocket) -> bool:
        """The kernel gives the lowest number that is free: a high one says that all below are taken."""
        was_full, self._is_full = self._is_full, connection.fileno() >= self._limit
        if self._is_full and not was_full:
            log.warning("%d file descriptors are in use: new connections are refused", self._limit)
        return not self._is_full


def _refuse(connection: GreenSocket) -> None:
    try:
        connection.sendall(FULL)
    except OSError:  # it is gone already
        pass
    hang_up(connection)
    connection.close()


def _raise_limit() -> int:
    """As far as the system lets us; returns how many file descriptors there can be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return DESCRIPTORS if soft == resource.RLIM_INFINITY else soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):  # macOS has a limit below its limit
        return soft
    return wanted
