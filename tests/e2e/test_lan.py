"""Plain http under a name of the network, where browsers have no Web Locks, service worker or randomUUID: all works."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.console import Console
from tests.e2e.saved import questions
from tests.e2e.tab import Tab
from tests.fakes.ollama import FakeOllama, Hold
from tests.faults.proxy import Proxy
from tests.fixtures.browser import LAN_NAME
from tests.fixtures.server import LocritServer

MISSING = """() => [isSecureContext, crypto.randomUUID, navigator.locks, navigator.serviceWorker, navigator.storage]
  .every((each) => !each)"""


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory, shared_ollama: FakeOllama) -> Iterator[LocritServer]:
    env = {"OLLAMA_HOST": shared_ollama.url, "LOCRIT_LLM": "ollama", "LOCRIT_TRUSTED_HOSTS": LAN_NAME}
    running = LocritServer(tmp_path_factory.mktemp("server"), env)
    yield running
    running.kill()
    assert "Traceback" not in running.log, running.log


@pytest.fixture
def tab(context: BrowserContext, console: Console, link: Proxy, locrit: str) -> Tab:
    console.expect("Cross-Origin-Opener-Policy header has been ignored")
    return lan_tab(context, link, f"/my-locrits/{locrit}/chat")


def lan_tab(context: BrowserContext, link: Proxy, path: str) -> Tab:
    tab = Tab(context.new_page(), link.url.replace("127.0.0.1", LAN_NAME))
    tab.open(path)
    assert tab.page.evaluate(MISSING)
    return tab


def test_a_reload_in_the_middle_of_a_reply_shows_it_to_its_end(tab: Tab, shared_ollama: FakeOllama) -> None:
    released = threading.Event()
    shared_ollama.enqueue(["The beginning", Hold(released), " and the end."])
    tab.say("All of it, please")
    expect(tab.reply).to_contain_text("The beginning")
    tab.reload()
    expect(tab.reply).to_contain_text("The beginning")
    released.set()
    expect(tab.reply.locator(".markdown")).to_have_text("The beginning and the end.")
    tab.expect_saved("All of it, please")


def test_what_a_tab_could_not_send_before_it_was_closed_is_sent_by_another(
    tab: Tab, context: BrowserContext, console: Console, link: Proxy, shared_server: LocritServer
) -> None:
    tab.say("First")
    tab.expect_saved("You said: First")
    other = lan_tab(context, link, tab.path)
    other.expect_saved("You said: First")
    console.expect_outage()
    link.unplug()
    tab.say("From the one that goes")
    tab.expect_state(tab.message("From the one that goes"), "queued")
    other.say("From the one that stays")
    other.expect_state(other.message("From the one that stays"), "queued")
    tab.page.close()
    link.plug_in()
    other.expect_saved("You said: From the one that goes", "You said: From the one that stays")
    expect(other.messages).to_have_count(6)
    assert questions(shared_server, other) == ["First", "From the one that goes", "From the one that stays"]
