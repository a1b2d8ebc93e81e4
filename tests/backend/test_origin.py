"""Other web sites reach nothing: neither by posting from a page nor by rebinding their name to this machine."""

import json
from wsgiref.simple_server import demo_app

import httpx
import pytest
import socketio

from backend.origin import OriginGuard
from src.config import Settings
from tests.fixtures.server import LocritServer


@pytest.mark.parametrize("host", ["evil.example", "evil.example:5000", "127.0.0.1.evil.example", "", "[::1"])
def test_a_foreign_name_is_refused(api: httpx.Client, host: str) -> None:
    for path in ("/api/locrits", "/", "/socket.io/?EIO=4&transport=polling"):
        answer = api.get(path, headers={"Host": host})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


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
    for method, path in (("POST", "/api/locrits"), ("DELETE", "/api/locrits/x"), ("POST", "/socket.io/?EIO=4")):
        answer = api.request(method, path, headers={"Origin": origin}, json={"name": "x"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


def test_our_own_page_may_behind_a_proxy_too(api: httpx.Client, shared_server: LocritServer) -> None:
    body = json.dumps({"locrit_name": "nobody"})
    own = {"Origin": shared_server.url}
    proxied = {"Origin": "https://chat.example", "X-Forwarded-Host": "chat.example"}
    for headers in (own, proxied):
        assert api.post("/api/conversations", content=body, headers=headers).status_code == 404


def test_a_foreign_page_gets_no_socket(shared_server: LocritServer) -> None:
    client = socketio.Client(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(shared_server.url, headers={"Origin": "https://evil.example"}, transports=["websocket"])


def test_answers_tell_browsers_to_trust_nobody_else(api: httpx.Client) -> None:
    for path in ("/", "/api/locrits", "/api/nothing", "/api/docs"):
        headers = api.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers
