"""Everything that people do, without a mouse."""

import re
import threading

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.tab import Tab
from tests.fakes.ollama import FakeOllama, Hold
from tests.fixtures.server import LocritServer

STEPS = 80


def tab_to(page: Page, goal: Locator, key: str = "Tab") -> None:
    """With the Tab key alone, from wherever the focus is."""
    for _ in range(STEPS):
        if goal.evaluate("goal => goal === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{goal} is not reached with {key}.")


def test_a_whole_life_with_the_keyboard_alone(
    open_tab: OpenTab, shared_server: LocritServer, shared_ollama: FakeOllama
) -> None:
    tab = open_tab(shared_server, "/my-locrits")
    page, keyboard = tab.page, tab.page.keyboard
    page.mouse.move(0, 0)

    # Create a Locrit: by the palette.
    keyboard.press("Control+k")
    keyboard.type("new locrit")
    keyboard.press("Enter")
    name = page.get_by_label("Name", exact=True)
    expect(name).to_be_focused()
    keyboard.type("Tove")
    tab_to(page, page.get_by_role("button", name="Create", exact=True))
    keyboard.press("Enter")

    # Chat, and stop.
    expect(tab.composer).to_be_focused()
    released = threading.Event()
    shared_ollama.enqueue(["The sea was ", Hold(released), "calm."])
    keyboard.type("Tell me of the sea")
    keyboard.press("Enter")
    expect(tab.reply).to_contain_text("The sea was")
    keyboard.press("Escape")
    tab.expect_state(tab.reply, "stopped")
    expect(tab.composer).to_be_focused()

    # Retry.
    shared_ollama.enqueue(["The sea was a mirror."])
    tab_to(page, tab.reply.get_by_role("button", name="Retry").first, "Shift+Tab")
    keyboard.press("Enter")
    expect(tab.reply).to_contain_text("a mirror")
    tab.expect_state(tab.reply, "saved")

    # Edit.
    tab_to(page, tab.composer)
    keyboard.press("ArrowUp")
    box = page.get_by_role("textbox", name="Edit your message")
    expect(box).to_be_focused()
    shared_ollama.enqueue(["The lake was green."])
    keyboard.press("Control+a")
    keyboard.type("Tell me of the lake")
    keyboard.press("Control+Enter")
    expect(tab.reply).to_contain_text("The lake was green.")
    tab.expect_state(tab.reply, "saved")

    # Search, and jump.
    keyboard.press("Control+k")
    keyboard.type("memory")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tove")).to_be_visible()
    tab_to(page, page.get_by_role("tab", name="Overview"))
    keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Timeline", selected=True)).to_be_focused()
    keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Messages", selected=True)).to_be_focused()
    tab_to(page, page.get_by_role("searchbox", name="Search everything that was said"))
    keyboard.type("lake")
    hit = page.get_by_role("main").get_by_role("link", name=re.compile("The lake was green")).first
    expect(hit).to_be_visible()
    tab_to(page, hit)
    keyboard.press("Enter")
    expect(tab.message("The lake was green.")).to_be_in_viewport()
    expect(page.locator(":focus")).to_have_count(1)


@pytest.fixture
def two(open_tab: OpenTab, shared_server: LocritServer, locrit: str) -> Tab:
    """In the older of two conversations."""
    with shared_server.client() as client:
        ids = []
        for title in ("Older", "Newer"):
            body = {"locrit_name": locrit, "title": title}
            ids.append(client.post("/api/v2/conversations", json=body).raise_for_status().json()["conversation_id"])
            message = {"message_id": f"m-{ids[-1]}", "role": "user", "content": f"Said in {title}"}
            client.post(f"/api/v2/conversations/{ids[-1]}/messages", json=message).raise_for_status()
    tab = open_tab(shared_server, f"/my-locrits/{locrit}/chat/{ids[0]}")
    expect(tab.message("Said in Older")).to_be_visible()
    expect(tab.composer).to_be_focused()
    return tab


def test_alt_and_arrows_move_between_conversations_and_edit_nothing(two: Tab) -> None:
    two.composer.press("Alt+ArrowUp")
    expect(two.message("Said in Newer")).to_be_visible()
    expect(two.page.get_by_role("textbox", name="Edit your message")).to_have_count(0)
    expect(two.composer).to_be_focused()
    two.composer.press("Alt+ArrowDown")
    expect(two.message("Said in Older")).to_be_visible()
    expect(two.page.get_by_role("textbox", name="Edit your message")).to_have_count(0)


