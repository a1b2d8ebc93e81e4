"""What was typed into a form and not saved is there when one comes back, and says so."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.places import rename
from tests.e2e.tab import Tab
from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer


def unsaved(page: Page) -> None:
    expect(page.get_by_text("Unsaved changes")).to_be_visible()


def description(page: Page) -> str:
    return page.get_by_label("In one line").input_value()


def test_a_new_locrit_that_was_left_is_still_being_made(open_tab: OpenTab, shared_server: LocritServer) -> None:
    tab = open_tab(shared_server, "/create-locrit")
    page = tab.page
    page.get_by_label("Name", exact=True).fill("Zora")
    page.get_by_label("Instructions").fill("You are Zora.")
    page.get_by_label("Messages it looks back on").fill("20")
    page.get_by_role("link", name="Settings", exact=True).click()
    expect(page.get_by_role("heading", name="Appearance")).to_be_visible()
    page.close()

    tab = open_tab(shared_server, "/create-locrit")
    page = tab.page
    unsaved(page)
    name = page.get_by_label("Name", exact=True)
    expect(name).to_have_value("Zora")
    expect(name).to_be_focused()
    assert name.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)") == "Zora"
    expect(page.get_by_label("Instructions")).to_have_value("You are Zora.")
    expect(page.get_by_label("Messages it looks back on")).to_have_value("20")
    tab.button("Create").click()
    expect(tab.composer).to_be_visible()
    tab.open("/create-locrit")
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)

    page.get_by_label("Name", exact=True).fill("Not wanted")
    tab.reload()
    tab.button("Discard").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    tab.reload()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")


def test_settings_that_were_left_wait_and_say_what_changed_elsewhere(
    open_tab: OpenTab, shared_server: LocritServer, locrit: str
) -> None:
    address = f"/my-locrits/{locrit}/settings"
    tab = open_tab(shared_server, address)
    tab.page.get_by_label("In one line").fill("Mine")
    tab.page.get_by_label("Instructions").fill("Speak as I say.")
    tab.page.get_by_role("link", name=re.compile("^Chat with")).click()
    expect(tab.composer).to_be_visible()
    tab.page.close()
    with shared_server.client() as client:
        theirs = {"description": "Theirs", "welcome_message": "Theirs too"}
        client.patch(f"/api/v2/locrits/{locrit}", json=theirs).raise_for_status()

    tab = open_tab(shared_server, address)
    page = tab.page
    unsaved(page)
    assert description(page) == "Mine"
    expect(page.get_by_label("First words")).to_have_value("Theirs too")
    changed = page.get_by_role("region", name="Changed elsewhere")
    expect(changed.get_by_role("listitem")).to_have_count(1)
    expect(changed).to_contain_text("Theirs")
    changed.get_by_role("button", name="Keep mine").click()
    expect(changed).to_have_count(0)
    tab.button("Save changes").click()
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)
    with shared_server.client() as client:

        def is_saved() -> bool:  # the page says so when it is in this browser
            saved = client.get(f"/api/v2/locrits/{locrit}").json()
            return (saved["description"], saved["system_prompt"]) == ("Mine", "Speak as I say.")

        wait_until(is_saved)
        # Also while one looks at it.
        page.get_by_label("In one line").fill("Mine again")
        client.patch(f"/api/v2/locrits/{locrit}", json={"description": "Theirs again"}).raise_for_status()
    changed.get_by_role("button", name="Keep theirs").click()
    expect(page.get_by_label("In one line")).to_have_value("Theirs again")
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)
    tab.reload()
    expect(page.get_by_label("In one line")).to_have_value("Theirs again")


def test_an_edit_that_was_left_is_open_when_one_returns(
    tab: Tab, shared_ollama: FakeOllama, open_tab: OpenTab, shared_server: LocritServer
) -> None:
    shared_ollama.enqueue(["Answer one."])
    tab.say("First")
    tab.expect_state(tab.reply, "saved")
    path = tab.path
    tab.composer.press("ArrowUp")
    box = tab.page.get_by_role("textbox", name="Edit your message")
    box.fill("First, half rewritten")
    tab.page.get_by_role("link", name="Settings", exact=True).click()
    expect(tab.page.get_by_role("heading", name="Appearance")).to_be_visible()
    tab.page.close()

    tab = open_tab(shared_server, path)
    box = tab.page.get_by_role("textbox", name="Edit your message")
    expect(box).to_have_value("First, half rewritten")
    unsaved(tab.page)
    message_id = tab.messages.first.get_attribute("data-message-id")
    with shared_server.client() as client:
        address = f"/api/v2/conversations/{tab.conversation_id}/messages/{message_id}"
        client.patch(address, json={"content": "First, from elsewhere", "rev": 1}).raise_for_status()
    expect(tab.page.get_by_role("note").filter(has_text="First, from elsewhere")).to_be_visible()
    expect(box).to_have_value("First, half rewritten")
    box.press("Control+Enter")
    expect(box).to_have_count(0)
    expect(tab.messages.first).to_contain_text("First, half rewritten")
    tab.reload()
    expect(tab.messages.first).to_contain_text("First, half rewritten")
    expect(box).to_have_count(0)

    tab.expect_state(tab.reply, "saved")
    tab.composer.press("ArrowUp")
    box.fill("Not wanted")
    tab.reload()
    tab.button("Discard").click()
    tab.reload()
    expect(tab.messages.first).to_contain_text("First, half rewritten")
    expect(box).to_have_count(0)


def test_a_name_that_was_being_typed_is_still_there(chat: Tab, server: LocritServer) -> None:
    name = chat.page.get_by_role("textbox", name="Name")
    rename(chat)
    name.fill("Half a na")
    chat.reload()
    rename(chat)
    expect(name).to_have_value("Half a na")
    unsaved(chat.page)
    chat.button("Discard").click()
    rename(chat)
    expect(name).not_to_have_value("Half a na")
    name.fill("A name")
    chat.button("Save").click()
    expect(chat.page.get_by_role("heading", level=1, name="A name")).to_be_visible()
    rename(chat)
    expect(chat.page.get_by_text("Unsaved changes")).to_have_count(0)


def test_forgetting_a_message_forgets_how_it_was_being_rewritten(tab: Tab, shared_server: LocritServer) -> None:
    tab.say("A secret")
    tab.expect_state(tab.reply, "saved")
    tab.composer.press("ArrowUp")
    tab.page.get_by_role("textbox", name="Edit your message").fill("A secret, rewritten")
    kept = "() => JSON.stringify({ ...localStorage })"
    assert "rewritten" in tab.page.evaluate(kept)
    message_id = tab.messages.first.get_attribute("data-message-id")
    with shared_server.client() as client:
        address = f"/api/v2/conversations/{tab.conversation_id}/messages/{message_id}/forget"
        client.post(address, json={"confirm": True}).raise_for_status()
    expect(tab.messages).to_have_count(1)
    assert "rewritten" not in tab.page.evaluate(kept)
