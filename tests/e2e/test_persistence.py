"""A library of conversations is there, in order and as it was put away, after reloads and restarts."""

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.fixtures.server import LocritServer

TITLES = [f"Conversation {letter}" for letter in "ABCDEFGHIJ"]
STARRED, PINNED, ARCHIVED, *OTHERS = TITLES
TURNS = 5
ALL_AT_ONCE: ViewportSize = {"width": 1280, "height": 2_400}
"""High enough to draw every message of a conversation."""


def texts(title: str) -> list[str]:
    """All that is said in it, questions and answers in turn."""
    asked = [f"{title}, question {number}" for number in range(TURNS)]
    return [text for question in asked for text in (question, f"You said: {question}")]


@pytest.fixture
def library(server: LocritServer, bob: str) -> None:
    """Ten conversations of ten messages."""
    with server.client() as client:
        for title in TITLES:
            opened = client.post("/api/v2/conversations", json={"locrit_name": bob, "title": title}).raise_for_status()
            turns = f"/api/v2/conversations/{opened.json()['conversation_id']}/turns"
            for question in texts(title)[::2]:
                client.post(turns, json={"message": question}).raise_for_status()


def test_a_hundred_messages_and_where_they_were_put_outlive_reloads_and_restarts(
    library: None, server: LocritServer, bob: str, open_tab: OpenTab, open_device: OpenTab, console: Console
) -> None:
    tab = open_tab(server, f"/my-locrits/{bob}/chat")
    tab.choose(STARRED, "Star")
    tab.choose(PINNED, "Pin")
    tab.choose(ARCHIVED, "Archive")
    expect(tab.conversation(ARCHIVED)).to_have_count(0)
    expect(tab.status.first).to_contain_text("Saved")
    tab.reload()
    expect_library(tab)
    console.expect_outage()
    server.kill()
    server.start()
    expect_library(open_device(server, tab.path))


def expect_library(tab: Tab) -> None:
    tab.page.set_viewport_size(ALL_AT_ONCE)
    expect(tab.page.get_by_role("navigation").get_by_role("img", name="Starred")).to_have_count(1)
    expect(tab.conversation(STARRED).get_by_role("img", name="Starred")).to_be_attached()
    expect(tab.page.locator("section", has_text="Pinned").get_by_role("link")).to_contain_text([PINNED])
    expect(tab.conversation("Conversation ")).to_have_count(len(TITLES) - 1)
    for title in (STARRED, PINNED, *OTHERS):
        expect_whole(tab, title)
    tab.button("Archive").click()
    expect(tab.conversation("Conversation ")).to_have_count(1)
    expect_whole(tab, ARCHIVED)


def expect_whole(tab: Tab, title: str) -> None:
    tab.conversation(title).click()
    expect(tab.messages).to_have_count(2 * TURNS)
    expect(tab.messages).to_contain_text(texts(title))
