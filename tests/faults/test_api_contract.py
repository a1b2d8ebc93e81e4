"""Requests of every kind made from the OpenAPI document, to a real server: it answers as the document says.

`SCHEMATHESIS_EXAMPLES` says how many for each operation, beside those that cover each limit of each field; with 40
there are more than 5,000, and none of them may take longer than 2 s.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.chance import SEED
from tests.fixtures.server import ROOT, LocritServer

HERE = Path(__file__).parent
FEW = 3
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", FEW))
TIMED = ("--max-response-time", "2") if EXAMPLES > FEW else ()
"""In `make torture`, which has the machine for itself."""


@pytest.mark.timeout(300 + EXAMPLES * 60)
def test_the_server_answers_as_its_document_says(shared_server: LocritServer, tmp_path: Path) -> None:
    command: list[str | Path] = [
        Path(sys.executable).parent / "schemathesis",
        *("--config-file", HERE / "schemathesis.toml"),
        *("run", f"{shared_server.url}/api/v2/openapi.json"),
        *("--exclude-operation-id", "sync_conversation", "--request-timeout", "60"),
        *("--checks", "all", "--phases", "coverage,fuzzing,stateful", *TIMED, "--continue-on-failure", "--no-color"),
        *("--max-examples", str(EXAMPLES), "--seed", str(SEED), "--suppress-health-check", "all"),
    ]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.faults.schemathesis_formats", "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[-20_000:] + ended.stderr[-2_000:]
    print(*re.findall(r"\d+ generated", ended.stdout))
    assert "Traceback" not in shared_server.log, shared_server.log[-5_000:]
    with shared_server.client() as client:
        report = client.post("/api/v2/storage/verify", json={}).json()
    assert [check for check in report["checks"] if not check["ok"]] == []
