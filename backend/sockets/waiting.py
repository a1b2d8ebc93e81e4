"""What waits for its turn: the events that a client has sent, and what it was sent and has not taken yet."""

import time
from collections.abc import Callable
from typing import Any

from backend.runtime.websocket import Rest

EVENTS_PER_S = 200.0
EVENTS_AT_FIRST = 1_000.0
MAX_WAITING_EVENTS = 1_000
MAX_WAITING_BYTES = 8_000_000
"""In each direction."""
BATCH_BYTES = 64_000


class Full(Exception):
    """More waits than may."""


class Incoming:
    """The events of one client: `arrivals`, and `slots` for those that are done at once. `is_open` is false once they
    are not to be done any more."""

    def __init__(self, arrivals: Any, slots: Any) -> None:
        self.is_open = True
        self.arrivals = arrivals
        self.slots = slots
        self._waiting_bytes = 0
        self._allowance = EVENTS_AT_FIRST
        self._counted_at = time.monotonic()

    def count(self, packet: str | bytes) -> None:
        """Raises Full."""
        if self.arrivals.qsize() >= MAX_WAITING_EVENTS or self._waiting_bytes > MAX_WAITING_BYTES:
            raise Full
        self._waiting_bytes += len(packet)

    def uncount(self, packet: str | bytes) -> None:
        self._waiting_bytes -= len(packet)

    def wait_s(self) -> float:
        """Until the next event's turn, which is counted."""
        now = time.monotonic()
        self._allowance = min(EVENTS_AT_FIRST, self._allowance + (now - self._counted_at) * EVENTS_PER_S) - 1
        self._counted_at = now
        return max(0.0, -self._allowance / EVENTS_PER_S)


class Outgoing:
    """What waits to be sent to one client, in place of Engine.IO's queue, which has no end.

    Taken in small batches: what was taken last counts as waiting until more is asked for. While nothing waits it is
    passed by: `send_straight` returns what it could not send, or None where there is no way but to wait.
    """

    def __init__(self, queue: Any, sleep: Callable[[float], None], empty: type[Exception]) -> None:
        self.on_overflow: Callable[[], None] | None = None
        self.send_straight: Callable[[Any], bytes | None] = lambda _packet: None
        self._is_awaited = False
        self._queue = queue
        self._sleep = sleep
        self._empty = empty
        self._waiting_bytes = 0
        self._taken_bytes = 0
        self._passed_by = 0

    def put(self, packet: Any) -> None:
        if packet is None:
            self._queue.put(None)
            return
        if self._is_awaited and not self._queue.qsize() and (rest := self.send_straight(packet)) is not None:
            if not rest:
                self._passed_by += 1
                return
            packet = Rest(rest)
        self._queue.put(packet)
        is_overflowing = self._waiting_bytes + self._taken_bytes > MAX_WAITING_BYTES
        self._waiting_bytes += _size(packet)
        if is_overflowing and self.on_overflow is not None:
            overflow, self.on_overflow = self.on_overflow, None
            overflow()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if block:
            self._taken_bytes = 0
            if self._queue.qsize():
                self._sleep(0)  # a backlog that a client reads quickly would leave no turn for others
        elif self._taken_bytes > BATCH_BYTES:
            raise self._empty
        self._is_awaited = block
        packet = self._next(block, timeout)
        self._is_awaited = False
        if packet is not None:
            self._waiting_bytes -= _size(packet)
            self._taken_bytes += _size(packet)
        return packet

    def _next(self, block: bool, timeout: float | None) -> Any:
        """Engine.IO ends a connection to which nothing was sent for so long: also what passes by was sent."""
        while True:
            passed_by = self._passed_by
            try:
                return self._queue.get(block, timeout)
            except self._empty:
                if passed_by == self._passed_by:
                    raise

    def clear(self) -> None:
        while not self._queue.empty():
            self._queue.get(False)
            self._queue.task_done()
        self._waiting_bytes = 0

    def task_done(self) -> None:
        self._queue.task_done()

    def join(self) -> None:
        self._queue.join()


def _size(packet: Any) -> int:
    return len(packet.data) if isinstance(packet.data, str | bytes) else 100
