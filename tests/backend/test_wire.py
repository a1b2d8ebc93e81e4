"""Below the client libraries: packets that no client sends, and several server processes behind one queue."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
import websocket

from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer
from tests.fixtures.sockets import ChatClient

UNREADABLE = [
    "4",
    "42",
    "42[",
    "42[]",
    "42{}",
    "42[1]",
    "42[null,{}]",
    '42["chat_message",' + "[" * 100_000,
    '42["chat_message",{"message":' + "9" * 5000 + "}]",
    '451-["chat_message",{"_placeholder":true,"num":7}]',
    "44",
    "4nonsense",
    "4\ud7ff\ufffe",
]
STRANGE = [
    "",
    "9",
    "nonsense",
    '42["connect"]',
    '42["disconnect"]',
    '42["trigger_event","x","y"]',
    '42["_refuse",{}]',
    '42["chat_message",{"locrit_name":"\\ud800","message":"x"}]',
    "43[]",
    "40/nowhere,",
    '40["auth"]',
]


@pytest.mark.parametrize("packet", UNREADABLE + STRANGE, ids=lambda packet: packet[:30])
def test_no_packet_harms_the_server(shared_server: LocritServer, packet: str) -> None:
    with _raw_socket(shared_server) as raw:
        raw.send(packet)
        if packet in UNREADABLE:
            while not (told := str(raw.recv())).startswith('42["error"'):
                assert told
            assert "invalid_input" in told
    _assert_well(shared_server)


def test_a_packet_beyond_the_limit_only_costs_its_own_connection(shared_server: LocritServer, locrit: str) -> None:
    with _raw_socket(shared_server) as raw:
        message = {"locrit_name": locrit, "message": "x" * 3_000_000}
        with suppress(ConnectionError):  # it may hang up before it has heard all of it
            raw.send(f'42["chat_message",{json.dumps(message)}]')
        assert _hangs_up(raw)
    _assert_well(shared_server)


def _hangs_up(raw: websocket.WebSocket) -> bool:
    try:
        while raw.recv():
            pass
    except websocket.WebSocketTimeoutException:
        return False
    except (websocket.WebSocketException, ConnectionError):
        pass
    return True


@contextmanager
def _raw_socket(server: LocritServer) -> Iterator[websocket.WebSocket]:
    url = server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    raw = websocket.create_connection(url, timeout=10)
    raw.send("40")
    try:
        yield raw
    finally:
        raw.close()
        raw.shutdown()  # type: ignore[no-untyped-call]  # `close` leaves open what the server has hung up


def _assert_well(server: LocritServer) -> None:
    client = ChatClient(server.url)
    assert client.wait_for("connected")["status"] == "connected"
    client.close()
    assert httpx.get(f"{server.url}/health").json()["status"] == "healthy"


def test_long_polling_works_too(api: httpx.Client) -> None:
    path = "/socket.io/?EIO=4&transport=polling"
    opened = json.loads(api.get(path).text[1:])
    path = f"{path}&sid={opened['sid']}"
    assert api.post(path, content="40").text == "OK"
    assert '42["connected",{"status":"connected"' in api.get(path).text
    assert api.post(path, content='421["subscribe",{"scope":"user:local"}]').text == "OK"
    assert api.get(path).text.startswith('431[{"ok":true')
    api.post(path, content="1")


@pytest.fixture
def pair(
    tmp_path: Path, postgresql_url: str, valkey_url: str, ollama: FakeOllama
) -> Iterator[tuple[LocritServer, LocritServer]]:
    env = {
        "LOCRIT_DATABASE_URL": postgresql_url,
        "LOCRIT_REDIS_URL": valkey_url,
        "OLLAMA_HOST": ollama.url,
        "LOCRIT_LLM": "ollama",
    }
    servers = [LocritServer(tmp_path / name, env) for name in ("one", "other")]
    yield servers[0], servers[1]
    for server in servers:
        server.kill()
        assert "Traceback" not in server.log, server.log


def test_a_reply_streams_to_clients_of_every_process(
    pair: tuple[LocritServer, LocritServer], ollama: FakeOllama
) -> None:
    ollama.enqueue(["one ", "two"])
    sender, reader = (ChatClient(server.url) for server in pair)
    chat = {"locrit_name": "Bob Technique", "session_id": "s1"}
    reader.call("join_chat", chat)
    sender.call("chat_message", {**chat, "message": "Count"})
    for client in (sender, reader):
        client.wait_for("chat_complete")
        assert "".join(chunk["content"] for chunk in client.all("chat_chunk")) == "one two"
        client.close()
