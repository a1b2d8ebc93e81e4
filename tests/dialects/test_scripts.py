"""Scripts that import services and start no server, in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_architecture import ROOT

CLIENT = ROOT / "tests" / "clients" / "scripts.py"


def run(directory: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """As in a checkout in which nothing was ever started."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LOCRIT_LLM": "embedded"}
    return subprocess.run(
        [sys.executable, str(CLIENT), *arguments], cwd=directory, env=environment, capture_output=True, text=True
    )


@pytest.mark.parametrize("arguments", [["session-1"], ["at-once"]])
def test_a_script_saves_and_reads_without_a_server(tmp_path: Path, arguments: list[str]) -> None:
    ran = run(tmp_path, *arguments)
    assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, "✅", "")
    assert (tmp_path / "data" / "locrit.db").exists()


def test_what_one_script_saved_the_next_one_finds(tmp_path: Path) -> None:
    for _ in range(2):
        assert run(tmp_path, "session-1").returncode == 0
