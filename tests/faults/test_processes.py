"""Several processes serve one database: one starts, another one dies, and no reply is lost or taken from its owner."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama, Hold
from tests.faults.audit import audit
from tests.fixtures.server import LocritServer
from tests.fixtures.sockets import ChatClient

BEGINNING = "What was said before the owner died, and is saved. " * 3


@pytest.fixture
def places(tmp_path: Path, postgresql_url: str, valkey_url: str, ollama: FakeOllama) -> Iterator["Places"]:
    yield from serving(tmp_path, {"LOCRIT_DATABASE_URL": postgresql_url, "LOCRIT_REDIS_URL": valkey_url}, ollama)


@pytest.fixture
def places_without_queue(tmp_path: Path, postgresql_url: str, ollama: FakeOllama) -> Iterator["Places"]:
    """They know of each other by the database alone."""
    yield from serving(tmp_path, {"LOCRIT_DATABASE_URL": postgresql_url}, ollama)


def serving(home: Path, env: dict[str, str], ollama: FakeOllama) -> Iterator["Places"]:
    places = Places(home, {**env, "OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama"})
    yield places
    places.close()


class Places:
    def __init__(self, home: Path, env: dict[str, str]) -> None:
        self._home, self._env = home, env
        self._servers: list[LocritServer] = []

    def start(self) -> LocritServer:
        server = LocritServer(self._home / str(len(self._servers)), self._env)
        self._servers.append(server)
        return server

    def close(self) -> None:
        for server in self._servers:
            server.kill()
            assert "Traceback" not in server.log, server.log


def test_a_process_that_starts_leaves_the_replies_of_others_alone(
    places: Places, ollama: FakeOllama, postgresql_url: str
) -> None:
    more = threading.Event()
    ollama.enqueue([BEGINNING, Hold(more), "And the rest."])
    owner = places.start()
    generation = begun(owner)
    newcomer = places.start()
    assert state(newcomer, generation)["status"] == "streaming"
    more.set()
    wait_until(lambda: state(newcomer, generation)["status"] == "complete")
    assert state(newcomer, generation)["content"] == f"{BEGINNING}And the rest."
    audit(postgresql_url)


def test_a_reply_whose_process_died_is_interrupted_by_another_one(
    places: Places, ollama: FakeOllama, postgresql_url: str
) -> None:
    ollama.enqueue([BEGINNING, Hold(threading.Event())])
    owner, survivor = places.start(), places.start()
    generation = begun(owner)
    follower = ChatClient(survivor.url)
    follower.call("resume_generation", {"generation_id": generation})
    owner.kill()
    killed = time.monotonic()
    ended = follower.wait_for("chat_complete")
    print(f"noticed after {time.monotonic() - killed:.1f} s")
    assert ended["status"] == "interrupted"
    assert state(survivor, generation)["content"] == BEGINNING
    follower.close()
    audit(postgresql_url)


def test_a_reply_is_stopped_by_another_process_than_its_own(places: Places, ollama: FakeOllama) -> None:
    ollama.enqueue([BEGINNING, Hold(threading.Event())])
    owner, other = places.start(), places.start()
    generation = begun(owner)
    with other.client() as client:
        stopped = client.post(f"/api/v2/generations/{generation}/stop").raise_for_status().json()
    assert (stopped["status"], stopped["content"]) == ("stopped", BEGINNING)


def test_a_reply_whose_process_died_is_stopped_by_another_one(places: Places, ollama: FakeOllama) -> None:
    """Whoever stops it has it stopped, not interrupted some seconds later."""
    ollama.enqueue([BEGINNING, Hold(threading.Event())])
    owner, survivor = places.start(), places.start()
    generation = begun(owner)
    owner.kill()
    with survivor.client() as client:
        stopped = client.post(f"/api/v2/generations/{generation}/stop").raise_for_status().json()
    assert (stopped["status"], stopped["content"]) == ("stopped", BEGINNING)


def test_the_database_alone_is_enough_to_wait_watch_follow_and_stop(
    places_without_queue: Places, ollama: FakeOllama, postgresql_url: str
) -> None:
    """Questions of one session go to two processes, one after the other, each while the reply before it runs."""
    owner, other = places_without_queue.start(), places_without_queue.start()
    more = threading.Event()
    ollama.enqueue([BEGINNING, Hold(more), "And the rest."])
    ollama.enqueue([BEGINNING, Hold(threading.Event())])
    chat, first = "/api/v2/locrits/Bob Technique/chat", {"message": "Why?", "session_id": "s", "op_id": "why"}
    asking = [threading.Thread(target=post, args=(owner, chat, first))]
    asking[0].start()
    wait_until(lambda: len(ollama.requests) == 1)
    told: list[str] = []
    second = {"message": "How?", "session_id": "s", "op_id": "how"}
    for path, body in ((f"{chat}/stream", first), (f"{chat}/stream", second)):
        asking.append(threading.Thread(target=lambda path=path, body=body: told.append(post(other, path, body))))
        asking[-1].start()
        time.sleep(0.7)
    assert len(ollama.requests) == 1, "the second one waits for the first"
    more.set()
    wait_until(lambda: len(ollama.requests) == 2)
    assert ollama.requests[1]["messages"][-2]["content"] == f"{BEGINNING}And the rest."
    with owner.client() as client:
        [talk] = client.get("/api/v2/conversations").raise_for_status().json()["conversations"]
        wait_until(lambda: state(owner, talk["generation_id"])["content"] == BEGINNING)
        client.post(f"/api/v2/generations/{talk['generation_id']}/stop").raise_for_status()
    for each in asking:
        each.join(20)
    ends = [[json.loads(line[6:]) for line in lines.splitlines() if line][-1]["status"] for lines in told]
    assert ends == ["complete", "stopped"]
    audit(postgresql_url)


def test_a_reply_ends_when_another_process_deletes_its_conversation(places: Places, ollama: FakeOllama) -> None:
    ollama.enqueue([BEGINNING, Hold(threading.Event())])
    owner, other = places.start(), places.start()
    generation = begun(owner)
    with other.client() as client:
        client.delete(f"/api/v2/conversations/{state(other, generation)['conversation_id']}").raise_for_status()
    wait_until(lambda: state(other, generation)["status"] == "stopped")
    assert state(owner, generation)["content"] == BEGINNING
    wait_until(lambda: ollama.disconnects == 1)


def test_a_repeated_question_is_answered_by_any_process_when_its_reply_has_ended(
    places: Places, ollama: FakeOllama
) -> None:
    """Whole, as server-sent events, and at once over a socket."""
    owner, other = places.start(), places.start()
    rest = "And the rest."
    for n, path in enumerate(
        ("/api/v2/locrits/Bob Technique/chat", "/api/v2/locrits/Bob Technique/chat/stream", "socket")
    ):
        more = threading.Event()
        ollama.enqueue([BEGINNING, Hold(more), rest])
        question = {"message": "Why?", "session_id": f"session {n}", "op_id": f"why {n}"}
        asking = threading.Thread(target=post, args=(owner, "/api/v2/locrits/Bob Technique/chat", question))
        asking.start()
        wait_until(lambda n=n: len(ollama.requests) > n)  # type: ignore[misc]
        threading.Timer(1.5, more.set).start()
        if path == "socket":
            client = ChatClient(other.url)
            client.call("chat_message", {**question, "locrit_name": "Bob Technique", "stream": False})
            told = client.wait_for("chat_response")["response"]
            client.close()
        elif path.endswith("stream"):
            lines = [json.loads(line[6:]) for line in post(other, path, question).splitlines() if line]
            told = "".join(line["content"] for line in lines if line["type"] == "chunk")
            assert (lines[-1]["type"], lines[-1]["status"]) == ("complete", "complete")
            assert lines[0]["idx"] == 0
        else:
            told = json.loads(post(other, path, question))["response"]
        asking.join()
        assert told == BEGINNING + rest, path


def test_a_running_reply_is_joined_through_any_process(places: Places, ollama: FakeOllama) -> None:
    more = threading.Event()
    ollama.enqueue([BEGINNING, Hold(more), "And the rest."])
    owner, other = places.start(), places.start()
    generation = begun(owner)
    client = ChatClient(other.url)
    joined = client.call("resume_generation", {"generation_id": generation})
    assert (joined["status"], joined["content"], joined["idx"]) == ("streaming", BEGINNING, 1)
    more.set()
    chunk = client.wait_for("chat_chunk")
    assert (chunk["idx"], chunk["content"]) == (1, "And the rest.")
    assert client.wait_for("chat_complete")["status"] == "complete"
    client.close()


def test_who_is_taken_for_dead_shows_no_more_than_is_saved_and_its_clients_are_told(
    places: Places, ollama: FakeOllama, postgresql_url: str
) -> None:
    more = threading.Event()
    ollama.enqueue([BEGINNING, Hold(more), *(f"{n} of what nobody needs any more. " for n in range(200))])
    owner = places.start()
    generation = begun(owner)
    follower = ChatClient(owner.url)
    follower.call("resume_generation", {"generation_id": generation})
    cutting = threading.Event()
    cutter = threading.Thread(target=cut_presence, args=(postgresql_url, cutting))
    cutter.start()
    newcomer = places.start()  # it looks once, before it serves
    wait_until(lambda: state(newcomer, generation)["status"] == "interrupted")
    cutting.set()
    cutter.join()
    more.set()
    assert follower.wait_for("chat_complete")["status"] == "interrupted"
    time.sleep(1)
    shown = "".join(chunk["content"] for chunk in follower.all("chat_chunk"))
    assert len(shown) <= 140
    assert state(owner, generation)["content"] == state(newcomer, generation)["content"] == BEGINNING
    follower.close()
    assert post(owner, "/api/v2/locrits/Bob Technique/chat", {"message": "And now?"})
    audit(postgresql_url)


END_THE_HOLDERS = """
    SELECT pg_terminate_backend(pid) FROM (
        SELECT pid FROM pg_locks GROUP BY pid
        HAVING bool_or(locktype = 'advisory'
            AND (classid::bigint << 32 | objid::bigint) <> hashtext('locrit migrations')::bigint)
        AND NOT bool_or(locktype = 'virtualxid')
    ) AS holders
