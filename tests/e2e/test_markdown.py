"""A reply in a real browser: its words, its formulas, what it cannot do, and how long it keeps the page busy."""

import re

from playwright.sync_api import Request, expect

from tests.e2e.axe import accessibility_problems
from tests.e2e.tab import Tab
from tests.e2e.test_views import SCREENSHOTS, SIZES
from tests.fakes.ollama import Delay, FakeOllama
from tests.fixtures.server import ROOT

REPLIES = ROOT / "frontend" / "tests" / "fixtures" / "replies"
CHUNK_CHARS = 10
CHUNKS_PER_S = 250

WATCH_LONG_TASKS = """() => {
  window.longTasks = [];
  window.watching?.disconnect();
  const note = (list) => window.longTasks.push(...list.getEntries().map((each) => Math.round(each.duration)));
  window.watching = new PerformanceObserver(note);
  window.watching.observe({ type: 'longtask' });
}"""

COPY_ALL = """async (selector) => {
  const range = document.createRange();
  range.selectNodeContents([...document.querySelectorAll(selector)].at(-1));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  document.execCommand('copy');
  return await navigator.clipboard.readText();
}"""

ATTACKS = [
    "<script>hit()</script>",
    "<img src=x onerror=hit()>",
    "<svg onload=hit()>",
    "<details open ontoggle=hit()>x</details>",
    "<details>\n<summary onclick=hit()>press</summary>\n\n<iframe src=javascript:hit()></iframe>\n</details>",
    '<a href="javascript:hit()">press</a>',
    "[press](javascript:hit())",
    "[press](java\tscript:hit())",
    "[press]( &#106;avascript:hit())",
    "[press][j]\n\n[j]: javascript:hit()",
    "<javascript:hit()>",
    "[press](data:text/html,<script>hit()</script>)",
    "![x](https://elsewhere.example/pixel.png)",
    "![x](//elsewhere.example/pixel.png)",
    '![x](https://elsewhere.example/"onerror="hit())',
    '![x" onerror="hit()](/favicon.svg)',
    "$\\href{javascript:hit()}{x}$ $\\url{javascript:hit()}$ $\\includegraphics{https://elsewhere.example/a.png}$",
    '$\\htmlData{x=y}{z}$ $\\htmlStyle{background:url(https://elsewhere.example/b.png)}{z}$ $\\html@mathml{<b>}{"}$',
    '```"onmouseover="hit()\n<script>hit()</script>\n```',
    '[^"onclick=hit()]\n\n[^"onclick=hit()]: <script>hit()</script>',
    "| <img src=x onerror=hit()> |\n|---|\n| <kbd onclick=hit()>k</kbd> |",
    "# <b onclick=hit()>b</b> <math><mi xlink:href=javascript:hit()>x</mi></math>",
]

SIZE = 40_000
UNITS = {
    "quotation": ">",
    "list": "- ",
    "emphasis": "*a ",
    "links": "[a](",
    "brackets": "[",
    "formula": "$a ",
    "kerned": "A*",
    "code": "```\na\n```\n\n",
    "items": "- a\n",
    "notes": "a[^1]\n\n[^1]: a\n\n",
    "tags": "<b>",
    "folds": "<details>\n",
    "images": "![a](https://elsewhere.example/a) ",
    "addresses": "https://elsewhere.example/a ",
    "columns": "a|",
    "word": "a",
    "accents": "a\u0301\u0301",
    "invisible": "\u200b\u202ea",
}
DEGENERATE = {name: (unit * SIZE)[:SIZE] for name, unit in UNITS.items()}
"""What was not written to be read: all of it comes in one part."""
HELD_UP_MS = 3_000
"""No busy machine makes so much of what takes 100 ms; what grows with the square takes more."""
PART_CHARS = {"small": (1, 300), "whole": (40_000, 40_000), "huge": (500_000, 500_000)}
"""Of one part, and of the reply."""


def reply(name: str) -> str:
    return (REPLIES / f"{name}.md").read_text()


def answer(tab: Tab, ollama: FakeOllama, text: str, begins: str) -> None:
    """The next question gets `text`, all at once; `begins` is what no reply before it contains."""
    ollama.enqueue([text])
    tab.say(f"Tell me about “{begins}”")
    expect(tab.reply.locator(".markdown")).to_contain_text(begins)
    tab.expect_state(tab.reply, "saved")


def picture(tab: Tab, name: str) -> None:
    for scheme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=scheme)
        for size in ("wide", "phone"):
            tab.page.set_viewport_size(SIZES[size])
            assert tab.sticks_out() == [], f"{name}, {size}, {scheme}"
            tab.reply.screenshot(path=SCREENSHOTS / f"{name}-{size}-{scheme}.png", animations="disabled")
        tab.page.set_viewport_size(SIZES["wide"])
        assert accessibility_problems(tab.page) == [], f"{name}, {scheme}"


