"""What is remembered beside the conversations has a page: an inbox, what is valid and what is past."""

import json

import httpx
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.e2e.test_views import check
from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama
from tests.faults.proxy import Proxy
from tests.fixtures.server import LocritServer
from tests.load import slowed

MANY = 500
INTERACTIVE_MS = 1_000


def page_of(locrit: str, state: str = "valid") -> str:
    return f"/my-locrits/{locrit}/memory-explorer?tab=notes&state={state}"


def rows_of(tab: Tab) -> Locator:
    return tab.page.get_by_role("main").get_by_role("listitem").filter(has=tab.page.get_by_role("button"))


def noted(api: httpx.Client, locrit: str, state: str = "accepted") -> dict[str, dict[str, object]]:
    answer = api.get(f"/api/v2/locrits/{locrit}/memory/memories", params={"state": state, "limit": 1000})
    return {each["content"]: each for each in answer.json()["memories"]}


def note(tab: Tab, content: str, tags: str = "") -> None:
    """By the keyboard."""
    tab.button("New memory").press("Enter")
    box = tab.page.get_by_role("textbox", name="Memory", exact=True)
    expect(box).to_be_focused()
    tab.page.keyboard.type(content)
    if tags:
        tab.page.keyboard.press("Tab")
        tab.page.keyboard.type(tags)
    tab.page.keyboard.press("Control+Enter")
    expect(box).to_have_count(0)
    expect(tab.page.get_by_role("main").get_by_text(content, exact=True)).to_be_visible()


def test_memories_are_written_found_changed_and_thrown_away(
    open_tab: OpenTab, open_device: OpenTab, shared_server: LocritServer, locrit: str, api: httpx.Client
) -> None:
    tab = open_tab(shared_server, page_of(locrit))
    rows = rows_of(tab)
    expect(tab.page.get_by_text("Nothing is remembered yet")).to_be_visible()
    note(tab, "Prefers tea to coffee", "taste, morning, taste")
    note(tab, "Naïveté is a virtue")
    expect(rows.nth(1)).to_contain_text("taste · morning")
    tab.button("Edit “Prefers tea to coffee”").click()
    box = tab.page.get_by_role("textbox", name="Memory", exact=True)
    box.fill("Prefers tea to anything")
    tab.page.get_by_label("True since").fill("2026-03-14")
    tab.page.get_by_label("Importance").select_option("Great")
    tab.reload()
    expect(box).to_have_value("Prefers tea to anything")  # what was typed outlives the page
    tab.button("Save").click()
    expect(rows.nth(1)).to_contain_text("Prefers tea to anything")
    expect(rows.nth(1)).to_contain_text("important · taste · morning · since 14 March 2026")
    rows.nth(1).get_by_role("button", name="Keep on top").click()
    expect(rows.first).to_contain_text("On top · important · taste")
    check(tab, "memory-memories")

    tab.page.get_by_role("searchbox").fill("naivete")
    expect(rows).to_have_count(1)
    tab.page.get_by_role("searchbox").fill("xylophone")
    expect(tab.page.get_by_text("No memory has “xylophone”")).to_be_visible()
    tab.page.get_by_role("searchbox").fill("")
    tab.button("Delete “Naïveté is a virtue”").click()
    expect(rows).to_have_count(1)
    tab.button("Undo").click()
    expect(rows).to_have_count(2)
    wait_until(lambda: noted(api, locrit).get("Prefers tea to anything", {}).get("pinned") is True)
    wait_until(lambda: "Naïveté is a virtue" in noted(api, locrit))
    other = open_device(shared_server, page_of(locrit))
    expect(rows_of(other).first).to_contain_text("Prefers tea to anything")

    tab.button("More for “Prefers tea to anything”").click()
    tab.page.get_by_role("menuitem", name="Not true any more").click()
    expect(rows).to_have_count(1)
    expect(rows_of(other)).to_have_count(1)  # it is told at once
    tab.page.get_by_role("radio", name="Past").click()
    expect(rows.first).to_contain_text("until")
    tab.button("More for “Prefers tea to anything”").click()
    tab.page.get_by_role("menuitem", name="Forget for good").click()
    tab.button("Forget for good").click()
    expect(tab.page.get_by_text("Nothing has ended yet")).to_be_visible()
    wait_until(lambda: list(noted(api, locrit)) == ["Naïveté is a virtue"])


