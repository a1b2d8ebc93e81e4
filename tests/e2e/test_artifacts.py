"""What a reply made, as a person uses it: looked at, edited, brought back, found again; and it can do no harm."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Dialog, FrameLocator, Locator, expect

from tests.e2e.axe import accessibility_problems
from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.hostile_artifacts import CSP_COMPLAINTS, hostile
from tests.e2e.pictures import PHONE, WIDE, picture
from tests.e2e.tab import Tab
from tests.fakes.ollama import FakeOllama
from tests.faults.proxy import Proxy
from tests.fixtures.server import LocritServer

PAGE = """<!doctype html>
<title>Clock</title>
<style>body { font: 20px sans-serif; padding: 20px }</style>
<h1>It is noon</h1>
<button onclick="document.querySelector('h1').textContent = 'It is one'">Later</button>
"""
COUNTER = """import { useState } from 'react';

export default function Counter() {
  const [n, setN] = useState<number>(0);
  return <button className="count" onClick={() => setN(n + 1)}>Pressed {n} times</button>;
}
"""
STYLE = ".count { color: rgb(1, 2, 3) }\n"
REPLY = f"A page:\n\n```html\n{PAGE}```\n\nAnd a component:\n\n```tsx\n{COUNTER}```\n\n```css\n{STYLE}```\n"


def panel(tab: Tab) -> Locator:
    return tab.page.get_by_role("region", name="Artifacts").or_(tab.page.get_by_role("dialog", name="Artifacts"))


def shown(tab: Tab) -> FrameLocator:
    """What runs in the frame within the frame."""
    return panel(tab).frame_locator("iframe").frame_locator("iframe")


def card(tab: Tab, name: str) -> Locator:
    return tab.reply.get_by_role("list", name="Artifacts").get_by_role("link", name=re.compile(f"^{name}"))


def edit(tab: Tab, text: str) -> None:
    panel(tab).get_by_role("button", name="Edit", exact=True).click()
    panel(tab).get_by_label("Source of the artifact").fill(text)


def save(tab: Tab, text: str) -> None:
    edit(tab, text)
    panel(tab).get_by_role("button", name="Save", exact=True).click()


def version(tab: Tab, number: int, state: str = "saved") -> None:
    expect(panel(tab).get_by_role("banner").or_(panel(tab).locator("header"))).to_contain_text(f"Version {number}")
    tab.expect_state(panel(tab).locator("header"), state)


def test_a_page_is_edited_to_its_third_version_and_brought_back_and_a_component_runs(
    link: Proxy, locrit: str, open_tab: OpenTab, shared_ollama: FakeOllama, console: Console, tmp_path: Path
) -> None:
    shared_ollama.enqueue([REPLY])
    tab = open_tab(link, f"/my-locrits/{locrit}/chat")
    tab.say("Make me a clock")
    expect(card(tab, "Clock")).to_be_visible()
    picture(tab, tmp_path, "cards")
    card(tab, "Clock").click()
    expect(shown(tab).get_by_role("heading")).to_have_text("It is noon")
    shown(tab).get_by_role("button", name="Later").click()
    expect(shown(tab).get_by_role("heading")).to_have_text("It is one")
    picture(tab, tmp_path, "preview")

    edit(tab, PAGE.replace("noon", "two"))
    picture(tab, tmp_path, "editing")
    assert accessibility_problems(tab.page) == []
    panel(tab).get_by_role("button", name="Save", exact=True).click()
    version(tab, 2)
    expect(shown(tab).get_by_role("heading")).to_have_text("It is two")
    console.expect_outage()
    link.unplug()
    save(tab, PAGE.replace("noon", "three"))
    version(tab, 3, "queued")
    expect(shown(tab).get_by_role("heading")).to_have_text("It is three")
    link.plug_in()
    version(tab, 3)

    panel(tab).get_by_role("tab", name="Versions").click()
    expect(panel(tab).locator("ins")).to_contain_text("It is three")
    picture(tab, tmp_path, "versions")
    assert accessibility_problems(tab.page) == []
    panel(tab).get_by_role("button", name="Bring back version 1").click()
    version(tab, 4)
    panel(tab).get_by_role("tab", name="Source").click()
    expect(panel(tab).locator("pre")).to_contain_text("It is noon")
    picture(tab, tmp_path, "source")

    tab.reload()
    expect(shown(tab).get_by_role("heading")).to_have_text("It is noon")
    tab.page.go_back()
    expect(panel(tab)).to_have_count(0)
    card(tab, "Counter").click()
    button = shown(tab).get_by_role("button")
    button.click()
    expect(button).to_have_text("Pressed 1 times")
    expect(button).to_have_css("color", "rgb(1, 2, 3)")
    console.expect("no.such|reading 'such'")
    save(tab, COUNTER.replace("{n} times", "{n.no.such} times"))
    expect(panel(tab).get_by_role("status")).to_contain_text("It failed")
    picture(tab, tmp_path, "component")

    tab.page.set_viewport_size(PHONE)
    panel(tab).get_by_role("button", name="Close the artifact").click()
    expect(panel(tab)).to_have_count(0)
    tab.page.set_viewport_size(WIDE)
    tab.page.get_by_role("link", name=f"What {locrit} made").click()
    expect(tab.page.get_by_role("main").get_by_role("listitem")).to_have_count(2)
    picture(tab, tmp_path, "all")
    assert accessibility_problems(tab.page) == []
    tab.page.get_by_label("Search by name").fill("CLÓCK")
    expect(tab.page.get_by_role("main").get_by_role("listitem")).to_have_count(1)
    tab.page.get_by_role("link", name=re.compile("^Clock")).click()
    panel(tab).get_by_role("button", name="Delete").click()
    expect(panel(tab)).to_have_count(0)
    tab.page.get_by_role("button", name="Undo").click()


class Trap(ThreadingHTTPServer):
    """Whatever reaches it has escaped."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Trapped)
        self.caught: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Trapped(BaseHTTPRequestHandler):
    server: Trap

    def do_GET(self) -> None:
        self.server.caught.append(f"{self.command} {self.path}")
        self.send_response(204)
        self.end_headers()

    do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def trap() -> Iterator[Trap]:
    with Trap() as trap:
        yield trap
        trap.shutdown()


