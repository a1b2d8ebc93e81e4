"""What of a reply is an artifact: large blocks, and whole pages, drawings and components of any size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.fences import MIN_CHARS, MIN_LINES, made_in

PAGE = "<!doctype html>\n<title>A clock</title>\n<p>12:00</p>\n"
CODE = "x = 1\n" * MIN_LINES


def made(reply: str) -> list[tuple[str, str]]:
    return [(one.type, one.name) for one in made_in(reply)]


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (f"```html\n{PAGE}```", ("html", "A clock")),
        (f"```\n{PAGE}```", ("html", "A clock")),
        ("```svg\n<svg>\n<title>Sun</title>\n</svg>\n```", ("svg", "Sun")),
        ('```xml\n<?xml version="1.0"?>\n<svg\nviewBox="0 0 1 1"></svg>\n```', ("svg", "xml")),
        ("```mermaid\ngraph TD\n A-->B\n B-->C\n```", ("mermaid", "mermaid")),
        ("```jsx\nexport default function Counter() {\n  return <p />\n}\n```", ("jsx", "Counter")),
        ("```tsx\nconst Card: FC = () => {\n  return <p />\n}\n```", ("jsx", "Card")),
        (f"```markdown\n# The plan\n{'words ' * 100}\n```", ("markdown", "The plan")),
        (f"```python\n{CODE}```", ("code", "python")),
        (f"```py title=\"a 'b'.py\"\n{CODE}```", ("code", "a 'b'.py")),
        (f"```python src/app.py\n{CODE}```", ("code", "src/app.py")),
        (f"```python:src/app.py\n{CODE}```", ("code", "src/app.py")),
        (f"```\n# tools/run.py\n{CODE}```", ("code", "tools/run.py")),
        (f"```\n{CODE}```", ("code", "code")),
        (f"~~~~c\n```\n{CODE}```\n~~~~", ("code", "c")),
        (f"```json\n{'1' * MIN_CHARS}\n```", ("code", "json")),
        (f"1. First\n\n   ```python\n{CODE.replace('x', '   x')}   ```\n", ("code", "python")),
        (f"> ```python\n{CODE.replace('x', '> x')}> ```\n", ("code", "python")),
        (f"It goes on\n```python\n{CODE}", ("code", "python")),
    ],
)
def test_what_is_used_by_itself_is_an_artifact(reply: str, found: tuple[str, str]) -> None:
    assert made(reply) == [found]


@pytest.mark.parametrize(
    "reply",
    [
        "No code at all, only `words`.",
        f"```python\n{CODE[6:]}```",
        "```html\n<p>\na piece\n</p>\n```",
        "```jsx\n<Card />\n```",
        "    ```html\n" + "    <p>\n" * 20 + "    ```\n",  # indented code, not a fence
        "```",
        "",
    ],
)
def test_a_snippet_is_none(reply: str) -> None:
    assert made(reply) == []


def test_the_style_right_behind_a_component_is_its_style() -> None:
    [component] = made_in("```jsx\nconst A = () => {\n  return 1\n}\n```\nand\n```css\np {}\n```")
    assert (component.css, component.position) == ("p {}\n", 0)
    assert made(f"```css\n{CODE}```") == [("code", "css")]


def test_what_calls_itself_something_unprintable_is_called_so_in_one_line() -> None:
    assert made("```html\n<!doctype html>\n<title>\x07\u202eA  b\nc</title>\n<p>\n```") == [("html", "A b c")]
    assert made(f"```html\n<!doctype html>\n<title>{'long ' * 50}</title>\n<p>\n```")[0][1].startswith("long long")
    assert made("```html\n<!doctype html>\n<title> \u200b </title>\n<p>\n```") == [("html", "html")]


@given(st.lists(st.sampled_from(["```", "~~~~", "html", "jsx", "css", "\n", "> ", "- ", "    ", "<svg>", PAGE, CODE])))
def test_it_never_fails_and_what_grows_keeps_its_place(pieces: list[str]) -> None:
    reply = "".join(pieces)
    whole = list(made_in(reply))
    assert all(one.name.strip() and one.content.strip() for one in whole)
    assert len({one.position for one in whole}) == len(whole)
