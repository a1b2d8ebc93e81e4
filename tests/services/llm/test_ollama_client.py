"""How a host is reached, whatever the environment says of proxies, certificates and keys."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from src.addresses import OllamaHost
from src.errors import LocritError, ModelError, ModelUnreachable
from src.services.llm.ollama import OllamaModel
from src.services.llm.ollama_client import connection_to
from tests.fakes.ollama import FakeOllama, Page
from tests.fakes.socks import SocksProxy

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
MODEL = "llama3.2:1b"
PASSWORD = "p@ss/w:rd é%"
LOGIN = "user:p%40ss%2Fw%3Ard%20%C3%A9%25"


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with FakeOllama() as fake:
        yield fake


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in (*VARIABLES, "OLLAMA_API_KEY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


async def parts(stream: AsyncIterator[Any]) -> list[Any]:
    return [part async for part in stream]


Call = Callable[[OllamaModel], Awaitable[Any]]
CALLS: dict[str, Call] = {
    "chat": lambda ollama: parts(ollama.chat(MODEL, [{"role": "user", "content": "hello"}])),
    "pull": lambda ollama: parts(ollama.pull("gemma3:1b")),
    "list": lambda ollama: ollama.list(),
    "show": lambda ollama: ollama.show(MODEL),
    "loaded": lambda ollama: ollama.loaded(),
    "embed": lambda ollama: ollama.embed(MODEL, ["hello"]),
}


def ask(host: str, call: Call) -> Any:
    async def scenario() -> Any:
        ollama = OllamaModel(OllamaHost.parse(host), load_timeout=60, timeout=60)
        try:
            return await call(ollama)
        finally:
            await ollama.close()

    return asyncio.run(scenario())


def refusal(host: str, call: Call) -> ModelError:
    with pytest.raises(ModelError) as refused:
        ask(host, call)
    return refused.value


def told(error: LocritError) -> str:
    """All that anyone may come to see of it."""
    return f"{error.as_body()} {error!r} {error.__cause__!r}"


def tells(error: LocritError) -> bool:
    basic = (OllamaHost.parse(f"http://{LOGIN}@h").authorization or "").removeprefix("Basic ")
    return any(form in told(error) for form in (PASSWORD, LOGIN.partition(":")[2], basic))


def test_an_ollama_is_reached_through_a_socks_proxy(fake: FakeOllama, environment: pytest.MonkeyPatch) -> None:
    with SocksProxy(fake.port) as proxy:
        environment.setenv("ALL_PROXY", proxy.url)
        assert ask("ollama.lan", CALLS["chat"])
        assert proxy.asked == ["ollama.lan"]


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "0.0.0.0", "127.1", "::ffff:127.0.0.1"])
def test_loopback_is_never_reached_through_a_proxy(
    fake: FakeOllama, environment: pytest.MonkeyPatch, name: str
) -> None:
    for variable in VARIABLES[:3]:
        environment.setenv(variable, "http://127.0.0.1:1")
    assert ask(f"{name}:{fake.port}", CALLS["list"])


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", "0.0.0.0", "::", "127.8.8.8", "http://[::]:1", ""])
def test_no_form_of_loopback_is_given_a_proxy(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.setenv("ALL_PROXY", "socks5://proxy.lan")
    assert connection_to(OllamaHost.parse(name))["proxy"] is None


@pytest.mark.parametrize(
    ("exceptions", "hosts", "others"),
    [
        ("*", ["ollama.lan", "10.1.2.3", "2001:db8::1"], []),
        ("ollama.lan", ["ollama.lan", "a.ollama.lan"], ["xollama.lan", "ollama.land"]),
        (".lan, *.home", ["ollama.lan", "ollama.home"], ["lan.example"]),
        ("OLLAMA.LAN:11434", ["ollama.lan"], ["ollama.lan:1"]),
        ("http://ollama.lan", ["ollama.lan"], []),
        ("10.0.0.0/8,fd00::/8", ["10.1.2.3", "fd00::1"], ["11.1.2.3", "2001:db8::1"]),
        ("::1,[2001:db8::1],2001:db8:1::/48", ["2001:db8::1", "2001:db8:1::5"], ["2001:db8::2"]),
        (",, ,[,::/x,10.0.0.0/99,/,:,%,é,a b", [], ["ollama.lan", "10.1.2.3"]),
    ],
)
def test_exceptions_from_the_proxy_are_names_addresses_and_networks(
    environment: pytest.MonkeyPatch, exceptions: str, hosts: list[str], others: list[str]
) -> None:
    environment.setenv("HTTP_PROXY", "http://proxy.lan:3128")
    environment.setenv("NO_PROXY", exceptions)
    assert [host for host in hosts if connection_to(OllamaHost.parse(host))["proxy"]] == []
    assert [host for host in others if not connection_to(OllamaHost.parse(host))["proxy"]] == []


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "proxy",
    [
        *("socks4://user:sec@proxy", "ftp://user:sec@proxy", "http://user:sec@[::1", "http://user:sec@proxy:port"),
        *("://sec@", "http://user:sec@proxy:99999", "sec", "http://", "http:// sec", "\x7fsec"),
        "socks5://user:sec@127.0.0.1:1",
    ],
)
def test_a_proxy_that_cannot_be_used_is_a_sentence(environment: pytest.MonkeyPatch, proxy: str, scheme: str) -> None:
    environment.setenv("ALL_PROXY", proxy)
    error = refusal(f"{scheme}://ollama.invalid", CALLS["list"])
    assert isinstance(error, ModelUnreachable)
    assert "sec" not in told(error)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"])
@pytest.mark.parametrize("value", ["/nowhere/at/all", "/dev/null/x", "/nowhere/é\n"])
def test_certificates_that_cannot_be_read_matter_only_where_they_are_needed(
    fake: FakeOllama, environment: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    environment.setenv(variable, value)
    assert ask(fake.url, CALLS["list"])
    assert isinstance(refusal(f"https://127.0.0.1:{fake.port}", CALLS["list"]), ModelUnreachable)


def test_a_key_is_sent_and_one_that_cannot_be_is_a_sentence(fake: FakeOllama, environment: pytest.MonkeyPatch) -> None:
    fake.authorization = "Bearer s3cret"
    environment.setenv("OLLAMA_API_KEY", " s3cret\n")
    assert ask(fake.url, CALLS["list"])
    for key in ("s3crét", "s3\ncret", "\udcffs3cret", " "):
        environment.setenv("OLLAMA_API_KEY", key)
        error = refusal(fake.url, CALLS["list"])
        assert "OLLAMA_API_KEY" in error.message
        assert "s3" not in told(error)


@pytest.mark.parametrize("name", CALLS)
def test_user_and_password_are_sent_with_every_request_and_shown_by_none(
    fake: FakeOllama, environment: pytest.MonkeyPatch, name: str
) -> None:
    with_login = fake.url.replace("://", f"://{LOGIN}@")
    environment.setenv("OLLAMA_API_KEY", "unused")
    fake.authorization = OllamaHost.parse(with_login).authorization
    fake.loaded = {MODEL}
    assert ask(with_login, CALLS[name])
    fake.authorization = "Basic another"
    error = refusal(with_login, CALLS[name])
    assert error.message == f"Ollama at {fake.url} does not accept the user and password of OLLAMA_HOST (status 401)."
    environment.delenv("OLLAMA_API_KEY")
    missing = refusal(fake.url, CALLS[name])
    assert missing.message == f"Ollama at {fake.url} asks for a user and password in OLLAMA_HOST (status 401)."
    fake.stop()
    for each in (error, missing, refusal(with_login, CALLS[name])):
        assert not tells(each)
        assert "user:" not in each.message


HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>"
PAGES = [
    *(
        Page(status, HTML, {"Content-Type": "text/html"})
        for status in (200, 400, 403, 404, 407, 429, 500, 502, 503, 504)
    ),
    *(Page(status, b"", {"Location": "https://login.lan/?next=<b>"}) for status in (301, 302, 303, 307, 308)),
    *(Page(status) for status in (401, 403, 407, 418, 429, 500, 503, 599)),
    *(
        Page(502, body)
        for body in (b"\x89PNG\r\n\x1a\n\x00\xff", b"x" * 5_000_000, b"<!DOCTYPE", b'{"error": "<b>no</b>"}')
    ),
    *(
        Page(500, body)
        for body in (b"[1]", b"5", b"null", b'"text"', b'{"error": {"message": "no room"}}', b"[" * 100_000)
    ),
    *(
        Page(200, body)
        for body in (b"[1]", b"5", b"null", b"{}", b'{"error": {"a": 1}}', b'{"models": 5}', b"[" * 100_000)
    ),
    *(
        Page(200, body)
        for body in (b'{"error": "5"}', b'{"error": "[1]"}', b'{"version": {}}', b"\xff\xfe", b'{"models": [5]}')
    ),
    *(Page(500, f'{{"error": "{form}"}}'.encode()) for form in ("no: p@ss/w:rd é%", f"http://{LOGIN}@gpu.lan failed")),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.status} {page.body[:20]!r}")
def test_what_a_proxy_answers_is_a_sentence_and_never_a_page(fake: FakeOllama, page: Page) -> None:
    fake.page = page
    host = fake.url.replace("://", f"://{LOGIN}@")
    for name in CALLS:
        if name == "show" and page.status == 200 and page.body.startswith((b"{}", b'{"models', b'{"version')):
            continue  # nothing that it should say is missing
        error = refusal(host, CALLS[name])
        assert error.message.endswith((".", "…")), (name, error.message)
        assert len(error.message) < 400
        assert not {"<", "\x00", "�"} & set(error.message), (name, error.message)
        assert not tells(error), (name, error.message)
    state = ask(host, lambda ollama: ollama.state())
    assert state.status == "unavailable"
    assert "<" not in state.detail
    assert state.host == fake.url


@pytest.mark.parametrize("form", ["{}", "%73{}", "{}%20", "\\u0073{}"])
def test_a_refusal_that_repeats_a_key_or_the_password_of_a_proxy_is_not_told(
    fake: FakeOllama, environment: pytest.MonkeyPatch, form: str
) -> None:
    environment.setenv("OLLAMA_API_KEY", "s3cret")
    fake.page = Page(500, f'{{"error": "no: {form.format("s3cret")}"}}'.encode())
    assert "s3cret" not in told(refusal(fake.url, CALLS["chat"]))
    environment.delenv("OLLAMA_API_KEY")
    with SocksProxy(fake.port) as proxy:
        environment.setenv("ALL_PROXY", proxy.url.replace("://", "://user:s3cret@"))
        assert "s3cret" not in told(refusal("ollama.lan", CALLS["chat"]))


def test_what_ollama_itself_says_is_told(fake: FakeOllama) -> None:
    fake.page = Page(500, b'{"error": {"message": "no\\n  room"}}')
    assert refusal(fake.url, CALLS["chat"]).message == "Ollama could not answer: no room."
    fake.page = Page(500, b'{"error": "see http://u:s3cret@gpu.lan/x"}')
    assert refusal(fake.url, CALLS["chat"]).message == "Ollama could not answer: see http://gpu.lan/x."
