"""A model that calls tools, as a person sees it: one that asks, a reload, the answer from another tab."""

from pathlib import Path

import httpx
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.pictures import picture
from tests.e2e.tab import Tab
from tests.fakes.ollama import Calls, FakeOllama
from tests.fixtures.server import LocritServer

MODEL = "zz-tooled:1b"
HOSTILE = "<img src=x onerror=\"document.title='pwned'\">"


def calls(tab: Tab) -> Locator:
    return tab.reply.locator("details.thought")


def question(tab: Tab) -> Locator:
    return tab.reply.get_by_role("region")


def test_a_tool_asks_and_is_allowed_after_a_reload_and_seen_in_every_tab(
    tab: Tab, open_tab: OpenTab, shared_server: LocritServer, shared_ollama: FakeOllama, api: httpx.Client,
    tmp_path: Path,
) -> None:  # fmt: skip
    shared_ollama.models.append(MODEL)
    shared_ollama.capabilities[MODEL] = ["completion", "tools"]
    tools = {"calculate": "always", "remember": "ask"}
    api.patch(f"/api/v2/locrits/{tab.locrit}", json={"model": MODEL, "tools": tools}).raise_for_status()
    asked = Calls(("calculate", {"expression": "6 * 7"}), (HOSTILE, {"a": HOSTILE}), ("remember", {"content": HOSTILE}))
    shared_ollama.enqueue(["Let me see. ", asked])
    shared_ollama.enqueue(["It is **42**, and I keep that."])
    try:
        tab.say("6 * 7? And remember it.")
        expect(question(tab)).to_contain_text("Remember something")
        expect(calls(tab)).to_have_count(3)
        expect(calls(tab).nth(0)).to_contain_text("Calculate")
        expect(calls(tab).nth(0)).to_contain_text("done")
        expect(calls(tab).nth(1)).to_contain_text(HOSTILE)
        expect(calls(tab).nth(2)).to_contain_text("waits for you")
        picture(tab, tmp_path, "asks")

        tab.reload()
        second = open_tab(shared_server, tab.path)
        expect(question(second)).to_be_visible()
        allow = question(tab).get_by_role("button", name="Allow once")
        allow.focus()
        allow.press("Enter")
        for each in (tab, second):
            expect(question(each)).to_have_count(0)
            expect(each.reply.locator(".parts > .markdown").last).to_have_text("It is 42, and I keep that.")
            expect(calls(each).nth(2)).to_contain_text("done")
            each.expect_state(each.reply, "saved")
        calls(tab).nth(0).locator("summary").press("Enter")
        expect(calls(tab).nth(0).locator("pre").last).to_contain_text('"value": "42"')
        calls(tab).nth(1).locator("summary").click()
        expect(calls(tab).nth(1)).to_contain_text("There is no tool")
        picture(tab, tmp_path, "answered")
        [memory] = api.get(f"/api/v2/locrits/{tab.locrit}/memory/memories").json()["memories"]
        assert memory["content"] == HOSTILE
        assert "pwned" not in tab.page.title()

        tab.open(f"/my-locrits/{tab.locrit}/settings")
        expect(tab.page.get_by_role("switch", name="Ask me first: remember something")).to_be_checked()
        tab.page.get_by_role("group", name="Tools").scroll_into_view_if_needed()
        picture(tab, tmp_path, "settings")
    finally:
        shared_ollama.models.remove(MODEL)
