"""Conversations of editor extensions."""

from uuid import UUID

import httpx

AT = "/api/navi-memory/conversations"
HEADERS = {"X-Org-Id": "o", "X-User-Id": "u", "Authorization": "Bearer nothing"}


def test_a_conversation_lives_and_goes_to_the_trash(api: httpx.Client) -> None:
    created = api.post(AT, json={"title": None, "workspace_path": "/w", "initial_context": {"a": 1}}, headers=HEADERS)
    made = created.json()
    assert (created.status_code, UUID(made["id"]).version is not None, made["status"]) == (200, True, "active")
    path = f"{AT}/{made['id']}"
    sent = {"id": "c1", "createdAt": 5, "actions": [{"x": None}], "storedActivities": []}
    body = {"role": "user", "content": "Hi", "metadata": sent, "tokens_used": 3}
    first, again = (api.post(f"{path}/messages", json=body).json() for _ in range(2))
    assert (first["id"], first["content"]) == (again["id"], "Hi")
    api.post(f"{path}/messages", json={"role": "assistant", "content": "Hello", "metadata": None}).raise_for_status()
    whole = api.get(path, params={"include_messages": "true", "message_limit": 200}).json()
    assert [(one["role"], one["content"]) for one in whole["messages"]] == [("user", "Hi"), ("assistant", "Hello")]
    assert (whole["messages"][0]["metadata"], whole["messages"][1]["metadata"]) == (sent, {})
    assert (whole["workspace_path"], whole["initial_context"]) == ("/w", {"a": 1})
    assert len(api.get(path, params={"include_messages": "true", "message_limit": 1}).json()["messages"]) == 1
    changed = api.patch(path, json={"title": "T", "is_pinned": True, "is_starred": True, "status": "archived"}).json()
    assert (changed["title"], changed["is_pinned"], changed["is_starred"], changed["status"]) == (
        *("T", True, True),
        "archived",
    )
    assert made["id"] in [one["id"] for one in api.get(AT, params={"status": "archived", "limit": 200}).json()]
    assert made["id"] not in [one["id"] for one in api.get(AT, params={"status": "active", "limit": 200}).json()]
    assert api.get(AT, params={"limit": 1, "offset": 0}).json()[0]["id"] == made["id"]
    assert api.delete(path).json()["message"]
    gone = api.get(path)
    assert (gone.status_code, isinstance(gone.json()["detail"], str)) == (404, True)
    assert api.delete(path).status_code == 404
    assert made["id"] not in [one["id"] for one in api.get(AT, params={"limit": 999}).json()]


def test_one_is_opened_by_nothing_and_deleted_by_its_status(api: httpx.Client) -> None:
    made = api.post(AT, headers={"Content-Type": "application/json"}).json()
    api.patch(f"{AT}/{made['id']}", json={"status": "deleted"}).raise_for_status()
    assert api.get(f"{AT}/{made['id']}").status_code == 404
    assert made["id"] in [one["conversation_id"] for one in api.get("/api/v2/trash").json()["conversations"]]
