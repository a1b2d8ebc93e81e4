"""Conversations by the calls of the frontends of Locrits."""

from typing import Any

import httpx

from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer

INFO = {"conversation_id", "locrit_name", "user_id", "created_at", "last_activity", "message_count", "metadata"}


def test_a_conversation_is_created_asked_read_and_deleted(
    api: httpx.Client, locrit: str, shared_ollama: FakeOllama
) -> None:
    created = api.post("/api/conversations/create", json={"locrit_name": locrit, "metadata": {"from": "page"}})
    told = created.json()
    path = f"/api/conversations/{told['conversation_id']}"
    assert (created.status_code, told["success"], told["locrit_name"]) == (200, True, locrit)
    assert told["session_id"]
    shared_ollama.enqueue(["Salut"])
    answer = api.post(f"{path}/message", json={"message": "Bonjour"}).json()
    assert (answer["response"], answer["message_count"], answer["locrit_name"]) == ("Salut", 2, locrit)
    info = api.get(f"{path}/info").json()
    assert info.keys() == INFO
    assert (info["user_id"], info["metadata"], info["message_count"]) == ("anonymous", {"from": "page"}, 2)
    whole = api.get(path, params={"limit": 1}).json()
    assert [(one["role"], one["content"]) for one in whole["messages"]] == [("assistant", "Salut")]
    assert {"id", "timestamp", "session_id", "user_id", "metadata"} <= whole["messages"][0].keys()
    assert (whole["conversation"]["id"], whole["artifacts"], whole["toolResults"]) == (told["conversation_id"], [], [])
    assert (whole["conversation_id"], whole["message_count"]) == (told["conversation_id"], 2)
    deleted = api.delete(path).json()
    assert (deleted["success"], bool(deleted["message"])) == (True, True)
    for gone in (path, f"{path}/info"):
        assert isinstance(api.get(gone).json()["error"], str)
        assert api.get(gone).status_code == 404


def test_what_cannot_be_is_refused(api: httpx.Client, locrit: str, conversation_id: str) -> None:
    assert api.post("/api/conversations/create", json={"user_id": "eve"}).status_code == 400
    assert api.post("/api/conversations/create", json={"locrit_name": "nobody"}).status_code == 404
    assert api.post(f"/api/conversations/{conversation_id}/message", json={"message": " "}).status_code == 400
    assert api.post("/api/conversations/nowhere/message", json={"message": "Hi"}).status_code == 404


def test_two_that_are_created_are_two_and_are_listed_by_user(api: httpx.Client, locrit: str) -> None:
    for user in ("eve", "eve", "ann"):
        api.post("/api/conversations/create", json={"locrit_name": locrit, "user_id": user}).raise_for_status()

    def rows(**query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = api.get("/api/conversations", params=query).json()["conversations"]
        return found

    assert len(rows(locrit_name=locrit, user_id="eve")) == 2
    [row] = rows(locrit_name=locrit, user_id="ann")
    assert (row["status"], row["last_activity"], row["id"]) == ("active", row["updated_at"], row["conversation_id"])
    assert isinstance(row["timestamp"], int)


def test_who_names_no_locrit_gets_the_oldest_that_is_switched_on(server: LocritServer) -> None:
    with server.client() as client:
        names = [one["name"] for one in client.get("/api/v2/locrits").json()["locrits"]]
        for name in names[:2]:
            made = [
                client.post("/api/conversations", json={}).json()["conversation"]["id"],
                client.post("/api/navi-memory/conversations", json={}).json()["id"],
                client.post("/api/v1/chat-sessions", json={}).json()["data"]["id"],
            ]
            found = {client.get(f"/api/v2/conversations/{id_}").json()["locrit_name"] for id_ in made}
            assert found == {name}
            client.post(f"/api/locrits/{name}/toggle").raise_for_status()
