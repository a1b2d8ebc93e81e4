"""A server that is killed while it writes what a reply makes: what was shown is an artifact, once, and it goes on."""

import threading
import time

import httpx

from tests.fakes.ollama import FakeOllama, Hold
from tests.faults.audit import audit
from tests.fixtures.server import LocritServer

BEGUN = "Here:\n\n```html\n<!doctype html>\n<title>Clock</title>\n" + "<p>tick</p>\n" * 40


def test_what_was_shown_before_a_kill_is_one_artifact_and_goes_on_with_its_reply(
    server: LocritServer, ollama: FakeOllama
) -> None:
    ollama.enqueue([*BEGUN.splitlines(keepends=True), Hold(threading.Event())])
    with server.client() as client:
        opening = {"locrit_name": "Bob Technique", "session_id": "s"}
        at = f"/api/conversations/{client.post('/api/conversations', json=opening).json()['conversation_id']}"
        turn = client.post(f"{at}/turns", json={"message": "Make a clock"}).json()
        _until_said(client, turn["generation_id"], 400)
    server.kill()
    server.start()
    with server.client() as client:
        [made] = client.get(f"{at}/artifacts").json()["artifacts"]
        cut = client.get(f"/api/artifacts/{made['id']}").json()
        assert (cut["name"], cut["version"]) == ("Clock", 1)
        assert (BEGUN.partition("```html\n")[2]).startswith(cut["content"].rstrip("\n"))
        ollama.enqueue(["<p>tock</p>\n```\n"])
        reply = f"{at}/messages/{turn['reply']['message_id']}"
        more = client.post(f"{reply}/continue", json={}).raise_for_status().json()
        while client.get(f"/api/generations/{more['generation_id']}").json()["status"] == "streaming":
            time.sleep(0.02)
        [grown] = client.get(f"{at}/artifacts").json()["artifacts"]
        assert (grown["id"], grown["version"]) == (made["id"], 2)
        assert client.get(f"/api/artifacts/{made['id']}").json()["content"].endswith("<p>tock</p>\n")
        assert client.post("/api/storage/verify", json={}).json()["ok"]
    server.terminate()
    audit(f"sqlite:///{server.data_dir / 'locrit.db'}")


def _until_said(client: httpx.Client, generation_id: str, chars: int) -> None:
    while len(client.get(f"/api/generations/{generation_id}").json()["content"]) < chars:
        time.sleep(0.02)
