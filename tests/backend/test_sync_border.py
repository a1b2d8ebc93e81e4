"""What a client brings is looked at before it is stored: garbage is refused with a sentence, as a whole."""

from typing import Any

import httpx
import pytest

GARBAGE: dict[str, dict[str, Any]] = {
    "an unknown status": {"status": "half done"},
    "an unknown role": {"role": "robot"},
    "a role of nothing": {"role": None},
    "no words, and nothing about them": {"content": " "},
    "a parent that is no text": {"parent_id": ["q1"]},
    "an empty parent": {"parent_id": ""},
    "itself as its parent": {"parent_id": "new"},
    "usage that is no object": {"usage": 7},
    "usage without numbers": {"usage": {"prompt_tokens": "many"}},
    "negative usage": {"usage": {"prompt_tokens": -1}},
    "usage too large for JavaScript": {"usage": {"total_ms": 1e300}},
    "an error without a code": {"error": {"message": "no code"}},
    "an error that is a text": {"error": "it failed"},
    "an error with NUL": {"error": {"code": "x", "message": "a\x00b"}},
    "an error without end": {"error": {"code": "x", "message": "a" * 10_001}},
    "a context of another kind": {"context": {"seen_from": 1, "limited_by": "the moon", "window_tokens": 1}},
    "a moment without a zone": {"deleted_at": "2026-01-01T00:00:00"},
    "a moment that is a number": {"forgotten_at": 5},
    "a moment in the far future": {"created_at": "9999-01-01T00:00:00Z"},
    "a revision below zero": {"rev": -1},
    "a model without end": {"model": "m" * 201},
    "a model with NUL": {"model": "m\x00"},
}


@pytest.mark.parametrize("what", GARBAGE)
def test_garbage_is_refused(what: str, api: httpx.Client, conversation_id: str) -> None:
    path = f"/api/v2/conversations/{conversation_id}"
    message = {"message_id": "new", "role": "assistant", "content": "hello", "status": "complete"} | GARBAGE[what]
    if "content" in GARBAGE[what]:
        del message["status"]
    good = {"message_id": "good", "role": "user", "content": "hello"}
    answer = api.post(f"{path}/sync", json={"messages": [good, message]})
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["code"] == "invalid_input"
    assert api.get(f"{path}/messages").json()["messages"] == []


def test_garbage_around_the_messages_is_refused(api: httpx.Client, locrit: str) -> None:
    row = {"locrit_name": locrit, "user_id": "local", "session_id": "s"}
    bad: dict[str, Any]
    for bad in ({"tags": "none"}, {"rev": "x"}, {"title": "t" * 201}, {"session_id": ""}, {"deleted_at": "soon"}):
        body: dict[str, Any] = {"messages": [], "conversation": row | bad}
        assert api.post(f"/api/v2/conversations/missing-{locrit}/sync", json=body).status_code == 400
    for bad in ({"name": "a/b"}, {"rev": None}, {"former_names": [""]}, {"message_limit": 0}, {"open_to": 7}):
        body = {"locrits": [{"id": f"x{locrit}", "name": f"x{locrit}", "rev": 1} | bad]}
        assert api.post("/api/v2/sync", json=body).status_code == 400
    assert api.get(f"/api/v2/conversations/missing-{locrit}").status_code == 404


def test_who_sends_id_role_and_words_only_is_served_as_ever(api: httpx.Client, conversation_id: str) -> None:
    path = f"/api/v2/conversations/{conversation_id}"
    said = [{"message_id": f"{n} {conversation_id}", "role": "user", "content": str(n)} for n in range(3)]
    assert len(api.post(f"{path}/sync", json={"messages": said}).json()["added"]) == 3
    assert len(api.post(f"{path}/sync", json={"messages": said}).json()["unchanged"]) == 3
    rows = api.get(f"{path}/messages").json()["messages"]
    assert [(row["content"], row["seq"], row["status"]) for row in rows] == [
        (str(n), n + 1, "complete") for n in range(3)
    ]
    missing = api.post(f"/api/v2/conversations/missing-{conversation_id}/sync", json={"messages": said})
    assert missing.status_code == 404


def test_a_conversation_that_is_missing_is_made_again_with_its_locrit(api: httpx.Client, locrit: str) -> None:
    opened = api.post("/api/v2/conversations", json={"locrit_name": locrit, "session_id": "s", "title": "T"}).json()
    persona = api.get(f"/api/v2/locrits/{locrit}").json()
    lost = opened | {"conversation_id": f"c {locrit}", "session_id": "lost", "tags": ["a"], "starred": True, "rev": 7}
    other = persona | {"id": f"id {locrit}", "name": f"{locrit} lost", "system_prompt": "Be lost.", "rev": 3}
    assert api.post("/api/v2/sync", json={"locrits": [other]}).is_success
    lost |= {"locrit_id": other["id"], "locrit_name": other["name"]}
    for _ in range(2):
        api.post(
            f"/api/v2/conversations/c {locrit}/sync", json={"messages": [], "conversation": lost}
        ).raise_for_status()
    made = api.get(f"/api/v2/conversations/c {locrit}").json()
    same = ("locrit_id", "session_id", "title", "tags", "starred", "rev", "created_at", "updated_at")
    assert {name: made[name] for name in same} == {name: lost[name] for name in same}
    assert api.get(f"/api/v2/locrits/{locrit} lost").json()["system_prompt"] == "Be lost."
