"""A client as small as one can be: it keeps what the events of one conversation say, applied in the order of `seq`."""

import random
import threading
import time
from collections import deque
from typing import Any

import requests
import socketio

from tests.faults.clients import NotAcknowledged, check
from tests.faults.proxy import Proxy

LOOK_EVERY_S = 0.3
ANSWER_WITHIN_S = 3.0
GIVEN_AT_ONCE = 20
CALM, ROUGH = 0.0, 0.25


class Replica(threading.Thread):
    """Pushes reach it through `trouble`: each may be dropped, doubled, or kept back until a later one has come.

    It pulls on a gap, on reconnect, and now and then. What it wants to say it says again until it is acknowledged. To a
    server with another history it uploads what it has, and starts over.
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
            self.state: dict[str, dict[str, Any]] = {}

    def shown(self) -> list[dict[str, Any]]:
        with self._lock:
            alive = [one for one in self.state.values() if one["deleted_at"] is None]
        return sorted(alive, key=lambda message: message["seq"])

    def leave(self) -> None:
        self._leaving.set()

    def run(self) -> None:
        try:
            while not self._leaving.wait(LOOK_EVERY_S * self._random.random()):
                self._come_back()
                self._pull()
                self.is_saying = self.talks
                if self.is_saying:
                    self._say()
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

    def _until_acknowledged(self, method: str, path: str, body: dict[str, Any]) -> None:
        while not self._leaving.is_set():
            try:
                self._request(method, f"messages{path}", json=body)
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
            rows = sorted(self.state.values(), key=lambda message: message["seq"])
        for at in range(0, len(rows), GIVEN_AT_ONCE):
            self._request("POST", "sync", json={"messages": rows[at : at + GIVEN_AT_ONCE]})
        self.wipe()

    def _apply(self, event: dict[str, Any]) -> bool:
        """Whether it fits: the next one, or one that is known."""
        with self._lock:
            if event["seq"] == self.last + 1:
                self.last += 1
                self._tip = _tip_of(event)
                self.state[event["entity_id"]] = event["payload"]
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
        url = f"{self.network.url}/api/v2/conversations/{self._where}/{path}"
        try:
            answer = requests.request(method, url, timeout=ANSWER_WITHIN_S, **arguments)
        except requests.RequestException as error:
            raise NotAcknowledged from error
        check(answer.status_code, answer.text)
        return answer.json()


def _tip_of(event: dict[str, Any]) -> list[Any]:
    return [event["entity_id"], event["rev"], event["op_id"]]
