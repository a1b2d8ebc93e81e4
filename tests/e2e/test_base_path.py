"""Below a path of somebody's address, beside other applications: all of it works there, without the server too."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer

BASE = "/locrit"


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, ollama: FakeOllama) -> Iterator[LocritServer]:
    env = {"OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama", "LOCRIT_BASE_PATH": BASE}
    running = LocritServer(tmp_path_factory.mktemp("below"), env)
    yield running
    running.kill()
    assert "Traceback" not in running.log, running.log


def test_a_conversation_below_a_path(server: LocritServer, bob: str, open_tab: OpenTab, console: Console) -> None:
    tab = open_tab(server, "/my-locrits")
    tab.page.get_by_role("link", name=bob).first.click()
    expect(tab.composer).to_be_visible()
    tab.say("Hello from below")
    tab.expect_saved("You said: Hello from below")
    assert tab.path.startswith(f"{BASE}/my-locrits/{bob}/chat/")
    tab.reload()
    tab.expect_saved("You said: Hello from below")
    tab.open(f"/my-locrits/{bob}/memory-explorer")
    expect(tab.page.get_by_text("Hello from below").first).to_be_visible()
    tab.wait_for_worker()
    console.expect_outage()
    server.kill()
    offline = open_tab(server, f"/my-locrits/{bob}/chat")
    expect(offline.composer).to_be_visible()
    server.start()


def test_an_address_without_the_path_leads_to_it(server: LocritServer, open_tab: OpenTab) -> None:
    tab = open_tab(server, "")
    tab.page.wait_for_url(f"**{BASE}/")
    tab.page.goto(f"http://127.0.0.1:{server.port}/")
    tab.page.wait_for_url(f"**{BASE}/")
    expect(tab.page.get_by_role("main")).to_be_visible()
    assert httpx.get(f"http://127.0.0.1:{server.port}/health").status_code == 200
