"""A public page: a visitor talks, comes back, and the Locrit's person sees it live; on a phone and at a desk."""

import threading
from pathlib import Path

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import accessibility_problems
from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.pictures import picture
from tests.fakes.ollama import FakeOllama
from tests.fakes.script import Hold
from tests.fixtures.server import LocritServer


def test_a_visitor_talks_and_the_person_sees_it(
    open_tab: OpenTab,
    open_device: OpenTab,
    shared_server: LocritServer,
    shared_ollama: FakeOllama,
    api: httpx.Client,
    locrit: str,
    console: Console,
    tmp_path: Path,
) -> None:
    look = {"description": "Knows the garden.", "welcome_message": "Come in!", "avatar": "🦊"}
    api.patch(f"/api/v2/locrits/{locrit}", json=look | {"open_to": {"internet": True}}).raise_for_status()
    person = open_tab(shared_server, f"/my-locrits/{locrit}/chat")
    settings = open_tab(shared_server, f"/my-locrits/{locrit}/settings")
    settings.page.get_by_role("link", name="Its public page").scroll_into_view_if_needed()
    picture(settings, tmp_path, "settings")
    with settings.page.expect_popup() as popup:
        settings.page.get_by_role("link", name="Its public page").click()
    expect(popup.value.get_by_text("Come in!")).to_be_visible()
    settings.reload()
    expect(settings.page.get_by_role("link", name="Its public page")).to_be_visible()  # its person is no visitor
    visitor = open_device(shared_server, "/public")
    picture(visitor, tmp_path, "public")
    visitor.page.get_by_role("link", name=locrit).click()
    release = threading.Event()
    shared_ollama.enqueue(["In the ", Hold(release), "shade."])
    say(visitor.page, "Where do ferns grow?")
    expect(said(visitor.page).last).to_contain_text("In the")
    expect(person.page.get_by_text("Visitor", exact=True)).to_be_visible()
    release.set()
    expect(said(visitor.page).last).to_contain_text("In the shade.")
    picture(visitor, tmp_path, "public-locrit")
    assert accessibility_problems(visitor.page) == []
    visitor.page.reload()
    expect(said(visitor.page)).to_have_count(3)
    expect(said(visitor.page).nth(1)).to_contain_text("Where do ferns grow?")
    person.page.get_by_role("link", name="Where do ferns grow?").first.click()
    expect(person.page.get_by_role("article").last).to_contain_text("In the shade.")
    picture(person, tmp_path, "person")
    api.patch(f"/api/v2/locrits/{locrit}", json={"open_to": {"internet": False}}).raise_for_status()
    console.expect("status of 403")
    say(visitor.page, "Still there?")
    expect(visitor.page.get_by_role("status")).to_contain_text("is not open to the public")
    expect(visitor.page.get_by_role("textbox")).to_have_value("Still there?")


def say(page: Page, message: str) -> None:
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    page.get_by_role("textbox", name="Message").fill(message)
    page.keyboard.press("Enter")


def said(page: Page) -> Locator:
    return page.locator(".said")
