"""The Socket.IO table, on both namespaces, with a real client against the real server."""

import threading

import httpx
import pytest

from tests.eventually import wait_until
from tests.fakes.ollama import Cut, Delay, FakeOllama, Hold, Item, Part
from tests.fixtures.sockets import Connect

NAMESPACES = ["/", "/chat"]
pytestmark = pytest.mark.parametrize("namespace", NAMESPACES)


def test_a_client_is_greeted(connect: Connect, namespace: str) -> None:
    assert connect(namespace).wait_for("connected")["status"] == "connected"


def test_joining_tells_the_session_and_the_room(connect: Connect, namespace: str, locrit: str) -> None:
    client = connect(namespace)
    ack = client.call("join_chat", {"locrit_name": locrit, "session_id": "s1"})
    joined = client.wait_for("joined_chat")
    assert joined == ack
    assert (joined["locrit_name"], joined["session_id"]) == (locrit, "s1")
    assert joined["room"] == f"conversation:{joined['conversation_id']}"


def test_joining_without_a_session_makes_one_for_the_connection(connect: Connect, namespace: str, locrit: str) -> None:
    one, other = connect(namespace), connect(namespace)
    first = one.call("join_chat", {"locrit_name": locrit})
    assert first["session_id"]
    assert one.call("join_chat", {"locrit_name": locrit})["session_id"] == first["session_id"]
    assert other.call("join_chat", {"locrit_name": locrit})["session_id"] != first["session_id"]


def test_a_message_is_acknowledged_streamed_and_completed(
    connect: Connect, namespace: str, locrit: str, shared_ollama: FakeOllama
) -> None:
    shared_ollama.enqueue(["Hel", "lo ", "you"])
    client = connect(namespace)
    client.call("join_chat", {"locrit_name": locrit, "session_id": "s1"})
    ack = client.call("chat_message", {"locrit_name": locrit, "session_id": "s1", "message": "Hi"})
    assert ack["ok"] is True
    assert (ack["seq"], ack["message"]["content"], ack["reply"]["status"]) == (1, "Hi", "streaming")
    end = client.wait_for("chat_complete")
    assert (end["status"], end["message_id"], end["error"]) == ("complete", ack["reply"]["message_id"], None)
    assert end["usage"]["completion_tokens"] > 0
    chunks = client.all("chat_chunk")
    assert "".join(chunk["content"] for chunk in chunks) == "Hello you"
    assert [chunk["idx"] for chunk in chunks] == list(range(len(chunks)))
    assert all(chunk["session_id"] == "s1" and chunk["locrit_name"] == locrit for chunk in chunks)
    assert all(chunk["generation_id"] == ack["generation_id"] and chunk["timestamp"] for chunk in chunks)


def test_a_message_without_a_locrit_begins_no_conversation(connect: Connect, namespace: str, locrit: str) -> None:
    client, question = connect(namespace), {"conversation_id": f"of {namespace}", "message": "Hi"}
    ack = client.call("chat_message", question)
    assert (ack["ok"], ack["status"], ack["error"]["code"]) == (False, 404, "not_found")
    assert client.call("chat_message", {**question, "locrit_name": locrit})["seq"] == 1
    assert client.call("chat_message", question)["seq"] == 3
    nowhere = client.call("chat_message", {"message": "Hi"})
    assert (nowhere["status"], nowhere["error"]["code"]) == (400, "invalid_input")


def test_a_reply_that_pauses_tells_that_it_is_saved(
    connect: Connect, namespace: str, locrit: str, shared_ollama: FakeOllama
) -> None:
    go_on = threading.Event()
    shared_ollama.enqueue(["one ", "two", Hold(go_on), " three"])
    client = connect(namespace)
    ack = client.call("chat_message", {"locrit_name": locrit, "message": "Count"})
    wait_until(lambda: "".join(chunk["content"] for chunk in client.all("chat_chunk")) == "one two")
    shown = len(client.all("chat_chunk"))
    told = client.wait_for("chat_saved", durable_idx=shown)
    assert (told["generation_id"], told["message_id"]) == (ack["generation_id"], ack["reply"]["message_id"])
    go_on.set()
    client.wait_for("chat_complete")
    assert client.all("chat_chunk")[-1]["durable_idx"] == shown


def test_a_message_needs_no_join_before_it(
    connect: Connect, namespace: str, locrit: str, shared_ollama: FakeOllama
) -> None:
    shared_ollama.enqueue(["a", "b"])
    client = connect(namespace)
    client.call("chat_message", {"locrit_name": locrit, "message": "Hi"})
    client.wait_for("chat_complete")
    assert "".join(chunk["content"] for chunk in client.all("chat_chunk")) == "ab"


def test_without_streaming_the_sender_gets_the_whole_reply_and_nothing_else(
    connect: Connect, namespace: str, locrit: str, shared_ollama: FakeOllama
) -> None:
    shared_ollama.enqueue(["one ", "two"])
    sender, other = connect(namespace), connect(namespace)
    other.call("join_chat", {"locrit_name": locrit, "session_id": "s1"})
    question = {"locrit_name": locrit, "session_id": "s1", "message": "Count", "stream": False}
    assert sender.call("chat_message", question)["ok"] is True
    answer = sender.wait_for("chat_response")
    assert (answer["response"], answer["session_id"], answer["message_count"]) == ("one two", "s1", 2)
    other.wait_for("chat_complete")
    assert sender.all("chat_chunk") == []
    assert "".join(chunk["content"] for chunk in other.all("chat_chunk")) == "one two"


