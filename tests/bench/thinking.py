"""What ten thousand tokens of reasoning keep a page from, while they come and are read."""

import asyncio
import json
import random

from playwright.async_api import Page

from tests.bench.browsing import address, chromium, person, say
from tests.bench.figures import Figure, Report, at_most
from tests.bench.full_life import LONG_TASK_MS, TASKS
from tests.bench.places import directory, opened, server
from tests.fakes.ollama import Delay, FakeOllama, Item, Thought

TOKENS = 10_000
TOKENS_PER_S = 200
WORDS_OF_A_PARAGRAPH = 60
SENTENCE = "so the answer may be that which would have to hold if *this* were `true` and **nothing** else said"
LAST = "Therefore nothing."
IS_ANSWERED = "() => !document.querySelector('[data-save-state=streaming]')"
MAIN_THREAD = "CrRendererMain"
LONGEST = "tasks.splice(0).map(({ duration }) => duration)"


def measure(size: float) -> list[Report]:
    tokens = int(TOKENS * size)
    with directory() as data_dir, FakeOllama() as ollama, server(data_dir, ollama.url) as running:
        with running.client() as client:
            conversation_id = opened(client)
        ollama.enqueue([*_thoughts(tokens), Thought(LAST), "It is so."])
        tasks, worked_ms = asyncio.run(_watched(address(running.url, conversation_id)))
    figures = [
        Figure(f"tasks longer than {LONG_TASK_MS} ms by the wall", len(tasks)),
        Figure("the longest of them", max(tasks, default=0), "ms"),
        Figure("the longest by processor time", worked_ms, "ms", at_most(LONG_TASK_MS)),
    ]
    return [Report(f"{tokens:,} tokens of reasoning, {TOKENS_PER_S} a second, unfolded", figures)]


def _thoughts(tokens: int) -> list[Item]:
    chance, words, script = random.Random(0), SENTENCE.split(), list[Item]()
    for number in range(tokens):
        ends = "\n\n" if number % WORDS_OF_A_PARAGRAPH == WORDS_OF_A_PARAGRAPH - 1 else " "
        script += [Thought(chance.choice(words) + ends), Delay(1 / TOKENS_PER_S)]
    return script


async def _watched(address_: str) -> tuple[list[float], float]:
    """Milliseconds of each long task, from the first thought until the answer is there; and for how long one worked at
    the most, which other programs do not lengthen."""
    async with chromium() as browser:
        somebody = await person(browser)
        await somebody.add_init_script(TASKS)
        page = await somebody.new_page()
        await page.goto(address_)
        await say(page, "Is it?")
        await page.locator("details.thought[open]").wait_for()
        await page.evaluate(LONGEST)
        await browser.start_tracing(page=page, categories=["toplevel", "disabled-by-default-devtools.timeline"])
        tasks = await _until_answered(page)
        return tasks, _longest_worked_ms(await browser.stop_tracing())


def _longest_worked_ms(trace: bytes) -> float:
    """Of what the main threads of pages did."""
    events = json.loads(trace)["traceEvents"]
    names = {(each["pid"], each["tid"]): each["args"].get("name") for each in events if each["name"] == "thread_name"}
    mine = (each for each in events if names.get((each["pid"], each["tid"])) == MAIN_THREAD)
    return max((each["tdur"] / 1000 for each in mine if "tdur" in each), default=0.0)


async def _until_answered(page: Page) -> list[float]:
    """To look for a text among ten thousand words would be the longest task of all."""
    await page.wait_for_function(IS_ANSWERED, polling=500, timeout=TOKENS / TOKENS_PER_S * 4_000)
    tasks: list[float] = await page.evaluate(LONGEST)
    return tasks
