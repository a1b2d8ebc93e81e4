"""The memory explorer, as older clients read it."""

import time
from typing import Any

import httpx
import pytest


@pytest.fixture
def memory(api: httpx.Client, locrit: str) -> str:
    """Of three messages in a session."""
    opened = api.post("/api/v2/conversations", json={"locrit_name": locrit, "session_id": "s1"}).json()
    for number in range(3):
        said = {"role": "user", "content": f"about foxes, {number}"}
        api.post(f"/api/v2/conversations/{opened['conversation_id']}/messages", json=said).raise_for_status()
    return f"/api/locrits/{locrit}/memory"


def test_more_than_there_may_be_at_once_is_no_mistake(api: httpx.Client, memory: str) -> None:
    page = api.get(f"{memory}/sessions/s1/messages", params={"limit": 10_000}).json()
    assert (page["session_id"], page["total"], len(page["messages"])) == ("s1", 3, 3)
    found = _found(api, memory, {"q": "foxes", "limit": "999"})
    assert (found["total"], found["count"], found["access_level"]) == (3, 3, "full")
    for limit in ("0", "-1", "many"):
        assert api.get(f"{memory}/sessions/s1/messages", params={"limit": limit}).status_code == 400


def test_what_is_told_has_their_names_beside_ours(api: httpx.Client, memory: str) -> None:
    summary = api.get(f"{memory}/summary").json()
    assert [one["content"] for one in summary["recent_messages"]] == [f"about foxes, {n}" for n in (2, 1, 0)]
    assert api.get(f"{memory}/stats").json()["access_level"] == "full"
    assert api.get(f"{memory}/sessions").json()["total"] == 1
    session = api.get(f"{memory}/sessions/s1").json()
    assert session["session"]["id"] == session["id"] == "s1"
    path = f"{memory}/messages/{summary['recent_messages'][0]['id']}"
    assert api.get(path).json()["message"]["content"] == "about foxes, 2"
    edited = api.put(path, json={"content": "about cats"}).json()
    assert (edited["success"], edited["content"], edited["message"]["rev"]) == (True, "about cats", 2)
    deleted = api.delete(f"{memory}/sessions/s1").json()
    assert (deleted["success"], bool(deleted["message"])) == (True, True)


def test_notes_say_when_they_were_read(api: httpx.Client, memory: str) -> None:
    saved = api.post(f"{memory}/memories", json={"content": "likes tea"})
    told = saved.json()
    assert (saved.status_code, told["success"], told["memory_id"]) == (201, True, told["id"])
    listed = api.get(f"{memory}/memories").json()
    assert (listed["total"], listed["memories"][0]["last_accessed"]) == (1, told["created_at"])


def test_quick_memory_says_so(api: httpx.Client, memory: str, locrit: str) -> None:
    api.patch(f"/api/v2/locrits/{locrit}", json={"access_to": {"full_memory": False}}).raise_for_status()
    assert api.get(f"{memory}/stats").json()["access_level"] == "quick"
    assert _found(api, memory, {"q": "foxes"})["access_level"] == "quick"
    assert isinstance(api.get(f"{memory}/summary").json()["error"], str)


def test_concepts_are_called_by_their_names(api: httpx.Client, memory: str) -> None:
    while (told := api.get(f"{memory}/concepts").json())["concepts"] == []:
        time.sleep(0.02)
    [foxes] = told["concepts"]
    assert (foxes["name"], foxes["type"], told["total"]) == ("foxes", "topic", 1)
    _found(api, memory, {"q": "foxes"})
    details = api.get(f"{memory}/concepts/details", params={"name": "Foxes", "type": "animal"}).json()
    assert (details["mentions"], details["related_concepts"], len(details["context_examples"])) == (3, [], 3)
    assert {"first_mentioned", "last_mentioned"} <= details.keys()
    edited = api.put(f"{memory}/concepts/foxes", json={"name": "red foxes", "description": "They are red."})
    assert (edited.status_code, edited.json()["success"]) == (200, True)
    details = api.get(f"{memory}/concepts/details", params={"name": "red foxes"}).json()
    assert details["description"] == "They are red."
    related = api.get(f"{memory}/concepts/red foxes/related", params={"depth": 2}).json()
    assert related == {"concept": "red foxes", "related_concepts": [], "total": 0, "depth": 2}
    assert api.delete(f"{memory}/concepts/{foxes['id']}").json()["success"]
    assert api.get(f"{memory}/concepts").json() == {"concepts": [], "total": 0}


def test_what_is_no_concept_is_said_in_a_sentence(api: httpx.Client, memory: str) -> None:
    related = api.get(f"{memory}/concepts/tea/related", params={"depth": 2}).json()
    assert related == {"concept": "tea", "related_concepts": [], "total": 0, "depth": 2}
    assert api.get(f"{memory}/concepts/details").status_code == 400
    answers = [
        api.get(f"{memory}/concepts/details", params={"name": "tea", "type": "drink"}),
        api.put(f"{memory}/concepts/tea", json={"name": "coffee"}),
        api.delete(f"{memory}/concepts/tea"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert all(isinstance(answer.json()["error"], str) for answer in answers)


def _found(api: httpx.Client, memory: str, query: dict[str, Any]) -> dict[str, Any]:
    """What is said is found as soon as it has been indexed, in the background."""
    while (found := api.get(f"{memory}/search", params=query).json())["count"] < 3:
        time.sleep(0.02)
    return dict(found)
