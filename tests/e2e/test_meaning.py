"""Finding by meaning is chosen on a page, which says how far everything is read, and is switched off there."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.pictures import picture
from tests.e2e.tab import Tab
from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer

MESSAGES = 100
FIRST, SECOND = "nomic-embed-text:latest", "mxbai-embed-large:latest"
LEARNING = "Learning what was said by its meaning…"


def say_much(server: LocritServer) -> None:
    with server.client() as api:
        opened = api.post("/api/v2/conversations", json={"locrit_name": "Bob Technique"}).raise_for_status().json()
        said = [{"message_id": f"said {n}", "role": "user", "content": f"I own thing {n}."} for n in range(MESSAGES)]
        at = f"/api/v2/conversations/{opened['conversation_id']}/sync"
        api.post(at, json={"messages": said}).raise_for_status()


def vectors(server: LocritServer) -> list[tuple[str, int]]:
    """How many there are, by model."""
    of = (
        "SELECT s.model, count(v.id) FROM vector_spaces s LEFT JOIN recall_vectors v ON v.space_id = s.id GROUP BY s.id"
    )
    with closing(sqlite3.connect(server.data_dir / "locrit.db")) as database:
        return database.execute(of).fetchall()


def choose(tab: Tab, model: str) -> None:
    tab.page.get_by_label("Find by meaning").select_option(model)
    tab.button("Save changes").click()
    expect(tab.button("Save changes")).to_have_count(0)


def bar(tab: Tab) -> Locator:
    return tab.page.get_by_role("region", name="In progress")


def test_another_model_learns_what_was_said_while_a_page_says_how_far_it_is_and_can_be_switched_off(
    server: LocritServer, ollama: FakeOllama, open_tab: OpenTab, tmp_path: Path
) -> None:
    ollama.models = ["gemma3:1b", FIRST, SECOND]
    ollama.capabilities = {FIRST: ["embedding"], SECOND: ["embedding"]}
    ollama.embeds_in_s = 0.1
    say_much(server)
    tab = open_tab(server, "/models")
    tab.page.get_by_label("Find by meaning").select_option(FIRST)
    picture(tab, tmp_path, "find-by-meaning")
    choose(tab, FIRST)
    expect(bar(tab).get_by_role("status")).to_have_text(LEARNING)
    expect(bar(tab)).to_contain_text(re.compile(f"[1-9][0-9]* of {MESSAGES}"))
    picture(tab, tmp_path, "learning")
    expect(bar(tab)).to_be_hidden()
    wait_until(lambda: vectors(server) == [(FIRST, MESSAGES)])
    ollama.embeds_in_s = 0.5
    choose(tab, SECOND)
    expect(bar(tab)).to_contain_text(re.compile(f"[1-9][0-9]* of {MESSAGES}"))
    assert (FIRST, MESSAGES) in vectors(server), "it is used until the other one has all"
    choose(tab, "")
    expect(bar(tab)).to_be_hidden()
    wait_until(lambda: vectors(server) == [])


def test_a_model_that_went_away_is_told_and_the_small_encoder_can_be_chosen(
    server: LocritServer, ollama: FakeOllama, open_tab: OpenTab, tmp_path: Path
) -> None:
    ollama.models = ["gemma3:1b", FIRST]
    ollama.capabilities = {FIRST: ["embedding"]}
    say_much(server)
    tab = open_tab(server, "/models")
    expect(tab.page.get_by_label("Find by meaning").get_by_role("option", name="Small encoder")).to_be_enabled()
    ollama.models = ["gemma3:1b"]
    choose(tab, FIRST)
    expect(bar(tab)).to_contain_text("nomic-embed-text")
    picture(tab, tmp_path, "learning-waits")
    choose(tab, "small encoder")
    wait_until(lambda: vectors(server) == [("small encoder", MESSAGES)])
    expect(bar(tab)).to_be_hidden()
