"""The promise that the predecessor broke: what is said through the service, REST or a socket is remembered at once."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from src.application import Application
from src.config import Settings
from src.entities import SendMessage
from tests.callers import OnePersons
from tests.fakes.ollama import FakeOllama
from tests.fixtures.sockets import Connect
from tests.talk import opening


def test_what_is_said_through_the_service_is_remembered(tmp_path: Path, ollama: FakeOllama) -> None:
    ollama.enqueue(["Nice to meet you, Ada."])
    settings = Settings(data_dir=tmp_path, ollama_host=ollama.url, llm="ollama")

    async def scenario() -> dict[str, Any]:
        application = OnePersons(Application(settings))
        await application.start()
        await application.locrits.create("Bob", {})
        turn = await application.chat.send(SendMessage("I am Ada.", opening=opening(locrit="Bob")))
        await application.chat.wait(turn.generation_id)
        summary = await application.memory.get_full_memory_summary("Bob")
        await application.close()
        return summary.wire()

    _assert_remembered(asyncio.run(scenario()), ["I am Ada.", "Nice to meet you, Ada."])


def test_what_is_said_over_rest_is_remembered(api: httpx.Client, locrit: str, shared_ollama: FakeOllama) -> None:
    shared_ollama.enqueue(["Nice to meet you, Ada."])
    answer = api.post(f"/api/v2/locrits/{locrit}/chat", json={"message": "I am Ada."}).json()
    assert (answer["success"], answer["response"]) == (True, "Nice to meet you, Ada.")
    _assert_remembered(_summary(api, locrit), ["I am Ada.", "Nice to meet you, Ada."])


@pytest.mark.parametrize("namespace", ["/", "/chat"])
def test_what_is_said_over_a_socket_is_remembered(
    api: httpx.Client, connect: Connect, locrit: str, namespace: str, shared_ollama: FakeOllama
) -> None:
    shared_ollama.enqueue(["Nice to meet you, Ada."])
    client = connect(namespace)
    client.call("join_chat", {"locrit_name": locrit, "session_id": "one"})
    client.call("chat_message", {"locrit_name": locrit, "session_id": "one", "message": "I am Ada."})
    client.wait_for("chat_complete")
    _assert_remembered(_summary(api, locrit), ["I am Ada.", "Nice to meet you, Ada."])


def test_messages_keep_their_order(api: httpx.Client, locrit: str) -> None:
    for number in range(4):
        api.post(f"/api/v2/locrits/{locrit}/chat", json={"message": f"question {number}", "session_id": "one"})
    page = api.get(f"/api/v2/locrits/{locrit}/memory/sessions/one/messages").json()
    assert [message["role"] for message in page["messages"]] == ["user", "assistant"] * 4
    questions = [message["content"] for message in page["messages"] if message["role"] == "user"]
    assert questions == [f"question {number}" for number in range(4)]
    assert [message["seq"] for message in page["messages"]] == list(range(1, 9))


def test_sessions_do_not_mix(api: httpx.Client, connect: Connect, locrit: str) -> None:
    client = connect()
    for session in ("one", "two"):
        said = {"locrit_name": locrit, "session_id": session, "message": f"in {session}", "stream": False}
        client.call("chat_message", said)
        client.wait_for("chat_response", session_id=session)
    for session in ("one", "two"):
        page = api.get(f"/api/v2/locrits/{locrit}/memory/sessions/{session}/messages").json()
        assert page["messages"][0]["content"] == f"in {session}"
        assert len(page["messages"]) == 2
    assert _summary(api, locrit)["statistics"]["total_sessions"] == 2


def test_the_same_session_of_another_locrit_or_user_is_another_conversation(api: httpx.Client, locrit: str) -> None:
    def said(message: str, name: str = locrit, **fields: str) -> str:
        sent = api.post(f"/api/v2/locrits/{name}/chat", json={"message": message, "session_id": "one", **fields})
        return str(sent.json()["conversation_id"])

    api.post("/api/v2/locrits", json={"name": f"Other {locrit}"})
    ids = {said("a"), said("b", name=f"Other {locrit}"), said("c", user_id="eve")}
    assert len(ids) == 3
    assert said("d") in ids


def _summary(api: httpx.Client, locrit: str) -> dict[str, Any]:
    summary: dict[str, Any] = api.get(f"/api/v2/locrits/{locrit}/memory/summary").raise_for_status().json()
    return summary


def _assert_remembered(summary: dict[str, Any], contents: list[str]) -> None:
    assert summary["total_messages"] == summary["statistics"]["total_messages"] == len(contents)
    assert [message["content"] for message in summary["recent_messages"]] == contents
    assert [message["role"] for message in summary["recent_messages"]] == ["user", "assistant"]
    assert [session["message_count"] for session in summary["sessions"]] == [len(contents)]
