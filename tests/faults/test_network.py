"""Answers that get lost after the commit, storms of reconnections, upgrades that break off, a second server."""

import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import socketio

from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama
from tests.faults.audit import audit
from tests.faults.proxy import Proxy
from tests.fixtures.server import ROOT, LocritServer
from tests.fixtures.sockets import ChatClient

STORM = 12
RETRIES = 4


@pytest.fixture
def network(shared_server: LocritServer) -> Iterator[Proxy]:
    """Whatever happened in it, the server's data passes the audit."""
    with Proxy(shared_server.url) as proxy:
        yield proxy
    audit(f"sqlite:///{shared_server.data_dir / 'locrit.db'}", running=True)


def messages(api: httpx.Client, conversation_id: str) -> list[dict[str, Any]]:
    listed = api.get(f"/api/v2/conversations/{conversation_id}/messages").raise_for_status().json()["messages"]
    return list(listed)


def test_what_is_sent_again_after_its_answer_was_lost_is_there_once(
    network: Proxy, api: httpx.Client, conversation_id: str
) -> None:
    path = f"{network.url}/api/v2/conversations/{conversation_id}/messages"
    id_ = str(uuid.uuid4())
    saved = {"role": "user", "content": "first", "message_id": id_, "op_id": f"save {id_}"}
    edited = {"content": "second", "op_id": f"edit {id_}"}
    for method, url, body in (("POST", path, saved), ("PATCH", f"{path}/{id_}", edited)):
        network.fault = "lose answers"
        for _ in range(RETRIES):
            with pytest.raises(httpx.TransportError):
                httpx.request(method, url, json=body)
        network.fault = None
        assert httpx.request(method, url, json=body).status_code == 200
    [message] = messages(api, conversation_id)
    assert (message["content"], message["rev"]) == ("second", 2)


def test_a_question_whose_ack_was_lost_is_asked_once(
    network: Proxy, api: httpx.Client, locrit: str, conversation_id: str, shared_ollama: FakeOllama
) -> None:
    asked_before = len(shared_ollama.requests)
    question = {"message": "Once?", "message_id": f"q-{conversation_id}", "op_id": f"op-{conversation_id}"}
    by_socket = {**question, "locrit_name": locrit, "conversation_id": conversation_id}
    client = ChatClient(network.url)
    client.wait_for("connected")  # else the loss of this greeting ends the connection before the question is sent
    network.fault = "lose answers"
    client.emit("chat_message", by_socket)
    wait_until(lambda: len(messages(api, conversation_id)) == 2)
    client.close()
    with pytest.raises(httpx.TransportError):
        httpx.post(f"{network.url}/api/v2/conversations/{conversation_id}/turns", json=question)
    network.fault = None
    client = ChatClient(network.url)
    assert client.call("chat_message", by_socket)["repeated"] is True
    client.close()
    assert len(messages(api, conversation_id)) == 2
    assert len(shared_ollama.requests) == asked_before + 1


def test_after_a_storm_of_reconnections_everyone_is_told_everything(
    network: Proxy, api: httpx.Client, conversation_id: str
) -> None:
    scope = {"scope": f"conversation:{conversation_id}", "since": 0}

    def come_and_go(number: int) -> None:
        for _ in range(RETRIES):
            try:
                client = ChatClient(network.url)
                client.emit("subscribe", scope)
                client.close()
            except (socketio.exceptions.SocketIOError, OSError):
                continue
            saved = {"role": "user", "content": f"hello {number}", "message_id": f"{number}-{conversation_id}"}
            api.post(f"/api/v2/conversations/{conversation_id}/messages", json=saved).raise_for_status()
            if number % 4 == 0:
                network.cut()

    with ThreadPoolExecutor(STORM) as pool:
        list(pool.map(come_and_go, range(STORM)))
    client = ChatClient(network.url)
    told = client.call("subscribe", scope)
    client.close()
    assert [event["seq"] for event in told["events"]] == list(range(1, told["head_seq"] + 1))
    assert {event["entity_id"] for event in told["events"]} == {
        message["message_id"] for message in messages(api, conversation_id)
    }


def test_an_upgrade_to_websocket_that_breaks_off_loses_nothing(
    network: Proxy, api: httpx.Client, locrit: str, conversation_id: str
) -> None:
    network.fault = "cut upgrades"
    client = socketio.Client(reconnection=False)
    question = {"message": "Still there?", "message_id": f"u-{conversation_id}", "op_id": f"up-{conversation_id}"}
    client.connect(network.url, transports=["polling", "websocket"])
    try:
        assert client.transport() == "polling"
        by_socket = {**question, "locrit_name": locrit, "conversation_id": conversation_id}
        assert client.call("chat_message", by_socket, timeout=10)["ok"] is True
    finally:
        client.disconnect()
    assert [message["content"] for message in messages(api, conversation_id)][:1] == ["Still there?"]


def test_a_second_server_on_the_same_data_refuses_and_the_first_goes_on(
    shared_server: LocritServer, api: httpx.Client, conversation_id: str
) -> None:
    second = [sys.executable, "web_app.py", "--port", "0", "--data-dir", str(shared_server.data_dir)]
    refused = subprocess.run(second, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode == 1
    assert "Another Locrit server is using" in refused.stderr
    saved = {"role": "user", "content": "still here", "message_id": f"s-{conversation_id}"}
    assert api.post(f"/api/v2/conversations/{conversation_id}/messages", json=saved).status_code == 201
