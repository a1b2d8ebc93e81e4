"""What was recalled is corrected: pinned, called not useful, never recalled again; undone, offline, in other tabs."""

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.axe import accessibility_problems
from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.pictures import picture
from tests.e2e.tab import Tab
from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama
from tests.faults.proxy import Proxy
from tests.fixtures.server import LocritServer

FACT = "My cat Minou eats tuna, and my dog eats whatever the cat leaves"


@pytest.fixture
def reminded(
    link: Proxy, shared_server: LocritServer, locrit: str, open_tab: OpenTab, shared_ollama: FakeOllama
) -> Tab:
    """In a conversation whose reply was reminded of `FACT`."""
    httpx.patch(f"{shared_server.url}/api/v2/locrits/{locrit}", json={"recall": "full"}).raise_for_status()
    tab = open_tab(link, f"/my-locrits/{locrit}/chat")
    shared_ollama.enqueue(["Noted."])
    tab.say(FACT)
    expect(tab.reply).to_contain_text("Noted.")
    before = tab.conversation_id
    wait_until(lambda: before in httpx.get(f"{shared_server.url}/api/v2/search", params={"q": "Minou"}).text)
    other = open_tab(link, f"/my-locrits/{locrit}/chat")
    shared_ollama.enqueue(["Tuna."])
    other.say("What does my cat eat?")
    expect(other.reply).to_contain_text("Tuna.")
    show(other)
    return other


def show(tab: Tab) -> None:
    tab.reply.get_by_role("button", name=re.compile("^Recalled ")).click()
    expect(tab.reply.get_by_role("link", name=re.compile("^You said"))).to_be_visible()


def press(tab: Tab, name: str) -> None:
    tab.reply.get_by_role("button", name=name, exact=True).first.click()


def test_each_correction_is_saved_shown_in_another_tab_and_undone(
    reminded: Tab, shared_server: LocritServer, locrit: str, open_tab: OpenTab, tmp_path: Path
) -> None:
    picture(reminded, tmp_path, "recalled")
    assert accessibility_problems(reminded.page) == []
    other = open_tab(shared_server, f"/my-locrits/{locrit}/chat/{reminded.conversation_id}")
    show(other)
    for name, told in (
        ("Pin", "Pinned: it comes first from now on."),
        ("Not useful", "It counts for less from now on."),
        ("Never recall this", "It is never recalled again."),
    ):
        press(reminded, name)
        for tab in (reminded, other):
            expect(tab.reply.get_by_text(told)).to_be_visible()
        picture(reminded, tmp_path, name)
        press(other, "Undo")
        for tab in (reminded, other):
            expect(tab.reply.get_by_text(told)).to_have_count(0)


def test_what_is_never_to_be_recalled_is_not_in_the_next_prompt(
    reminded: Tab, shared_server: LocritServer, locrit: str, open_tab: OpenTab, shared_ollama: FakeOllama
) -> None:
    press(reminded, "Never recall this")
    events = f"{shared_server.url}/api/v2/users/me/events?since=0&limit=500"
    wait_until(lambda: '"mark":"never"' in httpx.get(events).text.replace(" ", ""))
    next_ = open_tab(shared_server, f"/my-locrits/{locrit}/chat")
    shared_ollama.enqueue(["I do not know."])
    next_.say("Does my cat eat tuna?")
    expect(next_.reply).to_contain_text("I do not know.")
    assert FACT not in str(shared_ollama.requests[-1]["messages"])


def test_a_correction_that_is_made_offline_is_kept_and_sent_when_the_server_is_back(
    reminded: Tab, link: Proxy, shared_server: LocritServer, console: Console
) -> None:
    console.expect_outage()
    link.unplug()
    press(reminded, "Pin")
    expect(reminded.reply.get_by_text("Pinned: it comes first from now on.")).to_be_visible()
    events = f"{shared_server.url}/api/v2/users/me/events?since=0&limit=500"
    seen = httpx.get(events).text.count("recall_mark.updated")
    link.plug_in()
    wait_until(lambda: httpx.get(events).text.count("recall_mark.updated") > seen)
    expect(reminded.reply.get_by_text("Pinned: it comes first from now on.")).to_be_visible()
