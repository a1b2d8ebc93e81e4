"""Pages of other origins: nothing without the setting, and for those that it names all that our own page may."""

from collections.abc import Iterator

import httpx
import pytest
import socketio
from pydantic import ValidationError

from src.config import Settings
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer

EDITOR = "vscode-webview://1abc2def"
NAMED = ("http://localhost:5173", EDITOR)
FOREIGN = ("https://evil.example", "http://localhost:5174", "null", f"{EDITOR}3", "http://localhost:5173.evil.example")
ASKED = "content-type,authorization,x-org-id,x-user-id,x-session-id,x-requested-with"


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory, shared_ollama: FakeOllama) -> Iterator[LocritServer]:
    env = {"OLLAMA_HOST": shared_ollama.url, "LOCRIT_LLM": "ollama", "LOCRIT_CORS_ORIGINS": ", ".join(NAMED)}
    running = LocritServer(tmp_path_factory.mktemp("cors"), env)
    yield running
    running.kill()


@pytest.mark.parametrize("origin", NAMED)
def test_a_page_that_is_named_reads_writes_and_sees_why_not(open_server: LocritServer, origin: str) -> None:
    with open_server.client() as client:
        client.headers["Origin"] = origin
        asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": ASKED}
        before = client.options("/api/conversations/x", headers=asked)
        read, page = client.get("/api/v2/locrits"), client.get("/")
        made = client.post("/api/v2/locrits", json={"name": f"for {len(origin)}"})
        refused = client.get("/api/conversations/nowhere")
        polled = client.get("/socket.io/?EIO=4&transport=polling")
    assert before.status_code == 204
    assert before.headers["access-control-allow-methods"] == "GET, POST, PUT, PATCH, DELETE, OPTIONS"
    assert before.headers["access-control-allow-headers"] == ASKED
    assert (read.status_code, made.status_code, refused.status_code, polled.status_code) == (200, 201, 404, 200)
    for answer in (before, read, page, made, refused, polled):
        assert answer.headers.get_list("access-control-allow-origin") == [origin]
        assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_that_is_not_named_gets_no_header_and_changes_nothing(
    open_server: LocritServer, api: httpx.Client, origin: str
) -> None:
    with open_server.client() as opened:
        for client, foreign in ((opened, origin), (api, origin), (api, NAMED[0])):
            headers = {"Origin": foreign, "Access-Control-Request-Method": "POST"}
            answers = [
                client.get("/api/v2/locrits", headers=headers),
                client.options("/api/v2/locrits", headers=headers),
            ]
            answers.append(client.post("/api/v2/locrits", json={"name": "no"}, headers=headers))
            assert answers[-1].status_code == 403
            assert not [answer for answer in answers if "access-control-allow-origin" in answer.headers]


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_page_that_is_named_gets_a_socket(open_server: LocritServer, transport: str) -> None:
    client = socketio.Client(reconnection=False, websocket_extra_options={"origin": EDITOR})
    headers = {"Origin": EDITOR} if transport == "polling" else {}
    client.connect(open_server.url, headers=headers, transports=[transport])
    assert client.connected
    client.disconnect()


def test_an_origin_is_as_browsers_write_it() -> None:
    named = Settings(cors_origins=" HTTP://LocalHost:5173,http://[::1]:80 ,").origins
    assert named == {"http://localhost:5173", "http://[::1]:80"}


@pytest.mark.parametrize(
    "origins", ["*", "null", "localhost:5173", "http://localhost:5173/", "http://a b", "http://a@b"]
)
def test_what_is_no_origin_is_refused(origins: str) -> None:
    with pytest.raises(ValidationError, match="must be origins"):
        Settings(cors_origins=origins)
