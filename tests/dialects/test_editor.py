"""Editors of components."""

from typing import Any

import httpx
import pytest

from src.ids import new_id

AT = "/api/sessions"
BEARER = {"Authorization": "Bearer nothing"}


def rows(api: httpx.Client, path: str) -> list[dict[str, Any]]:
    told = api.get(path, headers=BEARER).json()
    assert told["success"] is True
    found: list[dict[str, Any]] = told["data"]
    return found


@pytest.fixture
def session(api: httpx.Client) -> str:
    made = api.post(AT, json={"title": "T", "description": "D"}, headers=BEARER)
    assert made.status_code == 201
    told = made.json()["data"]
    assert (told["title"], told["description"], told["is_active"]) == ("T", "D", True)
    return f"{AT}/{told['id']}"


def test_a_session_is_listed_changed_and_deleted(api: httpx.Client, session: str) -> None:
    assert session.removeprefix(f"{AT}/") in [one["id"] for one in rows(api, AT)]
    changed = api.put(session, json={"title": "T2", "is_active": False}).json()["data"]
    assert (changed["title"], changed["description"], changed["is_active"]) == ("T2", "D", False)
    assert api.get(session).json()["data"] == changed
    assert api.delete(session).json()["success"] is True
    assert api.get(session).status_code == 404


def test_a_session_may_be_named_by_who_uses_it_first(api: httpx.Client) -> None:
    session = f"{AT}/named {new_id()}"
    kinds = ("messages", "components", "interactions", "ai-responses")
    assert [rows(api, f"{session}/{kind}") for kind in kinds] == [[], [], [], []]
    body = {"role": "user", "content": "Hi", "messageType": "text", "conversationId": "c1", "metadata": {"a": 1}}
    made = [api.post(f"{session}/messages", json=body).json()["data"] for _ in range(3)]
    assert len({one["id"] for one in made}) == 1
    [row] = rows(api, f"{session}/messages")
    assert row == made[0] | {"session_id": session.removeprefix(f"{AT}/"), "message_type": "text"}
    assert (row["conversation_id"], row["message_order"], row["metadata"]) == ("c1", 1, {"a": 1})
    api.post(f"{session}/messages", json=body | {"conversationId": "c2"}).raise_for_status()
    assert len(rows(api, f"{session}/messages")) == 2
    assert api.get(session).json()["data"]["id"] == row["session_id"]


def test_the_newest_component_is_the_current_one(api: httpx.Client, session: str) -> None:
    body = {"name": "Button", "jsxCode": "<b/>", "cssCode": "b{}", "componentType": "ui", "metadata": {"m": 1}}
    for jsx in ("<b/>", "<i/>", "<i/>"):
        made = api.post(f"{session}/components", json=body | {"jsxCode": jsx}).json()["data"]
        assert (made["is_current"], made["jsx_code"], made["css_code"], made["component_type"]) == (
            True,
            jsx,
            "b{}",
            "ui",
        )
    found = rows(api, f"{session}/components")
    assert [(one["jsx_code"], one["is_current"], one["metadata"]) for one in found] == [
        ("<b/>", False, {"m": 1}),
        ("<i/>", True, {"m": 1}),
    ]


def test_what_an_editor_asked_is_kept(api: httpx.Client, session: str) -> None:
    interaction: dict[str, Any] = {
        "prompt": "p",
        "response": "r",
        "interactionType": "edit",
        "targetElement": None,
        "metadata": {},
    }
    answer = {"promptText": "p", "responseText": "r", "modelName": "m", "responseTimeMs": 5.5, "tokensUsed": 7}
    for _ in range(2):
        api.post(f"{session}/interactions", json=interaction).raise_for_status()
        api.post(f"{session}/ai-responses", json=answer).raise_for_status()
    [one] = rows(api, f"{session}/interactions")
    assert (one["prompt"], one["interaction_type"], one["target_element"], one["related_message_id"]) == (
        *("p", "edit"),
        *(None, None),
    )
    [other] = rows(api, f"{session}/ai-responses")
    assert (other["prompt_text"], other["response_time_ms"], other["tokens_used"], other["metadata"]) == (
        "p",
        5.5,
        7,
        {},
    )
    assert api.post(f"{session}/messages", json={"role": "user"}).status_code == 400
