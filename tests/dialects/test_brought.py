"""What clients of other systems bring with its time stands where it was said, by whichever door it comes."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

SAID_AT = ["2019-03-01T12:00:00.000Z", "2019-03-02T12:00:00.000Z"]
THREAD = [
    {"id": f"m{n}", "role": role, "content": f"said {n}", "timestamp": at}
    for n, (role, at) in enumerate(zip(("user", "assistant"), SAID_AT, strict=True))
]
Door = Callable[[httpx.Client, str], str]
"""Brings the thread; returns the conversation's id."""


def sessions(api: httpx.Client, _locrit: str) -> str:
    made = api.post("/api/v1/chat-sessions", json={"name": "N"}).json()["data"]["id"]
    api.put(f"/api/v1/chat-sessions/{made}", json={"thread": THREAD}).raise_for_status()
    return str(made)


def stored(api: httpx.Client, locrit: str) -> str:
    path = f"/api/v1/locrits/{locrit}/memory/store-conversation"
    api.post(path, json={"messages": THREAD}).raise_for_status()
    [row] = api.get("/api/v2/conversations", params={"locrit_name": locrit}).json()["conversations"]
    return str(row["conversation_id"])


def synced(api: httpx.Client, _locrit: str) -> str:
    made = api.post("/api/conversations", json={"title": "T"}).json()["conversation"]["id"]
    result = {"id": "t1", "toolName": "search", "result": 1, "timestamp": SAID_AT[0]}
    artifact = {"id": "a1", "name": "page.html", "content": "<p>", "timestamp": SAID_AT[1]}
    body = {"messages": THREAD, "toolResults": [result], "artifacts": [artifact]}
    for _ in range(2):
        api.post(f"/api/conversations/{made}/sync", json=body).raise_for_status()
    [made_then] = api.get(f"/api/v2/conversations/{made}/artifacts").json()["artifacts"]
    assert (made_then["created_at"], made_then["updated_at"]) == (SAID_AT[1], SAID_AT[1])
    return str(made)


def ours(api: httpx.Client, locrit: str) -> str:
    made = api.post("/api/v2/conversations", json={"locrit_name": locrit, "session_id": "brought"}).json()
    names = {"id": "message_id", "timestamp": "created_at"}
    for one in THREAD:
        message = {names.get(name, name): value for name, value in one.items()}
        message["message_id"] = f"{locrit} {one['id']}"
        path = f"/api/v2/conversations/{made['conversation_id']}/sync"
        api.post(path, json={"messages": [message]}).raise_for_status()
    return str(made["conversation_id"])


@pytest.mark.parametrize("door", [sessions, stored, synced, ours])
def test_a_thread_stands_where_it_was_last_talked_in(api: httpx.Client, locrit: str, door: Door) -> None:
    today = api.post("/api/v2/conversations", json={"locrit_name": locrit, "session_id": "today"}).json()
    if door is stored:
        api.delete(f"/api/v2/conversations/{today['conversation_id']}").raise_for_status()
    id_ = door(api, locrit)
    row: dict[str, Any] = api.get(f"/api/v2/conversations/{id_}").json()
    assert (row["updated_at"], row["message_count"]) == (SAID_AT[-1], len(THREAD))
    path = f"/api/v2/conversations/{id_}/messages"
    messages = api.get(path).json()["messages"]
    assert [(one["created_at"], one["updated_at"]) for one in messages] == [(at, at) for at in SAID_AT]
    api.post(path, json={"role": "user", "content": "and now"}).raise_for_status()
    assert api.get(f"/api/v2/conversations/{id_}").json()["updated_at"] > today["updated_at"]
