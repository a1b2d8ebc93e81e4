"""While nothing of a reply has come: what the model does, and how full its window is afterwards."""

import threading
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.pictures import picture
from tests.e2e.tab import Tab
from tests.fakes.ollama import FakeOllama, Hold


def test_a_long_prompt_is_read_and_a_model_loaded_in_front_of_people(
    tab: Tab, shared_ollama: FakeOllama, tmp_path: Path
) -> None:
    reads, loads = threading.Event(), threading.Event()
    shared_ollama.window, shared_ollama.count = 8192, lambda _: 3_200
    shared_ollama.loaded.clear()
    shared_ollama.enqueue([Hold(loads), "Blue."])
    tab.say("What colour is the sea?")
    expect(tab.reply).to_contain_text("Loading llama3.2:1b into memory")
    expect(tab.reply).to_contain_text("LOCRIT_MODEL_LOAD_TIMEOUT")
    picture(tab, tmp_path, "loading")
    tab.reload()
    expect(tab.reply).to_contain_text("Loading llama3.2:1b into memory")
    loads.set()
    tab.expect_saved("Blue.")
    expect(tab.page.get_by_text("39 % of the window used")).to_be_attached()
    shared_ollama.enqueue([Hold(reads), "Blue, still."])
    tab.say("And now?" + " really" * 4_000)
    expect(tab.reply).to_contain_text("Reading about")
    picture(tab, tmp_path, "reading")
    reads.set()
    tab.expect_saved("Blue, still.")
