"""Chat sessions: whole threads that are put back whole."""

import httpx
import pytest

AT = "/api/v1/chat-sessions"


@pytest.mark.parametrize("at", [AT, f"{AT}/test"])
def test_a_session_is_made_by_nothing_or_by_all(api: httpx.Client, at: str) -> None:
    bare = api.post(at, headers={"Content-Type": "application/json"})
    assert (bare.status_code, bare.json()["success"], bare.json()["data"]["history_limit"]) == (200, True, 10)
    body = {"name": "N", "initial_message": "Bonjour", "history_limit": 5, "metadata": {"a": [1]}}
    made = api.post(at, json=body).json()["data"]
    assert (made["name"], made["history_limit"], made["metadata"], made["is_active"]) == ("N", 5, {"a": [1]}, True)
    assert [(one["role"], one["content"]) for one in made["thread"]] == [("user", "Bonjour")]
    listed = [one["id"] for one in api.get(at).json()["data"]]
    assert listed[:2] == [made["id"], bare.json()["data"]["id"]]


def test_a_thread_is_merged_and_never_shortened(api: httpx.Client) -> None:
    made = api.post(AT, json={"name": "N"}).json()["data"]
    thread = [
        {"id": "user-1", "role": "user", "content": "Bonjour", "timestamp": "2026-03-01T12:00:00Z"},
        {"id": "assistant-1", "role": "assistant", "content": "Sal", "timestamp": "2026-03-01T12:00:01Z"},
    ]
    path = f"{AT}/{made['id']}"
    api.put(f"{AT}/test", json={"sessionId": made["id"], "updates": {"thread": thread}}).raise_for_status()
    thread[1]["content"] = "Salut"
    api.put(path, json={"thread": thread}).raise_for_status()
    told = {}
    for shorter in ([], thread[:1], [thread[0], thread[1] | {"content": "Sal"}]):
        told = api.put(path, json={"thread": shorter, "is_active": False, "name": "N2"}).json()["data"]
        assert [(one["id"], one["content"]) for one in told["thread"]] == [
            ("user-1", "Bonjour"),
            ("assistant-1", "Salut"),
        ]
    assert (told["is_active"], told["name"], told["history_limit"]) == (False, "N2", 10)
    assert told["thread"][0]["timestamp"] == "2026-03-01T12:00:00.000Z"
    added = api.post(f"{path}/messages", json={"role": "user", "content": "Encore"})
    assert (added.status_code, added.json()["data"]["message"]["content"]) == (201, "Encore")
    assert len(added.json()["data"]["session"]["thread"]) == 3
    assert len(api.get(f"{path}/messages").json()["data"]["messages"]) == 3


def test_what_is_gone_is_told_in_their_words(api: httpx.Client) -> None:
    made = api.post(AT).json()["data"]
    assert api.delete(f"{AT}/{made['id']}").json()["success"] is True
    answers = [
        api.get(f"{AT}/{made['id']}"),
        api.put(f"{AT}/test", json={"sessionId": made["id"], "updates": {}}),
        api.put(f"{AT}/test", json={"sessionId": "nowhere", "updates": {"name": "x"}}),
        api.post(f"{AT}/nowhere/messages", json={"role": "user", "content": "x"}),
        api.delete(f"{AT}/nowhere"),
    ]
    assert [(one.status_code, one.json()["error"]) for one in answers] == [(404, "Session non trouvée")] * 5