def test_a_failing_model_is_told_as_an_error_beside_the_end(
    connect: Connect, namespace: str, locrit: str, shared_ollama: FakeOllama
) -> None:
    shared_ollama.enqueue(["half", Cut()])
    client = connect(namespace)
    client.call("chat_message", {"locrit_name": locrit, "message": "Hi"})
    end = client.wait_for("chat_complete")
    assert (end["status"], end["error"]["code"]) == ("failed", "model_cut")
    assert client.wait_for("error")["code"] == "model_cut"


def test_a_reply_that_a_limit_cut_is_an_answer_to_a_sender_that_does_not_stream(
    connect: Connect, namespace: str, locrit: str, shared_ollama: FakeOllama
) -> None:
    shared_ollama.enqueue(["half", Part({"done": True, "done_reason": "length"})])
    client = connect(namespace)
    client.call("chat_message", {"locrit_name": locrit, "message": "Hi", "stream": False})
    assert client.wait_for("chat_response")["response"] == "half"
    assert client.all("error") == []


def test_a_failing_model_is_told_to_a_sender_that_does_not_stream(
    connect: Connect, namespace: str, locrit: str, shared_ollama: FakeOllama
) -> None:
    shared_ollama.enqueue(["half", Cut()])
    client = connect(namespace)
    client.call("chat_message", {"locrit_name": locrit, "message": "Hi", "stream": False})
    assert client.wait_for("error")["code"] == "model_cut"
    assert client.all("chat_response") == []


def test_who_has_left_hears_no_more(connect: Connect, namespace: str, locrit: str, shared_ollama: FakeOllama) -> None:
    shared_ollama.enqueue(["x"])
    leaver, other = connect(namespace), connect(namespace)
    chat = {"locrit_name": locrit, "session_id": "s1"}
    leaver.call("join_chat", chat)
    assert leaver.call("leave_chat", chat) == chat
    assert leaver.wait_for("left_chat") == chat
    other.call("chat_message", {**chat, "message": "Hi"})
    other.wait_for("chat_complete")
    assert leaver.all("chat_chunk") == []


def test_subscribing_catches_up_and_then_follows(
    connect: Connect, namespace: str, api: httpx.Client, conversation_id: str
) -> None:
    path = f"/api/v2/conversations/{conversation_id}/messages"
    api.post(path, json={"role": "user", "content": "before"})
    client = connect(namespace)
    caught_up = client.call("subscribe", {"scope": f"conversation:{conversation_id}", "since": 0})
    assert caught_up["ok"] is True
    seqs = [event["seq"] for event in caught_up["events"]]
    assert seqs == list(range(1, caught_up["head_seq"] + 1))
    assert caught_up["events"][-1]["payload"]["content"] == "before"
    api.post(path, json={"role": "user", "content": "after"})
    event = client.wait_for("event", type="message.created")
    assert (event["seq"], event["payload"]["content"]) == (caught_up["head_seq"] + 1, "after")
    head = client.call("subscribe", {"scope": f"conversation:{conversation_id}"})
    assert (head["head_seq"], head["events"]) == (event["seq"], [])


def test_the_lists_of_the_user_are_a_scope_too(
    connect: Connect, namespace: str, api: httpx.Client, locrit: str
) -> None:
    client = connect(namespace)
    user_id = client.wait_for("connected")["user_id"]
    assert client.call("subscribe", {"scope": f"user:{user_id}"})["ok"] is True
    api.patch(f"/api/v2/locrits/{locrit}", json={"description": "new"})
    assert client.wait_for("event", type="locrit.updated")["payload"]["description"] == "new"
    assert client.call("subscribe", {"scope": "user:somebody"})["error"]["code"] == "forbidden"


def test_a_running_reply_can_be_resumed_and_stopped(
    connect: Connect, namespace: str, locrit: str, shared_ollama: FakeOllama
) -> None:
    pieces: list[Item] = [Delay(0.05), "."]
    shared_ollama.enqueue(["start", *pieces * 200])
    sender, late = connect(namespace), connect(namespace)
    ack = sender.call("chat_message", {"locrit_name": locrit, "message": "Hi"})
    sender.wait_for("chat_chunk", 3)
    generation = {"generation_id": ack["generation_id"]}
    state = late.call("resume_generation", {**generation, "idx": 0})
    assert state["ok"] is True
    assert state["content"].startswith("start")
    assert late.wait_for("chat_chunk")["idx"] <= state["idx"]
    stopped = late.call("stop_generation", generation)
    assert (stopped["ok"], stopped["status"]) == (True, "stopped")
    assert sender.wait_for("chat_complete")["status"] == "stopped"


def test_a_client_that_unsubscribes_hears_no_more(
    connect: Connect, namespace: str, api: httpx.Client, conversation_id: str
) -> None:
    scope = {"scope": f"conversation:{conversation_id}"}
    leaver, other = connect(namespace), connect(namespace)
    leaver.call("subscribe", scope)
    other.call("subscribe", scope)
    leaver.call("unsubscribe", scope)
    api.post(f"/api/v2/conversations/{conversation_id}/messages", json={"role": "user", "content": "x"})
    other.wait_for("event", type="message.created")
    assert leaver.all("event") == []
