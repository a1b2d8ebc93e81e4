"""What is noted beside the conversations has a page: written, found, changed and thrown away, with the keyboard too."""

import re

import httpx
from playwright.sync_api import expect

from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.e2e.test_views import check
from tests.fixtures.server import LocritServer


def note(tab: Tab, content: str, tags: str = "") -> None:
    """By the keyboard."""
    tab.button("New note").press("Enter")
    box = tab.page.get_by_role("textbox", name="Note", exact=True)
    expect(box).to_be_focused()
    tab.page.keyboard.type(content)
    if tags:
        tab.page.keyboard.press("Tab")
        tab.page.keyboard.type(tags)
    tab.page.keyboard.press("Control+Enter")
    expect(box).to_have_count(0)
    expect(tab.page.get_by_role("main").get_by_text(content, exact=True)).to_be_visible()


def test_notes_are_written_found_changed_and_thrown_away(
    open_tab: OpenTab, open_device: OpenTab, shared_server: LocritServer, locrit: str, api: httpx.Client
) -> None:
    path = f"/my-locrits/{locrit}/memory-explorer?tab=notes"
    tab = open_tab(shared_server, path)
    rows = tab.page.get_by_role("main").get_by_role("listitem")
    expect(tab.page.get_by_text("Nothing is noted yet")).to_be_visible()
    note(tab, "Prefers tea to coffee", "taste, morning, taste")
    note(tab, "Naïveté is a virtue")
    expect(rows.nth(1)).to_contain_text("taste · morning")
    tab.button("Edit “Prefers tea to coffee”").click()
    box = tab.page.get_by_role("textbox", name="Note", exact=True)
    box.fill("Prefers tea to anything")
    tab.reload()
    expect(box).to_have_value("Prefers tea to anything")  # what was typed outlives the page
    tab.button("Save").click()
    expect(rows.nth(1)).to_contain_text("Prefers tea to anything")
    expect(rows.nth(1)).to_contain_text("changed")
    rows.nth(1).get_by_role("button", name="Keep on top").click()
    expect(rows.first).to_contain_text("On top · taste")
    check(tab, "memory-notes")

    tab.page.get_by_role("searchbox").fill("naivete")
    expect(rows).to_have_count(1)
    tab.page.get_by_role("searchbox").fill("xylophone")
    expect(tab.page.get_by_text("No note has “xylophone”")).to_be_visible()
    tab.page.get_by_role("searchbox").fill("")
    tab.button("Delete “Naïveté is a virtue”").click()
    expect(rows).to_have_count(1)
    tab.button("Undo").click()
    expect(rows).to_have_count(2)
    other = open_device(shared_server, f"/my-locrits/{locrit}/memory-explorer")
    assert [each["pinned"] for each in api.get(f"/api/v2/locrits/{locrit}/memory/memories").json()["memories"]] == [
        1,
        0,
    ]
    other.open(path)
    expect(other.page.get_by_role("main").get_by_role("listitem").first).to_contain_text("Prefers tea to anything")


def test_a_note_that_was_changed_elsewhere_is_not_written_over(
    open_tab: OpenTab, shared_server: LocritServer, locrit: str, api: httpx.Client, console: Console
) -> None:
    console.expect("status of 409")
    notes = f"/api/v2/locrits/{locrit}/memory/memories"
    saved = api.post(notes, json={"content": "First"}).json()
    tab = open_tab(shared_server, f"/my-locrits/{locrit}/memory-explorer?tab=notes")
    tab.button("Edit “First”").click()
    box = tab.page.get_by_role("textbox", name="Note", exact=True)
    box.fill("Mine")
    api.patch(f"{notes}/{saved['id']}", json={"content": "Theirs"}).raise_for_status()
    with tab.page.expect_response(re.compile(saved["id"])) as answer:
        tab.button("Save").click()
    assert answer.value.status == 409
    expect(tab.page.get_by_text("(conflict)")).to_be_visible()
    expect(box).to_have_value("Mine")  # and what was typed is still there
    assert api.get(f"{notes}/{saved['id']}").json()["content"] == "Theirs"
    expect(tab.page.get_by_role("note")).to_contain_text("Theirs")
    tab.button("Save").click()
    expect(tab.page.get_by_role("main").get_by_text("Mine", exact=True)).to_be_visible()
