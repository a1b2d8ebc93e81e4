"""A save over HTTP beside a route that saves nothing: what durability costs the whole of a request."""

import json
import subprocess
import sys

from tests.bench.figures import Figure, Report, at_least
from tests.bench.places import directory, opened, server
from tools.steps import ROOT

CLIENTS = 32
SECONDS = 4.0
ROUNDS = 3


def measure(size: float) -> list[Report]:
    with directory() as data_dir, server(data_dir) as running, running.client() as client:
        paths = [f"/api/v2/conversations/{opened(client)}/messages" for _ in range(CLIENTS)]
        nothing = saving = 0.0
        for _ in range(ROUNDS):
            nothing = max(nothing, _rate(running.url, SECONDS * size))
            saving = max(saving, _rate(running.url, SECONDS * size, *paths))
    bars = [Figure("a route that saves nothing", nothing, "/s"), Figure("a durable save", saving, "/s")]
    share = Figure("a save beside nothing", saving / nothing, "×", at_least(0.6))
    return [Report(f"HTTP, {CLIENTS} clients", [*bars, share], bars)]


def _rate(url: str, seconds: float, *paths: str) -> float:
    command = [sys.executable, "-m", "tests.bench.http_clients", url, str(CLIENTS), str(seconds), *paths]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120).stdout
    result = json.loads(printed)
    assert not result["failed"], f"{result['failed']} requests failed"
    return float(result["requests_per_second"])
