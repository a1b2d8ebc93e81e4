"""Followers of streaming replies, in a process of their own: one WebSocket each, frames read by hand to stay cheap.

`python -m tests.bench.socket_clients <url> <sockets> <seconds> <conversation id> ...` subscribes the sockets to the
conversations in turn, prints "ready", and after the first line on its standard input measures for so many seconds. It
prints the delays from the time that each token holds to its arrival here, in milliseconds.
"""

import asyncio
import base64
import json
import os
import re
import sys
import time
from typing import TypeVar
from urllib.parse import urlsplit

from tests.bench.stamping_ollama import delay_ms

Followers = TypeVar("Followers", bound="Follower")
PIECE = re.compile(rb'"chat_chunk",\{.*?"content":"((?:\d+ )+)"')


class Follower(asyncio.Protocol):
    """Speaks as much Engine.IO and Socket.IO as a follower needs."""

    def __init__(self, host: str, conversation_id: str) -> None:
        self.delays_ms: list[float] = []
        self.subscribed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._host = host
        self._conversation_id = conversation_id
        self._buffer = b""
        self._upgraded = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
            f"Host: {self._host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        )
        transport.write("\r\n".join((*lines, "", "")).encode())

    def data_received(self, data: bytes) -> None:
        arrived = time.time_ns()
        self._buffer += data
        if not self._upgraded:
            _, found, self._buffer = self._buffer.partition(b"\r\n\r\n")
            self._upgraded = bool(found)
        while (packet := self._next_packet()) is not None:
            self._take(packet, arrived)

    def _next_packet(self) -> bytes | None:
        """The payload of the next whole frame; a server's frames are not masked (RFC 6455)."""
        buffer = self._buffer
        if not self._upgraded or len(buffer) < 4:
            return None
        length, start = buffer[1] & 127, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            length = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + length:
            return None
        self._buffer = buffer[start + length :]
        return buffer[start : start + length]

    def _take(self, packet: bytes, arrived: int) -> None:
        if packet.startswith(b"42"):
            if piece := PIECE.search(packet):
                self.delays_ms += [delay_ms(int(token), arrived) for token in piece[1].split()]
        elif packet == b"2":
            self.send("3")
        elif packet.startswith(b"0"):
            self.send("40")
        elif packet.startswith(b"40"):
            self.send("421" + json.dumps(["subscribe", {"scope": self._scope()}]))
        elif packet.startswith(b"431"):
            self.subscribed.set_result(None)

    def _scope(self) -> str:
        return f"conversation:{self._conversation_id}"

    def close(self) -> None:
        self._transport.close()

    def send(self, text: str) -> None:
        payload = text.encode()
        length = bytes((128 | len(payload),)) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
        self._transport.write(b"\x81" + length + b"\0\0\0\0" + payload)  # masked with zeros


async def connected(follower: Followers, url: str) -> Followers:
    """The follower itself, once it is subscribed."""
    address = urlsplit(url)
    loop = asyncio.get_running_loop()
    await loop.create_connection(lambda: follower, address.hostname or "", address.port or 80)
    await follower.subscribed
    return follower


async def _follow(url: str, sockets: int, seconds: float, conversations: list[str]) -> list[float]:
    chosen = [conversations[number % len(conversations)] for number in range(sockets)]
    followers = [await connected(Follower(urlsplit(url).netloc, conversation), url) for conversation in chosen]
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for follower in followers:
        follower.delays_ms.clear()
    await asyncio.sleep(seconds)
    return [delay for follower in followers for delay in follower.delays_ms]


def main() -> None:
    url, sockets, seconds, *conversations = sys.argv[1:]
    print(json.dumps(asyncio.run(_follow(url, int(sockets), float(seconds), conversations))))


if __name__ == "__main__":
    main()
