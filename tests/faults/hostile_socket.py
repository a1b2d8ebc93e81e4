"""One client that wants everything, in a process of its own: `python -m tests.faults.hostile_socket <url> <kind> <id>`.

It prints, as JSON, how much it had done and how it was cut off then: the code of the `error` that it was told, or ""
when it was just hung up on; null when it was not.
"""

import json
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import websocket

EVENTS = int(os.environ.get("HOSTILE_EVENTS", 10_000))
ROOMS = int(os.environ.get("HOSTILE_ROOMS", 5_000))
GIVES_UP_AFTER_S = float(os.environ.get("HOSTILE_S", 5))
MAY_STAY_S = float(os.environ.get("HOSTILE_S", 1))
"""Where no end need come, what it did has gone through by then, and is seen in how long others waited."""
FRAME_CHARS = 600_000

Events = Iterator[tuple[str, Any]]


class Hostile:
    """Connected by WebSocket, and to `/`."""

    def __init__(self, url: str, patience_s: float) -> None:
        """It waits for its end no longer than `patience_s`."""
        self._patience_s = patience_s
        address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        self._socket = websocket.create_connection(address, timeout=GIVES_UP_AFTER_S)
        self._socket.send("40")
        assert self._socket.sock is not None
        self._connection = self._socket.sock
        self.done = 0

    def push(self, events: Events) -> str | None:
        """Without waiting for anything; it listens only now and then."""
        try:
            for number, (event, payload) in enumerate(events):
                self._socket.send(f"42{number}" + json.dumps([event, payload]))
                self.done += 1
        except (OSError, websocket.WebSocketException):
            pass
        return self.verdict()

    def ask(self, events: Events) -> str | None:
        """Waits for each acknowledgement, as if in good faith."""
        try:
            for number, (event, payload) in enumerate(events):
                self._socket.send(f"42{number}" + json.dumps([event, payload]))
                while not (packet := str(self._socket.recv())).startswith(f"43{number}["):
                    if packet == "2":
                        self._socket.send("3")
                    elif '"too_many_rooms"' in packet:
                        return "too_many_rooms"
                self.done += 1
        except (OSError, websocket.WebSocketException):
            return ""
        return None

    def hoard(self, event: str, payload: Any) -> str | None:
        """Asks for more than it takes, at a speed that is allowed, and answers every ping."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        ends = time.monotonic() + GIVES_UP_AFTER_S
        try:
            while time.monotonic() < ends:
                self._socket.send("421" + json.dumps([event, payload]))
                self._socket.send("3")
                self.done += 1
                time.sleep(0.02)
        except (OSError, websocket.WebSocketException):
            return self.verdict()
        return None

    def send_raw(self, pieces: Iterator[bytes]) -> str | None:
        try:
            for piece in pieces:
                self._connection.sendall(piece)
                self.done += 1
        except OSError:
            pass
        return self.verdict()

    def verdict(self) -> str | None:
        """What it is told before the end; None when there is no end."""
        told, ends = "", time.monotonic() + self._patience_s
        self._connection.settimeout(self._patience_s)
        while time.monotonic() < ends:
            try:
                # `recv` would answer the last one, and wait for who is gone.
                frame = self._socket.recv_frame()  # type: ignore[no-untyped-call]
            except websocket.WebSocketTimeoutException:
                return None
            except (OSError, websocket.WebSocketException):
                return told
            if frame.opcode == websocket.ABNF.OPCODE_CLOSE:
                return told
            packet = frame.data.decode()
            if packet == "2":
                self._socket.send("3")
            if '"too_' in packet[:300] or '"not_reading"' in packet[:300]:
                told = json.loads(packet[2:])[1]["code"]
        return None


def many_events(hostile: Hostile, _id: str) -> str | None:
    return hostile.push(("nonsense", {}) for _ in range(EVENTS))


def many_subscriptions(hostile: Hostile, id_: str) -> str | None:
    return hostile.push(("subscribe", {"scope": f"conversation:{id_}", "since": 0}) for _ in range(EVENTS))


def many_questions(hostile: Hostile, id_: str) -> str | None:
    question = {"locrit_name": "Ada", "conversation_id": id_, "message": "x" * 1_000}
    return hostile.push(("chat_message", question) for _ in range(EVENTS))


def many_rooms(hostile: Hostile, _id: str) -> str | None:
    """Of conversations that do not exist yet, waiting for each answer as if in good faith."""
    joins = (("join_chat", {"locrit_name": "Ada", "session_id": str(number)}) for number in range(ROOMS))
    return hostile.ask(joins)


def many_nowheres(hostile: Hostile, _id: str) -> str | None:
    return hostile.push(("subscribe", {"scope": f"conversation:{number}"}) for number in range(ROOMS))


def big_frames(hostile: Hostile, _id: str) -> str | None:
    return hostile.push(("chat_message", {"locrit_name": "Ada", "message": "x" * FRAME_CHARS}) for _ in range(200))


def too_big_a_frame(hostile: Hostile, _id: str) -> str | None:
    return hostile.send_raw(b"\x81\xff" + (2**40).to_bytes(8, "big") + b"\0\0\0\0" for _ in range(1))


def endless_message(hostile: Hostile, _id: str) -> str | None:
    piece = b"\xfe" + (60_000).to_bytes(2, "big") + b"\0\0\0\0" + b"x" * 60_000
    return hostile.send_raw((b"\x01" if number == 0 else b"\x00") + piece for number in range(5_000))


def tiny_fragments(hostile: Hostile, _id: str) -> str | None:
    return hostile.send_raw((b"\x01" if number == 0 else b"\x00") + b"\x81\0\0\0\0x" for number in range(EVENTS))


def pings(hostile: Hostile, _id: str) -> str | None:
    return hostile.send_raw(b"\x89\xfd\0\0\0\0" + b"x" * 125 for _ in range(EVENTS))


def not_reading(hostile: Hostile, id_: str) -> str | None:
    return hostile.hoard("subscribe", {"scope": f"conversation:{id_}", "since": 0})


KINDS: dict[str, Callable[[Hostile, str], str | None]] = {
    kind.__name__: kind
    for kind in (
        many_events,
        many_subscriptions,
        many_questions,
        many_rooms,
        many_nowheres,
        big_frames,
        too_big_a_frame,
        endless_message,
        tiny_fragments,
        pings,
        not_reading,
    )
}


FOREVER: dict[str, tuple[str | None, ...]] = {
    "big_frames": (None, ""),
    "tiny_fragments": (None, ""),
    "pings": (None, ""),
}
"""What costs others nothing may go on."""


def many_polled_events(url: str, _id: str) -> tuple[str | None, int]:
    with httpx.Client(base_url=url, timeout=GIVES_UP_AFTER_S) as client:
        path = "/socket.io/?EIO=4&transport=polling"
        sid = json.loads(client.get(path).text[1:])["sid"]
        done, told = 0, ""
        for body in ("40", *["\x1e".join(['42["nonsense",{}]'] * 500)] * (EVENTS // 500)):
            answer = client.post(f"{path}&sid={sid}", content=body)
            if answer.status_code != 200:
                return told, done
            done += body.count("42[")
            heard = client.get(f"{path}&sid={sid}").text
            told = "too_fast" if '"too_fast"' in heard else told
        return None, done


def main() -> None:
    url, kind, id_ = sys.argv[1:]
    if kind == many_polled_events.__name__:
        cut_off, done = many_polled_events(url, id_)
    else:
        hostile = Hostile(url, MAY_STAY_S if kind in FOREVER else GIVES_UP_AFTER_S)
        cut_off, done = KINDS[kind](hostile, id_), hostile.done
    print(json.dumps({"cut_off": cut_off, "done": done}))


if __name__ == "__main__":
    main()
