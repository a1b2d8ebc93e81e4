"""No button does nothing, and no page is blank: asking again, deleting, and what is left of a conversation."""

import re

import httpx
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.tab import Tab
from tests.fixtures.server import LocritServer


def delete(tab: Tab, message: Locator) -> None:
    act(tab, message, "Delete")


def act(tab: Tab, message: Locator, action: str) -> None:
    message.hover()
    message.get_by_role("button", name="More about this message").click()
    tab.page.get_by_role("menuitem", name=action, exact=True).click()


def ask_again_unchanged(tab: Tab, question: Locator) -> None:
    question.hover()
    question.get_by_role("button", name="Edit", exact=True).click()
    tab.button("Save and ask again").click()


def test_save_and_ask_again_asks_again_with_and_without_a_reply(tab: Tab) -> None:
    tab.say("Why is the sky blue?")
    tab.expect_saved("You said: Why is the sky blue?")
    ask_again_unchanged(tab, tab.messages.first)
    expect(tab.reply).to_contain_text("2/2")
    delete(tab, tab.reply)
    expect(tab.reply).not_to_contain_text("2/2")
    delete(tab, tab.reply)
    expect(tab.messages).to_have_count(1)
    ask_again_unchanged(tab, tab.messages.first)
    expect(tab.messages).to_have_count(2)
    tab.expect_state(tab.reply, "saved")
    expect(tab.page.get_by_role("textbox", name="Edit your message")).to_have_count(0)


def test_a_question_that_was_never_answered_is_asked(
    shared_server: LocritServer, api: httpx.Client, locrit: str, open_tab: OpenTab
) -> None:
    conversation_id = api.post("/api/v2/conversations", json={"locrit_name": locrit}).json()["conversation_id"]
    api.post(
        f"/api/v2/conversations/{conversation_id}/messages", json={"role": "user", "content": "Anybody?"}
    ).raise_for_status()
    tab = open_tab(shared_server, f"/my-locrits/{locrit}/chat/{conversation_id}")
    ask_again_unchanged(tab, tab.messages.first)
    tab.expect_saved("You said: Anybody?")


def test_a_conversation_of_which_all_was_deleted_says_so_and_leads_back(
    tab: Tab, open_device: OpenTab, shared_server: LocritServer
) -> None:
    tab.say("Short-lived")
    tab.expect_saved("You said: Short-lived")
    delete(tab, tab.reply)
    delete(tab, tab.messages.first)
    nothing = tab.page.get_by_role("heading", name="Nothing stands here any more")
    expect(nothing).to_be_visible()
    expect(tab.composer).to_be_visible()
    expect(tab.page.get_by_role("link", name="Open the trash")).to_be_visible()
    other = open_device(shared_server, tab.path)
    expect(other.page.get_by_role("heading", name="Nothing stands here any more")).to_be_visible()
    tab.button("Bring back the last message").click()
    expect(tab.message("Short-lived").first).to_be_visible()
    expect(nothing).to_have_count(0)
    expect(other.message("Short-lived").first).to_be_visible()


def test_what_followed_a_deleted_version_stays_its_own_and_in_reach(
    tab: Tab, open_device: OpenTab, shared_server: LocritServer
) -> None:
    tab.say("One")
    tab.expect_saved("You said: One")
    tab.say("Two")
    tab.expect_saved("You said: Two")
    first = tab.message("You said: One")
    first.hover()
    first.get_by_role("button", name="Retry", exact=True).click()
    expect(tab.messages).to_have_count(2)
    expect(tab.reply).to_contain_text("2/2")
    tab.expect_state(tab.reply, "saved")
    tab.reply.get_by_role("button", name="Previous version").click()
    expect(tab.messages).to_have_count(4)
    delete(tab, tab.messages.nth(1))

    def is_in_its_place(seen: Tab) -> None:
        expect(seen.messages.nth(1)).to_contain_text("2/2")
        expect(seen.messages).to_have_count(2)  # the version that is there, and nothing that followed the other
        seen.messages.nth(1).get_by_role("button", name="Previous version").click()
        expect(seen.messages.nth(1)).to_contain_text("This reply is in the trash.")
        expect(seen.messages.nth(2)).to_contain_text("Two")
        expect(seen.messages.nth(2)).not_to_contain_text("1/2")

    expect(tab.messages.nth(1)).to_contain_text("This reply is in the trash.")  # it was chosen, and stays so
    is_in_its_place(open_device(shared_server, tab.path))
    tab.messages.nth(1).get_by_role("button", name="Restore").click()
    expect(tab.messages.nth(1)).to_contain_text("You said: One")
    expect(tab.messages).to_have_count(4)


def test_a_reply_without_its_question_offers_nothing_that_cannot_be_done(
    shared_server: LocritServer, api: httpx.Client, locrit: str, open_tab: OpenTab
) -> None:
    conversation_id = api.post("/api/v2/conversations", json={"locrit_name": locrit}).json()["conversation_id"]
    said = {"role": "assistant", "content": "I began by myself."}
    api.post(f"/api/v2/conversations/{conversation_id}/messages", json=said).raise_for_status()
    tab = open_tab(shared_server, f"/my-locrits/{locrit}/chat/{conversation_id}")
    tab.reply.hover()
    expect(tab.reply.get_by_role("button", name="More about this message")).to_be_visible()
    expect(tab.reply.get_by_role("button", name="Retry")).to_have_count(0)


def test_switches_that_nobody_heeds_are_not_shown(tab: Tab, locrit: str) -> None:
    tab.open(f"/my-locrits/{locrit}/settings")
    expect(tab.page.get_by_role("switch", name="People")).to_be_visible()
    expect(tab.page.get_by_role("switch", name=re.compile("platform", re.IGNORECASE))).to_have_count(0)
