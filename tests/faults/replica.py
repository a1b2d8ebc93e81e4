"""A client as small as one can be: it keeps what the events of one conversation say, applied in the order of `seq`."""

import random
import threading
import time
from collections import deque
from collections.abc import Collection
from contextlib import suppress
from typing import Any

import requests
import socketio

from tests.faults.clients import NotAcknowledged, check
from tests.faults.proxy import Proxy

LOOK_EVERY_S = 0.3
ANSWER_WITHIN_S = 3.0
GIVEN_AT_ONCE = 20
ASKS = 0.2
CALM, ROUGH = 0.0, 0.25
KINDS = {"message": "messages", "tool_result": "tool_results", "artifact": "artifacts"}
"""And what a page calls them."""


class Replica(threading.Thread):
    """Pushes reach it through `trouble`: each may be dropped, doubled, or kept back until a later one has come.

    It pulls on a gap, on reconnect, and now and then. What it wants to say it says again until it is acknowledged. To a
    server with another history it uploads what it has, and starts over. Now and then it asks a model that calls tools;
    what a tool asks, whoever asked the model, it answers as it likes.
    """

    def __init__(self, network: Proxy, conversation_id: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.network = network
        self.trouble = ROUGH
        self.acknowledged: dict[str, str] = {}
        self.problem: BaseException | None = None
        self.talks = True
        self.is_saying = False
        self._where = conversation_id
        self._random = random.Random(seed)
        self._leaving = threading.Event()
        self._lock = threading.RLock()
        self._kept_back: deque[dict[str, Any]] = deque()
        self._io: socketio.Client | None = None
        self._number = 0
        self._is_level = False
        self._name = f"replica {seed}"
        self.wipe()

    def wipe(self) -> None:
        """As if its storage was cleared."""
        with self._lock:
            self.last = 0
            self._tip: list[Any] = []
            self.state: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in KINDS}

    def shown(self) -> dict[str, list[dict[str, Any]]]:
        """By kind, in order."""
        with self._lock:
            rows = {kind: [*rows.values()] for kind, rows in self.state.items()}
        return in_order(rows)

    def leave(self) -> None:
        self._leaving.set()

    def run(self) -> None:
        try:
            while not self._leaving.wait(LOOK_EVERY_S * self._random.random()):
                self._come_back()
                self._pull()
                self.is_saying = self.talks
                if self.is_saying:
                    self._ask() if self._random.random() < ASKS else self._say()
                self._answer()
                self.is_saying = False
        except Exception as problem:  # noqa: BLE001 - the edge of a thread: the test looks at it
            self.problem = problem
        finally:
            self._hang_up()

    def _say(self) -> None:
        self._number += 1
        id_ = f"{self._name} {self._number}"
        body = {"role": "user", "content": f"said by {id_}", "message_id": id_, "op_id": f"say {id_}"}
        self._until_acknowledged("POST", "", body)
        self.acknowledged[id_] = body["content"]
        if self._random.random() < 0.3:
            edit = {"content": f"said better by {id_}", "op_id": f"edit {id_}"}
            self._until_acknowledged("PATCH", f"/{id_}", edit)
            self.acknowledged[id_] = edit["content"]

    def _ask(self) -> None:
        self._number += 1
        id_ = f"{self._name} {self._number}"
        body = {"message": f"question {id_.replace(' ', '-')}", "message_id": id_, "op_id": f"ask {id_}"}
        self._until_acknowledged("POST", "", body, "turns")
        self.acknowledged[id_] = body["message"]

    def _answer(self) -> None:
        with self._lock:
            waiting = [one for one in self.state["tool_result"].values() if one["status"] == "pending" and one["asks"]]
        for one in waiting:
            if one["answer"] is None and self._runs(one["message_id"]):
                answer = self._random.choice(["once", "always", "refuse"])
                body = {"answer": answer, "op_id": f"{self._name} answers {one['id']}"}
                with suppress(NotAcknowledged):
                    self._send("POST", f"/api/v2/tool-results/{one['id']}/answer", may_be={404, 409}, json=body)

    def _runs(self, message_id: str) -> bool:
        with self._lock:
            reply = self.state["message"].get(message_id)
        return reply is not None and reply["status"] == "streaming"

    def _until_acknowledged(self, method: str, path: str, body: dict[str, Any], to: str = "messages") -> None:
        while not self._leaving.is_set():
            try:
                self._request(method, f"{to}{path}", json=body)
                return
            except NotAcknowledged:
                time.sleep(0.05)

    def _pull(self) -> None:
        try:
            again = self._request("GET", "events", params={"since": max(self.last - 1, 0), "limit": 1})["events"]
            if self.last and (not again or _tip_of(again[0]) != self._tip):
                self._reupload()
            more = True
            while more:
                told = self._request("GET", "events", params={"since": self.last})
                for event in told["events"]:
                    self._apply(event)
                more = told["more"]
            self._is_level = True
        except NotAcknowledged:
            return

    def _reupload(self) -> None:
        with self._lock:
            kept = self.shown()
        for kind, rows in kept.items():
            for at in range(0, len(rows), GIVEN_AT_ONCE):
                self._request("POST", "sync", json={"messages": [], KINDS[kind]: rows[at : at + GIVEN_AT_ONCE]})
        self.wipe()

    def _apply(self, event: dict[str, Any]) -> bool:
        """Whether it fits: the next one, or one that is known."""
        with self._lock:
            if event["seq"] == self.last + 1:
                self.last += 1
                self._tip = _tip_of(event)
                self.state[event["type"].partition(".")[0]][event["entity_id"]] = event["payload"]
            return bool(event["seq"] <= self.last)

    def _on_event(self, event: dict[str, Any]) -> None:
        if event["scope"] != f"conversation:{self._where}" or not self._is_level:
            return
        fate = self._random.random() if self.trouble else 1.0
        if fate < self.trouble / 2:
            return
        if fate < self.trouble:
            self._kept_back.append(event)
            return
        for one in (event, *self._kept_back, event):
            self._apply(one)
        self._kept_back.clear()

    def _come_back(self) -> None:
        if self._io is not None and self._io.connected:
            return
        self._hang_up()
        self._is_level = False  # the server may have another history by now
        self._io = socketio.Client(reconnection=False)
        self._io.on("event", self._on_event)
        try:
            self._io.connect(self.network.url, transports=["websocket"], wait_timeout=2)
            self._io.emit("subscribe", {"scope": f"conversation:{self._where}", "since": self.last})
        except socketio.exceptions.SocketIOError:
            return

    def _hang_up(self) -> None:
        if self._io is not None:
            self._io.disconnect()
            if self._io.eio.ws:
                self._io.eio.ws.shutdown()

    def _request(self, method: str, path: str, **arguments: Any) -> Any:
        return self._send(method, f"/api/v2/conversations/{self._where}/{path}", **arguments)

    def _send(self, method: str, path: str, may_be: Collection[int] = (), **arguments: Any) -> Any:
        try:
            answer = requests.request(method, self.network.url + path, timeout=ANSWER_WITHIN_S, **arguments)
        except requests.RequestException as error:
            raise NotAcknowledged from error
        if answer.status_code not in may_be:
            check(answer.status_code, answer.text)
        return answer.json()


def in_order(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """What is to be seen of these rows by kind: messages by their place, the rest by id."""
    alive = {kind: [one for one in all_ if one.get("deleted_at") is None] for kind, all_ in rows.items()}
    return {kind: sorted(found, key=_place_of) for kind, found in alive.items()}


def _place_of(row: dict[str, Any]) -> tuple[int, str]:
    return row.get("seq", 0), row.get("id", "")


def _tip_of(event: dict[str, Any]) -> list[Any]:
    return [event["entity_id"], event["rev"], event["op_id"]]
