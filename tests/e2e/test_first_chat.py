"""The whole of it, once: a newcomer, the small offline model, a crash, and nothing lost."""

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from src.services.llm import weights
from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.fixtures.server import LocritServer

QUESTION = "Write a story about a lighthouse keeper, in five paragraphs."
ENDED = re.compile("saved|interrupted")
BRIEF = {"options": {"num_predict": 160}}
"""Small models ramble, and a busy machine takes its time."""


@pytest.mark.model
def test_a_first_chat_survives_a_reload_and_a_crash_and_is_found_again(
    tmp_path: Path, models_dir: Path, open_tab: OpenTab, console: Console
) -> None:
    env = {"LOCRIT_LLM": "embedded", "LOCRIT_EMBEDDED_MODEL": str(weights.path_in(models_dir))}
    server = LocritServer(tmp_path / "data", env)
    try:
        tab = open_tab(server, "/my-locrits")
        page = tab.page

        page.get_by_role("main").get_by_role("link", name="New Locrit").first.click()
        page.get_by_label("Name", exact=True).fill("Ada")
        page.get_by_label("Instructions").fill("You are Ada. Answer at length.")
        page.get_by_role("button", name="Create").click()
        expect(tab.composer).to_be_visible()
        httpx.patch(f"{server.url}/api/v2/locrits/Ada", json=BRIEF).raise_for_status()

        tab.say(QUESTION)
        tab.expect_saved(QUESTION)
        expect(tab.stop_button).to_be_visible()
        expect(tab.reply.locator(".markdown")).to_contain_text(re.compile(r"\w+ \w+"))
        begun = tab.reply.locator(".markdown").inner_text()

        tab.reload()
        tab.expect_saved(QUESTION)
        expect(tab.stop_button).not_to_be_visible(timeout=60_000)
        # It comes to its end, or to the limit of its length.
        expect(tab.reply.locator("[data-save-state]")).to_have_attribute("data-save-state", ENDED, timeout=60_000)
        said = tab.reply.locator(".markdown").inner_text()
        assert len(said) > len(begun)

        console.expect_outage()
        server.kill()
        server.start()
        tab.reload()
        expect(tab.messages).to_have_count(2)
        tab.expect_saved(QUESTION)
        expect(tab.reply.locator(".markdown")).to_have_text(said, use_inner_text=True)

        page.get_by_role("link", name="Memory", exact=True).click()
        page.get_by_role("tab", name="Messages").click()
        page.get_by_role("searchbox", name="Search everything that was said").fill("five paragraphs")
        expect(page.get_by_role("status").filter(has_text="with “five paragraphs”")).to_be_visible()
        page.get_by_role("main").get_by_role("link", name=re.compile("Write a story")).first.click()
        expect(tab.message(QUESTION)).to_be_in_viewport()
    finally:
        server.kill()
