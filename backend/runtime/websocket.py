"""WebSockets of Engine.IO: a handshake with one meaning, messages with a limit, and unmasking at a decent speed."""

import base64
import binascii
import re
import socket
from hashlib import sha1
from typing import Any
from wsgiref.types import WSGIEnvironment

import eventlet
from engineio.async_drivers.eventlet import WebSocketWSGI
from eventlet.websocket import PROTOCOL_GUID, FailedConnectionError, RFC6455WebSocket

VERSION = "13"
KEY_BYTES = 16
NOT_UNDERSTOOD = 1007
TOO_BIG = 1009
PACKET = re.compile(r"[0-6]")


def fault_of(environ: WSGIEnvironment) -> str | None:
    """Why this request cannot become a WebSocket: asked before Engine.IO makes a session for it."""
    if "upgrade" not in re.split(r"\s*,\s*", environ.get("HTTP_CONNECTION", "").lower()):
        return "The header Connection must say Upgrade."
    if environ.get("HTTP_UPGRADE", "").lower() != "websocket":
        return "The header Upgrade must say websocket."
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != VERSION:
        return f"The header Sec-WebSocket-Version must say {VERSION}."
    if not _is_key(environ.get("HTTP_SEC_WEBSOCKET_KEY", "")):
        return "The header Sec-WebSocket-Key must hold 16 bytes in base64."
    return None


class Rest:
    """What is left of a frame, in place of a packet: it is its own encoding."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def encode(self) -> "Rest":
        return self


class BoundedWebSocket(RFC6455WebSocket):  # type: ignore[misc]  # eventlet has no types
    """`max_frame_length` is the limit of a whole message, in however many frames it comes."""

    class Message(RFC6455WebSocket.Message):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._whole = bytearray()

        def push(self, data: bytes, final: bool = False) -> None:
            self.finished = final
            self._whole += data
            if len(self._whole) > self.max_frame_length:
                raise FailedConnectionError(TOO_BIG, f"A message has at most {self.max_frame_length} bytes.")

        def getvalue(self) -> str | bytes:
            if self.decoder is None:
                return bytes(self._whole)
            try:
                return self._whole.decode()
            except UnicodeDecodeError:
                raise FailedConnectionError(NOT_UNDERSTOOD, "A text must be UTF-8.") from None

    def _recv_frame(self, message: Message | None = None) -> Message:
        """A socket that always has more to read would never let others have their turn."""
        eventlet.sleep(0)
        received: BoundedWebSocket.Message = super()._recv_frame(message)
        return received

    def send(self, message: "str | bytes | Rest", **how: Any) -> None:
        if isinstance(message, Rest):
            self._send(message.data)
        else:
            super().send(message, **how)

    def send_straight(self, packet: Any) -> bytes:
        """Sends what the kernel takes at once, and returns the rest. One that goes to many is packed only once."""
        if not hasattr(packet, "frame"):
            packet.frame = self._pack_message(packet.encode())
        frame: bytes = packet.frame
        if not self._sendlock.acquire(blocking=False):
            return frame
        try:
            return frame[self.socket.fd.send(frame) :]
        except BlockingIOError:
            return frame
        except OSError:  # it is gone, as whoever reads from it will notice
            return b""
        finally:
            self._sendlock.release()

    @staticmethod
    def _apply_mask(data: bytes, mask: tuple[int, ...], length: int | None = None, offset: int = 0) -> bytes:
        """All bytes in one operation; eventlet takes them one by one, and everybody else waits meanwhile."""
        size = len(data) if length is None else length
        start = offset % 4
        key = bytes(mask[start:] + mask[:start]) * (size // 4 + 1)
        return (int.from_bytes(data[:size], "big") ^ int.from_bytes(key[:size], "big")).to_bytes(size, "big")

    def wait(self) -> str | bytes | None:
        """The next message, None at the end; what is no packet of Engine.IO is the end."""
        message: str | bytes | None = super().wait()
        if isinstance(message, str) and not PACKET.match(message):
            self.close(close_data=(NOT_UNDERSTOOD, "This is not a packet of Engine.IO."))
            return None
        return message


class Handshake(WebSocketWSGI):  # type: ignore[misc]  # python-engineio has no types
    """Made by Engine.IO for each connection. No compression: it costs each client 300 kB and everyone's time."""

    def _handle_hybi_request(self, environ: WSGIEnvironment) -> BoundedWebSocket:
        """For a request in which there is no fault."""
        key = environ["HTTP_SEC_WEBSOCKET_KEY"]
        accepted = base64.b64encode(sha1(key.encode() + PROTOCOL_GUID).digest())  # noqa: S324  as RFC 6455 has it
        connection = environ["eventlet.input"].get_socket()
        connection.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n"
        )
        opened = BoundedWebSocket(connection, environ, int(VERSION), max_frame_length=self.max_frame_length)
        session = self.handler.__self__
        session.hang_up = lambda: hang_up(connection)
        session.queue.send_straight = lambda packet: opened.send_straight(packet) if session.upgraded else None
        return opened


def hang_up(connection: Any) -> None:
    """Wakes whoever waits to read from it or to write to it."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # it is gone already
        pass


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False