"""
"""Not of the lock under which a process that starts migrates, and nobody in a transaction: who asks there whether one
lives holds its lock as well, and a process that starts and is cut off then does not start."""


def cut_presence(url: str, until: threading.Event) -> None:
    """The connections that say who lives, again and again."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        while not until.wait(0.05):
            admin.execute(END_THE_HOLDERS)


def post(server: LocritServer, path: str, body: dict[str, Any]) -> str:
    with server.client() as client:
        return client.post(path, json=body).raise_for_status().text


def begun(server: LocritServer) -> str:
    """A reply whose beginning is saved; its id."""
    with server.client() as client:
        opened = client.post("/api/v2/conversations", json={"locrit_name": "Bob Technique"}).raise_for_status().json()
        turns = f"/api/v2/conversations/{opened['conversation_id']}/turns"
        generation: str = client.post(turns, json={"message": "Why?"}).raise_for_status().json()["generation_id"]
    path = f"/api/v2/conversations/{opened['conversation_id']}/messages"
    with server.client() as client:
        wait_until(lambda: bool(client.get(path).json()["messages"][-1]["content"]))
    return generation


def state(server: LocritServer, generation_id: str) -> dict[str, Any]:
    with server.client() as client:
        found: dict[str, Any] = client.get(f"/api/v2/generations/{generation_id}").raise_for_status().json()
        return found
