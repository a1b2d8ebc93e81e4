"""Models over REST: what is installed, what is in memory, and installing others."""

import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama, Hold, Status
from tests.fixtures.server import LocritServer


@pytest.fixture
def client(server: LocritServer) -> Any:
    with server.client() as client:
        yield client


def test_models_are_listed_with_the_default_and_the_state(api: httpx.Client) -> None:
    models = api.get("/api/v2/models").json()
    assert models["default"] == "llama3.2:1b"
    assert (models["state"]["provider"], models["state"]["status"]) == ("ollama", "ready")
    assert {model["name"]: model["can_chat"] for model in models["models"]}["llama3.2:1b"] is True
    assert api.get("/api/ollama/status").json()["available"] is True


def test_a_server_is_healthy_without_a_model(api: httpx.Client, shared_ollama: FakeOllama) -> None:
    shared_ollama.stop()
    answer = api.get("/health")
    models = api.get("/api/v2/models")
    status = api.get("/api/ollama/status").json()
    shared_ollama.start()
    assert (answer.status_code, answer.json()["status"], answer.json()["database"]) == (200, "healthy", True)
    assert answer.json()["model"]["status"] == "unavailable"
    assert (models.status_code, models.json()["models"]) == (200, [])
    assert status["available"] is False
    assert api.get("/api/v1/ping").json()["status"] == "ok"


@pytest.mark.parametrize("place", ["GET /api/tags", "GET /api/ps"])
def test_an_ollama_that_goes_while_it_is_looked_at_is_told_as_one_that_is_gone(
    client: httpx.Client, ollama: FakeOllama, place: str
) -> None:
    ollama.failures = {place: Status(503, "it is shutting down")}
    told = client.get("/api/v2/models").raise_for_status().json()
    assert (told["models"], told["state"]["status"]) == ([], "unavailable")
    assert "it is shutting down" in told["state"]["detail"]
    ollama.failures = {}
    assert client.get("/api/v2/models").json()["state"]["status"] == "ready"


def test_a_connection_to_ollama_is_used_again_unless_it_was_closed(client: httpx.Client, ollama: FakeOllama) -> None:
    """On the hub of eventlet, which replaces what httpx looks with whether one is still there."""
    client.get("/api/ollama/status")
    before = ollama.connections
    for again in (0, 1, 2):
        assert client.get("/api/ollama/status").json()["available"] is True
        assert ollama.connections <= before + again
        ollama.hang_up()


def pull_of(client: httpx.Client, model: str) -> dict[str, Any]:
    pulls = client.get("/api/v2/models").raise_for_status().json()["pulls"]
    return next((pull for pull in pulls if pull["model"] == model), {})


def test_the_list_tells_what_a_model_is_and_whether_it_is_in_memory(client: httpx.Client, ollama: FakeOllama) -> None:
    ollama.models += ["deepthought:8b", "levels:20b"]
    ollama.capabilities = {name: ["completion", "thinking"] for name in ("deepthought:8b", "levels:20b")}
    ollama.thinking = {"levels:20b": ["low", "medium", "high"]}
    ollama.loaded = {"llama3.2:1b"}
    told = {model["name"]: model for model in client.get("/api/v2/models").json()["models"]}
    assert [told["llama3.2:1b"][name] for name in ("loaded", "thinks", "can_chat")] == [True, False, True]
    assert [told["deepthought:8b"][name] for name in ("loaded", "thinks", "can_chat")] == [False, True, True]
    assert told["nomic-embed-text:latest"]["can_chat"] is False
    assert [told[name]["think"] for name in ("llama3.2:1b", "deepthought:8b", "levels:20b")] == [
        [],
        ["off", "on"],
        ["low", "medium", "high"],
    ]


def test_without_a_model_that_can_chat_the_list_says_why_there_is_no_default(
    client: httpx.Client, ollama: FakeOllama
) -> None:
    ollama.models = ["nomic-embed-text:latest"]
    told = client.get("/api/v2/models").json()
    assert (told["default"], told["default_error"]["code"]) == ("", "model_missing")


