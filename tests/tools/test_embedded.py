"""Whether the small offline model is needed: does Ollama answer?"""

from typing import Any

import pytest

from src.config import Settings
from tests.fakes.ollama import FakeOllama, Page
from tools.embedded import _is_needed, _settings


def needed(host: str, **fields: Any) -> bool:
    return _is_needed(Settings(ollama_host=host, **fields))


def test_it_is_needed_where_no_ollama_answers(ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks4://nowhere")
    monkeypatch.setenv("NO_PROXY", "::1")
    with_login = ollama.url.replace("://", "://user:p%40ss@")
    assert not needed(f" '0.0.0.0:{ollama.port}' ")
    assert not needed(with_login)
    assert needed("ollama.invalid")
    assert needed(ollama.url, llm="embedded")
    assert not needed("ollama.invalid", llm="ollama")
    ollama.authorization = "Basic another"
    assert needed(with_login)
    ollama.authorization, ollama.page = None, Page(502, b"<html>")
    assert needed(with_login)
    ollama.stop()
    assert needed(with_login)


@pytest.mark.parametrize("flags", [["--ollama-host", "ftp://x"], ["--no-such-flag"], ["--help"]])
def test_what_is_wrong_with_flags_is_left_to_the_server_to_say(
    flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _settings(flags) is None
    assert capsys.readouterr() == ("", "")
