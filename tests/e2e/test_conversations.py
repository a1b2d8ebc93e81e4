"""What people do with whole conversations, and with the keyboard, is still there after a reload."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.tab import Tab
from tests.eventually import wait_until


@pytest.fixture
def chat(tab: Tab) -> Tab:
    """A tab in a conversation titled by its only question."""
    tab.say("Bees and honey")
    tab.expect_saved("You said: Bees and honey")
    expect(tab.conversation("Bees and honey")).to_be_visible()
    return tab


def test_a_new_name_stays(chat: Tab) -> None:
    chat.rename("Bees and honey", "Apiary")
    expect(chat.conversation("Apiary")).to_be_visible()
    expect(chat.status.first).to_contain_text("Saved")
    chat.reload()
    expect(chat.page.get_by_role("heading", name="Apiary")).to_be_visible()
    expect(chat.conversation("Apiary")).to_be_visible()


def test_a_star_stays(chat: Tab) -> None:
    chat.button("Star").click()
    expect(chat.conversation("Bees and honey").get_by_role("img", name="Starred")).to_be_attached()
    expect(chat.status.first).to_contain_text("Saved")
    chat.reload()
    expect(chat.conversation("Bees and honey").get_by_role("img", name="Starred")).to_be_attached()


def test_an_archived_conversation_leaves_the_list_and_is_found_in_the_archive(chat: Tab) -> None:
    chat.choose("Bees and honey", "Archive")
    expect(chat.conversation("Bees and honey")).to_have_count(0)
    chat.reload()
    expect(chat.composer).to_be_visible()
    expect(chat.conversation("Bees and honey")).to_have_count(0)
    chat.button("Archive").click()
    expect(chat.conversation("Bees and honey")).to_be_visible()


def test_a_deleted_conversation_comes_back_with_undo_and_stays(chat: Tab) -> None:
    chat.choose("Bees and honey", "Delete")
    expect(chat.conversation("Bees and honey")).to_have_count(0)
    chat.button("Undo").click()
    chat.conversation("Bees and honey").click()
    expect(chat.messages).to_have_count(2)
    chat.reload()
    expect(chat.messages).to_have_count(2)
    expect(chat.conversation("Bees and honey")).to_be_visible()


def test_a_deleted_conversation_stays_deleted(chat: Tab, api: httpx.Client) -> None:
    conversation_id = chat.page.url.rpartition("/")[2]
    chat.choose("Bees and honey", "Delete")
    expect(chat.conversation("Bees and honey")).to_have_count(0)
    expect(chat.status.first).to_contain_text("Saved")
    chat.reload()
    expect(chat.composer).to_be_visible()
    expect(chat.conversation("Bees and honey")).to_have_count(0)
    wait_until(lambda: api.get(f"/api/v2/conversations/{conversation_id}").json()["deleted_at"])


def test_a_draft_survives_a_reload_before_and_inside_a_conversation(tab: Tab) -> None:
    tab.composer.fill("Not yet said")
    tab.reload()
    expect(tab.composer).to_have_value("Not yet said")
    tab.composer.press("Enter")
    tab.expect_saved("You said: Not yet said")
    expect(tab.composer).to_have_value("")
    tab.composer.fill("Nor this")
    tab.reload()
    expect(tab.composer).to_have_value("Nor this")


def test_enter_sends_and_shift_enter_begins_a_line(tab: Tab) -> None:
    tab.composer.press_sequentially("One")
    tab.composer.press("Shift+Enter")
    tab.composer.press_sequentially("Two")
    expect(tab.composer).to_have_value("One\nTwo")
    tab.composer.press("Enter")
    expect(tab.messages.first).to_contain_text("One\nTwo", use_inner_text=True)


def test_the_palette_finds_a_conversation_and_goes_there(chat: Tab, locrit: str) -> None:
    chat.open(f"/my-locrits/{locrit}/settings")
    expect(chat.page.get_by_role("heading", name=locrit)).to_be_visible()
    chat.page.keyboard.press("Control+k")
    palette = chat.page.get_by_role("dialog", name="Search and jump")
    palette.get_by_role("combobox").fill("Bees")
    expect(palette.get_by_role("option", name=re.compile("Bees and honey")).first).to_be_visible()
    chat.page.keyboard.press("Enter")
    expect(palette).not_to_be_visible()
    expect(chat.messages).to_have_count(2)


def test_a_question_mark_shows_the_shortcuts_and_escape_hides_them(tab: Tab) -> None:
    tab.page.get_by_role("heading", level=2).first.click()
    tab.page.keyboard.press("?")
    shortcuts = tab.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shortcuts).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(shortcuts).not_to_be_visible()
    tab.composer.press("?")
    expect(tab.composer).to_have_value("?")
