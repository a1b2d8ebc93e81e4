"""A life of thousands of conversations: all can be reached, few are drawn, and what one does is seen at once."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.bench.places import LOCRIT
from tests.e2e.conftest import OpenTab
from tests.e2e.tab import Tab
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import ROOT, LocritServer

CONVERSATIONS = int(os.environ.get("CONVERSATIONS", "1500"))
"""How many: an example of the ten thousand that the bench measures."""
DRAWN = 60
LAST = f"Conversation {CONVERSATIONS - 1}"
SCROLL = "(list) => { list.scrollTop = list.scrollHeight; }"
CHANGED_ROWS = """() => {
  window.changed = new Set();
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const row = (target.nodeType === 1 ? target : target.parentElement)?.closest('nav li');
      if (row) window.changed.add(row.textContent);
    }
  }).observe(document.querySelector('nav'), { subtree: true, childList: true, characterData: true, attributes: true });
}"""


@pytest.fixture(scope="module")
def full_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocritServer]:
    data_dir: Path = tmp_path_factory.mktemp("many")
    command = [sys.executable, "-m", "tests.bench.library", str(data_dir), str(CONVERSATIONS), "0"]
    subprocess.run(command, cwd=ROOT, check=True)
    with FakeOllama() as ollama:
        server = LocritServer(data_dir, {"OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama"})
        yield server
        server.terminate()


def rows(page: Page) -> Locator:
    return page.get_by_role("navigation").get_by_role("listitem")


def exactly(tab: Tab, title: str) -> Locator:
    """Whatever follows: the time gives way to the actions where the pointer or the focus is."""
    return tab.page.get_by_role("navigation").get_by_role("link", name=re.compile(rf"^{title}\b"))


def scroll_to_the_end(tab: Tab) -> None:
    scroller = tab.page.get_by_role("navigation").locator(".overflow-y-auto")
    for _ in range(600):
        scroller.evaluate(SCROLL)
        assert rows(tab.page).count() < DRAWN
        if tab.conversation(LAST).is_visible():
            return
        tab.page.wait_for_timeout(50)
    raise AssertionError(f"{LAST} was not reached")


def test_a_new_browser_reaches_the_last_of_thousands_of_conversations(
    full_server: LocritServer, open_tab: OpenTab
) -> None:
    tab = open_tab(full_server, f"/my-locrits/{LOCRIT}/chat")
    expect(exactly(tab, "Conversation 0")).to_be_visible()
    expect(tab.button("Archive")).to_be_in_viewport()
    expect(tab.page.get_by_role("link", name="Trash")).to_be_in_viewport()
    scroll_to_the_end(tab)
    tab.conversation(LAST).click()
    expect(tab.page.get_by_role("heading", name=LAST)).to_be_visible()
    tab.reload()
    scroll_to_the_end(tab)


def test_one_change_draws_one_row(full_server: LocritServer, open_tab: OpenTab) -> None:
    tab = open_tab(full_server, f"/my-locrits/{LOCRIT}/chat")
    expect(exactly(tab, "Conversation 3")).to_be_visible()
    expect(tab.status.first).to_contain_text("aved")
    tab.choose("Conversation 3", "Star")
    expect(exactly(tab, "Conversation 3").get_by_role("img", name="Starred")).to_be_attached()
    tab.page.evaluate(CHANGED_ROWS)
    tab.choose("Conversation 3", "Remove star")
    expect(exactly(tab, "Conversation 3").get_by_role("img", name="Starred")).to_have_count(0)
    changed = tab.page.evaluate("[...window.changed]")
    assert changed, "nothing was seen"
    assert all(text.startswith("Conversation 3") for text in changed), changed


def test_the_one_menu_leads_the_keyboard_back_to_where_it_was(full_server: LocritServer, open_tab: OpenTab) -> None:
    tab = open_tab(full_server, f"/my-locrits/{LOCRIT}/chat")
    page = tab.page
    actions = page.get_by_role("button", name="Actions for “Conversation 5”")
    exactly(tab, "Conversation 5").focus()
    page.keyboard.press("Tab")
    expect(actions).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu", name="Actions for “Conversation 5”")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Rename")).to_be_focused()
    page.keyboard.press("Escape")
    expect(actions).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    name = page.get_by_role("textbox", name="Name")
    expect(name).to_be_focused()
    assert page.evaluate("getSelection().toString() || document.activeElement.value") == "Conversation 5"
    page.keyboard.type("A better name")  # in place of the selected one
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Actions for “A better name”")).to_be_focused()
    tab.choose("A better name", "Archive")
    expect(exactly(tab, "Conversation 6")).to_be_focused()
    tab.choose("Conversation 6", "Delete")
    expect(exactly(tab, "Conversation 7")).to_be_focused()
    tab.choose("Conversation 7", "Pin")
    expect(page.get_by_role("heading", name="Pinned")).to_be_visible()
    expect(rows(page).first).to_contain_text("Conversation 7")
    tab.button("Archive").click()
    expect(tab.conversation("A better name")).to_be_visible()
