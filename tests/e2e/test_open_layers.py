"""What a person has opened stays open, where it is and about what it was, whatever arrives meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import BrowserContext, ElementHandle, Locator, Page, Route, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.eventually import wait_until
from tests.faults.proxy import Proxy

HERE, OTHER = "What is open", "Beside it"
TABLE = "| a | b |\n| --- | --- |\n| violet | green |"
TALK = [("user", "Draw"), ("assistant", TABLE), ("user", "Ask"), ("assistant", "Told")]
TALL = "\n".join(["Line by line"] * 40)
STATE = """element => ({
  isThere: element.isConnected && element.checkVisibility(),
  hasFocus: element.contains(document.activeElement),
  at: [element.getBoundingClientRect().x, element.getBoundingClientRect().y],
})"""

Find = Callable[[Page], Locator]
Open = Callable[[Tab], Locator]
"""Opens something, and returns it."""


def _menu(page: Page) -> Locator:
    return page.get_by_role("menu")


def _dialog(page: Page) -> Locator:
    return page.get_by_role("dialog").or_(page.get_by_role("alertdialog"))


def _menu_of(button: Find, *item: str) -> Open:
    """It, or the dialog that an item of it leads to."""

    def open_(tab: Tab) -> Locator:
        button(tab.page).click()
        for name in item:
            tab.page.get_by_role("menuitem", name=name, exact=True).click()
        return (_dialog if item else _menu)(tab.page)

    return open_


def _pressed(name: str, found: Find) -> Open:
    def open_(tab: Tab) -> Locator:
        tab.page.get_by_role("button", name=name).first.click()
        return found(tab.page)

    return open_


def _at_key(key: str, found: Find) -> Open:
    def open_(tab: Tab) -> Locator:
        tab.page.keyboard.press(key)
        return found(tab.page)

    return open_


def _in_sidebar(page: Page) -> Locator:
    return page.get_by_role("navigation").get_by_role("button", name=f"“{HERE}”")


def _in_header(page: Page) -> Locator:
    return page.locator("main header").get_by_role("button", name=f"“{HERE}”")


def _at_reply(page: Page) -> Locator:
    return page.get_by_role("article").last.get_by_role("button", name="More about this message")


OPENED: dict[str, Open] = {
    "the menu of a conversation": _menu_of(_in_sidebar),
    "its new name": _menu_of(_in_sidebar, "Rename"),
    "whether to forget it": _menu_of(_in_sidebar, "Forget…"),
    "the menu of the page": _menu_of(_in_header),
    "the name of the page": _menu_of(_in_header, "Rename"),
    "the menu of a message": _menu_of(_at_reply),
    "its history": _menu_of(_at_reply, "History…"),
    "the models to retry it with": _menu_of(_at_reply, "Retry with another model…"),
    "whether to forget a message": _menu_of(_at_reply, "Forget…"),
    "the copies of a table": _pressed("Copy the table", _menu),
    "an edit": _pressed("Edit", lambda page: page.get_by_role("textbox", name="Edit your message")),
    "the palette": _at_key("Control+k", _dialog),
    "the shortcuts": _pressed("Keyboard shortcuts", _dialog),
    "the other Locrits": _pressed("Switch Locrit", _menu),
    "the models of a Locrit": _pressed("Choose another one", _dialog),
    "the words to find": _at_key("Control+f", lambda page: page.get_by_role("search")),
}


@dataclass
class Scene:
    """A conversation that a tab is in, one beside it, and what other browsers do with them."""

    api: httpx.Client
    tab: Tab
    locrit: str
    link: Proxy
    here: str = ""
    other: str = ""
    times: int = 0

    def begin(self) -> None:
        """A conversation of its own, from the sidebar."""
        self.here, self.times = self.new(HERE), self.times + 1
        for role, content in TALK:
            self.add(self.here, role, content)
        self.tab.conversation(HERE).click()
        self.tab.expect_saved("Told")

    def new(self, title: str) -> str:
        opened = self.api.post("/api/v2/conversations", json={"locrit_name": self.locrit, "title": title})
        return f"/api/v2/conversations/{opened.raise_for_status().json()['conversation_id']}"

    def add(self, conversation: str, role: str, content: str) -> None:
        body = {"message_id": str(uuid4()), "role": role, "content": content}
        self.api.post(f"{conversation}/messages", json=body).raise_for_status()

    def arrive(self) -> None:
        """All that can come at once: the connection anew, other names and places, another version, more to read."""
        self.link.cut()
        reply = self.api.get(f"{self.here}/messages").json()["messages"][-1]["message_id"]
        self.api.patch(self.here, json={"title": f"{HERE} {self.times}", "pinned": True}).raise_for_status()
        self.add(self.other, "user", "News")
        self.api.post(f"{self.here}/messages/{reply}/retry", json={}).raise_for_status()
        self.add(self.here, "user", TALL)
        self.api.patch(
            f"/api/v2/locrits/{self.locrit}", json={"name": f"{self.locrit} {self.times}"}
        ).raise_for_status()
        self.api.patch(self.other, json={"title": f"{OTHER} {self.times}"}).raise_for_status()
        expect(self.tab.page.locator("nav").get_by_text(f"{OTHER} {self.times}", exact=True)).to_be_attached()
        expect(self.tab.page.locator("article", has_text="Line by line")).to_be_attached()

    def end(self) -> None:
        self.api.delete(self.here).raise_for_status()
        expect(self.tab.page.get_by_role("heading", name=f"{HERE} {self.times}")).to_have_count(0)
        expect(self.tab.conversation(f"{HERE} {self.times}")).to_have_count(0)


@pytest.fixture
def scene(open_tab: OpenTab, link: Proxy, api: httpx.Client, locrit: str, console: Console) -> Scene:
    console.expect_outage()
    scene = Scene(api, open_tab(link, f"/my-locrits/{locrit}/chat"), locrit, link)
    scene.other = scene.new(OTHER)
    return scene


def state_of(element: ElementHandle) -> dict[str, Any]:
    state: dict[str, Any] = element.evaluate(STATE)
    return state


def test_what_is_open_outlasts_what_arrives(scene: Scene) -> None:
    lost = []
    for name, open_ in OPENED.items():
        scene.begin()
        opened = open_(scene.tab)
        expect(opened).to_be_visible()
        element = opened.element_handle()
        before = state_of(element)
        assert before["hasFocus"], name
        scene.arrive()
        if state_of(element) != before:
            lost.append(f"{name}: {before} became {state_of(element)}")
        scene.tab.page.keyboard.press("Escape")
        scene.end()
    assert not lost, "\n".join(lost)


def test_a_menu_is_about_the_version_that_it_was_opened_for(scene: Scene) -> None:
    scene.begin()
    _menu_of(_at_reply)(scene.tab)
    scene.arrive()
    scene.tab.page.get_by_role("menuitem", name="Delete", exact=True).click()
    expect(scene.tab.page.get_by_text("Message deleted.")).to_be_visible()

    def said() -> list[str]:
        return [message["content"] for message in scene.api.get(f"{scene.here}/messages").json()["messages"]]

    wait_until(lambda: "Told" not in said())  # the page says so when it is in this browser
    assert "You said: Ask" in said()


def test_a_page_that_is_ready_late_takes_no_focus_from_what_was_opened_meanwhile(
    scene: Scene, new_context: Callable[[], BrowserContext], console: Console
) -> None:
    scene.new(HERE)
    another = new_context()
    console.watch(another)
    tab = Tab(another.new_page(), scene.link.url)
    held: list[Route] = []
    tab.page.route("**/api/v2/locrits?*", lambda route: held.append(route))
    tab.open(f"/my-locrits/{scene.locrit}/chat")
    menu = _menu_of(_in_sidebar)(tab).element_handle()
    before = state_of(menu)
    for route in held:
        route.continue_()
    expect(tab.composer).to_be_visible()
    assert state_of(menu) == before
    tab.page.get_by_role("menuitem", name="Star", exact=True).click()
    expect(tab.conversation(HERE).get_by_role("img", name="Starred")).to_be_visible()
