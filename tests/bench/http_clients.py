"""Keep-alive HTTP clients in a process of their own: `python -m tests.bench.http_clients <url> <clients> <seconds> ...`

Each further argument is a path to POST a message to; without any, the clients GET /api/v1/ping. Prints requests per
second and how many were not answered with a 2xx.
"""

import asyncio
import json
import sys
import time
from urllib.parse import urlsplit

from tests.bench.rivals import MESSAGE

WARM_UP_S = 0.5


class Client:
    def __init__(self, host: str, port: int, request: bytes) -> None:
        self._address = host, port
        self._request = request
        self.answered = 0
        self.failed = 0

    async def run(self, until: float) -> None:
        reader, writer = await asyncio.open_connection(*self._address)
        while time.perf_counter() < until:
            writer.write(self._request)
            status = await reader.readline()
            await reader.readexactly(_length(await reader.readuntil(b"\r\n\r\n")))
            self.answered += 1
            self.failed += status[9:10] != b"2"
        writer.close()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


def _request(host: str, path: str | None) -> bytes:
    body = json.dumps({"role": "user", "content": MESSAGE}).encode() if path else b""
    head = f"POST {path}" if path else "GET /api/v1/ping"
    lines = f"{head} HTTP/1.1", f"Host: {host}", "Content-Type: application/json", f"Content-Length: {len(body)}"
    return "\r\n".join((*lines, "", "")).encode() + body


async def _run(url: str, count: int, seconds: float, paths: list[str]) -> tuple[float, int]:
    host = urlsplit(url).netloc
    name, _, port = host.partition(":")
    chosen = [paths[number % len(paths)] if paths else None for number in range(count)]
    clients = [Client(name, int(port), _request(host, path)) for path in chosen]
    await asyncio.gather(*(client.run(time.perf_counter() + WARM_UP_S) for client in clients))
    for client in clients:
        client.answered = client.failed = 0
    begun = time.perf_counter()
    await asyncio.gather(*(client.run(begun + seconds) for client in clients))
    answered = sum(client.answered for client in clients)
    return answered / (time.perf_counter() - begun), sum(client.failed for client in clients)


def main() -> None:
    url, clients, seconds, *paths = sys.argv[1:]
    rate, failed = asyncio.run(_run(url, int(clients), float(seconds), paths))
    print(json.dumps({"requests_per_second": rate, "failed": failed}))


if __name__ == "__main__":
    main()