def test_a_model_is_installed_with_numbers_and_once(client: httpx.Client, ollama: FakeOllama) -> None:
    go_on = threading.Event()
    ollama.holds_pulls = Hold(go_on)
    begun = client.post("/api/v2/models/pull", json={"model": " gemma3:1b ", "op_id": "one"})
    assert (begun.status_code, begun.json()["status"]) == (202, "running")
    wait_until(lambda: pull_of(client, "gemma3:1b")["completed"] == 500_000_000)
    assert pull_of(client, "gemma3:1b")["total"] == 1_000_000_000
    assert client.post("/api/v2/models/pull", json={"model": "gemma3:1b", "op_id": "two"}).status_code == 200
    go_on.set()
    wait_until(lambda: pull_of(client, "gemma3:1b")["status"] == "done")
    assert "gemma3:1b" in [model["name"] for model in client.get("/api/v2/models").json()["models"]]
    assert client.post("/api/v2/models/pull", json={"model": "gemma3:1b", "op_id": "one"}).json()["status"] == "done"
    assert ollama.calls.count("/api/pull") == 1


def test_a_pull_goes_on_after_the_server_was_killed(
    server: LocritServer, client: httpx.Client, ollama: FakeOllama
) -> None:
    ollama.holds_pulls = Hold(threading.Event())
    client.post("/api/v2/models/pull", json={"model": "gemma3:1b", "op_id": "one"}).raise_for_status()
    wait_until(lambda: pull_of(client, "gemma3:1b")["completed"] == 500_000_000)
    server.kill()
    wait_until(lambda: ollama.disconnects == 1)
    server.start()
    wait_until(lambda: ollama.calls.count("/api/pull") == 2)  # nobody asked for it again
    assert pull_of(client, "gemma3:1b")["status"] == "running"
    ollama.holds_pulls.event.set()
    wait_until(lambda: pull_of(client, "gemma3:1b")["status"] == "done")
    assert client.post("/api/v2/models/pull", json={"model": "gemma3:1b", "op_id": "one"}).json()["status"] == "done"
    assert ollama.calls.count("/api/pull") == 2
    assert client.post("/api/v2/storage/verify", json={}).json()["ok"]


def test_a_model_is_unloaded_and_deleted_and_its_users_are_known_before(
    client: httpx.Client, ollama: FakeOllama
) -> None:
    ollama.models.append("zephyr:latest")
    ollama.loaded = {"zephyr:latest"}
    client.post("/api/v2/locrits", json={"name": "Robin", "model": "zephyr"}).raise_for_status()
    told = client.get("/api/v2/models").json()
    models = {model["name"]: model for model in told["models"]}
    assert models["zephyr:latest"]["used_by"] == ["Robin"]
    assert "Bob Technique" in models["llama3.2:1b"]["used_by"]  # the default
    assert models["llama3.2:1b"]["token_bytes"] == 2 * 16 * 8 * 64 * 2
    assert [told["loaded"][0][name] for name in ("name", "size", "size_vram")] == [
        "zephyr:latest",
        2 * 10**9,
        15 * 10**8,
    ]
    assert told["loaded"][0]["until"].startswith("2026-01-02T03:09:05")
    client.post("/api/v2/models/unload", json={"model": "zephyr:latest"}).raise_for_status()
    assert ollama.loaded == set()
    client.delete("/api/v2/models", params={"model": "zephyr:latest"}).raise_for_status()
    client.delete("/api/v2/models", params={"model": "zephyr:latest"}).raise_for_status()
    assert ollama.models == ["llama3.2:1b", "nomic-embed-text:latest"]
    assert client.post("/api/v2/models/unload", json={"model": "zephyr:latest"}).status_code == 404
    ollama.failures = {"DELETE /api/delete": Status(500, "model is in use")}
    refused = client.delete("/api/v2/models", params={"model": "llama3.2:1b"})
    assert (refused.status_code, refused.json()["error"]["message"]) == (
        502,
        "Ollama could not answer: model is in use.",
    )


