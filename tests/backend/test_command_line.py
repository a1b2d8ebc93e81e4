"""Starting from a terminal: wrong settings are sentences, and the status tells."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from backend.command_line import read_settings
from tests.fixtures.server import ROOT, LocritServer


def test_help_lists_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read_settings(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert all(flag in told for flag in ("--host", "--port", "--data-dir", "--ollama-host", "--log-level"))


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--port", "99999"], "port (LOCRIT_PORT) must be at most 65535; it is '99999'."),
        (["--port", "web"], "port (LOCRIT_PORT) must be a whole number; it is 'web'."),
        (["--host", "0.0.0.0"], "would let everyone on the network read every conversation"),
        (["--trusted-hosts", "*"], "trusted_hosts (LOCRIT_TRUSTED_HOSTS) must be host names"),
        (["--model-timeout", "-1"], "model_timeout (LOCRIT_MODEL_TIMEOUT) must be more than 0"),
    ],
)
def test_settings_that_cannot_be_are_told_in_a_sentence(
    flags: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read_settings(flags)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def test_a_second_server_on_the_same_data_does_not_start(server: LocritServer) -> None:
    command = [sys.executable, "web_app.py", "--port", "0", "--data-dir", str(server.data_dir)]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert second.stderr.startswith("Locrit cannot start: ")
    assert "Traceback" not in second.stderr
    assert httpx.get(f"{server.url}/health").status_code == 200


def test_a_server_that_is_asked_to_stop_ends_well_and_starts_again(server: LocritServer) -> None:
    assert server.terminate() == 0
    server.start()
    assert httpx.get(f"{server.url}/health").json()["status"] == "ok"
    assert "Traceback" not in server.log


def test_the_chat_script_says_that_all_was_remembered(server: LocritServer) -> None:
    script = Path("tests") / "websocket_chat_client.py"
    command = [sys.executable, str(script), "--url", server.url, "--locrit", "Bob Technique", "What is a socket?"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    command[command.index("Bob Technique")] = "Nobody"
    assert subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False).returncode == 2
