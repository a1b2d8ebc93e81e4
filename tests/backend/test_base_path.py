"""Behind a reverse proxy, below a path: with the path kept or cut off, everything says where it is."""

import re
from collections.abc import Iterator

import httpx
import pytest
import socketio
from pydantic import ValidationError

from src.config import Settings
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer
from tools import frontend

BASE = "/tools/locrit"


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory, shared_ollama: FakeOllama) -> Iterator[LocritServer]:
    frontend.build()
    env = {"OLLAMA_HOST": shared_ollama.url, "LOCRIT_LLM": "ollama", "LOCRIT_BASE_PATH": f"{BASE}/"}
    running = LocritServer(tmp_path_factory.mktemp("below"), env)
    yield running
    running.kill()
    assert "Traceback" not in running.log, running.log


@pytest.mark.parametrize("prefix", [BASE, ""], ids=["kept by the proxy", "cut off by the proxy"])
def test_pages_files_and_api_answer_below_the_path(below: LocritServer, prefix: str) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{below.port}", timeout=60) as client:  # the document is long to make
        page = client.get(f"{prefix}/")
        for path in ("/", "/my-locrits/Bob/chat", "/settings"):
            page = client.get(prefix + path)
            assert page.status_code == 200
            addresses = re.findall(r'(?:src|href)="([^"]*)"', page.text)
            assert len(addresses) > 4
            for address in addresses:
                assert address.startswith(f"{BASE}/")
                assert client.get(prefix + address.removeprefix(BASE)).status_code == 200
            assert f'<meta name="locrit-base" content="{BASE}/"' in page.text
        assert client.get(f"{prefix}/", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
        assert client.get(f"{prefix}/health").status_code == 200
        assert client.get(f"{prefix}/api/v2/openapi.json").json()["servers"] == [{"url": BASE}]
        assert client.get(f"{prefix}/api/nothing").status_code == 404


def test_what_only_begins_like_the_path_is_not_below_it(below: LocritServer) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{below.port}") as client:
        assert client.get(BASE).status_code == 200
        for path in (f"{BASE}s", f"{BASE}-api/locrits", "/tools", "/tools/api/v2/locrits"):
            assert client.get(path).status_code == 404


def test_sockets_connect_below_the_path(below: LocritServer) -> None:
    for transport in ("websocket", "polling"):
        client = socketio.Client(reconnection=False)
        client.connect(
            f"http://127.0.0.1:{below.port}", socketio_path=f"{BASE}/socket.io", transports=[transport], wait_timeout=10
        )
        client.disconnect()


def test_a_foreign_page_gets_no_further_below_the_path(below: LocritServer) -> None:
    with httpx.Client(base_url=below.url) as client:
        evil = {"Origin": "https://evil.example"}
        assert client.post("/api/v2/locrits", json={"name": "x"}, headers=evil).status_code == 403
        assert client.get("/socket.io/?EIO=4&transport=polling", headers=evil).status_code == 403


def test_the_address_that_is_printed_has_the_path(below: LocritServer) -> None:
    assert below.url.endswith(BASE)


@pytest.mark.parametrize("path", ["locrit", "//evil.example", "/a b", '/"><script>', "/..", "/a/../b", "/é", "/a?b"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValidationError, match="must be a path such as /locrit"):
        Settings(base_path=path)


@pytest.mark.parametrize(("said", "meant"), [("", ""), ("/", ""), ("/locrit/", "/locrit"), ("/a/b.c_~", "/a/b.c_~")])
def test_a_slash_at_its_end_means_nothing(said: str, meant: str) -> None:
    assert Settings(base_path=said).base_path == meant
