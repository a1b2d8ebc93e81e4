"""Which way each part of a message is read: Arabic in English and the other way round."""

from playwright.sync_api import ElementHandle, FloatRect, Locator, Page

from tests.e2e.tab import Tab
from tests.e2e.test_views import check
from tests.fakes.ollama import FakeOllama

MIXED = """A list in two directions:

1. First, in English.
2. أولاً، بالعربية.

> اقتباس من كتاب قديم

And:

> A quote in English.

مرحبا بك في هذا النص، وفيه `code` أيضاً.

- عنصر
- item

* بند طويل

  وتتمته
* last

| الاسم | العمر |
|---|---|
| سلمى | 30 |

```python
print("مرحبا")
```
"""


def test_each_paragraph_is_read_in_its_own_direction(tab: Tab, shared_ollama: FakeOllama) -> None:
    shared_ollama.enqueue([MIXED])
    tab.say("Show me")
    tab.expect_state(tab.reply, "saved")
    arabic, english = "rtl", "ltr"
    markdown = tab.reply.locator(".markdown")
    for text, direction in {
        "أولاً": arabic,
        "First, in": english,
        "اقتباس": arabic,
        "A quote in": english,
        "مرحبا بك": arabic,
        "عنصر": arabic,
        "بند": arabic,
        "سلمى": arabic,
    }.items():
        element = markdown.locator("li, blockquote, p, td").filter(has_text=text).first
        assert element.evaluate("(element) => getComputedStyle(element).direction") == direction, text
        line, box = edges(tab.page, element.element_handle())
        far = abs(line["right"] - box["right"]) if direction == arabic else abs(line["left"] - box["left"])
        assert far < 28, f"{text} stands {far} px away from its side"
    assert side_of_border(markdown, "اقتباس") == "right"
    assert side_of_border(markdown, "A quote in") == "left"
    assert markdown.locator("pre").evaluate("(pre) => getComputedStyle(pre).direction") == english
    first, second = markdown.locator("th").all()
    assert box_of(first)["x"] > box_of(second)["x"], "the first column of an Arabic table is on the right"
    check(tab, "directions")


def test_what_is_typed_is_set_line_by_line_in_its_direction(tab: Tab) -> None:
    tab.composer.fill("Please translate:\nمرحبا بالعالم")
    assert tab.composer.evaluate("(area) => getComputedStyle(area).unicodeBidi") == "plaintext"
    tab.page.screenshot(path="test-results/screenshots/composer-directions.png")
    tab.composer.press("Enter")
    tab.expect_state(tab.messages.first, "saved")
    bubble = tab.messages.first.get_by_text("Please translate")
    lines = bubble.evaluate(
        "(bubble) => { const range = document.createRange(); range.selectNodeContents(bubble);"
        " return [...range.getClientRects()].map(({ left, right }) => ({ left, right })); }"
    )
    box = box_of(bubble)
    assert abs(lines[0]["left"] - box["x"]) < 20
    assert abs(lines[-1]["right"] - box["x"] - box["width"]) < 20


def box_of(locator: Locator) -> FloatRect:
    box = locator.bounding_box()
    assert box is not None, "it is drawn"
    return box


def edges(page: Page, element: ElementHandle) -> tuple[dict, dict]:
    """Of the first line of its text, and of the element."""
    return page.evaluate(
        "(element) => { const range = document.createRange(); range.selectNodeContents(element);"
        " const [line] = range.getClientRects(); const box = element.getBoundingClientRect();"
        " return [{ left: line.left, right: line.right }, { left: box.left, right: box.right }]; }",
        element,
    )


def side_of_border(markdown: Locator, text: str) -> str:
    return (
        markdown.locator("blockquote")
        .filter(has_text=text)
        .evaluate("(quote) => parseFloat(getComputedStyle(quote).borderRightWidth) > 0 ? 'right' : 'left'")
    )
