"""Every view: whole at every width, readable in light and dark, silent in the console, and looked at by a person.

The screenshots are in test-results/screenshots. LOCRIT_UPDATE_IMAGES=1 also renews those of the README.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.axe import COLOURS, accessibility_problems
from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.places import PLACES, Place, edit_box
from tests.e2e.scene import Scene
from tests.e2e.tab import Tab
from tests.e2e.views import VIEWS, View, chat, memory
from tests.fakes.ollama import FakeOllama
from tests.faults.proxy import Proxy
from tests.fixtures.server import ROOT, LocritServer

SCREENSHOTS = ROOT / "test-results" / "screenshots"
IMAGES = ROOT / "docs" / "images"
IMAGE_BYTES = 150_000
BLANK_BYTES = 6_000

SIZES: dict[str, ViewportSize] = {
    "wide": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
    "narrow": {"width": 320, "height": 640},
}

SCHEMES: dict[Literal["light", "dark"], list[str] | None] = {"light": None, "dark": COLOURS}
"""And the rules of accessibility that are looked at there."""


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocritServer, Scene]]:
    with FakeOllama() as ollama:
        env = {"OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama", "LOCRIT_MODEL_TIMEOUT": "3600"}
        server = LocritServer(tmp_path_factory.mktemp("past"), env)
        try:
            scene = Scene(server, ollama)
            scene.prepare()
            yield server, scene
        finally:
            server.kill()


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__.replace("_", "-"))
def test_a_view_is_whole_and_readable(
    view: View, past: tuple[LocritServer, Scene], open_tab: OpenTab, console: Console
) -> None:
    server, scene = past
    console.expect(r"status of 404 .*/no/such/page")
    tab = open_tab(server, None)
    view(tab, scene)
    check(tab, view.__name__.replace("_", "-"))
    if os.environ.get("LOCRIT_UPDATE_IMAGES") and view in (chat, memory):
        for scheme in ("light", "dark"):
            tab.page.emulate_media(color_scheme=scheme)
            tab.page.set_viewport_size(SIZES["wide"])
            view(tab, scene)
            take_image(tab.page, IMAGES / f"{view.__name__}-{scheme}.png")


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__.replace("_", "-"))
def test_what_opens_over_a_page_is_whole_and_readable(
    place: Place, past: tuple[LocritServer, Scene], open_tab: OpenTab
) -> None:
    server, scene = past
    tab = open_tab(server, None)
    chat(tab, scene)
    place(tab)
    check(tab, f"over-{place.__name__.replace('_', '-')}")


def test_what_needs_a_decision_is_whole_and_readable(
    link: Proxy, locrit: str, shared_server: LocritServer, open_tab: OpenTab, console: Console
) -> None:
    tab = open_tab(link, f"/my-locrits/{locrit}/chat")
    tab.say("Tea, said at first")
    tab.expect_saved("You said: Tea, said at first")
    console.expect_outage()
    console.expect("status of 409")
    link.unplug()
    edit_box(tab)
    tab.page.get_by_role("textbox", name="Edit your message").fill("Tea, said here")
    tab.button("Save only").click()
    tab.expect_state(tab.messages.first, "queued")
    with shared_server.client() as client:
        message_id = tab.messages.first.get_attribute("data-message-id")
        message = f"/api/v2/conversations/{tab.conversation_id}/messages/{message_id}"
        client.patch(message, json={"content": "Tea, said there", "rev": 1}).raise_for_status()
    link.plug_in()
    expect(tab.page.get_by_role("region", name="Changed elsewhere")).to_be_visible()
    check(tab, "chat-conflict")
    tab.button("Something needs your decision").click()
    expect(tab.page.get_by_role("dialog", name="What needs your decision")).to_be_visible()
    check(tab, "over-decisions")
    tab.open("/settings")
    tab.page.set_viewport_size(SIZES["narrow"])
    expect(tab.page.get_by_role("main").get_by_role("button", name="Something needs your decision")).to_be_in_viewport()
    check(tab, "settings-decision")


def test_a_fresh_install_is_whole_and_readable(server: LocritServer, open_tab: OpenTab) -> None:
    tab = open_tab(server, "/")
    expect(tab.page.get_by_text("A Locrit is someone to talk to")).to_be_visible()
    check(tab, "first-start")


def test_the_offline_state_is_whole_and_readable(
    server: LocritServer, bob: str, open_tab: OpenTab, console: Console
) -> None:
    tab = open_tab(server, f"/my-locrits/{bob}/chat")
    tab.say("Before the storm")
    tab.expect_saved("You said: Before the storm")
    console.expect_outage()
    server.kill()
    tab.say("Can you hear me now?")
    expect(tab.status.first).to_have_text("Offline · 1 waiting")
    tab.expect_state(tab.message("Can you hear me now?"), "queued")
    check(tab, "chat-offline")
    tab.page.keyboard.press("Control+k")
    tab.page.get_by_role("combobox").fill("hear")
    expect(tab.page.get_by_text("only what this browser has was searched")).to_be_visible()
    expect(tab.page.get_by_role("option").locator("mark")).to_be_visible()
    check(tab, "palette-offline")


def check(tab: Tab, name: str) -> None:
    for size, viewport in SIZES.items():
        tab.page.set_viewport_size(viewport)
        for scheme, rules in SCHEMES.items():
            tab.page.emulate_media(color_scheme=scheme)
            assert tab.sticks_out() == [], f"{name}, {size}, {scheme}"
            if size == "narrow":
                continue
            picture = tab.page.screenshot(path=SCREENSHOTS / f"{name}-{size}-{scheme}.png", animations="disabled")
            assert len(picture) > BLANK_BYTES, f"{name}, {size}, {scheme} is blank"
            assert accessibility_problems(tab.page, rules) == [], f"{name}, {size}, {scheme}"


def take_image(page: Page, path: Path) -> None:
    page.screenshot(path=path, animations="disabled")
    assert path.stat().st_size < IMAGE_BYTES, f"{path} is too large"