def test_nothing_that_an_artifact_says_runs_as_this_page_or_reaches_anything(
    shared_server: LocritServer, locrit: str, api: httpx.Client, open_tab: OpenTab, console: Console, trap: Trap
) -> None:
    console.expect(CSP_COMPLAINTS)
    where = api.post("/api/conversations", json={"locrit_name": locrit, "session_id": "hostile"}).json()
    ours = f"{shared_server.url}/escaped"
    made = [
        api.post(f"/api/conversations/{where['conversation_id']}/artifacts", json=one).raise_for_status().json()["id"]
        for one in hostile(trap.url, ours)
    ]
    tab = open_tab(shared_server, None)
    escaped: list[str] = []
    tab.page.on("response", lambda response: escaped.append(response.url) if "escaped" in response.url else None)
    tab.page.on("popup", lambda popup: escaped.append(popup.url))
    tab.page.on("dialog", lambda dialog: _dismiss(dialog, escaped))
    for id_ in made:
        tab.open(f"/my-locrits/{locrit}/chat/{where['conversation_id']}?artifact={id_}")
        expect(panel(tab).get_by_role("heading").first).to_be_visible()
        if panel(tab).locator("iframe").count():
            expect(panel(tab).frame_locator("iframe").locator("iframe")).to_have_count(1)
        panel(tab).get_by_role("tab", name="Source").click()
        expect(panel(tab).locator("pre").first).to_be_visible()
        touched = tab.page.evaluate("() => [window.escaped, localStorage.escaped].filter((one) => one !== undefined)")
        assert touched == [], id_
    tab.open(f"/my-locrits/{locrit}/artifacts")
    expect(tab.page.get_by_role("main").get_by_role("listitem")).to_have_count(len(made))
    assert tab.page.evaluate("() => window.escaped ?? null") is None
    assert (escaped, trap.caught) == ([], [])


def _dismiss(dialog: Dialog, escaped: list[str]) -> None:
    escaped.append(dialog.message)
    dialog.dismiss()
