"""`LOCRIT_SYNC=off`: what browsers have is not taken; all else goes on."""

from collections.abc import Iterator

import httpx
import pytest

from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer
from tests.fixtures.sockets import ChatClient

BOB = "/api/v2/locrits/Bob Technique"


@pytest.fixture(scope="module")
def off(tmp_path_factory: pytest.TempPathFactory, shared_ollama: FakeOllama) -> Iterator[LocritServer]:
    env = {"LOCRIT_SYNC": "off", "OLLAMA_HOST": shared_ollama.url, "LOCRIT_LLM": "ollama"}
    server = LocritServer(tmp_path_factory.mktemp("off"), env)
    yield server
    server.kill()


def test_a_browser_is_told_to_keep_what_it_has(off: LocritServer) -> None:
    with off.client() as client:
        for method, path, body in (
            ("POST", "/api/v2/conversations", {"locrit_name": "Bob Technique"}),
            ("POST", "/api/v2/locrits", {"name": "Another"}),
            ("POST", "/api/v2/sync", {"locrits": []}),
            ("PATCH", BOB, {"title": "x"}),
        ):
            answer = client.request(method, path, json=body)
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "sync_off"), path
        assert client.post("/api/v2/nowhere", json={}).status_code == 404
    page = ChatClient(off.url)
    ack = page.call("chat_message", {"locrit_name": "Bob Technique", "message": "Hi", "op_id": "one"})
    assert (ack["ok"], ack["status"], ack["error"]["code"]) == (False, 503, "sync_off")
    page.close()


def test_it_goes_on_reading_and_the_server_is_looked_after(off: LocritServer) -> None:
    with off.client() as client:
        assert client.get(BOB).json()["name"] == "Bob Technique"
        assert client.post("/api/v2/storage/verify", json={}).json()["ok"]
        assert client.patch("/api/v2/settings", json={"default_model": "llama3.2:1b"}).status_code == 200
        assert client.get("/health").json()["status"] == "healthy"


def test_clients_that_keep_nothing_themselves_are_served(off: LocritServer) -> None:
    with off.client() as client:
        opened: httpx.Response = client.post("/api/conversations/create", json={"locrit_name": "Bob Technique"})
        path = f"/api/conversations/{opened.json()['conversation_id']}/message"
        assert client.post(path, json={"message": "Hi"}).json()["response"] == "You said: Hi"
    script = ChatClient(off.url)
    assert script.call("chat_message", {"locrit_name": "Bob Technique", "message": "Hi"})["ok"] is True
    script.wait_for("chat_complete")
    script.close()
