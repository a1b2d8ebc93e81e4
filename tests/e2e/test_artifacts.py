"""What a reply made, as a person uses it: looked at, edited, brought back, found again."""

import re
from pathlib import Path

from playwright.sync_api import FrameLocator, Locator, expect

from tests.e2e.axe import accessibility_problems
from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.pictures import PHONE, WIDE, picture
from tests.e2e.tab import Tab
from tests.fakes.ollama import FakeOllama
from tests.faults.proxy import Proxy

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
    tab.page.get_by_role("main").get_by_role("button", name="Actions for ").click()
    picture(tab, tmp_path, "menu")
    tab.page.set_viewport_size(PHONE)
    tab.page.get_by_role("menuitem", name=f"What {locrit} made").click()
    expect(tab.page.get_by_role("main").get_by_role("listitem")).to_have_count(2)
    tab.page.set_viewport_size(WIDE)
    expect(tab.page.get_by_role("main").get_by_role("listitem")).to_have_count(2)
    picture(tab, tmp_path, "all")
    assert accessibility_problems(tab.page) == []
    tab.page.get_by_label("Search by name").fill("CLÓCK")
    expect(tab.page.get_by_role("main").get_by_role("listitem")).to_have_count(1)
    tab.page.get_by_role("link", name=re.compile("^Clock")).click()
    panel(tab).get_by_role("button", name="Delete").click()
    expect(panel(tab)).to_have_count(0)
    tab.page.get_by_role("button", name="Undo").click()
