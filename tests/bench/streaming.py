"""200 sockets, each following a reply of 50 tokens per second: how late do tokens come, how long does the hub stall?

With as many replies as sockets, one process reads 10,000 tokens a second: then the question is whether it keeps up.
"""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.bench.figures import Figure, Report, at_least, at_most
from tests.bench.places import directory, opened, process, server
from tools.steps import ROOT

SOCKETS = 200
TOKENS_PER_SECOND = 50
SECONDS = 20.0
"""Longer than the stalls that /health remembers, so that starting up is not among them."""
SETTLE_S = 3.0
ASK_AT_ONCE = 16
LATE_MS = {10: 50, 200: 250}
"""At most, for 99 of 100 tokens, by the number of replies."""
OLLAMA = ("tests.bench.stamping_ollama", str(TOKENS_PER_SECOND))


def measure(size: float) -> list[Report]:
    return [_following(replies, SECONDS * size) for replies in LATE_MS]


def _following(replies: int, seconds: float) -> Report:
    with (
        directory() as data_dir,
        process(*OLLAMA) as host,
        server(data_dir, host) as running,
        running.client() as client,
    ):
        conversations = [opened(client) for _ in range(replies)]
        command = [sys.executable, "-m", "tests.bench.socket_clients", running.url, str(SOCKETS), str(seconds)]
        with subprocess.Popen(
            [*command, *conversations], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as followers:
            assert followers.stdout is not None
            assert followers.stdout.readline() == "ready\n"
            with ThreadPoolExecutor(ASK_AT_ONCE) as asking:
                generations = list(asking.map(lambda conversation_id: _ask(client, conversation_id), conversations))
            time.sleep(SETTLE_S)
            worked_s = running.cpu_s
            printed, _ = followers.communicate("go\n")
            worked_s = running.cpu_s - worked_s
            stall_ms = float(client.get("/health").json()["longest_stall_ms"])
        for generation_id in generations:
            client.post(f"/api/v2/generations/{generation_id}/stop")
    return _report(replies, sorted(json.loads(printed)), seconds, worked_s, stall_ms)


def _report(replies: int, delays_ms: list[float], seconds: float, worked_s: float, stall_ms: float) -> Report:
    figures = [
        Figure("tokens received", len(delays_ms) / seconds, "/s", at_least(0.99 * SOCKETS * TOKENS_PER_SECOND)),
        Figure("delay of a token, median", delays_ms[len(delays_ms) // 2], "ms"),
        Figure("delay of a token, p99", delays_ms[len(delays_ms) * 99 // 100], "ms", at_most(LATE_MS[replies])),
        Figure("delay of a token, longest", delays_ms[-1], "ms"),
        Figure("work of the server for 1,000 tokens", 1e6 * worked_s / len(delays_ms), "ms"),
        Figure("longest stall of the hub", stall_ms, "ms", at_most(50) if replies < SOCKETS else None),
    ]
    title = (
        f"{SOCKETS} sockets, {replies} replies of {TOKENS_PER_SECOND} tokens/s, {SOCKETS // replies} sockets on each"
    )
    return Report(title, figures)


def _ask(client: httpx.Client, conversation_id: str) -> str:
    turn = client.post(f"/api/v2/conversations/{conversation_id}/turns", json={"message": "Count."}).raise_for_status()
    return str(turn.json()["generation_id"])
