"""The same operation, sent any number of times over any transport, has one effect."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer
from tests.fixtures.sockets import Connect


def test_saving_a_message_twice_stores_it_once(api: httpx.Client, conversation_id: str) -> None:
    path = f"/api/v2/conversations/{conversation_id}/messages"
    message = {"role": "user", "content": "once", "message_id": f"m-{conversation_id}"}
    first, second = api.post(path, json=message), api.post(path, json=message)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    other = api.post(path, json={**message, "content": "twice"})
    assert (other.status_code, other.json()["error"]["code"]) == (409, "conflict")
    assert len(api.get(path).json()["messages"]) == 1


def test_an_operation_id_stands_for_one_message(api: httpx.Client, conversation_id: str) -> None:
    path = f"/api/v2/conversations/{conversation_id}/messages"
    message = {"role": "user", "content": "once", "op_id": f"op-{conversation_id}"}
    assert api.post(path, json=message).json() == api.post(path, json=message).json()
    assert api.post(path, json={**message, "content": "twice"}).status_code == 409
    assert len(api.get(path).json()["messages"]) == 1


def test_notes_are_saved_and_cleared_once(api: httpx.Client, locrit: str) -> None:
    memory = f"/api/v2/locrits/{locrit}/memory"
    note = {"content": "likes tea", "op_id": f"note-{locrit}"}
    assert api.post(f"{memory}/memories", json=note).json() == api.post(f"{memory}/memories", json=note).json()
    assert api.post(f"{memory}/memories", json={**note, "content": "likes coffee"}).status_code == 409
    clear = {"confirm": True, "op_id": f"clear-{locrit}"}
    assert api.request("DELETE", f"{memory}/clear", json=clear).json()["count"] == 1
    api.post(f"{memory}/memories", json={"content": "likes coffee"})
    assert api.request("DELETE", f"{memory}/clear", json=clear).json()["count"] == 1
    assert api.get(f"{memory}/memories").json()["count"] == 1
    assert api.post(f"{memory}/memories", json={"content": "likes tea", "op_id": clear["op_id"]}).status_code == 409


def test_a_turn_over_rest_and_then_over_a_socket_is_one_turn(
    api: httpx.Client, connect: Connect, locrit: str, conversation_id: str, shared_ollama: FakeOllama
) -> None:
    asked_before = len(shared_ollama.requests)
    turn = {"message": "Hi", "message_id": f"m-{conversation_id}", "op_id": f"op-{conversation_id}"}
    client = connect()
    client.call("subscribe", {"scope": f"conversation:{conversation_id}"})
    first = api.post(f"/api/v2/conversations/{conversation_id}/turns", json=turn)
    client.wait_for("chat_complete")
    by_socket = {**turn, "locrit_name": locrit, "conversation_id": conversation_id}
    second, third = client.call("chat_message", by_socket), client.call("chat_message", by_socket)
    again = api.post(f"/api/v2/conversations/{conversation_id}/turns", json=turn)
    assert (first.status_code, again.status_code) == (202, 200)
    assert second["repeated"] is third["repeated"] is again.json()["repeated"] is True
    assert first.json()["generation_id"] == second["generation_id"] == third["generation_id"]
    changed = client.call("chat_message", {**by_socket, "message": "Bye"})
    assert (changed["ok"], changed["error"]["code"]) == (False, "conflict")
    assert (
        api.post(f"/api/v2/conversations/{conversation_id}/turns", json={**turn, "message": "Bye"}).status_code == 409
    )
    assert len(api.get(f"/api/v2/conversations/{conversation_id}/messages").json()["messages"]) == 2
    assert len(shared_ollama.requests) == asked_before + 1


def test_the_same_turn_sent_by_many_at_once_is_one_turn(
    api: httpx.Client, shared_server: LocritServer, conversation_id: str, shared_ollama: FakeOllama
) -> None:
    asked_before = len(shared_ollama.requests)
    url = f"{shared_server.url}/api/v2/conversations/{conversation_id}/turns"
    turn = {"message": "Hi", "message_id": f"m-{conversation_id}"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: httpx.post(url, json=turn, timeout=60), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [202]
    assert len({answer.json()["generation_id"] for answer in answers}) == 1
    generation_id = answers[0].json()["generation_id"]
    while api.get(f"/api/v2/generations/{generation_id}").json()["status"] == "streaming":
        time.sleep(0.02)
    assert len(api.get(f"/api/v2/conversations/{conversation_id}/messages").json()["messages"]) == 2
    assert len(shared_ollama.requests) == asked_before + 1


def test_chat_in_one_call_answers_a_repeat_with_the_same_reply(
    api: httpx.Client, locrit: str, shared_ollama: FakeOllama
) -> None:
    shared_ollama.enqueue(["only once"])
    question = {"message": "Hi", "message_id": f"m-{locrit}"}
    first = api.post(f"/api/v2/locrits/{locrit}/chat", json=question).json()
    assert api.post(f"/api/v2/locrits/{locrit}/chat", json=question).json() == first
    with api.stream("POST", f"/api/v2/locrits/{locrit}/chat/stream", json=question) as answer:
        told = answer.read().decode()
    assert '"only once"' in told
    assert '"complete"' in told