def test_formulas_are_set_and_copied_as_their_source(tab: Tab, shared_ollama: FakeOllama) -> None:
    answer(tab, shared_ollama, f"{reply('en-maths')}\n\n{reply('en-prices')}\n\nBroken: $\\frac{{1}}$.", "Solving the")
    words = tab.reply.locator(".markdown")
    expect(words.locator(".katex")).to_have_count(10)
    expect(words.locator(".formula-source")).to_have_text("$\\frac{1}$")
    expect(words).to_contain_text("vary from $5 to $10 a month")
    expect(words).to_contain_text("$50-$100 a year")
    copied = tab.page.evaluate(COPY_ALL, ".markdown > p")
    assert copied.startswith("Broken: $\\frac{1}$."), copied
    assert "$ax^2 + bx + c = 0$" in tab.page.evaluate(COPY_ALL, ".markdown")
    picture(tab, "reply-formulas")


def test_marks_of_every_kind_are_drawn_and_footnotes_lead_somewhere(tab: Tab, shared_ollama: FakeOllama) -> None:
    names = ("en-html", "en-footnotes", "zh-解释", "fr-liste", "ar-شرح", "en-identifiers", "th-อธิบาย")
    answer(tab, shared_ollama, "\n\n".join(reply(name) for name in names), "Why does it work?")
    tab.reply.get_by_text("Why does it work?").click()
    expect(tab.reply.get_by_text("It remembers.")).to_be_visible()
    tab.reply.get_by_role("link", name="Footnote decaf", exact=True).click()
    note = tab.reply.get_by_role("note").filter(has_text="The same study, table 3.")
    expect(note).to_be_focused()
    note.get_by_role("link", name="Back to where footnote decaf stands").click()
    expect(tab.reply.get_by_role("link", name="Footnote decaf", exact=True)).to_be_focused()
    expect(tab.reply.locator("strong", has_text="注意：")).to_be_visible()
    picture(tab, "reply-marks")


def test_nothing_in_a_reply_runs_or_is_fetched(tab: Tab, shared_ollama: FakeOllama) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    tab.page.evaluate("() => { window.hit = () => { window.wasHit = true; }; }")
    tab.page.on("request", note)
    answer(tab, shared_ollama, "\n\n".join(ATTACKS), "<script>hit()")
    expect(tab.reply.locator(".katex").first).to_be_attached()
    for link in tab.reply.locator(".markdown").get_by_text("press", exact=True).all():
        if link.is_visible():
            link.click()
    assert tab.page.evaluate("() => window.wasHit") is None
    assert [url for url in asked if "elsewhere.example" in url or "javascript" in url] == []
    forbidden = "script, iframe, object, embed, svg[onload], form, base, [onclick], [onerror], [ontoggle], [onload]"
    expect(tab.reply.locator(".markdown").locator(forbidden)).to_have_count(0)


def test_what_a_person_typed_keeps_its_spaces(tab: Tab) -> None:
    tab.say("\n\n    if (a == b):\n\t\treturn  *a*  <b>\n\n")
    bubble = tab.messages.first.locator(".message-text")
    expect(bubble).to_be_visible()
    assert bubble.text_content() == "    if (a == b):\n\t\treturn  *a*  <b>"


def test_a_reply_of_marks_alone_is_shown_and_leaves_the_others_alone(tab: Tab, shared_ollama: FakeOllama) -> None:
    answer(tab, shared_ollama, "A **good** reply.", "A good")
    for name, text in DEGENERATE.items():
        tab.page.evaluate(WATCH_LONG_TASKS)
        answer(tab, shared_ollama, f"{name}:\n\n{text}", f"{name}:")
        tasks = sorted(tab.page.evaluate("() => longTasks"))
        print(name, "longest tasks in ms:", tasks[-3:])
        assert not tasks or tasks[-1] < HELD_UP_MS, name
        expect(tab.page.get_by_text("Something on this page went wrong")).to_have_count(0)
    tab.log.evaluate("log => log.scrollTo(0, 0)")
    expect(tab.messages.nth(1).locator("strong")).to_have_text("good")


def test_a_reply_is_shown_whatever_the_size_of_its_parts(tab: Tab, shared_ollama: FakeOllama) -> None:
    for name, (part, whole) in PART_CHARS.items():
        text = f"{name} " + "tea and cake, " * (whole // 14) + "end."
        shared_ollama.enqueue([text[at : at + part] for at in range(0, len(text), part)])
        tab.say(f"Tell me about {name}")
        expect(tab.reply.locator(".markdown")).to_contain_text(f"{name} ")
        tab.expect_state(tab.reply, "saved")
        assert tab.reply.locator(".markdown").text_content() == text


def test_a_long_reply_comes_without_holding_up_the_page(tab: Tab, shared_ollama: FakeOllama) -> None:
    files = sorted(REPLIES.glob("*.md"))
    text = "\n\n".join(each.read_text() for each in files if "think" not in each.read_text())[:20_000]
    chunks = re.findall(rf"(?s).{{1,{CHUNK_CHARS}}}", text)
    shared_ollama.enqueue([item for chunk in chunks for item in (Delay(1 / CHUNKS_PER_S), chunk)])
    tab.page.evaluate(WATCH_LONG_TASKS)
    tab.say("Tell me all")
    expect(tab.stop_button).to_be_visible()
    expect(tab.stop_button).to_be_hidden(timeout=120_000)
    tab.expect_state(tab.reply, "saved")
    print(f"{len(text)} characters, tasks over 50 ms:", tab.page.evaluate("() => longTasks"))
    assert tab.reply.locator(".markdown > *").count() > 100
