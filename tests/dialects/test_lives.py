"""One client a family does its whole life; what it brought is in the same store, which is whole after it."""

from typing import Any

import httpx
import pytest
import socketio

from src.ids import new_id
from tests.clients.chat_sessions import ChatSessionClient
from tests.clients.editor import EditorClient
from tests.clients.extension import ExtensionClient
from tests.clients.immediate import ImmediateClient
from tests.clients.locrits import LocritsClient
from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer


@pytest.fixture(autouse=True)
def whole_after(api: httpx.Client) -> Any:
    yield
    report = api.post("/api/v2/storage/verify", json={}).json()
    assert report["ok"], report


def ours(api: httpx.Client, conversation_id: str) -> list[str]:
    page = api.get(f"/api/v2/conversations/{conversation_id}/messages").json()
    return [one["content"] for one in page["messages"]]


def test_a_frontend_of_locrits(api: httpx.Client, shared_ollama: FakeOllama) -> None:
    client = LocritsClient(api, f"Zoé {new_id()}")
    client.create()
    assert client.settings()["active"] is True
    where = client.open()
    shared_ollama.enqueue(["Bon", "jour"])
    shared_ollama.enqueue(["Oui", " !"])
    assert client.ask(where, "Salut") == "Bonjour"
    assert client.stream(where, "Ça va ?") == "Oui !"
    said = ["Salut", "Bonjour", "Ça va ?", "Oui !"]
    assert client.read(where) == client.remembered() == ours(api, where) == said
    client.delete()
    assert api.get(f"/api/locrits/{client.name}/config").status_code == 404


def test_a_client_that_saves_at_once(api: httpx.Client, shared_server: LocritServer) -> None:
    client = ImmediateClient(api)
    client.open("T")
    seen: list[str] = []
    watching = socketio.Client()
    watching.on("event", lambda event: seen.append(event["type"]))
    watching.connect(shared_server.url)
    watching.call("subscribe", {"scope": f"conversation:{client.id}", "since": 0})
    client.say("m1", "Bonjour")
    client.reply("m2", "Sal", "ut", " !")
    client.use_tool("t1", {"rows": [1, None]})
    client.make("a1", "<p>1</p>", "<p>2</p>")
    wait_until(lambda: {"message.updated", "tool_result.created", "artifact.updated"} <= set(seen))
    watching.disconnect()
    client.online = False
    client.say("m3", "Hors ligne")
    assert client.come_back()["added"] == ["m3"]
    told = client.load()
    assert [one["content"] for one in told["messages"]] == ours(api, client.id) == ["Bonjour", "Salut !", "Hors ligne"]
    assert (told["toolResults"][0]["result"], told["artifacts"][0]["content"]) == ({"rows": [1, None]}, "<p>2</p>")
    client.delete()
    assert api.get(f"/api/conversations/{client.id}").status_code == 404


def test_an_extension_and_a_client_that_saves_at_once_and_our_page_agree(api: httpx.Client) -> None:
    extension = ExtensionClient(api)
    extension.open("/home/work")
    extension.say("e1", "user", "From the editor")
    immediate = ImmediateClient(api, extension.id)
    immediate.load()
    immediate.say("m1", "From the page")
    api.post(f"/api/v2/conversations/{extension.id}/messages", json={"role": "user", "content": "From ours"})
    extension.say("e1", "user", "From the editor")
    said = ["From the editor", "From the page", "From ours"]
    assert (
        extension.read() == [one["content"] for one in immediate.load()["messages"]] == ours(api, extension.id) == said
    )
    assert immediate.come_back()["added"] == []
    api.patch(f"/api/v2/conversations/{extension.id}", json={"pinned": True}).raise_for_status()
    marked = extension.mark(is_starred=True, title="Renamed", status="archived")
    assert (marked["is_pinned"], marked["is_starred"], marked["status"]) == (True, True, "archived")
    assert immediate.load()["conversation"]["title"] == "Renamed"
    assert extension.id in extension.listed()
    extension.delete()
    assert extension.id not in extension.listed()


def test_a_client_of_chat_sessions_in_two_tabs(api: httpx.Client) -> None:
    client, stale = ChatSessionClient(api), ChatSessionClient(api)
    client.open("N")
    stale.session = dict(client.session)
    client.say("u1", "user", "Bonjour")
    client.say("a1", "assistant", "Salut")
    stale.say("u2", "user", "D'un autre onglet")
    assert client.read() == ["Bonjour", "Salut", "D'un autre onglet"] == ours(api, client.session["id"])


def test_an_editor_of_components(api: httpx.Client) -> None:
    client = EditorClient(api, f"named {new_id()}")
    client.say("user", "A button")
    client.make("Button", "<button/>")
    client.make("Button", "<button>2</button>")
    client.interact("Blue", "Done")
    counts = [len(client.rows(kind)) for kind in ("messages", "components", "interactions", "ai-responses")]
    assert counts == [1, 2, 1, 1]
    assert [one["is_current"] for one in client.rows("components")] == [False, True]
