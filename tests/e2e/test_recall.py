"""What a reply was reminded of, as a person sees it."""

import re
from pathlib import Path

import httpx
from playwright.sync_api import expect

from tests.e2e.axe import accessibility_problems
from tests.e2e.conftest import OpenTab
from tests.e2e.pictures import picture
from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer


def test_a_reply_shows_what_was_recalled_and_leads_to_where_it_was_said(
    shared_server: LocritServer, locrit: str, open_tab: OpenTab, shared_ollama: FakeOllama, tmp_path: Path
) -> None:
    httpx.patch(f"{shared_server.url}/api/v2/locrits/{locrit}", json={"recall": "full"}).raise_for_status()
    fact = "My cat Minou eats tuna"
    tab = open_tab(shared_server, f"/my-locrits/{locrit}/chat")
    shared_ollama.enqueue(["Noted."])
    tab.say(fact)
    expect(tab.reply).to_contain_text("Noted.")
    before = tab.conversation_id
    found = f"{shared_server.url}/api/v2/search?q=Minou"
    wait_until(lambda: before in tab.page.request.get(found).text())
    other = open_tab(shared_server, f"/my-locrits/{locrit}/chat")
    shared_ollama.enqueue(["Tuna."])
    other.say("What does my cat eat?")
    expect(other.reply).to_contain_text("Tuna.")
    recalled = other.reply.get_by_role("button", name=re.compile("^Recalled "))
    recalled.click()
    item = other.reply.get_by_role("link", name=re.compile("^You said"))
    expect(item).to_contain_text("same words: cat, eat")
    picture(other, tmp_path, "recalled")
    assert accessibility_problems(other.page) == []
    item.click()
    expect(other.page).to_have_url(re.compile(before))
