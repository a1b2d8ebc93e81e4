"""What stands inside a message besides running text: code, diagrams, patches, tables."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.tab import Tab
from tests.e2e.test_chat import clipboard
from tests.e2e.test_views import check
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer

WIDE = " | ".join(f"Column {number}" for number in range(12))
LONG = "\n".join(f"total = total + {number}  # {'and so on ' * 12}" for number in range(120))
BLOCKS = f"""A diagram:

```mermaid
graph LR
    A[Kettle] -->|boils| B(Water)
    B --> C{{Green tea?}}
    C -->|yes| D[Wait three minutes]
    C -->|no| E[Pour]
```

A patch:

```
--- a/tea.py
+++ b/tea.py
@@ -1,3 +1,3 @@
 def water_for(tea):
-    return 100
+    return 75 if tea == "green" else 97
```

| {WIDE} |
|{"---|" * 12}
| {" | ".join('"75, or 80"' for _ in range(12))} |

```python
{LONG}
```

The end."""

HOSTILE = [
    'graph TD\n  A-->B\n  click A "javascript:alert(1)"\n  click B call alert(1)',
    '%%{init: {"securityLevel": "loose", "htmlLabels": true, "themeCSS": "} * {display: none}"}}%%\n'
    'graph TD\n  A["<img src=x onerror=alert(1)>"] --> B["<script>alert(1)</script>"]',
    "---\nconfig:\n  securityLevel: loose\n  maxEdges: 99999\n---\ngraph TD\n"
    "  a & b & c & d & e & f & g & h & i & j --> k & l & m & n & o & p & q & r & s & t",
    "graph TD\n  A-->B\n  classDef x fill:red}body{display:none\n  class A x",
    "block\n  space:99999999 a",
    'graph TD\n  A["<<img src=/api/v2/locrits>"] --> B["&lt;img src=/api/v2/locrits&gt;"]',
    'graph TD\n  A@{ img: "https://elsewhere.example/x.png" }',
    "graph TD\n  this is [[ not a diagram",
]

FETCH_THE_REST = """async () => {
  (await navigator.serviceWorker.ready).active.postMessage("fetch the rest");
  const cache = await caches.open((await caches.keys())[0]);
  for (;;) {
    const urls = (await cache.keys()).map(({ url }) => url);
    if (urls.some((url) => url.includes("xychartDiagram"))) return urls;
    await new Promise((done) => setTimeout(done, 50));
  }
}"""
"""What the page does of itself after a while; the last of the files is waited for."""


HEAD_TOP = "(head) => head.getBoundingClientRect().top - head.parentElement.getBoundingClientRect().top"


def tell(tab: Tab, ollama: FakeOllama, reply: str) -> None:
    ollama.enqueue([reply])
    tab.say("Show me")
    tab.expect_state(tab.reply, "saved")


def test_a_diagram_a_patch_a_table_and_long_code(tab: Tab, shared_ollama: FakeOllama) -> None:
    page = tab.page
    tell(tab, shared_ollama, BLOCKS)
    tab.reload()  # What was seen being written is not folded.
    drawing = tab.reply.get_by_role("img", name="Diagram")
    expect(drawing).to_be_visible()
    assert drawing.evaluate("(img) => img.decode().then(() => img.naturalWidth > 100)")
    expect(tab.reply.locator("del")).to_have_text("-    return 100\n")
    expect(tab.reply.locator("ins")).to_contain_text("+    return 75")
    check(tab, "blocks-end")
    drawing.scroll_into_view_if_needed()
    check(tab, "blocks-start")

    tab.button("Source").click()
    expect(tab.reply.locator("pre").first).to_contain_text("A[Kettle] -->|boils| B(Water)")
    tab.button("Diagram").click()
    expect(drawing).to_be_visible()

    tab.reply.locator("table").hover()
    tab.button("Copy the table").click()
    page.get_by_role("menuitem", name="Copy as CSV").click()
    expect(page.get_by_text("Copied").first).to_be_visible()
    assert clipboard(page).splitlines()[1].startswith('"""75, or 80""","""75, or 80"""')
    scroller = tab.reply.get_by_role("region", name="Table")
    assert scroller.evaluate("(region) => region.scrollWidth > region.clientWidth")

    long = tab.reply.locator("figure").last
    button = long.get_by_role("button", name="Show all 120 lines")
    assert height(long) < 560
    long.scroll_into_view_if_needed()
    assert long.locator("figcaption").evaluate(HEAD_TOP) <= 2, "its head is above its first line"
    button.click()
    assert height(long) > 120 * 18
    tab.log.evaluate("(log, by) => log.scrollBy(0, by)", -1200)
    expect(long.get_by_role("button", name="Copy code")).to_be_in_viewport()
    wrap = long.get_by_role("button", name="Wrap long lines")
    wrap.click()
    assert long.locator("pre").evaluate("(pre) => pre.scrollWidth <= pre.clientWidth")
    tab.reload()
    expect(long.get_by_role("button", name="Wrap long lines")).to_have_attribute("aria-pressed", "true")

    tab.reply.hover()
    tab.reply.get_by_role("button", name="More about this message").click()
    page.get_by_role("menuitem", name="Copy as Markdown").click()
    expect(page.get_by_text("Copied").first).to_be_visible()
    assert clipboard(page) == BLOCKS


def test_signs_are_drawn_as_they_were_written(tab: Tab, shared_ollama: FakeOllama) -> None:
    """Fonts for code and for interfaces make arrows and products of them."""
    tell(tab, shared_ollama, "`a == b` and 2x3 -> 6\n\n<kbd>-></kbd>\n\n```\na != b\n```")
    drawn = "(element) => getComputedStyle(element).fontVariantLigatures"
    for code in tab.reply.locator(".markdown").locator("code, kbd").all():
        assert code.evaluate(drawn) == "none"
    for text in (tab.reply.locator("p").first, tab.messages.first, tab.composer):
        assert text.evaluate(drawn) == "no-contextual"


def test_code_selected_by_hand_is_copied_without_labels(tab: Tab, shared_ollama: FakeOllama) -> None:
    patch = "@@ -1,2 +1,2 @@\n same\n-cold\n-tea\n+hot\n+water\n same\n"
    tell(tab, shared_ollama, f"Before.\n\n```diff\n{patch}```\n\nAfter.")
    tab.page.evaluate(
        "() => getSelection().selectAllChildren(document.querySelector('article:last-of-type .markdown'))"
    )
    tab.page.evaluate("() => getSelection().selectAllChildren([...document.querySelectorAll('.markdown')].at(-1))")
    tab.page.keyboard.press("Control+c")
    assert re.sub(r"\n+", "\n", clipboard(tab.page)) == f"Before.\n{patch}After."


def test_hostile_diagrams_do_nothing(tab: Tab, shared_ollama: FakeOllama) -> None:
    tab.page.on("dialog", lambda dialog: pytest.fail(f"a diagram ran a script: {dialog.message}"))
    fetched: list[str] = []
    tab.page.on("request", lambda request: fetched.append(request.url) if request.resource_type == "image" else None)
    tell(tab, shared_ollama, "\n\n".join(f"```mermaid\n{source}\n```" for source in HOSTILE) + "\n\nStill here.")
    expect(tab.page.get_by_text("Still here.")).to_be_visible()
    expect(tab.reply.get_by_role("img", name="Diagram")).to_have_count(3)
    expect(tab.reply.get_by_text("large diagram")).to_be_visible()
    expect(tab.reply.get_by_text("too large to be drawn here")).to_be_visible()
    expect(tab.reply.get_by_text("This diagram cannot be drawn")).to_have_count(3)
    pictures = tab.reply.locator("img").evaluate_all("(all) => all.map((img) => decodeURIComponent(img.src))")
    for picture in pictures:
        assert not re.search(r"<script|<img|javascript:", picture)
    assert [url for url in fetched if not url.startswith("data:")] == []
    assert tab.page.locator(".diagram-stage").count() == 0


def test_a_diagram_is_drawn_offline_once_the_rest_was_fetched(chat: Tab, server: LocritServer) -> None:
    chat.say("Draw\n```mermaid\nsequenceDiagram\n  Leaf->>Water: give\n```")
    drawing = chat.reply.get_by_role("img", name="Diagram")
    expect(drawing).to_be_visible()
    chat.wait_for_worker()
    kept = chat.page.evaluate(FETCH_THE_REST)
    assert any("sequenceDiagram" in url for url in kept)
    assert any("ganttDiagram" in url for url in kept), "kinds that nobody drew yet are there too"
    server.kill()
    chat.reload()
    expect(drawing).to_be_visible()


def height(locator: Locator) -> float:
    box = locator.bounding_box()
    assert box is not None, "it is drawn"
    return box["height"]


def test_version_arrows_stay_under_the_pointer(tab: Tab, shared_ollama: FakeOllama) -> None:
    long, longer = "\n\n".join(["A line of it."] * 60), "\n\n".join(["Another line."] * 90)
    tell(tab, shared_ollama, long)
    for reply in ("Short.", longer):
        shared_ollama.enqueue([reply])
        tab.reply.hover()
        tab.reply.get_by_role("button", name="Retry").first.click()
        expect(tab.reply.get_by_text(reply[:12]).first).to_be_visible()
        tab.expect_state(tab.reply, "saved")
    step(tab, tab.reply, ["Previous version", "Previous version", "Next version", "Next version"])
    tell(tab, shared_ollama, "The end.\n\n" * 30)
    first = tab.messages.nth(1)
    tab.page.get_by_role("log").evaluate("(log) => { log.scrollTop = 0 }")
    first.get_by_role("button", name="Previous version").scroll_into_view_if_needed()
    step(tab, first, ["Previous version", "Previous version", "Next version"])


PRESS = """(arrow) => new Promise((done) => {
  const place = arrow.getBoundingClientRect().top;
  const moves = [];
  const watch = () => {
    moves.push(Math.abs(arrow.getBoundingClientRect().top - place));
    if (moves.length < 50) requestAnimationFrame(watch);
    else done(moves);
  };
  arrow.click();
  requestAnimationFrame(() => requestAnimationFrame(watch));
})"""
"""Presses it, and tells by how many pixels it is away from its place in each of the frames after."""


def step(tab: Tab, message: Locator, names: list[str]) -> None:
    for name in names:
        moves = message.get_by_role("button", name=name).evaluate(PRESS)
        assert moves[-1] <= 2, f"{name} ended {moves[-1]} px from its place"
        assert sum(move > 2 for move in moves) <= 3, f"{name} went to and fro: {moves}"
