"""A connection lives for as long as its client answers pings, whatever else it is told, and no longer."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import socketio

from tests.eventually import wait_until
from tests.fixtures.server import LocritServer

PING_S = 1.0
LIVES_S = 4.5 * PING_S
"""A connection to which nothing seems to be sent ends after two pings."""
TRANSPORTS = (["websocket"], ["polling"], ["polling", "websocket"])


@pytest.fixture(scope="module")
def pinging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocritServer]:
    nowhere = {"LOCRIT_LLM": "ollama", "OLLAMA_HOST": "http://127.0.0.1:9"}
    server = LocritServer(tmp_path_factory.mktemp("data"), {**nowhere, "LOCRIT_PING": str(PING_S)})
    yield server
    server.kill()


@contextmanager
def connected(server: LocritServer, transports: list[str]) -> Iterator[socketio.Client]:
    client = socketio.Client(reconnection=False)
    client.connect(server.url, transports=transports)
    transport, http = client.eio.ws, client.eio.http
    yield client
    client.disconnect()
    if transport is not None:
        transport.shutdown()  # the library leaves both to the garbage collector
    if http is not None:
        http.close()


def test_who_answers_pings_stays(pinging: LocritServer) -> None:
    with ExitStack() as stack:
        idle, busy = ([stack.enter_context(connected(pinging, each)) for each in TRANSPORTS] for _ in range(2))
        until = time.monotonic() + LIVES_S
        while time.monotonic() < until:
            time.sleep(PING_S / 5)
            for client in busy:
                client.call("subscribe", {"scope": "user", "since": 0}, timeout=30)
        assert [client.connected for client in (*idle, *busy)] == [True] * 6


def test_who_does_not_is_let_go(pinging: LocritServer) -> None:
    with connected(pinging, ["websocket"]) as client:
        client.eio._send_packet = lambda _packet: None
        wait_until(lambda: not client.connected)