def test_what_was_changed_elsewhere_is_not_written_over(
    open_tab: OpenTab, shared_server: LocritServer, locrit: str, api: httpx.Client, link: Proxy, console: Console
) -> None:
    memories = f"/api/v2/locrits/{locrit}/memory/memories"
    saved = api.post(memories, json={"content": "First"}).json()
    console.expect_outage()
    console.expect("status of 409")
    tab = open_tab(link, page_of(locrit))
    expect(rows_of(tab)).to_have_count(1)
    link.unplug()
    tab.button("Edit “First”").click()
    tab.page.get_by_role("textbox", name="Memory", exact=True).fill("Mine")
    tab.button("Save").click()
    expect(rows_of(tab).first).to_contain_text("not saved on the server yet")
    note(tab, "Written without a network")
    api.patch(f"{memories}/{saved['id']}", json={"content": "Theirs"}).raise_for_status()
    link.plug_in()
    wait_until(lambda: "Written without a network" in noted(api, locrit))
    expect(tab.page.get_by_role("note")).to_contain_text("Theirs")
    assert noted(api, locrit).keys() == {"Theirs", "Written without a network"}
    tab.button("Keep mine").click()
    expect(tab.page.get_by_role("note")).to_have_count(0)
    wait_until(lambda: "Mine" in noted(api, locrit))


def test_facts_that_were_found_wait_in_the_inbox(
    open_tab: OpenTab,
    shared_server: LocritServer,
    shared_ollama: FakeOllama,
    locrit: str,
    api: httpx.Client,
) -> None:
    empty = open_tab(shared_server, page_of(locrit, "suggested"))
    expect(empty.page.get_by_text("does not look for facts")).to_be_visible()
    api.patch(f"/api/v2/locrits/{locrit}", json={"memories": "suggest"}).raise_for_status()
    told = ["User adopted Minou on 14 March 2026", "User likes rain", "User likes noise"]
    tags = [["cat"], [], []]
    found = [
        {"fact": fact, "messages": [1], "date": "2026-03-14", "importance": 0.8, "tags": of}
        for fact, of in zip(told, tags, strict=True)
    ]
    shared_ollama.enqueue_formatted([json.dumps({"facts": found})])
    said = {"message": "I adopted her yesterday. I like rain."}
    api.post(f"/api/v2/locrits/{locrit}/chat", json=said).raise_for_status()
    rows = rows_of(empty)
    expect(rows).to_have_count(3)
    check(empty, "memory-inbox")
    empty.button(f"Accept “{told[0]}”").click()
    empty.button(f"Edit “{told[1]}”").click()
    empty.page.get_by_role("textbox", name="Memory", exact=True).fill("User likes warm rain")
    empty.button("Save and accept").click()
    empty.button(f"Dismiss “{told[2]}”").click()
    expect(empty.page.get_by_text("The inbox is empty")).to_be_visible()
    wait_until(lambda: noted(api, locrit).keys() == {told[0], "User likes warm rain"})
    wait_until(lambda: noted(api, locrit, "suggested") == {})
    empty.page.get_by_role("radio", name="Valid").click()
    row = rows.filter(has_text="Minou")
    expect(row).to_contain_text("important · cat · since 14 March 2026 · found in what was said")
    row.get_by_role("link", name="Where it was said").click()
    expect(empty.page.get_by_text("I adopted her yesterday.").first).to_be_visible()


def test_with_many_memories_the_page_is_ready_at_once(
    open_tab: OpenTab, shared_server: LocritServer, locrit: str, api: httpx.Client
) -> None:
    for n in range(MANY):
        api.post(f"/api/v2/locrits/{locrit}/memory/memories", json={"content": f"Fact number {n}"}).raise_for_status()
    tab = open_tab(shared_server, f"/my-locrits/{locrit}/memory-explorer")
    began = tab.page.evaluate("performance.now()")
    tab.page.get_by_role("tab", name="Memories").click()
    expect(tab.page.get_by_text(f"Fact number {MANY - 1}", exact=True)).to_be_visible()
    took = tab.page.evaluate("performance.now()") - began
    assert rows_of(tab).count() < MANY / 5
    assert took < INTERACTIVE_MS * slowed(), took
    tab.page.get_by_role("searchbox").fill("number 7")
    expect(tab.page.get_by_text("Fact number 7", exact=True)).to_be_attached()
