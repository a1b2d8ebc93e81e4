"""A fresh install: one can write at once, to someone who speaks one's language, and is told what a Locrit is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from src.services.locrits import DEFAULTS
from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import ROOT, LocritServer

WHAT = {"en-GB": "A Locrit is someone to talk to", "fr-FR": "Un Locrit est quelqu’un à qui parler"}
GREETING = {"en-GB": "Hello, I am Bob.", "fr-FR": "Bonjour, je suis Bob."}
DESCRIPTION = {"en-GB": "Helps with computers", "fr-FR": "Aide pour l’ordinateur"}


@pytest.fixture
def server(tmp_path: Path, ollama: FakeOllama) -> Iterator[LocritServer]:
    """Where nothing is yet, not even a table."""
    running = LocritServer(tmp_path, {"OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama"}, from_nothing=True)
    yield running
    running.kill()


@pytest.mark.parametrize("language", ["en-GB", "fr-FR"])
def test_a_fresh_install_opens_on_someone_to_talk_to(
    language: str, server: LocritServer, browser: Browser, console: Console
) -> None:
    context = browser.new_context(locale=language, reduced_motion="reduce")
    console.watch(context)
    tab = Tab(context.new_page(), server.url)
    tab.open("/")
    page = tab.page
    box = page.get_by_role("main").get_by_role("textbox")
    expect(box).to_be_focused()
    expect(page.get_by_role("main")).to_contain_text(WHAT[language])
    expect(page.get_by_role("heading", level=2).first).to_contain_text(GREETING[language])
    expect(page.get_by_role("heading", level=1)).to_have_text("Bob Technique")
    page.keyboard.type("Hello!")
    page.keyboard.press("Enter")
    expect(tab.message("Hello!").first).to_be_visible()
    expect(page).to_have_url(re.compile("/chat/.+"))
    tab.open("/")
    expect(page.get_by_role("main").get_by_role("listitem").filter(has_text="Bob Technique")).to_contain_text(
        DESCRIPTION[language]
    )
    tab.open("/my-locrits/Bob%20Technique/settings")
    expect(page.get_by_role("main").get_by_role("textbox").nth(2)).to_have_value(re.compile(DESCRIPTION[language]))
    context.close()


def test_every_sentence_of_the_first_locrits_is_said_in_french() -> None:
    said = (ROOT / "frontend" / "src" / "ui" / "text" / "fr.hands.ts").read_text()
    for _, fields in DEFAULTS:
        assert f"'{fields['description']}':" in said
        assert f"'{fields['welcome_message']}':" in said
        assert fields["system_prompt"].endswith("Answer in the language in which you are written to.")