FOREIGN = [
    ("k", {"ctrlKey": True, "altKey": True}),
    ("k", {"ctrlKey": True, "shiftKey": True}),
    ("k", {"altKey": True}),
    ("?", {"altKey": True}),
    ("?", {"ctrlKey": True, "altKey": True}),
    ("?", {"metaKey": True}),
    ("ArrowUp", {"altKey": True, "ctrlKey": True}),
    ("ArrowUp", {"altKey": True, "shiftKey": True}),
    ("ArrowUp", {"altKey": True, "modifierAltGraph": True}),
    ("ArrowUp", {"shiftKey": True}),
    ("ArrowUp", {"ctrlKey": True}),
    ("n", {"altKey": True, "ctrlKey": True}),
    ("n", {"altKey": True, "modifierAltGraph": True}),
    ("n", {"altKey": True, "shiftKey": True}),
    ("Enter", {"altKey": True}),
]
"""Keys with modifiers that are not ours: AltGr types characters, others belong to the browser or to nobody."""

PRESS = """([key, init]) => document.activeElement.dispatchEvent(
  new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }))"""


def test_other_modifiers_are_not_ours(two: Tab) -> None:
    path = two.path
    for filled in ("", "some words"):
        two.composer.fill(filled)
        for key, init in FOREIGN:
            two.page.evaluate(PRESS, [key, init])
            expect(two.composer).to_be_focused()
            assert two.page.get_by_role("dialog").count() == 0, (key, init)
            assert two.path == path, (key, init)
        expect(two.messages).to_have_count(1)
        two.composer.press("?")
        expect(two.composer).to_have_value(filled + "?")


def test_escape_closes_what_is_open_before_it_stops_a_reply(tab: Tab, shared_ollama: FakeOllama) -> None:
    released = threading.Event()
    shared_ollama.enqueue(["So far ", Hold(released), "so good."])
    tab.say("Go on")
    expect(tab.reply).to_contain_text("So far")
    page = tab.page
    header = page.locator("main header").get_by_role("button", name="Actions for")
    for focused, key, gone in (
        (tab.composer, "Control+k", page.get_by_role("dialog")),
        (header, "Enter", page.get_by_role("menu")),
        (tab.composer, "ArrowUp", page.get_by_role("textbox", name="Edit your message")),
    ):
        focused.press(key)
        expect(gone).to_be_visible()
        page.keyboard.press("Escape")
        expect(gone).to_have_count(0)
        tab.expect_state(tab.reply, "streaming")
    page.get_by_role("link", name="Settings", exact=True).focus()  # outside of the conversation
    page.keyboard.press("Escape")
    tab.expect_state(tab.reply, "stopped")


def test_the_list_of_shortcuts_is_complete_and_true(two: Tab) -> None:
    two.page.locator("main").focus()
    two.page.keyboard.press("?")
    rows = two.page.get_by_role("dialog", name="Keyboard shortcuts").locator("dl > div")
    expect(rows).to_have_count(11)
    keys = [row.locator("kbd").all_inner_texts() for row in rows.all()]
    assert keys == [
        ["Ctrl", "K"], ["Ctrl", "F"], ["Enter"], ["Shift", "Enter"], ["Esc"], ["Esc"], ["↑"], ["Ctrl", "Enter"],
        ["Alt", "↑", "↓"],
        ["Alt", "N"], ["?"],
    ]  # fmt: skip
    two.page.keyboard.press("Alt+n")
    two.page.keyboard.press("?")
    expect(two.page.get_by_role("dialog")).to_have_count(1)
    two.page.keyboard.press("Escape")
    expect(two.page.get_by_role("dialog")).to_have_count(0)
    two.page.keyboard.press("Alt+n")
    expect(two.page).to_have_url(re.compile("/chat$"))
    expect(two.composer).to_be_focused()


def test_what_was_open_for_less_than_a_moment_gives_the_focus_back(tab: Tab) -> None:
    """Closed before anybody could look at what had the focus: as one who presses two keys at once does."""
    tab.composer.focus()
    tab.page.evaluate("""() => {
      const dialog = Object.assign(document.createElement('div'), { role: 'dialog', innerHTML: '<input>' });
      document.body.append(dialog);
      dialog.firstChild.focus();
      dialog.remove();
    }""")
    expect(tab.composer).to_be_focused()
