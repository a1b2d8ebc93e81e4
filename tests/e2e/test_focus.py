"""The focus never falls to the body: whatever is done with the keyboard, one goes on from where it was done."""

import re
import threading
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.tab import Tab
from tests.fakes.ollama import FakeOllama, Hold
from tests.fixtures.server import LocritServer


@pytest.fixture
def asked(tab: Tab, shared_ollama: FakeOllama) -> Tab:
    for answer, question in (("Answer one.", "First"), ("Answer two.", "Second")):
        shared_ollama.enqueue([answer])
        tab.say(question)
        expect(tab.reply).to_contain_text(answer)
        tab.expect_state(tab.reply, "saved")
    return tab


def press(button: Locator) -> None:
    button.focus()
    button.press("Enter")


def choose(tab: Tab, menu: Locator, item: str) -> None:
    press(menu)
    tab.page.get_by_role("menuitem", name=item, exact=True).press("Enter")


def more(message: Locator) -> Locator:
    return message.get_by_role("button", name="More about this message")


def expect_focus(page: Page, where: Locator) -> None:
    """On it or in it, and to stay."""
    expect(page.locator(":focus")).to_have_count(1)
    expect(where.locator(":scope:focus, :focus")).to_have_count(1)


def retry(tab: Tab) -> Locator:
    press(tab.reply.get_by_role("button", name="Retry"))
    expect(tab.reply).to_contain_text("Version 2 of 2")
    tab.expect_state(tab.reply, "saved")
    return tab.reply


def show_another_version(tab: Tab) -> Locator:
    retry(tab)
    previous = tab.reply.get_by_role("button", name="Previous version")
    press(previous)
    expect(tab.reply).to_contain_text("Version 1 of 2")
    return previous


def edit(tab: Tab) -> Locator:
    press(tab.message("First").get_by_role("button", name="Edit"))
    return tab.page.get_by_role("textbox", name="Edit your message")


def cancel_an_edit(tab: Tab) -> Locator:
    expect(edit(tab)).to_be_focused()
    press(tab.button("Cancel"))
    return tab.message("First")


def leave_an_edit_that_came_from_the_composer(tab: Tab) -> Locator:
    tab.composer.press("ArrowUp")
    box = tab.page.get_by_role("textbox", name="Edit your message")
    expect(box).to_be_focused()
    box.press("Escape")
    return tab.composer


def save_an_edit(tab: Tab) -> Locator:
    edit(tab).fill("First, but better")
    press(tab.button("Save only"))
    tab.expect_saved("First, but better")
    return tab.message("First, but better")


def ask_again(tab: Tab) -> Locator:
    edit(tab).fill("First, asked again")
    tab.page.keyboard.press("Control+Enter")
    question = tab.messages.first
    expect(question).to_contain_text("First, asked again")
    tab.expect_state(question, "saved")
    return question


def open_and_leave(tab: Tab, message: Locator, item: str) -> Locator:
    choose(tab, more(message), item)
    expect(tab.page.get_by_role("dialog")).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.page.get_by_role("dialog")).to_have_count(0)
    return message


def read_the_history(tab: Tab) -> Locator:
    return open_and_leave(tab, tab.message("First"), "History…")


def leave_the_choice_of_a_model(tab: Tab) -> Locator:
    return open_and_leave(tab, tab.reply, "Retry with another model…")


def bring_back_what_it_said(tab: Tab) -> Locator:
    save_an_edit(tab)
    choose(tab, more(tab.message("First, but better")), "History…")
    press(tab.button("Bring back"))
    expect(tab.message("First, but better")).to_have_count(0)
    return tab.messages.first


def delete_a_message(tab: Tab) -> Locator:
    choose(tab, more(tab.message("Answer one.")), "Delete")
    expect(tab.message("Answer one.")).to_have_count(0)
    return tab.message("Second")


