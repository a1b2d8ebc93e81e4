"""What others wait for while somebody uploads a large file, and while it is saved again."""

import time

import httpx

from tests.bench.figures import Figure, Report, at_most
from tests.bench.places import directory, server

MEGABYTES = 10
UPLOADS = 4
QUIET_S = 21.0
"""After so long the server has forgotten the stalls before."""


def measure(size: float) -> list[Report]:
    content = b"".join(b"Line %d of a file that is long.\n" % n for n in range(int(MEGABYTES * size * 31_000)))
    with directory() as data_dir, server(data_dir) as running, running.client() as client:
        time.sleep(QUIET_S * size)
        before_ms = _stall_ms(client)
        begun = time.monotonic()
        for number in range(UPLOADS):
            path = f"/api/v2/attachments/upload-{number}"
            client.put(path, params={"name": "long.txt"}, content=content, timeout=60).raise_for_status()
        took_ms, stall_ms = (time.monotonic() - begun) / UPLOADS * 1000, _stall_ms(client)
        client.get("/api/v2/attachments/upload-0/content").raise_for_status()
        saving_ms = _stall_ms(client)
    figures = [
        Figure("longest stall of the hub before", before_ms, "ms"),
        Figure(f"longest stall while {UPLOADS} are uploaded one after the other", stall_ms, "ms", at_most(50)),
        Figure("and while one is saved", saving_ms, "ms", at_most(50)),
        Figure("one upload", took_ms, "ms"),
    ]
    return [Report(f"A file of {len(content) / 1e6:.0f} MB is uploaded", figures)]


def _stall_ms(client: httpx.Client) -> float:
    return float(client.get("/health").json()["longest_stall_ms"])
