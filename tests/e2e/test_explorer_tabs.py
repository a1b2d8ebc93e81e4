"""Each tab of the memory explorer: ready at once with 10,000 messages and 500 memories, teaching without any; what it
shows is corrected there, and follows what happens elsewhere."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.bench.places import LOCRIT, NO_OLLAMA
from tests.e2e.conftest import OpenTab
from tests.e2e.pictures import picture
from tests.e2e.tab import Held, Tab
from tests.eventually import wait_until
from tests.fixtures.server import ROOT, LocritServer
from tests.load import slowed

CONVERSATIONS, MESSAGES, MEMORIES = 1_000, 10_000, 500
INTERACTIVE_MS = 1_000
INDEXED_WITHIN_S = 120
MOST_DRAWN = 80
QUESTION = "What do people write about the weather?"
TABS: dict[str, str | re.Pattern[str]] = {
    "Overview": "said by you",
    "Timeline": re.compile("^[0-9]+ messages$"),
    "Messages": "The newest first.",
    "Conversations": "Conversation 3",
    "Memories": f"Fact number {MEMORIES - 1}",
    "Ask memory": "What would it remember?",
    "Recall log": "Nothing was recalled yet",
}


def explorer(locrit: str, tab: str = "overview", more: str = "") -> str:
    return f"/my-locrits/{locrit}/memory-explorer?tab={tab}{more}"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocritServer]:
    directory = tmp_path_factory.mktemp("large")
    fill = [sys.executable, "-m", "tests.bench.library", str(directory), str(CONVERSATIONS), str(MESSAGES)]
    subprocess.run(fill, cwd=ROOT, check=True)
    server = LocritServer(directory, {"OLLAMA_HOST": NO_OLLAMA, "LOCRIT_LLM": "ollama"})
    try:
        with server.client() as api:
            for n in range(MEMORIES):
                memory = {"content": f"Fact number {n}"}
                api.post(f"/api/v2/locrits/{LOCRIT}/memory/memories", json=memory).raise_for_status()
            wait_until(lambda: _is_indexed(api), INDEXED_WITHIN_S)
        yield server
    finally:
        server.kill()


def _is_indexed(api: httpx.Client) -> bool:
    found = api.get("/api/v2/search", params={"q": "people", "limit": 1}).json()
    asked = api.get(f"/api/v2/locrits/{LOCRIT}/memory/ask", params={"q": QUESTION}).json()
    return found["waiting"] == 0 and len(asked["results"]) > 0


OVERLAPS = """() => {
  const rows = [...document.querySelectorAll('[role=tabpanel] li[data-index]')];
  const places = rows.map((row) => row.getBoundingClientRect());
  return places.some((place, at) => at > 0 && place.top < places[at - 1].bottom - 1);
}"""


ON = """(page) => new Promise((done) => {
  page.scrollBy(0, 500);
  requestAnimationFrame(() => requestAnimationFrame(done));
})"""
"""By less than is drawn at once, and until it is drawn: no row is jumped over."""


def listed(tab: Tab) -> Locator:
    return tab.page.get_by_role("tabpanel").get_by_role("listitem")


def test_each_tab_is_ready_at_once_however_much_is_remembered(
    large: LocritServer, open_tab: OpenTab, tmp_path: Path
) -> None:
    tab = open_tab(large, explorer(LOCRIT, "recalls"))
    expect(tab.page.get_by_text(f"{MESSAGES:,} messages with {LOCRIT}")).to_be_visible()
    took = {}
    for name, sign in TABS.items():
        panel = tab.page.get_by_role("tabpanel", name=name)
        began = tab.page.evaluate("performance.now()")
        tab.page.get_by_role("tab", name=name, exact=True).click()
        expect(panel.get_by_text(sign).first).to_be_visible()
        took[name] = tab.page.evaluate("performance.now()") - began
        assert listed(tab).count() < (400 if name == "Overview" else MOST_DRAWN), name
        if name == "Ask memory":
            began = tab.page.evaluate("performance.now()")
            tab.page.get_by_role("searchbox").fill(QUESTION)
            expect(panel.get_by_text("would be put before the model.").first).to_be_visible()
            print("an answer:", round(tab.page.evaluate("performance.now()") - began))
        wait_until(lambda: not tab.page.evaluate(OVERLAPS))
        picture(tab, tmp_path, name)
        wait_until(lambda: not tab.page.evaluate(OVERLAPS))
    print({name: round(ms) for name, ms in took.items()})
    assert max(took.values()) < INTERACTIVE_MS * slowed(), took


def test_a_long_list_goes_on_when_its_end_is_reached(large: LocritServer, open_tab: OpenTab) -> None:
    tab = open_tab(large, explorer(LOCRIT, "sessions"))
    link = tab.page.get_by_role("main").get_by_role("link", name="Conversation 120", exact=True)
    expect(listed(tab).first).to_be_visible()

    def comes() -> bool:
        tab.page.locator("[data-page]").evaluate(ON)
        return link.count() > 0

    wait_until(comes)
    expect(link).to_be_visible()
    assert listed(tab).count() < MOST_DRAWN


def test_a_long_list_goes_on_when_it_is_asked_for_anew_meanwhile(large: LocritServer, open_tab: OpenTab) -> None:
    tab = open_tab(large, explorer(LOCRIT, "sessions"))
    next_page = Held(tab.page, re.compile("/conversations.*cursor="))
    expect(listed(tab).last).to_have_attribute("aria-setsize", "50")

    def is_at_its_end() -> bool:
        tab.page.locator("[data-page]").evaluate(ON)
        return next_page.is_sent() and listed(tab).last.get_attribute("aria-posinset") == "50"

    wait_until(is_at_its_end)
    with large.client() as api, tab.page.expect_response(re.compile("/conversations.*locrit_name=")):
        api.post("/api/v2/conversations", json={"locrit_name": LOCRIT, "title": "Meanwhile"}).raise_for_status()
    expect(listed(tab).last).to_have_attribute("aria-setsize", "100")


def test_each_number_leads_to_what_it_counts(large: LocritServer, open_tab: OpenTab, tmp_path: Path) -> None:
    tab = open_tab(large, explorer(LOCRIT))
    main = tab.page.get_by_role("main")
    main.get_by_role("link", name="said by you").click()
    expect(tab.page).to_have_url(re.compile("tab=messages&role=user"))
    expect(tab.page.get_by_label("Said by")).to_have_value("user")
    tab.page.go_back()
    main.get_by_role("link", name=re.compile("[0-9] messages, 10,000 in all")).click()
    expect(tab.page).to_have_url(re.compile("tab=timeline&until="))
    expect(main.get_by_text("Until the end of")).to_be_visible()
    main.get_by_role("link", name=re.compile("^[0-9]+ messages$")).first.click()
    expect(tab.page).to_have_url(re.compile("tab=messages&day="))
    expect(main.get_by_text(re.compile("messages? of |messages? on "))).to_be_visible()
    tab.reload()
    expect(main.get_by_text(re.compile("messages? of |messages? on "))).to_be_visible()
    tab.open(explorer(LOCRIT))
    hour = main.get_by_role("link", name=re.compile(r"^\d+:00.*: [1-9][0-9,]* messages$")).first
    name = (hour.get_attribute("title") or "").partition(": ")[0]
    hour.click()
    expect(tab.page).to_have_url(re.compile("tab=messages&hour="))
    expect(tab.page.get_by_label("At what time of day").locator("option:checked")).to_have_text(name)
    expect(listed(tab).first).to_be_visible()
    picture(tab, tmp_path, "hour")


def test_without_anything_each_tab_says_what_it_is_for(
    open_tab: OpenTab, shared_server: LocritServer, locrit: str, tmp_path: Path
) -> None:
    tab = open_tab(shared_server, explorer(locrit))
    expect(tab.page.get_by_text(f"Nothing was said with {locrit} yet.")).to_be_visible()
    for name, sign in {
        "Overview": "Nothing to count yet",
        "Timeline": "No day has words yet",
        "Messages": "Nothing has been said yet",
        "Conversations": "No conversations are remembered yet",
        "Memories": "Nothing is remembered yet",
        "Ask memory": "What would it remember?",
        "Recall log": "Nothing was recalled yet",
    }.items():
        tab.page.get_by_role("tab", name=name, exact=True).click()
        expect(tab.page.get_by_role("tabpanel").get_by_text(sign)).to_be_visible()
        picture(tab, tmp_path, f"empty-{name}")


def test_what_is_shown_is_corrected_and_comes_back(
    open_tab: OpenTab, shared_server: LocritServer, locrit: str, api: httpx.Client
) -> None:
    where = said(api, locrit, "Minou is a dog", title="Pets")
    tab = open_tab(shared_server, explorer(locrit, "messages"))
    row = listed(tab)
    expect(row).to_contain_text("Minou is a dog")
    tab.button("More for “Minou is a dog”").click()
    tab.page.get_by_role("menuitem", name="Edit").click()
    tab.page.get_by_role("textbox", name="Edit your message").fill("Minou is a cat")
    tab.button("Save only").click()
    expect(row).to_contain_text("Minou is a cat")
    wait_until(lambda: "Minou is a cat" in api.get(f"{where}/messages").text)
    tab.button("Undo").click()
    expect(row).to_contain_text("Minou is a dog")
    wait_until(lambda: "Minou is a dog" in api.get(f"{where}/messages").text)
    expect(tab.button("Undo")).to_have_count(0)
    tab.button("More for “Minou is a dog”").click()
    tab.page.get_by_role("menuitem", name="Delete").click()
    expect(row).to_have_count(0)
    wait_until(lambda: "Minou" not in api.get(f"{where}/messages").text)
    tab.button("Undo").click()
    expect(row).to_contain_text("Minou is a dog")

    tab.page.get_by_role("tab", name="Conversations").click()
    tab.page.get_by_role("tabpanel").get_by_role("button", name="Actions for “Pets”").click()
    tab.page.get_by_role("menuitem", name="Rename").click()
    tab.page.get_by_role("textbox", name="Name").fill("Cats")
    tab.button("Save").click()
    expect(row).to_contain_text("Cats")
    tab.page.get_by_role("tabpanel").get_by_role("button", name="Actions for “Cats”").click()
    tab.page.get_by_role("menuitem", name="Delete").click()
    expect(row).to_have_count(0)
    wait_until(lambda: api.get(where).json()["deleted_at"] is not None)
    tab.button("Undo").click()
    expect(row).to_contain_text("Cats")


def test_the_page_follows_what_is_said_and_thrown_away_elsewhere(
    open_tab: OpenTab, shared_server: LocritServer, locrit: str, api: httpx.Client
) -> None:
    tab = open_tab(shared_server, explorer(locrit))
    expect(tab.page.get_by_text(f"Nothing was said with {locrit} yet.")).to_be_visible()
    where = said(api, locrit, "First")
    expect(tab.page.get_by_text(f"1 message with {locrit}")).to_be_visible()
    api.post(f"{where}/messages", json={"role": "user", "content": "Second"}).raise_for_status()
    expect(tab.page.get_by_text(f"2 messages with {locrit}")).to_be_visible()
    tab.page.get_by_role("tab", name="Messages").click()
    expect(listed(tab)).to_have_count(2)
    trash, storage = open_tab(shared_server, "/trash"), open_tab(shared_server, "/storage")
    told = storage.page.get_by_role("definition").first
    before = int(told.inner_text().replace(",", ""))
    api.delete(where).raise_for_status()
    expect(listed(tab)).to_have_count(0)
    expect(trash.page.get_by_role("listitem").filter(has_text=locrit)).to_have_count(1)
    expect(told).not_to_have_text(f"{before:,}")


def test_everything_can_be_taken_along(
    open_tab: OpenTab, shared_server: LocritServer, locrit: str, api: httpx.Client
) -> None:
    said(api, locrit, "Take me along")
    tab = open_tab(shared_server, explorer(locrit, "messages"))
    for form, ending in {"CSV": "csv", "JSON": "json", "Markdown": "md"}.items():
        with tab.page.expect_download() as download:
            tab.page.get_by_role("link", name=f"Export the messages as {form}").click()
        assert download.value.suggested_filename == f"{locrit} messages.{ending}"
        assert "Take me along" in Path(download.value.path()).read_text()


def said(api: httpx.Client, locrit: str, content: str, title: str = "") -> str:
    """Returns the address of its conversation."""
    opened = api.post("/api/v2/conversations", json={"locrit_name": locrit, "title": title}).raise_for_status().json()
    where = f"/api/v2/conversations/{opened['conversation_id']}"
    api.post(f"{where}/messages", json={"role": "user", "content": content}).raise_for_status()
    return where
