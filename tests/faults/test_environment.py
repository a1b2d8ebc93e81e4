"""The real server starts whatever the environment says of hosts, proxies, certificates and keys, or says why not.

ENVIRONMENTS is how many are drawn.
"""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.command_line import read_settings
from src.addresses import OllamaHost
from tests.fakes.ollama import FakeOllama, Page
from tests.fakes.socks import SocksProxy
from tests.faults.chance import SEED
from tests.fixtures.server import ROOT, LocritServer

ENVIRONMENTS = int(os.environ.get("ENVIRONMENTS", "4"))
SECRET = "s3cr3t"

PROXIES = [
    *("socks5://127.0.0.1:1", "http://127.0.0.1:1", "ftp://x", "http://", "://", "\\", " "),
    *(f"{scheme}://u:{SECRET}@127.0.0.1:1" for scheme in ("socks5h", "socks4", "https")),
    *(f"http://u:{SECRET}@[::1", f"http://u:{SECRET}@h:port", f"u:{SECRET}@127.0.0.1:1"),
]
EXCEPTIONS = [
    *("::1", "[::1]", "localhost,127.0.0.1,::1", "fd00::/8,10.0.0.0/8", "*", "*.lan", "[::1]:80", ",[,", "::1/128"),
]
FILES = ["/nowhere/at/all", "/dev/null", "/nowhere/é"]
KEYS = [SECRET, f"{SECRET}é", f"{SECRET}\n", " "]
NASTY: dict[str, list[str]] = {
    **dict.fromkeys(("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "http_proxy", "https_proxy"), PROXIES),
    **dict.fromkeys(("NO_PROXY", "no_proxy"), EXCEPTIONS),
    **dict.fromkeys(("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSLKEYLOGFILE"), FILES),
    "OLLAMA_API_KEY": KEYS,
}
HOSTS = [
    *("", "::1", "[::1]", "0.0.0.0", "::", "'127.0.0.1'", '"localhost"', "  localhost  ", "localhost/", ":1", "11"),
    *("127.1", "HTTP://localhost", "https://localhost", "ollama.invalid", "[fd00::1]:1"),
    f"http://u:{SECRET}@ollama.invalid:1/base/",
]


SURFACES = ("health", "api/ollama/status", "api/v2/models", "api/ollama/models", "api/v2/users/me/events")


def environments(count: int) -> Iterator[dict[str, str]]:
    """First everything at once, then each time about half of it."""
    chance = random.Random(SEED)
    yield {"OLLAMA_HOST": "::1", "LOCRIT_LLM": "ollama", **{name: values[0] for name, values in NASTY.items()}}
    for _ in range(count - 1):
        drawn = {name: chance.choice(values) for name, values in NASTY.items() if chance.random() < 0.5}
        yield {"OLLAMA_HOST": chance.choice(HOSTS), "LOCRIT_LLM": chance.choice(["ollama", "auto"]), **drawn}


@pytest.mark.parametrize("environment", list(environments(ENVIRONMENTS)))
def test_the_server_starts_and_says_what_it_cannot_use(tmp_path: Path, environment: dict[str, str]) -> None:
    server = LocritServer(
        tmp_path, {**environment, "LOCRIT_EMBEDDED_MODEL": "none.gguf", "LOCRIT_LOG_LEVEL": "DEBUG"}, from_nothing=True
    )
    try:
        with server.client() as client:
            health = client.get("/health").raise_for_status()
            client.get("/api/v2/models").raise_for_status()
            said = client.post("/api/v2/locrits/Bob Technique/chat", json={"message": "hello"})
            history = client.get("/api/ollama/status").raise_for_status()
        assert health.json()["model"]["status"] in ("unavailable", "starting", "ready")
        told = health.text + said.text + history.text
    finally:
        status = server.terminate()
    assert status == 0
    assert "Traceback" not in server.log
    assert SECRET not in server.log + told
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]


def test_a_loopback_ollama_answers_in_the_worst_environment(tmp_path: Path, ollama: FakeOllama) -> None:
    worst = {name: values[0] for name, values in NASTY.items()}
    server = LocritServer(
        tmp_path, {**worst, "OLLAMA_HOST": f"0.0.0.0:{ollama.port}", "LOCRIT_LLM": "ollama"}, from_nothing=True
    )
    try:
        with server.client() as client:
            assert client.get("/health").json()["model"]["status"] == "ready"
            assert client.get("/api/ollama/status").json()["host"] == ollama.url
    finally:
        server.kill()


def test_an_ollama_elsewhere_is_reached_through_a_socks_proxy(tmp_path: Path, ollama: FakeOllama) -> None:
    with SocksProxy(ollama.port) as proxy:
        environment = {"OLLAMA_HOST": "ollama.lan", "ALL_PROXY": proxy.url, "NO_PROXY": "::1,fd00::/8"}
        server = LocritServer(tmp_path, {**environment, "LOCRIT_LLM": "ollama"}, from_nothing=True)
        try:
            with server.client() as client:
                reply = client.post("/api/v2/locrits/Bob Technique/chat", json={"message": "hello"})
                assert "You said: hello" in reply.text
        finally:
            server.kill()


def test_user_and_password_of_ollama_are_sent_and_nowhere_to_be_found(tmp_path: Path, ollama: FakeOllama) -> None:
    """The fake repeats what it was sent in its refusals, as some proxies do."""
    host = ollama.url.replace("://", f"://user:{SECRET}%40@")
    ollama.authorization = OllamaHost.parse(host).authorization
    server = LocritServer(
        tmp_path, {"OLLAMA_HOST": host, "LOCRIT_LLM": "ollama", "LOCRIT_LOG_LEVEL": "DEBUG"}, from_nothing=True
    )
    told = ""
    try:
        with server.client() as client:

            def ask() -> str:
                reply = client.post("/api/v2/locrits/Bob Technique/chat", json={"message": "hello"}).text
                return reply + "".join(client.get(f"/{path}").text for path in SURFACES)

            assert "You said: hello" in ask()
            for trouble in (Page(500, f"no: user:{SECRET}@".encode()), Page(502, b"<html>"), Page(401), None):
                ollama.page, ollama.authorization = trouble, "Basic another"
                told += ask()
            ollama.stop()
            told += ask()
    finally:
        server.terminate()
    assert "<html>" not in told
    assert ollama.url in told
    basic = OllamaHost.parse(host).authorization or ""
    for secret in (SECRET, basic.removeprefix("Basic ")):
        assert secret not in told + server.log
        assert not [path for path in tmp_path.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


TIMES = ["0", "-1", "nan", "inf", "1e300", "soon"]
WRONG: dict[str, list[str]] = {
    "LOCRIT_HOST": ["0.0.0.0", "999.9", "é", "a b", " "],
    "LOCRIT_TRUSTED_HOSTS": ["http://x", "x:1", "*", "a/b"],
    "LOCRIT_BASE_PATH": ["x", "/a b", "/..", "/é"],
    "LOCRIT_PORT": ["-1", "65536", "web", "1.5", ""],
    "LOCRIT_DATABASE_URL": [
        *("x", "sqlite://", "sqlite:///:memory:", "sqlite:///x.db?foo=1", "mysql://h/d", "postgresql+psycopg://h:1x/d"),
        *("postgresql+psycopg://h/d?foo=1", "sqlite+pysqlite:///x.db?timeout=soon"),
    ],
    "LOCRIT_REDIS_URL": [
        *("x", "redis://h/names", "redis://h?foo=1", "redis://h?db=x", "unix:///s?foo=1", "redis+sentinel://h?foo=1"),
    ],
    "LOCRIT_AUTH": ["", "password"],
    "LOCRIT_LLM": ["", "gpt"],
    "OLLAMA_HOST": ["ftp://x", "http://h/?a=1", "h:port"],
    "LOCRIT_MODEL_TIMEOUT": TIMES,
    "LOCRIT_MODEL_LOAD_TIMEOUT": TIMES,
    "LOCRIT_TRASH_DAYS": ["-1", "nan", "inf", "1e300", "never"],
    "LOCRIT_LOG_LEVEL": ["", "LOUD"],
    "LOCRIT_ACCEPT_LOSS": ["perhaps"],
}
WRONG_HERE = {
    "LOCRIT_DATA_DIR": ["/dev/null/x", "/proc"],
    "LOCRIT_DATABASE_URL": [
        *("sqlite:////dev/null/x", "postgresql+psycopg://127.0.0.1:1/d?connect_timeout=soon"),
        "postgresql+psycopg://127.0.0.1:1/d?sslmode=perhaps",
    ],
}
"""What only the machine can tell."""


def each(settings: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in settings.items() for value in values]


@pytest.mark.parametrize(("setting", "value"), each(WRONG))
def test_a_setting_that_cannot_be_is_told_in_a_sentence(
    setting: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(setting, value)
    with pytest.raises(SystemExit) as ended:
        read_settings([])
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert told.startswith("Locrit cannot start:\n  ")
    assert f"{setting}" in told


@pytest.mark.parametrize(("setting", "value"), each(WRONG_HERE))
def test_a_setting_that_cannot_be_on_this_machine_is_told_in_a_sentence(
    tmp_path: Path, setting: str, value: str
) -> None:
    environment = {**os.environ, "LOCRIT_DATA_DIR": str(tmp_path), setting: value}
    command = [sys.executable, "web_app.py", "--port", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-2].startswith("Locrit cannot start: ")
    assert "Traceback" not in done.stderr


def test_a_database_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://u:{SECRET}@127.0.0.1:1/locrit?connect_timeout=1"
    command = [sys.executable, "web_app.py", "--port", "0", "--data-dir", str(tmp_path), "--database-url", url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "Locrit cannot start: " in done.stderr
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stderr
