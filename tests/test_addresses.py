"""OLLAMA_HOST as people write it, with user and password as they write them."""

import base64
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.addresses import OllamaHost, is_loopback, without_credentials


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        (" ", "http://127.0.0.1:11434"),
        ("http://", "http://127.0.0.1:11434"),
        ("localhost", "http://localhost:11434"),
        ("127.0.0.1", "http://127.0.0.1:11434"),
        ("gpu.lan", "http://gpu.lan:11434"),
        ("gpu.lan:", "http://gpu.lan:11434"),
        ("gpu.lan/", "http://gpu.lan:11434"),
        ("http://gpu.lan", "http://gpu.lan:11434"),
        ("http://gpu.lan:80", "http://gpu.lan:80"),
        ("https://gpu.lan", "https://gpu.lan:443"),
        ("https://gpu.lan/ollama/", "https://gpu.lan:443/ollama"),
        ("HTTP://GPU.lan:1", "http://gpu.lan:1"),
        (":11435", "http://127.0.0.1:11435"),
        ("11435", "http://127.0.0.1:11435"),
        ("::1", "http://[::1]:11434"),
        ("[::1]", "http://[::1]:11434"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("::1:11435", "http://[::1]:11435"),
        ("http://[2001:db8::1]", "http://[2001:db8::1]:11434"),
        ("http://2001:db8::1", "http://[2001:db8::1]:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("http://0.0.0.0", "http://127.0.0.1:11434"),
        ("::", "http://[::1]:11434"),
        ("[::]:8080", "http://[::1]:8080"),
        ("0:0:0:0:0:0:0:0", "http://[::1]:11434"),
        ("::ffff:127.0.0.1", "http://127.0.0.1:11434"),
        ("127.1", "http://127.0.0.1:11434"),
        ("bücher.lan", "http://xn--bcher-kva.lan:11434"),
        ('"127.0.0.1:11435"', "http://127.0.0.1:11435"),
        ("'http://gpu.lan:1'", "http://gpu.lan:1"),
        (' " gpu.lan:1 " \r\n', "http://gpu.lan:1"),
    ],
)
def test_an_address_is_understood_as_ollama_does(written: str, url: str) -> None:
    assert OllamaHost.parse(written).url == url


REFUSED = [
    *("ftp://secret", "unix:///secret", "//secret", "http:///secret", "a..secret", "-secret", "xn--secret", "¡secret"),
    *("gpu.lan:secret", "gpu.lan:0", "gpu.lan:65536", "gpu.lan:-1", "gpu.lan:１", "http://user:secret@gpu.lan:port"),
    *("http://gpu.lan/?token=secret", "http://gpu.lan#secret", "gpu.lan\\secret", "se cret", "se\ncret"),
    *("http://user:12/secret@gpu.lan", "http://user:se?cret@gpu.lan", "\udcffsecret", "secret" * 20),
]


@pytest.mark.parametrize("written", REFUSED)
def test_what_cannot_be_an_address_is_refused_in_words_that_do_not_repeat_it(written: str) -> None:
    with pytest.raises(ValueError, match=r"must|has|names") as refused:
        OllamaHost.parse(written)
    assert "cret" not in str(refused.value)


@given(
    st.text()
    | st.text(alphabet="htps:/@.[]0123456789abc%\"' ?#\\é\x00\n☃", max_size=40)
    | st.from_regex(r"(https?://)?(\w+:.*@)?(\[?[0-9a-f:.]*\]?|\w+)(:\d*)?(/.*)?", fullmatch=True)
)
def test_whatever_is_written_is_an_address_or_refused(written: str) -> None:
    try:
        host = OllamaHost.parse(written)
    except ValueError:
        return
    url = httpx.URL(host.url)
    assert (url.scheme, url.raw_host.decode(), url.userinfo) == (host.scheme, host.host, b"")
    assert url.host
    assert (url.port or {"http": 80, "https": 443}[url.scheme]) == host.port
    assert OllamaHost.parse(str(host)) == OllamaHost(host.scheme, host.host, host.port)


@given(st.text(min_size=1), st.text(min_size=1))
def test_user_and_password_are_sent_whatever_they_are_and_never_shown(username: str, password: str) -> None:
    try:
        written = f"https://{quote(username, safe='')}:{quote(password, safe='')}@gpu.lan:8443/base"
    except UnicodeEncodeError:
        return  # half of a surrogate pair is no text
    host = OllamaHost.parse(written)
    assert (host.username, host.password) == (username, password)
    assert host.authorization == "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
    assert str(host) == "https://gpu.lan:8443"
    assert repr(host) == "OllamaHost(scheme='https', host='gpu.lan', port=8443)"
    assert host.url == "https://gpu.lan:8443/base"


def test_a_password_may_hold_a_raw_at_sign() -> None:
    assert OllamaHost.parse("user:p@ss@gpu.lan").password == "p@ss"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])
def test_loopback_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["gpu.lan", "10.0.0.1", "localhost.evil.example", "127.0.0.1.nip.io", "::", ""])
def test_nothing_else_is_taken_for_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_a_text_is_told_without_the_credentials_of_its_urls() -> None:
    told = "psycopg: postgresql+psycopg://me:p/a@ss@db/locrit failed, see http://docs.lan/x and me@mail.lan"
    assert (
        without_credentials(told)
        == "psycopg: postgresql+psycopg://db/locrit failed, see http://docs.lan/x and me@mail.lan"
    )
