"""500 open pages and 50 that chat, with one server: how long does an acknowledgement take?"""

import json
import subprocess
import sys

from tests.bench.figures import Figure, Report, at_most, percentile
from tests.bench.places import directory, opened, process, server
from tools.steps import ROOT

IDLE = 500
CHATTING = 50
SECONDS = 20.0


def measure(size: float) -> list[Report]:
    seconds = SECONDS * size
    with (
        directory() as data_dir,
        process("tests.fakes.ollama") as host,
        server(data_dir, host) as running,
        running.client() as client,
    ):
        conversations = [opened(client) for _ in range(CHATTING)]
        command = [sys.executable, "-m", "tests.bench.chatting_clients", running.url, str(IDLE), str(seconds)]
        with subprocess.Popen([*command, *conversations], cwd=ROOT, stdout=subprocess.PIPE, text=True) as pages:
            assert pages.stdout is not None
            assert pages.stdout.readline() == "ready\n"
            worked_s = running.cpu_s
            delays_ms = json.loads(pages.stdout.readline())
            worked_s = running.cpu_s - worked_s
        stall_ms = float(client.get("/health").json()["longest_stall_ms"])
    figures = [
        Figure("questions, each with its reply", len(delays_ms) / seconds, "/s"),
        Figure("acknowledgement, median", percentile(delays_ms, 50), "ms"),
        Figure("acknowledgement, p99", percentile(delays_ms, 99), "ms", at_most(300)),
        Figure("work of the server for each question", 1000 * worked_s / len(delays_ms), "ms"),
        Figure("longest stall of the hub", stall_ms, "ms"),
    ]
    return [Report(f"{CHATTING} pages that chat beside {IDLE} idle ones", figures)]
