"""The server goes away, by force, and comes back: whoever sits in front of the page loses nothing."""

import threading

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.fakes.ollama import FakeOllama, Hold
from tests.fixtures.server import LocritServer

LONG = [f"Step {number}. " for number in range(50)]
MAY_BE_LOST_CHARS = 100


@pytest.fixture
def chat(server: LocritServer, open_tab: OpenTab, bob: str, console: Console) -> Tab:
    """In a conversation of one answered question, on a server that will go away."""
    tab = open_tab(server, f"/my-locrits/{bob}/chat")
    tab.say("First")
    tab.expect_saved("You said: First")
    console.expect_outage()
    return tab


def stored(server: LocritServer, tab: Tab) -> list[tuple[str, str]]:
    with httpx.Client(base_url=server.url) as client:
        conversation_id = tab.page.url.rpartition("/")[2]
        messages = client.get(f"/api/conversations/{conversation_id}/messages").raise_for_status().json()["messages"]
    return [(message["role"], message["content"]) for message in messages]


def test_a_reply_that_the_server_could_not_finish_is_interrupted_and_can_be_retried(
    chat: Tab, server: LocritServer, ollama: FakeOllama
) -> None:
    ollama.enqueue([*LONG, Hold(threading.Event())])
    chat.say("How far?")
    expect(chat.reply).to_contain_text("Step 49.")
    server.kill()
    server.start()
    chat.expect_state(chat.reply, "interrupted")
    kept = chat.reply.locator(".markdown").inner_text().strip()
    assert "".join(LONG).startswith(kept)
    assert len(kept) >= len("".join(LONG)) - MAY_BE_LOST_CHARS
    chat.expect_saved("How far?")
    ollama.enqueue(["All the way."])
    chat.reply.get_by_text("Retry", exact=True).click()
    expect(chat.reply.locator(".markdown")).to_have_text("All the way.")


def test_what_is_said_while_the_server_is_away_is_sent_once_when_it_is_back(chat: Tab, server: LocritServer) -> None:
    server.kill()
    chat.say("Are you away?")
    chat.expect_state(chat.message("Are you away?"), "queued")
    expect(chat.status.first).to_have_text("Offline · 1 waiting")
    server.start()
    chat.expect_saved("You said: Are you away?")
    assert [content for role, content in stored(server, chat) if role == "user"] == ["First", "Are you away?"]


def test_a_conversation_begun_while_the_server_is_away_is_there_when_it_is_back(
    chat: Tab, server: LocritServer, bob: str
) -> None:
    chat.page.get_by_role("navigation").get_by_role("link", name="New conversation").click()
    expect(chat.messages).to_have_count(0)
    server.kill()
    chat.say("Begun alone")
    chat.expect_state(chat.message("Begun alone"), "queued")
    server.start()
    chat.expect_saved("You said: Begun alone")
    assert stored(server, chat) == [("user", "Begun alone"), ("assistant", "You said: Begun alone")]


def test_a_new_name_given_while_the_server_is_away_reaches_it(chat: Tab, server: LocritServer) -> None:
    server.kill()
    chat.choose("First", "Rename")
    chat.page.get_by_role("textbox", name="Name").fill("Kept in mind")
    chat.button("Save").click()
    expect(chat.page.get_by_role("heading", name="Kept in mind")).to_be_visible()
    server.start()
    expect(chat.status.first).to_contain_text("Saved")
    chat.reload()
    expect(chat.page.get_by_role("heading", name="Kept in mind")).to_be_visible()
