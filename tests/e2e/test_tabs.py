"""Several tabs of one browser, several devices of one person: none waits for another, and no text goes over another."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.frozen import frozen, make_freezable
from tests.e2e.saved import questions, versions
from tests.e2e.tab import Tab
from tests.eventually import wait_until
from tests.faults.proxy import Proxy
from tests.fixtures.server import LocritServer

TAKEN_OVER_WITHIN_MS = 60_000


def test_a_frozen_tab_holds_up_nobody_and_catches_up(chat: Tab, server: LocritServer, open_tab: OpenTab) -> None:
    make_freezable(chat)
    chat.expect_saved("You said: First")
    second = open_tab(server, chat.path)
    second.expect_saved("You said: First")
    server.kill()
    chat.say("Before the frost")
    chat.expect_state(chat.message("Before the frost"), "queued")
    with frozen(chat):
        server.start()
        second.say("Within the frost")
        answer = second.message("You said: Within the frost")
        expect(answer).to_be_visible(timeout=TAKEN_OVER_WITHIN_MS)
    chat.say("After the frost")
    for tab in (chat, second):
        tab.expect_saved("You said: Before the frost", "You said: Within the frost", "You said: After the frost")
        expect(tab.messages).to_have_count(8)
    assert questions(server, chat) == ["First", "Before the frost", "Within the frost", "After the frost"]


@pytest.mark.parametrize(("choice", "kept"), [("Keep mine", "Tea, said here"), ("Keep theirs", "Tea, said there")])
def test_two_edits_of_one_message_meet_and_a_person_decides(
    choice: str, kept: str, link: Proxy, locrit: str,
    shared_server: LocritServer, open_tab: OpenTab, open_device: OpenTab, console: Console,
) -> None:  # fmt: skip
    here = open_tab(link, f"/my-locrits/{locrit}/chat")
    here.say("Tea")
    here.expect_saved("You said: Tea")
    there = open_device(shared_server, here.path)
    console.expect_outage()
    console.expect("status of 409")
    link.unplug()
    correct(here, "Tea, said here")
    here.expect_state(here.messages.first, "queued")
    correct(there, "Tea, said there")
    wait_until(lambda: questions(shared_server, there) == ["Tea, said there"], within_s=30)
    link.plug_in()
    conflict = here.page.get_by_role("region", name="Changed elsewhere")
    expect(conflict).to_contain_text("Tea, said here")
    expect(conflict).to_contain_text("Tea, said there")
    conflict.get_by_role("button", name=choice).click()
    for tab in (here, there):
        expect(tab.messages.first).to_contain_text(kept)
        tab.expect_state(tab.messages.first, "saved")
    expect(conflict).to_have_count(0)
    assert versions(shared_server, there) == {"Tea", "Tea, said here", "Tea, said there"}


def test_an_edit_meets_a_deletion_and_a_person_keeps_the_edit(
    link: Proxy, locrit: str, shared_server: LocritServer, open_tab: OpenTab, open_device: OpenTab, console: Console
) -> None:
    here = open_tab(link, f"/my-locrits/{locrit}/chat")
    here.say("Tea")
    here.expect_saved("You said: Tea")
    there = open_device(shared_server, here.path)
    expect(there.messages).to_have_count(2)
    console.expect_outage()
    console.expect("status of 409")
    link.unplug()
    correct(here, "Tea, said here")
    here.expect_state(here.messages.first, "queued")
    there.messages.first.hover()
    there.messages.first.get_by_role("button", name="More about this message").click()
    there.page.get_by_role("menuitem", name="Delete").click()
    expect(there.messages).to_have_count(1)
    wait_until(lambda: questions(shared_server, there) == [], within_s=30)
    link.plug_in()
    conflict = here.page.get_by_role("region", name="Changed elsewhere")
    expect(conflict).to_contain_text("was deleted in another place")
    conflict.get_by_role("button", name="Keep mine").click()
    for tab in (here, there):
        expect(tab.messages).to_have_count(2)
        expect(tab.messages.first).to_contain_text("Tea, said here")
        tab.expect_state(tab.messages.first, "saved")


def test_what_was_said_in_a_conversation_that_was_deleted_elsewhere_is_found_from_anywhere(
    link: Proxy, locrit: str, shared_server: LocritServer, open_tab: OpenTab, console: Console
) -> None:
    tab = open_tab(link, f"/my-locrits/{locrit}/chat")
    tab.say("Tea")
    tab.expect_saved("You said: Tea")
    console.expect_outage()
    console.expect("status of 404")
    tab.wait_for_worker()
    link.unplug()
    tab.say("Written on a train")
    tab.expect_state(tab.message("Written on a train"), "queued")
    with shared_server.client() as client:
        client.delete(f"/api/v2/conversations/{tab.conversation_id}").raise_for_status()
    tab.page.get_by_role("navigation").get_by_role("link", name="Settings").click()
    link.plug_in()
    tab.button("Something needs your decision").click()
    decision = tab.page.get_by_role("dialog", name="What needs your decision")
    expect(decision).to_contain_text("Written on a train")
    expect(decision).to_contain_text("This conversation is in the trash.")
    decision.get_by_role("link", name="Show").click()
    tab.expect_state(tab.message("Written on a train"), "rejected")


def correct(tab: Tab, text: str) -> None:
    """The last question, without asking it again."""
    expect(tab.messages).not_to_have_count(0)
    tab.composer.press("ArrowUp")
    tab.page.get_by_role("textbox", name="Edit your message").fill(text)
    tab.button("Save only").click()