def delete_the_last_message(tab: Tab) -> Locator:
    choose(tab, more(tab.reply), "Delete")
    expect(tab.message("Answer two.")).to_have_count(0)
    return tab.messages.last


def forget_a_message(tab: Tab) -> Locator:
    choose(tab, more(tab.message("Answer one.")), "Forget…")
    press(tab.button("Forget for good"))
    expect(tab.message("Answer one.")).to_have_count(0)
    return tab.message("Second")


def stop_a_reply(tab: Tab, ollama: FakeOllama) -> Locator:
    ollama.enqueue(["So far", Hold(threading.Event())])
    tab.say("Go on")
    expect(tab.reply).to_contain_text("So far")
    press(tab.stop_button)
    tab.expect_state(tab.reply, "stopped")
    return tab.composer


def header_menu(tab: Tab) -> Locator:
    return tab.page.locator("main header").get_by_role("button", name="Actions for")


def rename(tab: Tab) -> Locator:
    choose(tab, header_menu(tab), "Rename")
    name = tab.page.get_by_role("textbox", name="Name")
    expect(name).to_be_focused()
    assert name.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)") == name.input_value()
    tab.page.keyboard.type("Renamed")
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("heading", name="Renamed")).to_be_visible()
    return header_menu(tab)


def archive_the_conversation(tab: Tab) -> Locator:
    choose(tab, header_menu(tab), "Archive")
    expect(tab.page).to_have_url(re.compile("/chat$"))
    return tab.composer


def delete_the_conversation(tab: Tab) -> Locator:
    choose(tab, header_menu(tab), "Delete")
    expect(tab.page).to_have_url(re.compile("/chat$"))
    return tab.composer


def forget_the_conversation(tab: Tab) -> Locator:
    choose(tab, header_menu(tab), "Forget…")
    press(tab.button("Forget for good"))
    expect(tab.page).to_have_url(re.compile("/chat$"))
    return tab.composer


def close_the_palette(tab: Tab) -> Locator:
    tab.composer.press("Control+k")
    expect(tab.page.get_by_role("combobox")).to_be_focused()
    tab.page.keyboard.press("Escape")
    return tab.composer


def go_somewhere_by_the_palette(tab: Tab) -> Locator:
    tab.composer.press("Control+k")
    tab.page.get_by_role("combobox").fill("Trash")
    tab.page.keyboard.press("Enter")
    return tab.page.get_by_role("heading", level=1, name="Trash")


def go_to_the_settings(tab: Tab) -> Locator:
    press(tab.page.get_by_role("navigation").get_by_role("link", name="Settings", exact=True))
    return tab.page.get_by_role("heading", level=1, name="Settings")


def go_to_a_locrit(tab: Tab) -> Locator:
    tab.open("/my-locrits")
    press(tab.page.get_by_role("main").get_by_role("link", name="Pixie Assistant", exact=True))
    return tab.composer


def move_to_another_conversation(tab: Tab) -> Locator:
    press(tab.page.get_by_role("navigation").get_by_role("link", name="New conversation").first)
    expect(tab.page).to_have_url(re.compile("/chat$"))
    expect(tab.page.get_by_text("What would you like to talk about")).to_be_visible()
    tab.composer.press("Alt+ArrowDown")
    expect(tab.messages.first).to_be_visible()
    return tab.composer


def begin_to_create(tab: Tab) -> Locator:
    press(tab.page.get_by_role("button", name="Switch Locrit"))
    tab.page.get_by_role("menuitem", name="New Locrit").press("Enter")
    return tab.page.get_by_label("Name", exact=True)


def choose_an_emoji(tab: Tab) -> Locator:
    tab.open("/create-locrit")
    press(tab.button("Choose an emoji"))
    press(tab.page.get_by_role("radio", name="🦊"))
    expect(tab.page.get_by_label("Emoji", exact=True)).to_have_value("🦊")
    return tab.button("Choose an emoji")


