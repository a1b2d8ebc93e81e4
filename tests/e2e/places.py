"""Every place of the interface that has keys of its own, and how it is opened."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.tab import Tab

Place = Callable[[Tab], None]
"""In a conversation whose first message is a question, answered; leaves it open, with the focus in it."""


def composer(tab: Tab) -> None:
    tab.composer.fill("half a wo")


def edit_box(tab: Tab) -> None:
    tab.messages.first.hover()
    tab.messages.first.get_by_role("button", name="Edit").click()
    tab.page.get_by_role("textbox", name="Edit your message").fill("Firs")


def palette(tab: Tab) -> None:
    tab.page.keyboard.press("Control+k")
    tab.page.get_by_role("combobox").fill("s")
    expect(tab.page.get_by_role("option", name="Pixie Assistant")).to_be_visible()  # Locrits come after actions


def find_bar(tab: Tab) -> None:
    tab.page.keyboard.press("Control+f")
    tab.page.get_by_role("textbox", name="Find in this conversation").fill("a")
    expect(tab.page.get_by_role("search").get_by_text(re.compile(r"\d messages?"))).to_be_visible()


def shortcuts(tab: Tab) -> None:
    tab.page.get_by_role("button", name="Keyboard shortcuts").first.click()
    expect(tab.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def rename(tab: Tab) -> None:
    header_menu(tab)
    tab.page.get_by_role("menuitem", name="Rename", exact=True).click()
    expect(tab.page.get_by_role("textbox", name="Name")).to_be_focused()


def forget_conversation(tab: Tab) -> None:
    header_menu(tab)
    tab.page.get_by_role("menuitem", name="Forget…", exact=True).click()
    expect(tab.page.get_by_role("alertdialog")).to_be_visible()


def header_menu(tab: Tab) -> None:
    tab.page.locator("main header").get_by_role("button", name="Actions for").click()
    expect(tab.page.get_by_role("menu")).to_be_visible()


def model_calls(tab: Tab) -> None:
    header_menu(tab)
    tab.page.get_by_role("menuitem", name="Model calls…").click()
    expect(tab.page.get_by_role("dialog", name="Model calls").get_by_role("listitem").first).to_contain_text("answered")


def message_menu(tab: Tab) -> None:
    tab.reply.hover()
    tab.reply.get_by_role("button", name="More about this message").click()
    expect(tab.page.get_by_role("menu")).to_be_visible()


def history(tab: Tab) -> None:
    message_menu(tab)
    tab.page.get_by_role("menuitem", name="History…").click()
    expect(tab.page.get_by_role("dialog", name="History of this message")).to_be_visible()


def forget_message(tab: Tab) -> None:
    message_menu(tab)
    tab.page.get_by_role("menuitem", name="Forget…", exact=True).click()
    expect(tab.page.get_by_role("alertdialog")).to_be_visible()


def locrit_menu(tab: Tab) -> None:
    tab.page.get_by_role("button", name="Switch Locrit").click()
    expect(tab.page.get_by_role("menu")).to_be_visible()


def create_form(tab: Tab) -> None:
    tab.open("/create-locrit")
    tab.page.get_by_label("Name", exact=True).fill("Ta")
    expect_tools(tab)


def expect_tools(tab: Tab) -> None:
    """The form is whole once the server has said which tools there are."""
    expect(tab.page.get_by_label("Calculate", exact=True)).to_be_visible()


def emoji_picker(tab: Tab) -> None:
    create_form(tab)
    tab.button("Choose an emoji").click()
    expect(tab.page.get_by_role("dialog", name="Choose an emoji")).to_be_visible()


def locrit_form(tab: Tab) -> None:
    tab.open(f"/my-locrits/{tab.locrit}/settings")
    tab.page.get_by_label("In one line").fill("Someone who")
    expect_tools(tab)


def memory_search(tab: Tab) -> None:
    tab.open(f"/my-locrits/{tab.locrit}/memory-explorer?tab=messages")
    tab.page.get_by_role("searchbox", name="Search everything that was said").fill("Fir")


def sidebar_sheet(tab: Tab) -> None:
    tab.page.set_viewport_size({"width": 390, "height": 844})
    tab.page.get_by_role("button", name="Open the sidebar").click()
    expect(tab.page.get_by_role("dialog")).to_be_visible()


PLACES: list[Place] = [
    composer, edit_box, palette, find_bar, shortcuts, rename, forget_conversation, model_calls, header_menu,
    message_menu, history, forget_message,
    locrit_menu, create_form, emoji_picker, locrit_form, memory_search, sidebar_sheet,
]  # fmt: skip
