"""People who send and stream, notice nothing but errors, and send again until they are acknowledged."""

import json
import random
import sys
import threading
import time
import traceback
import uuid
from abc import abstractmethod
from collections import defaultdict
from typing import Any

import requests
import socketio

from tests.faults.audit import Witness

RETRY_S = 0.05
ANSWER_WITHIN_S = 10.0
READS_FOR_S = 1.0
THINKS_FOR_S = 0.4


class NotAcknowledged(Exception):
    """The server is away, or went away before it answered."""


class Client(threading.Thread):
    """Does one thing after the other in one conversation until `leave`; `problem` is what must never happen."""

    def __init__(self, url: str, locrit: str, conversation_id: str, witness: Witness, seed: int) -> None:
        super().__init__(daemon=True)
        self.problem: BaseException | None = None
        self._url = url
        self._locrit = locrit
        self._conversation_id = conversation_id
        self._witness = witness
        self._random = random.Random(seed)
        self._leaving = threading.Event()
        self._said: list[str] = []
        self._http = requests.Session()

    def leave(self) -> None:
        self._leaving.set()

    def run(self) -> None:
        try:
            while not self._leaving.is_set():
                self._random.choice([self._ask, self._ask, self._ask, self._save, self._edit])()
                time.sleep(self._random.random() * THINKS_FOR_S)
        except Exception as problem:  # noqa: BLE001 - the edge of a thread: the test looks at it
            self.problem = problem
        finally:
            self._http.close()
            self.hang_up()

    def whereabouts(self) -> str:
        """Where it is, while it is alive."""
        return "".join(traceback.format_stack(sys._current_frames()[self.ident or 0]))

    def hang_up(self) -> None:
        """Ends what outlives a request."""

    @abstractmethod
    def send(self, question: dict[str, Any]) -> None:
        """Returns when it was acknowledged. Raises NotAcknowledged."""

    def _ask(self) -> None:
        id_ = str(uuid.uuid4())
        question = {"message": f"Question {id_}?", "message_id": id_, "op_id": f"ask {id_}"}
        self._until_acknowledged(lambda: self.send(question))
        self._acknowledged(id_, question["message"], question["op_id"])

    def _save(self) -> None:
        id_ = str(uuid.uuid4())
        note = {"role": "system", "content": f"Note {id_}", "message_id": id_, "op_id": f"save {id_}"}
        self._until_acknowledged(lambda: self._request("POST", "", note))
        self._acknowledged(id_, note["content"], note["op_id"])
        self._said.append(id_)

    def _edit(self) -> None:
        if self._said:
            id_ = self._random.choice(self._said)
            edit = {"content": f"Edited {uuid.uuid4()}", "op_id": f"edit {uuid.uuid4()}"}
            self._until_acknowledged(lambda: self._request("PATCH", f"/{id_}", edit))
            self._acknowledged(id_, edit["content"], edit["op_id"])

    def _until_acknowledged(self, attempt: Any) -> None:
        while True:
            try:
                attempt()
                return
            except NotAcknowledged:
                time.sleep(RETRY_S)

    def _acknowledged(self, message_id: str, content: str, op_id: str) -> None:
        self._witness.acknowledged[message_id] = content
        self._witness.operations.add(op_id)

    def _request(self, method: str, path: str, body: dict[str, Any]) -> None:
        url = f"{self._url}/api/v2/conversations/{self._conversation_id}/messages{path}"
        try:
            answer = self._http.request(method, url, json=body, timeout=ANSWER_WITHIN_S)
        except requests.RequestException as error:
            raise NotAcknowledged from error
        check(answer.status_code, answer.text)


class RestClient(Client):
    """Reads the reply as server-sent events: the first of them is the acknowledgement."""

    def send(self, question: dict[str, Any]) -> None:
        url = f"{self._url}/api/v2/locrits/{self._locrit}/chat/stream"
        body = {**question, "conversation_id": self._conversation_id}
        pieces: list[str] = []
        acknowledged = False
        try:
            with self._http.post(url, json=body, stream=True, timeout=ANSWER_WITHIN_S) as answer:
                if answer.status_code != 200:
                    check(answer.status_code, answer.text)
                until = time.monotonic() + self._random.random() * READS_FOR_S
                for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
                    if line.startswith("data:"):
                        acknowledged = True
                        told = json.loads(line[5:])
                        pieces += [told["content"]] if told["type"] in ("chunk", "reasoning") else []
                    if time.monotonic() > until and acknowledged:
                        break
        except (requests.RequestException, OSError):
            pass
        self._witness.saw(question["message_id"], pieces)
        if not acknowledged:
            raise NotAcknowledged


class SocketClient(Client):
    """Sees every piece of every reply in its conversation."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._io: socketio.Client | None = None
        self._gone = threading.Event()
        self._pieces: defaultdict[str, list[str]] = defaultdict(list)

    def hang_up(self) -> None:
        for generation_id, pieces in self._pieces.items():
            self._witness.saw(generation_id, pieces)
        self._drop()

    def send(self, question: dict[str, Any]) -> None:
        answers: list[Any] = []
        answered = threading.Event()

        def on_ack(answer: Any) -> None:
            answers.append(answer)
            answered.set()

        body = {**question, "locrit_name": self._locrit, "conversation_id": self._conversation_id}
        try:
            self._connected().emit("chat_message", body, callback=on_ack)
        except socketio.exceptions.SocketIOError as error:
            raise NotAcknowledged from error
        deadline = time.monotonic() + ANSWER_WITHIN_S
        while not answered.wait(0.01):
            if time.monotonic() > deadline:
                # python-engineio does not tell yet that the server is gone: its reader waits for its writer, which
                # sleeps for 25 s when it took the end of its queue together with a packet.
                self._gone.set()
            if self._gone.is_set():
                raise NotAcknowledged
        if not answers[0]["ok"]:
            check(503 if answers[0]["error"]["code"] == "store_unavailable" else 400, str(answers[0]))

    def _connected(self) -> socketio.Client:
        if self._io is None or self._gone.is_set() or not self._io.connected:
            self._drop()
            self._gone = gone = threading.Event()
            self._io = socketio.Client(reconnection=False)
            self._io.on("disconnect", lambda *_: gone.set())
            self._io.on("chat_chunk", self._on_chunk)
            self._io.connect(self._url, transports=["websocket"], wait_timeout=2)
        return self._io

    def _drop(self) -> None:
        if self._io is not None:
            # Without `abort` it waits for its writer, which sleeps for 25 s when it missed the end of its queue.
            self._io.eio.disconnect(abort=True)
            if self._io.eio.ws:
                self._io.eio.ws.shutdown()  # python-engineio leaves the socket of a dead server open

    def _on_chunk(self, chunk: dict[str, Any]) -> None:
        pieces = self._pieces[chunk["generation_id"]]
        if chunk["idx"] == len(pieces):  # of replies that began before it came, nothing
            pieces.append(chunk["content"])


def check(status: int, text: str) -> None:
    """A server that is stopping says 503: send it again. Everything else is a bug."""
    if status == 503:
        raise NotAcknowledged
    if status >= 300:
        raise AssertionError(f"the server refused with {status}: {text[:300]}")
