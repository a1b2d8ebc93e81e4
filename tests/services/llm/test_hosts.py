"""A Locrit answers from the Ollama that it is set to: on this machine, or named by who runs the server."""

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from src.config import Settings
from src.errors import InvalidInput, ModelUnreachable
from src.services.llm.hosts import OtherOllamas
from tests.callers import ME
from tests.fakes.ollama import FakeOllama, Page
from tests.services.test_interactions import calls_in
from tests.services.test_pulls import until
from tests.talk import LOCRIT, talking

NAMED = "http://ann:s3cret@gpu.example:11434, https://big.example"


@pytest.fixture
def other() -> Iterator[FakeOllama]:
    with FakeOllama() as fake:
        fake.models = ["big:70b"]
        yield fake


def others(hosts: str = NAMED) -> OtherOllamas:
    return OtherOllamas(Settings(ollama_hosts=hosts, ollama_host="http://127.0.0.1:11434"))


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("", ""),
        ("  ", ""),
        ("localhost:11435", "http://localhost:11435"),
        ("127.0.0.1:11434", ""),  # the server's own
        ("[::1]:9", "http://[::1]:9"),
        ("gpu.example:11434", "http://gpu.example:11434"),
        ("https://big.example/", "https://big.example:443"),
    ],
)
def test_a_host_has_one_name_however_it_is_written(written: str, known: str) -> None:
    assert others().known_as(written) == known


@pytest.mark.parametrize(
    "written",
    [
        "gpu.example:11435", "https://gpu.example", "elsewhere.example", "169.254.169.254", "http://10.0.0.1:11434",
        "http://ann:s3cret@gpu.example:11434", "http://ann:s3cret@127.0.0.1:1", "127.0.0.1.example", "0x7f.1.example",
        "http://127.0.0.1:99999", "ftp://127.0.0.1", "http://127.0.0.1:1/path", "a b", "http://",
    ],
)  # fmt: skip
def test_what_nobody_named_is_refused_and_nothing_secret_repeated(written: str) -> None:
    if written == "http://":  # nothing but this machine
        assert others().known_as(written) == ""
        return
    with pytest.raises(InvalidInput) as refused:
        others().known_as(written)
    assert "s3cret" not in f"{refused.value.message} {refused.value.action}"


def test_what_is_kept_and_not_allowed_any_more_is_not_asked() -> None:
    for host in ("http://elsewhere.example:11434", "nonsense ", "http://x:y@127.0.0.1:1"):
        with pytest.raises(ModelUnreachable, match="may not ask"):
            others().at(host)
    assert others().names == ["http://gpu.example:11434", "https://big.example:443"]
    assert others().at("http://gpu.example:11434").host.authorization


def test_a_setting_that_is_no_address_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(ollama_hosts="http://ann:s3 cret@gpu")
    assert "s3 cret" not in str(refused.value.errors(include_input=False))


def test_a_locrit_answers_from_its_host_with_credentials_that_are_kept_nowhere(
    tmp_path: Path, ollama: FakeOllama, other: FakeOllama
) -> None:
    other.authorization = f"Basic {base64.b64encode(b'ann:s3cret').decode()}"
    named = other.url.replace("http://", "http://ann:s3cret@")

    async def run() -> None:
        async with talking(tmp_path, ollama, ollama_hosts=named) as talk:
            await talk.locrits.edit(LOCRIT, {"host": other.url})
            reply = await talk.said("Who are you?")
            assert (reply.status, reply.model, reply.content) == ("complete", "big:70b", "You said: Who are you?")
            assert ollama.requests == []
            [call] = await calls_in(talk, reply.conversation_id)
            assert (call.host, call.model) == (other.url, "big:70b")
            library = await talk.app.library.look(ME, other.url)
            assert [model.name for model in library.models] == ["big:70b"]
            assert library.users == {"big:70b": [LOCRIT]}
            assert (await talk.app.library.look(ME)).users["llama3.2:1b"] == ["Pixie Assistant", "Marie Recherche"]
            await talk.app.pulls.begin(ME, "gemma3:1b", host=other.url)
            await until(talk, "gemma3:1b", status="done", host=other.url)
            assert ("gemma3:1b" in other.models, "gemma3:1b" in ollama.models) == (True, False)
            other.page = Page(302, headers={"Location": ollama.url})
            moved = await talk.said("And now?", conversation_id=reply.conversation_id)
            assert moved.error is not None
            assert (moved.status, moved.error.code) == ("failed", "model_unreachable")
            assert ollama.requests == []
        async with talking(tmp_path, ollama) as talk:  # it is named no more; on this machine it may be asked without
            other.page = None
            refused = await talk.said("Still there?", conversation_id=reply.conversation_id)
            assert refused.error is not None
            assert "asks for a user and password" in refused.error.message

    asyncio.run(run())
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"s3cret" not in path.read_bytes(), path
