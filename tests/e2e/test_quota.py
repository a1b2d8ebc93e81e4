"""A browser without room: it says so, keeps what it has, gives up only what the server has too, and goes on."""

import itertools
import random
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.console import Console
from tests.e2e.saved import questions
from tests.e2e.tab import Tab
from tests.e2e.test_views import check
from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama
from tests.faults.proxy import Proxy
from tests.fixtures.server import LocritServer

ROOM_BYTES = 1_000_000
PAGE = random.Random(1).randbytes(60_000).hex()
"""A long text that compresses badly: a few of them fill the browser."""
CACHED = """() => new Promise((resolve) => {
  const opened = indexedDB.open('locrit');
  opened.onsuccess = () => {
    const rows = opened.result.transaction('messages').objectStore('messages').getAll();
    rows.onsuccess = () => {
      opened.result.close();
      resolve(rows.result.map((row) => row.content.slice(0, 7)));
    };
  };
})"""


class SmallBrowser:
    """Has room for ROOM_BYTES at `url`, until space is freed."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        page = context.new_page()
        self.tab = Tab(page, url)
        self._origin = url
        self._session = context.new_cdp_session(page)
        self._session.send("Storage.overrideQuotaForOrigin", {"origin": url, "quotaSize": ROOM_BYTES})

    def free_some_space(self) -> None:
        self._session.send("Storage.overrideQuotaForOrigin", {"origin": self._origin})


@pytest.fixture
def small_browser(new_context: Callable[..., BrowserContext], console: Console, link: Proxy) -> SmallBrowser:
    context = new_context(service_workers="block")  # what that keeps for offline starts would take all the room
    console.watch(context)
    console.expect("Cannot destructure property 'waiting'")  # how Playwright blocks it
    return SmallBrowser(context, link.url)


@pytest.fixture
def patient_ollama(shared_ollama: FakeOllama) -> Iterator[FakeOllama]:
    """Its models read texts as long as these at once."""
    before, shared_ollama.context_length = shared_ollama.context_length, 10**6
    yield shared_ollama
    shared_ollama.context_length = before


@pytest.fixture
def paths(api: httpx.Client, locrit: str) -> list[str]:
    """Of three conversations, of one long message each."""
    return [conversation(api, locrit, f"Page {number} {PAGE}") for number in range(3)]


def conversation(api: httpx.Client, locrit: str, content: str) -> str:
    opened = api.post("/api/v2/conversations", json={"locrit_name": locrit}).raise_for_status()
    conversation_id = opened.json()["conversation_id"]
    message = {"role": "user", "content": content}
    api.post(f"/api/v2/conversations/{conversation_id}/messages", json=message).raise_for_status()
    return f"/my-locrits/{locrit}/chat/{conversation_id}"


def test_a_full_browser_says_so_loses_nothing_and_goes_on(
    small_browser: SmallBrowser, paths: list[str], link: Proxy, console: Console,
    shared_server: LocritServer, patient_ollama: FakeOllama,
) -> None:  # fmt: skip
    tab = small_browser.tab
    for number, path in enumerate(paths):
        tab.open(path)
        tab.expect_saved(f"Page {number}")
    assert set(tab.page.evaluate(CACHED)) == {"Page 0 ", "Page 1 ", "Page 2 "}
    console.expect_outage()
    link.unplug()
    *kept, refused = say_until_full(tab)
    assert len(kept) > 2
    expect(tab.composer).to_have_value(refused)
    assert tab.page.evaluate(CACHED) == ["Page 2 "]
    no_room = tab.status.first.get_by_text("This browser has no room left")
    expect(no_room).to_be_visible()
    check(tab, "chat-no-room")

    for _ in kept:
        patient_ollama.enqueue(["Read."])
    link.plug_in()
    wait_until(lambda: questions(shared_server, tab)[1:] == kept, within_s=60)
    expect(tab.composer).to_have_value(refused)

    small_browser.free_some_space()
    tab.button("Send").click()
    tab.expect_saved(f"You said: {refused[:10]}")
    expect(tab.status.first).to_contain_text("Saved")
    assert questions(shared_server, tab)[1:] == [*kept, refused]


def say_until_full(tab: Tab) -> list[str]:
    """What was said; the last of it stayed in the composer, and it was told why."""
    said = []
    told = tab.page.get_by_role("region", name="Notifications")
    is_refused = told.get_by_text("This browser has no room left to keep what you write.")
    for number in itertools.count():
        said.append(f"Thought {number} {PAGE}")
        tab.say(said[-1])
        message = tab.message(said[-1][:10])
        expect(message.or_(is_refused).first).to_be_visible()
        if message.count() == 0:
            break
    return said
