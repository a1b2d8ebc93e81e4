"""Starting from a terminal: wrong settings are sentences, and the status tells."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from backend.command_line import read_settings
from src.config import QUEUES, Settings
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
        (["--model-timeout", "inf"], "model_timeout (LOCRIT_MODEL_TIMEOUT) must be at most 1000000"),
        (["--model-load-timeout", "1e300"], "(LOCRIT_MODEL_LOAD_TIMEOUT) must be at most 1000000"),
        (["--trash-days", "nan"], "trash_days (LOCRIT_TRASH_DAYS) must be at most 100000"),
        (["--trash-days", "inf"], "trash_days (LOCRIT_TRASH_DAYS) must be at most 100000"),
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


SQLITE = ("sqlite", "sqlite+pysqlite")
OPTIONS = ("foo=1", "timeout=soon", "check_same_thread=perhaps", "mode=ro&uri=true")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OLLAMA_HOST", "ftp://u:s3cret@gpu.lan"),
        ("OLLAMA_HOST", "http://u:s3cret/@gpu.lan"),
        ("OLLAMA_HOST", "http://gpu.lan/?token=s3cret"),
        ("LOCRIT_DATABASE_URL", "postgres://u:s3cret@db/locrit"),
        ("LOCRIT_DATABASE_URL", "postgresql+psycopg://u:x@s3cret@db/locrit"),
        ("LOCRIT_DATABASE_URL", "postgresql+psycopg://u:s3cret@db:port/locrit"),
        ("LOCRIT_DATABASE_URL", "s3cret"),
        ("LOCRIT_REDIS_URL", "redis://:s3cret/x@queue:1"),
        ("LOCRIT_REDIS_URL", "http://:s3cret@queue"),
        ("LOCRIT_REDIS_URL", "s3cret"),
        ("LOCRIT_REDIS_URL", "redis://:s3cret@queue:1/names"),
        *(("LOCRIT_REDIS_URL", f"{scheme}://:s3cret@queue/0?foo=s3cret") for scheme in QUEUES),
        ("LOCRIT_REDIS_URL", "redis://:s3cret@queue/0?socket_timeout=soon"),
        ("LOCRIT_REDIS_URL", "rediss://:s3cret@queue/0?ssl_cert_reqs=perhaps"),
        ("LOCRIT_DATABASE_URL", "postgresql+psycopg://u:s3cret@db/locrit?foo=1"),
        ("LOCRIT_DATABASE_URL", "postgresql+psycopg://u:s3cret@db/locrit?foo=1&foo=2"),
        *(("LOCRIT_DATABASE_URL", f"{driver}:///s3cret.db?{option}") for driver in SQLITE for option in OPTIONS),
    ],
)
def test_an_address_that_cannot_be_is_refused_and_not_repeated(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit) as ended:
        read_settings([])
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert f"({variable}) " in told
    assert "s3cret" not in told


@pytest.mark.parametrize(
    "flags",
    [
        *(["--ollama-hst", "http://u:s3cret@h"], ["--databse-url=postgresql://u:s3cret@h/d"], ["s3cret@h"]),
        *(["--o", "http://u:s3cret@h"], ["--m=s3cret"], ["--port"]),
    ],
)
def test_a_flag_that_does_not_exist_is_named_without_its_value(
    flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read_settings(flags)
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert flags[0].partition("=")[0] in told or not flags[0].startswith("-")
    assert "s3cret" not in told


def test_settings_do_not_tell_what_is_secret() -> None:
    settings = Settings(
        OLLAMA_HOST="http://u:s3cret@h", database_url="postgresql+psycopg://u:s3cret@h/d", redis_url="redis://:s3cret@h"
    )
    assert (
        "s3cret"
        not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()} {settings.ollama}"
    )
    assert settings.ollama.password == "s3cret"
    assert settings.sqlalchemy_url.password == "s3cret"


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
    assert httpx.get(f"{server.url}/health").json()["status"] == "healthy"
    assert "Traceback" not in server.log


def verify(data_dir: Path, *flags: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "web_app.py", "verify", "--data-dir", str(data_dir), *flags]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_verify_tells_in_sentences_and_leaves_the_data_alone(server: LocritServer) -> None:
    beside = verify(server.data_dir)
    assert (beside.returncode, beside.stderr, "WRONG" in beside.stdout) == (0, "", False)
    server.kill()
    file = server.data_dir / "locrit.db"
    before = {path.name: path.read_bytes() for path in server.data_dir.iterdir() if path.is_file()}
    assert verify(server.data_dir).returncode == 0
    assert {path.name: path.read_bytes() for path in server.data_dir.iterdir() if path.is_file()} == before
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE locrits SET description = 'mine' WHERE name = 'Bob Technique'")
    _assert_told(verify(server.data_dir), "Locrit Bob Technique", "description differ")
    file.write_bytes(bytes(4096))
    _assert_told(verify(server.data_dir), "so damaged that nothing of it can be checked")


def _assert_told(done: "subprocess.CompletedProcess[str]", *words: str) -> None:
    assert (done.returncode, done.stderr) == (1, "")
    for word in ("WRONG ", "backup", *words):
        assert word in done.stdout


def test_verify_says_what_it_misses(tmp_path: Path) -> None:
    told = verify(tmp_path / "none")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("There is no database at ")
    assert not (tmp_path / "none").exists()


def test_the_chat_script_says_that_all_was_remembered(server: LocritServer) -> None:
    script = Path("tests") / "websocket_chat_client.py"
    command = [sys.executable, str(script), "--url", server.url, "--locrit", "Bob Technique", "What is a socket?"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    command[command.index("Bob Technique")] = "Nobody"
    assert subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False).returncode == 2