ACTIONS: list[Callable[[Tab], Locator]] = [
    retry, show_another_version, cancel_an_edit, leave_an_edit_that_came_from_the_composer, save_an_edit, ask_again,
    read_the_history, leave_the_choice_of_a_model, bring_back_what_it_said,
    delete_a_message, delete_the_last_message, forget_a_message, rename, archive_the_conversation,
    delete_the_conversation, forget_the_conversation, close_the_palette, go_somewhere_by_the_palette,
    go_to_the_settings, go_to_a_locrit, move_to_another_conversation, begin_to_create, choose_an_emoji,
]  # fmt: skip
"""Each returns where a person would go on."""


@pytest.mark.parametrize("act", ACTIONS, ids=lambda act: act.__name__)
def test_one_goes_on_from_where_something_was_done(act: Callable[[Tab], Locator], asked: Tab) -> None:
    expect_focus(asked.page, act(asked))


def test_who_stops_a_reply_can_write_on(asked: Tab, shared_ollama: FakeOllama) -> None:
    expect_focus(asked.page, stop_a_reply(asked, shared_ollama))


def test_in_lists_the_next_row_has_it(server: LocritServer, bob: str, open_tab: OpenTab) -> None:
    with httpx.Client(base_url=server.url) as client:
        for title in ("Oldest", "Middle", "Newest"):
            client.post("/api/v2/conversations", json={"locrit_name": bob, "title": title}).raise_for_status()
    tab = open_tab(server, f"/my-locrits/{bob}/chat")
    page = tab.page
    choose(tab, page.get_by_role("button", name="Actions for “Newest”"), "Delete")
    expect_focus(page, tab.conversation("Middle"))
    choose(tab, page.get_by_role("button", name="Actions for “Middle”"), "Archive")
    expect_focus(page, tab.conversation("Oldest"))
    choose(tab, page.get_by_role("button", name="Actions for “Oldest”"), "Delete")
    expect_focus(page, tab.composer)
    tab.open("/trash")
    press(page.get_by_role("button", name="Restore “Oldest”"))
    expect_focus(page, page.get_by_role("button", name="Restore “Newest”"))
    page.keyboard.press("Enter")
    expect_focus(page, page.get_by_role("heading", level=1))


def test_what_is_scrolled_out_of_sight_keeps_it(
    tab: Tab, shared_ollama: FakeOllama, shared_server: LocritServer
) -> None:
    tab.say("First of many")
    tab.expect_state(tab.reply, "saved")
    with shared_server.client() as client:
        for number in range(40):
            body = {"message_id": f"m{number}-{tab.conversation_id}", "role": "user", "content": f"Line {number}"}
            client.post(f"/api/v2/conversations/{tab.conversation_id}/messages", json=body).raise_for_status()
    tab.reload()
    expect(tab.message("Line 39")).to_be_in_viewport()
    tab.log.evaluate("log => log.scrollTo(0, 0)")
    press(tab.messages.first.get_by_role("button", name="Edit"))
    box = tab.page.get_by_role("textbox", name="Edit your message")
    box.fill("Half written")
    tab.log.evaluate("log => log.scrollTo(0, log.scrollHeight)")
    expect(tab.message("Line 39")).to_be_in_viewport()
    expect(box).to_be_focused()
    expect(box).to_have_value("Half written")
    tab.button("Cancel").click()
    tab.messages.first.focus()
    tab.log.evaluate("log => log.scrollTo(0, log.scrollHeight)")
    expect(tab.message("Line 39")).to_be_in_viewport()
    expect(tab.messages.first).to_be_focused()


def test_on_a_phone_closing_the_sidebar_leads_back_to_its_button(asked: Tab) -> None:
    asked.page.set_viewport_size({"width": 390, "height": 844})
    press(button := asked.button("Open the sidebar"))
    expect(asked.page.get_by_role("dialog")).to_be_visible()
    asked.page.keyboard.press("Escape")
    expect_focus(asked.page, button)