def test_what_cannot_be_installed_says_why_and_can_be_tried_again(client: httpx.Client, ollama: FakeOllama) -> None:
    client.post("/api/v2/models/pull", json={"model": "missing:1b", "op_id": "one"}).raise_for_status()
    wait_until(lambda: pull_of(client, "missing:1b")["status"] == "failed")
    assert "file does not exist" in pull_of(client, "missing:1b")["error"]["message"]
    assert client.post("/api/v2/models/pull", json={"model": "missing:1b", "op_id": "one"}).json()["status"] == "failed"
    assert client.post("/api/v2/models/pull", json={"model": "missing:1b", "op_id": "two"}).status_code == 202
    wait_until(lambda: ollama.calls.count("/api/pull") == 2)


def test_only_a_few_are_installed_at_once(client: httpx.Client, ollama: FakeOllama) -> None:
    ollama.holds_pulls = Hold(threading.Event())
    asked = [client.post("/api/v2/models/pull", json={"model": f"gemma3:{n}b"}).status_code for n in range(4)]
    assert asked == [202, 202, 202, 409]


@pytest.mark.parametrize("model", ["", "  ", "a\nb", "\x7f", "modèle", "\ue000", "x" * 300, None, 7])
def test_a_name_that_cannot_be_one_is_refused(client: httpx.Client, model: Any) -> None:
    assert client.post("/api/v2/models/pull", json={"model": model}).status_code == 400


def test_a_question_is_asked_again_of_another_model(client: httpx.Client, ollama: FakeOllama) -> None:
    ollama.models += ["gemma3:1b"]
    conversation_id = client.post("/api/v2/conversations", json={"locrit_name": "Bob Technique"}).json()[
        "conversation_id"
    ]
    first = client.post(f"/api/v2/conversations/{conversation_id}/turns", json={"message": "why"}).json()
    again = f"/api/v2/conversations/{conversation_id}/messages/{first['reply']['message_id']}/retry"
    second = client.post(again, json={"model": "gemma3:1b", "op_id": "one"}).raise_for_status().json()["reply"]
    assert (second["model"], second["parent_id"]) == ("gemma3:1b", first["message"]["message_id"])
    wait_until(lambda: len(ollama.requests) == 2)
    assert ollama.requests[1]["model"] == "gemma3:1b"
    repeated = client.post(again, json={"model": "gemma3:1b", "op_id": "one"})
    assert (repeated.status_code, repeated.json()["reply"]["message_id"]) == (200, second["message_id"])
    assert client.post(again, json={"model": "llama3.2:1b", "op_id": "one"}).status_code == 409
    assert client.post(again, json={"op_id": "one"}).status_code == 409


def test_without_ollama_a_model_cannot_be_installed_and_the_reason_is_told(tmp_path: Path) -> None:
    server = LocritServer(tmp_path, {"OLLAMA_HOST": "127.0.0.1:1", "LOCRIT_LLM": "ollama"})
    try:
        with server.client() as client:
            client.post("/api/v2/models/pull", json={"model": "gemma3:1b"}).raise_for_status()
            wait_until(lambda: pull_of(client, "gemma3:1b")["status"] == "failed")
            assert pull_of(client, "gemma3:1b")["error"]["code"] == "model_unreachable"
    finally:
        server.kill()


def test_the_host_of_a_locrit_is_one_that_may_be_asked(client: httpx.Client) -> None:
    client.post("/api/v2/locrits", json={"name": "Robin", "host": "localhost:11435"}).raise_for_status()
    assert client.get("/api/v2/locrits/Robin").json()["host"] == "http://localhost:11435"
    for host in ("gpu.example", "http://ann:s3cret@localhost:1", "a b", "x" * 300):
        for refused in (
            client.patch("/api/v2/locrits/Robin", json={"host": host}),
            client.get("/api/v2/models", params={"host": str(host)}),
            client.post("/api/v2/models/pull", json={"model": "gemma3:1b", "host": host}),
            client.request("DELETE", "/api/v2/models", params={"model": "gemma3:1b", "host": str(host)}),
        ):
            assert (refused.status_code, "s3cret" in refused.text) == (400, False), refused.text
    assert client.get("/api/v2/locrits/Robin").json()["host"] == "http://localhost:11435"
    away = client.get("/api/v2/models", params={"host": "localhost:1"}).json()
    assert (away["state"]["status"], away["models"]) == ("unavailable", [])
