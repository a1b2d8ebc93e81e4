"""What one client may ask of everybody's server: events a second, bytes waiting in and out, rooms.

Whoever goes beyond is told why in an `error` event and cut off; its page connects again, and sends again what was not
acknowledged. It stands between Engine.IO and python-socketio's server.
"""

import logging
from functools import partial
from typing import Any

from socketio import Server
from socketio.packet import EVENT

from backend.runtime.websocket import Handshake
from backend.sockets.packets import LenientPacket
from backend.sockets.waiting import Full, Incoming, Outgoing
from src.errors import LocritError

log = logging.getLogger("locrit.limits")

AT_ONCE = 8
"""Events of one client that are worked on together; the page's outbox has four on their way."""
MAX_ROOMS = 500
DRAIN_TIMEOUT_S = 2.0
CONTROL = ("0", "1")
"""CONNECT and DISCONNECT, which nothing may overtake."""


class BeyondLimit(LocritError):
    """The client is cut off."""


class TooFast(BeyondLimit):
    code = "too_fast"
    hint = "Wait for acknowledgements before sending more."


class TooManyRooms(BeyondLimit):
    code = "too_many_rooms"
    hint = "Unsubscribe from what is not shown any more."


class NotReading(BeyondLimit):
    code = "not_reading"
    hint = "Connect again; what was missed is in the log."


class Limits:
    def __init__(self, server: Server) -> None:
        self._server = server
        self._engine = server.eio
        self._clients: dict[str, Incoming] = {}
        self._queue = self._engine.create_queue
        self._connect, self._handle, self._disconnect = (
            self._engine.handlers[event] for event in ("connect", "message", "disconnect")
        )
        self._engine.on("connect", self._arrived)
        self._engine.on("message", self._received)
        self._engine.on("disconnect", self._left)
        self._engine.create_queue = self._outgoing
        self._engine._async = {**self._engine._async, "websocket": Handshake}  # noqa: SLF001  it has no setting for it

    def cut_off(self, namespace: str, sid: str, beyond: BeyondLimit) -> None:
        """Says why to the client, and ends its connection."""
        client = self._server.manager.eio_sid_from_sid(sid, namespace)
        if client is not None:
            self._end(client, beyond)

    def _outgoing(self) -> Outgoing:
        return Outgoing(self._queue(), self._server.sleep, self._engine.get_queue_empty_exception())

    def _arrived(self, client: str, environ: dict[str, Any]) -> Any:
        incoming = self._clients[client] = Incoming(self._queue(), slots=self._queue(AT_ONCE))
        not_reading = NotReading("This connection does not take what it is sent.")
        self._engine.sockets[client].queue.on_overflow = partial(self._end, client, not_reading)
        self._server.start_background_task(self._work, client, incoming)
        return self._connect(client, environ)

    def _received(self, client: str, packet: str | bytes) -> None:
        incoming = self._clients.get(client)
        if incoming is None or not incoming.is_open:
            return
        try:
            incoming.count(packet)
        except Full:
            self._end(client, TooFast("This connection sends faster than it can be answered."))
        else:
            incoming.arrivals.put(packet)

    def _left(self, client: str, reason: str) -> None:
        if (incoming := self._clients.pop(client, None)) is not None:
            incoming.arrivals.put(partial(self._disconnect, client, reason))  # what arrived before is still done

    def _work(self, client: str, incoming: Incoming) -> None:
        """Leader and followers: the greenlet that has taken an event lets another one take the next, and does it. The
        last ends when the client has left and what it had asked for is done."""
        while not callable(packet := incoming.arrivals.get()):
            incoming.uncount(packet)
            if not incoming.is_open:
                continue
            if (wait_s := incoming.wait_s()) > 0:
                self._server.sleep(wait_s)
            if packet[:1] in CONTROL:
                self._handle(client, packet)
                continue
            incoming.slots.put(None)
            self._server.start_background_task(self._work, client, incoming)
            try:
                self._handle(client, packet)
            except Exception:
                log.exception("a packet was not handled")
            finally:
                incoming.slots.get()
            return
        for _ in range(AT_ONCE):
            incoming.slots.put(None)
        packet()

    def _end(self, client: str, beyond: BeyondLimit) -> None:
        incoming, socket = self._clients.get(client), self._engine.sockets.get(client)
        if incoming is None or socket is None or not incoming.is_open:
            return
        incoming.is_open = False
        log.warning("a client is cut off: %s", beyond.message)
        socket.queue.clear()  # else the reason would stand behind all that
        for namespace in tuple(self._server.manager.get_namespaces()):
            if self._server.manager.sid_from_eio_sid(client, namespace) is not None:
                told = LenientPacket(EVENT, data=["error", beyond.as_body()], namespace=namespace)
                self._engine.send(client, told.encode())
        self._server.start_background_task(self._drain, socket)

    def _drain(self, socket: Any) -> None:
        """The last words get a moment to arrive; a client that does not read holds the connection no longer."""
        socket.close(wait=False, reason=self._server.reason.SERVER_DISCONNECT)
        self._server.sleep(DRAIN_TIMEOUT_S)
        if hasattr(socket, "hang_up"):  # only those on a WebSocket have one connection
            socket.hang_up()
