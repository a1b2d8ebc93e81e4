"""Where things are found again: the memory explorer by the reader's days, the trash, forks, the integrity check."""

import re
import sqlite3
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
from playwright.sync_api import Browser, expect

from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.e2e.test_archive import act
from tests.eventually import wait_until
from tests.fixtures.server import LocritServer

ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago")
"""Where it is never the same day."""


def test_days_are_those_of_the_reader(
    browser: Browser, console: Console, shared_server: LocritServer, locrit: str
) -> None:
    with httpx.Client(base_url=shared_server.url) as api:
        opened = api.post("/api/v2/conversations", json={"locrit_name": locrit}).json()["conversation_id"]
        saved = api.post(
            f"/api/v2/conversations/{opened}/messages", json={"role": "user", "content": "Said some day"}
        ).json()
        said_at = datetime.fromisoformat(
            api.get(f"/api/v2/conversations/{opened}/messages/{saved['message_id']}").json()["created_at"]
        )
    for zone in ZONES:
        context = browser.new_context(timezone_id=zone, locale="en-GB")
        console.watch(context)
        page = context.new_page()
        page.goto(f"{shared_server.url}/my-locrits/{locrit}/memory-explorer?tab=timeline")
        day = said_at.astimezone(ZoneInfo(zone))
        page.get_by_role("link", name="1 message", exact=True).click()
        expect(page).to_have_url(re.compile(f"day={day:%Y-%m-%d}$"))
        expect(page.get_by_text(f"1 message on {day.day} {day:%B %Y}")).to_be_visible()
        page.get_by_role("main").get_by_role("link", name="Said some day").click()
        expect(page.get_by_role("article")).to_contain_text("Said some day")
        context.close()


def test_what_was_deleted_says_where_it_was_and_a_fork_that_it_is_one(tab: Tab, locrit: str, api: httpx.Client) -> None:
    tab.say("Once upon a time")
    tab.expect_saved("You said: Once upon a time")
    act(tab, tab.message("You said: Once upon a time"), "Fork from here")
    expect(tab.conversation("Once upon a time")).to_have_count(2)
    expect(tab.page.get_by_role("navigation").get_by_role("img", name="A fork")).to_have_count(1)
    act(tab, tab.message("You said: Once upon a time"), "Delete")
    wait_until(lambda: "You said: Once upon a time" in api.get("/api/v2/trash").text)
    tab.open("/trash")
    row = tab.page.get_by_role("listitem").filter(has_text="You said: Once upon a time").first
    expect(row).to_contain_text(f"{locrit} · Once upon a time")


def test_the_check_tells_in_sentences(chat: Tab, server: LocritServer) -> None:
    with sqlite3.connect(server.data_dir / "locrit.db") as database:
        database.execute("UPDATE message_counts SET messages = 9 WHERE role = 'user'")
    database.close()
    chat.open("/storage")
    chat.button("Check everything").click()
    expect(chat.page.get_by_text("A number that is shown, such as messages a day, does not agree")).to_be_visible()
    technical = chat.page.get_by_text(re.compile("9 stored, 1 counted"))
    expect(technical).to_be_hidden()
    chat.page.get_by_text("One place, in technical words").click()
    expect(technical).to_be_visible()
    chat.button("Repair").click()
    expect(chat.page.get_by_text("Everything is there, in order, and as it was saved.")).to_be_visible()
