"""A public page: a visitor talks, comes back, and the Locrit's person sees it live; on a phone and at a desk."""

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import accessibility_problems
from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.pictures import picture
from tests.e2e.tab import Tab
from tests.e2e.test_hostile import Trap, Watch
from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama
from tests.fakes.script import Hold
from tests.fakes.xss import payloads
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
    settings.page.get_by_role("link", name="See it as a visitor").scroll_into_view_if_needed()
    picture(settings, tmp_path, "settings")
    with settings.page.expect_popup() as popup:
        settings.page.get_by_role("link", name="See it as a visitor").click()
    expect(popup.value.get_by_text("Come in!")).to_be_visible()
    settings.reload()
    expect(settings.page.get_by_role("link", name="See it as a visitor")).to_be_visible()  # its person is no visitor
    visitor = open_device(shared_server, "/public")
    picture(visitor, tmp_path, "public")
    visitor.page.get_by_role("link", name=locrit).click()
    release = threading.Event()
    shared_ollama.enqueue(["In the ", Hold(release), "shade."])
    say(visitor.page, "Where do ferns grow?")
    expect(said(visitor.page).last).to_contain_text("In the")
    expect(person.page.get_by_text("Visitor", exact=True)).to_be_visible()
    assert person.page.get_by_role("main").get_by_role("link", name="Where do ferns grow?").count() == 0
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


def test_what_the_page_says_is_set_without_the_server_and_in_every_tab(
    chat: Tab, server: LocritServer, bob: str, open_tab: OpenTab, console: Console, tmp_path: Path
) -> None:
    chat.wait_for_worker()
    console.expect_outage()
    other = open_tab(server, f"/my-locrits/{bob}/settings")
    chat.open(f"/my-locrits/{bob}/settings")
    form = chat.page.get_by_role("region", name="Public page")
    chat.page.get_by_role("switch", name="Everyone, on its public page").click()
    expect(form).to_contain_text("Each visitor and guest may send 6 messages a minute, all together 300 a day.")
    expect(form).to_contain_text("It is there once this is saved")
    form.get_by_label("Heading", exact=True).fill("Robin's garden")
    form.get_by_role("radio", name="Dark").click()
    server.kill()
    form.get_by_label("Words that greet visitors").fill("Mind the bees.")
    chat.button("Save changes").click()
    expect(chat.page.get_by_text("Kept here; sent when Locrit is reachable.")).to_be_visible()
    seen = other.page.get_by_role("region", name="Public page")
    expect(seen.get_by_label("Heading", exact=True)).to_have_value("Robin's garden")
    expect(seen.get_by_role("radio", name="Dark")).to_be_checked()
    expect(seen.get_by_label("Words that greet visitors")).to_have_value("Mind the bees.")
    server.start()
    wait_until(lambda: httpx.get(f"{server.url}/public/{bob}").status_code == 200)
    page = httpx.get(f"{server.url}/public/{bob}").json()["locrit"]["page_config"]
    assert (page["title"], page["welcome_message"], page["theme"]) == ("Robin's garden", "Mind the bees.", "dark")
    form.scroll_into_view_if_needed()
    picture(chat, tmp_path, "page-settings")
    assert accessibility_problems(chat.page) == []


def test_a_reply_is_set_as_markdown_and_nothing_in_it_runs(
    open_device: OpenTab,
    shared_server: LocritServer,
    shared_ollama: FakeOllama,
    api: httpx.Client,
    locrit: str,
    trap: Trap,
    console: Console,
    tmp_path: Path,
) -> None:
    texts = payloads(trap.url)
    look = {"welcome_message": "".join(texts), "description": texts[0]}
    api.patch(f"/api/v2/locrits/{locrit}", json=look | {"open_to": {"internet": True}}).raise_for_status()
    visitor = open_device(shared_server, None)
    watch = Watch(trap)
    watch.follow(visitor.page)
    visitor.open(f"/public/{locrit}?lang=fr")
    reply = "# Fougères\n\nÀ **l’ombre** de [ceci](https://a.example) :\n\n- mousse\n- pierre\n\n```\nx < 1\n```\n\n"
    shared_ollama.enqueue([reply, *(f"{text}\n\n" for text in texts)])
    visitor.page.get_by_role("textbox", name="Message").fill("\n".join(texts)[:4000])
    visitor.page.get_by_role("button", name="Envoyer").click()
    answer = said(visitor.page).last
    for _ in ("while it is written", "when it is loaded again"):
        expect(answer).to_contain_text("data:text/html,<script>")
        expect(answer.get_by_role("heading", name="Fougères")).to_be_visible()
        expect(answer.get_by_role("listitem").first).to_have_text("mousse")
        expect(answer.get_by_role("link", name="ceci")).to_have_attribute("rel", "noopener noreferrer nofollow")
        expect(visitor.page.locator("#talk :is(img, script, iframe, svg, style, form, input, object)")).to_have_count(0)
        assert watch.escaped(visitor.page) == []
        assert accessibility_problems(visitor.page) == []
        picture(visitor, tmp_path, "public-markdown")
        visitor.page.reload()
    api.patch(f"/api/v2/locrits/{locrit}", json={"open_to": {"internet": False}}).raise_for_status()
    console.expect("status of 403")
    visitor.page.get_by_role("textbox", name="Message").fill("Encore ?")
    visitor.page.get_by_role("button", name="Envoyer").click()
    expect(visitor.page.get_by_role("status")).to_have_text("Ce Locrit ne parle pas avec vous en ce moment.")
    visitor.page.get_by_role("link", name="English").click()
    expect(visitor.page.get_by_text("This Locrit does not exist")).to_be_visible()


@pytest.fixture
def trap() -> Iterator[Trap]:
    with Trap() as trap:
        yield trap
        trap.shutdown()


def say(page: Page, message: str) -> None:
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    page.get_by_role("textbox", name="Message").fill(message)
    page.keyboard.press("Enter")


def said(page: Page) -> Locator:
    return page.locator(".said")
