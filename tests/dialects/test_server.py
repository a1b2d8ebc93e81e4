"""The server, its configuration and its Ollama by the calls of older frontends."""

from datetime import datetime

import httpx
import pytest

from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer

LISTED = {"name", "size", "modified_at", "modified"}


def test_health_says_healthy(api: httpx.Client) -> None:
    told = api.get("/health").json()
    assert (told["status"], told["service"], told["database"]) == ("healthy", "locrit", True)
    assert datetime.fromisoformat(told["timestamp"]).tzinfo
    assert api.get("/api/v2/health").json()["status"] == "ok"


def test_a_default_model_is_saved_by_either_name(server: LocritServer, ollama: FakeOllama) -> None:
    ollama.models.append("gemma3:1b")
    with server.client() as client:
        client.post("/api/v2/locrits", json={"name": "Robin"}).raise_for_status()
        for path, name, model in (
            ("/config/save", "default_model", "gemma3:1b"),
            ("/api/config/save", "ollama_default_model", "llama3.2:1b"),
        ):
            body = {
                name: model,
                "ollama_url": ollama.url,
                "ollama_timeout": "30",
                "api_port": "8000",
                "ui_theme": "dark",
            }
            assert client.post(path, json=body).json()["success"] is True
            config = client.get("/api/config").json()["config"]
            assert config["ollama"] == {"base_url": ollama.url, "default_model": model, "timeout": 30.0}
            assert config["network"]["api_server"] == {"host": "127.0.0.1", "port": 8000}
            assert (config["memory"], config["ui"]) == ({}, {})
            assert client.get("/api/locrits/Robin/config").json()["settings"]["ollama_model"] == model
        assert client.post("/config/save", content="{", headers={"Content-Type": "application/json"}).status_code == 400


@pytest.mark.parametrize("name", ["ollama_url", "base_url"])
def test_an_ollama_is_tested(api: httpx.Client, shared_ollama: FakeOllama, name: str) -> None:
    told = api.post("/config/test-ollama", json={name: f"{shared_ollama.url}/"}).json()
    assert (told["success"], told["tested_url"]) == (True, shared_ollama.url)
    assert told["models"] == sorted(shared_ollama.models)[:5]
    assert told["total_models"] == len(shared_ollama.models)
    assert api.post("/config/test-ollama", json={name: " "}).status_code == 400
    for nowhere in ("http://127.0.0.1:9", "http://192.0.2.1:11434", "file:///etc/passwd", "ftp://127.0.0.1"):
        answer = api.post("/config/test-ollama", json={name: nowhere})
        assert (answer.status_code, answer.json()["success"], answer.json()["tested_url"]) == (500, False, nowhere)
        assert isinstance(answer.json()["error"], str)


def test_models_are_listed_by_name(api: httpx.Client, shared_ollama: FakeOllama) -> None:
    own = api.get("/api/ollama/models").json()
    assert (own["success"], own["count"], own["total_models"]) == (True, len(own["models"]), len(own["models"]))
    assert [one["name"] for one in own["models"]] == sorted(shared_ollama.models)
    assert all(one.keys() == LISTED for one in own["models"])
    assert api.get("/api/ollama/models", params={"ollama_url": shared_ollama.url}).json() == own
    assert api.post("/api/ollama/models", json={"ollama_url": shared_ollama.url}).json() == own
    gone = api.post("/api/ollama/models", json={"ollama_url": "http://127.0.0.1:9"})
    assert (gone.status_code, gone.json()["success"], gone.json()["models"]) == (500, False, [])


def test_whether_ollama_answers(server: LocritServer, ollama: FakeOllama) -> None:
    with server.client() as client:
        assert client.get("/api/ollama/status").json()["status"] == "connected"
        ollama.stop()
        assert client.get("/api/ollama/status").json()["status"] == "disconnected"
