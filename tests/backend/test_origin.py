"""Other web sites reach nothing: neither by posting from a page nor by rebinding their name to this machine."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit
from wsgiref.simple_server import demo_app

import httpx
import pytest
import socketio

from backend.origin import OriginGuard
from src.config import Settings
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer


@pytest.mark.parametrize("host", ["evil.example", "evil.example:5000", "127.0.0.1.evil.example", "", "[::1"])
def test_a_foreign_name_is_refused(api: httpx.Client, host: str) -> None:
    for path in ("/api/v2/locrits", "/", "/socket.io/?EIO=4&transport=polling"):
        answer = api.get(path, headers={"Host": host})
        assert answer.status_code == 403
        assert '"code":"forbidden"' in answer.text


REFUSED_HEADS = (
    b"HEAD / HTTP/1.1\r\nHost: evil.example\r\n",
    b"HEAD /api/v2/locrits HTTP/1.1\r\nHost: localhost\r\nCookie: locrit_visitor=x\r\n",
    b"HEAD /socket.io/?EIO=4 HTTP/1.1\r\nHost: localhost\r\n",
    b"HEAD /nothing HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n",
    b"HEAD /api/v2/nothing HTTP/1.1\r\nHost: localhost\r\n",
    b"HEAD /public/nobody HTTP/1.1\r\nHost: localhost\r\n",
    b"HEAD /metrics HTTP/1.1\r\nHost: localhost\r\nVia: a proxy\r\n",
    b"HEAD / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n",
    b"HEAD / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n",
)
"""One for each place where a request is refused."""


@pytest.mark.parametrize("request_head", REFUSED_HEADS)
def test_a_refusal_of_head_has_no_body(shared_server: LocritServer, request_head: bytes) -> None:
    address = urlsplit(shared_server.url)
    with socket.create_connection((str(address.hostname), address.port or 0), timeout=30) as connection:
        connection.sendall(request_head + b"Connection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1] in (b"400", b"403", b"404", b"405", b"411")
    assert b"Content-Length: " in head
    assert body == b""


@pytest.mark.parametrize("host", ["localhost", "localhost:5173", "127.0.0.1", "127.0.0.1:1", "[::1]:5000", "LOCALHOST"])
def test_every_name_of_this_machine_will_do(api: httpx.Client, host: str) -> None:
    assert api.get("/api/v1/ping", headers={"Host": host}).status_code == 200


def test_a_name_that_the_settings_trust_will_do_and_no_other() -> None:
    names = Settings(trusted_hosts="Chat.lan, box.example").host_names
    transport = httpx.WSGITransport(OriginGuard(demo_app, names))
    for host, status in (("chat.lan:5000", 200), ("box.example", 200), ("evil.example", 403), ("x.chat.lan", 403)):
        with httpx.Client(transport=transport, base_url=f"http://{host}") as client:
            assert client.get("/").status_code == status
            assert client.post("/", headers={"Origin": "http://evil.example"}).status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null", "file://", ""])
def test_a_foreign_page_changes_nothing(api: httpx.Client, origin: str) -> None:
    for method, path in (("POST", "/api/v2/locrits"), ("DELETE", "/api/v2/locrits/x"), ("POST", "/socket.io/?EIO=4")):
        answer = api.request(method, path, headers={"Origin": origin}, json={"name": "x"})
        assert answer.status_code == 403
        assert '"code":"forbidden"' in answer.text


def test_our_own_page_may_behind_a_proxy_too(api: httpx.Client, shared_server: LocritServer) -> None:
    body = json.dumps({"locrit_name": "nobody"})
    own = {"Origin": shared_server.url}
    proxied = {"Origin": "https://chat.example", "X-Forwarded-Host": "chat.example"}
    for headers in (own, proxied):
        assert api.post("/api/v2/conversations", content=body, headers=headers).status_code == 404


def test_a_foreign_page_gets_no_socket(shared_server: LocritServer) -> None:
    client = socketio.Client(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(shared_server.url, headers={"Origin": "https://evil.example"}, transports=["websocket"])


def test_answers_tell_browsers_to_trust_nobody_else(api: httpx.Client) -> None:
    for path in ("/", "/api/v2/locrits", "/api/nothing", "/api/docs"):
        headers = api.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers


OWN, OTHER = 200, 403
TRUSTED = Settings(trusted_hosts="chat.example").host_names
VERDICTS = [
    # Host, Origin, X-Forwarded-Host, verdict
    ("127.0.0.1:5000", "http://127.0.0.1:5000", None, OWN),
    ("localhost:5173", "http://localhost:5173", None, OWN),
    ("[::1]:5000", "http://[::1]:5000", None, OWN),
    ("chat.example", "https://chat.example", None, OWN),
    ("chat.example", "http://chat.example", None, OWN),
    ("chat.example:443", "https://chat.example", None, OWN),
    ("chat.example:80", "http://chat.example", None, OWN),
    ("Chat.Example", "https://chat.example", None, OWN),
    ("chat.example:8443", "https://chat.example:8443", None, OWN),
    ("127.0.0.1:5000", "https://chat.example", "chat.example", OWN),
    ("127.0.0.1:5000", "https://chat.example:8443", "chat.example:8443", OWN),
    ("127.0.0.1:5000", "https://chat.example", "chat.example, inner.example", OWN),
    ("chat.example", None, None, OWN),
    ("chat.example", "https://chat.example:8443", None, OTHER),
    ("chat.example:80", "https://chat.example", None, OTHER),
    ("chat.example", "https://chat.example.evil.example", None, OTHER),
    ("chat.example", "https://evil.example", None, OTHER),
    ("127.0.0.1:5000", "http://127.0.0.1:5001", None, OTHER),
    ("127.0.0.1:5000", "http://localhost:5000", None, OTHER),
    ("127.0.0.1:5000", "https://evil.example", "chat.example", OTHER),
    ("127.0.0.1:5000", "https://evil.example", "inner.example, evil.example", OTHER),
    ("127.0.0.1:5000", "http://user@127.0.0.1:5000@evil.example", None, OTHER),
    *[
        ("127.0.0.1:5000", garbage, None, OTHER)
        for garbage in ("", "null", "file://", "http://", "]", "http://[", "x:y:z")
    ],
    *[
        ("127.0.0.1:5000", garbage, None, OTHER)
        for garbage in ("http://127.0.0.1:x", "127.0.0.1:5000", "ftp://127.0.0.1")
    ],
    *[
        (garbage, "http://127.0.0.1:5000", None, OTHER)
        for garbage in ("evil.example", "", "[::1", "127.0.0.1@evil.example")
    ],
]
CHANGING = [("POST", "/api/v2/locrits"), ("DELETE", "/x"), ("GET", "/socket.io/?EIO=4"), ("OPTIONS", "/socket.io/")]


@pytest.mark.parametrize("scheme", [None, "http", "https"])
@pytest.mark.parametrize(("host", "origin", "forwarded", "verdict"), VERDICTS)
def test_an_address_is_a_name_and_a_port_whatever_a_proxy_says_of_tls(
    host: str, origin: str | None, forwarded: str | None, verdict: int, scheme: str | None
) -> None:
    headers = {"Host": host, "Origin": origin, "X-Forwarded-Host": forwarded, "X-Forwarded-Proto": scheme}
    given = {name: value for name, value in headers.items() if value is not None}
    with httpx.Client(transport=httpx.WSGITransport(OriginGuard(demo_app, TRUSTED)), base_url="http://x") as client:
        for method, path in CHANGING:
            assert client.request(method, path, headers=given).status_code == verdict


@pytest.mark.parametrize(("host", "origin", "forwarded", "verdict"), VERDICTS)
def test_a_socket_is_judged_as_a_request_is(
    trusting: LocritServer, host: str, origin: str | None, forwarded: str | None, verdict: int
) -> None:
    headers = {"Host": host, "Origin": origin, "X-Forwarded-Host": forwarded}
    given = {name: value for name, value in headers.items() if value is not None}
    with trusting.client() as client:
        polled = client.get("/socket.io/?EIO=4&transport=polling", headers=given)
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        with client.stream("GET", "/socket.io/?EIO=4&transport=websocket", headers=given | upgrade | key) as upgraded:
            assert (polled.status_code, upgraded.status_code) == (verdict, 101 if verdict == OWN else OTHER)
    assert "access-control-allow-origin" not in polled.headers


@pytest.fixture(scope="module")
def trusting(tmp_path_factory: pytest.TempPathFactory, shared_ollama: FakeOllama) -> Iterator[LocritServer]:
    env = {"OLLAMA_HOST": shared_ollama.url, "LOCRIT_LLM": "ollama", "LOCRIT_TRUSTED_HOSTS": "chat.example"}
    running = LocritServer(tmp_path_factory.mktemp("trusting"), env)
    yield running
    running.kill()
