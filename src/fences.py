"""What a reply made: the blocks between its fences that are used by themselves, as the page reads Markdown."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt

from src.entities import ArtifactType

MIN_LINES, MIN_CHARS = 15, 400
"""Code is an artifact from so many lines or characters on."""
MIN_LINES_OF_WHOLE = 3
"""And what is shown as it is: a page, a drawing, a component."""
NAME_CHARS = 80
NAMED_WITHIN_CHARS = 4_000
"""From the start of a block."""

_TYPES: dict[str, ArtifactType] = {
    **dict.fromkeys(("html", "htm", "xhtml"), "html"),
    **dict.fromkeys(("jsx", "tsx", "react"), "jsx"),
    **dict.fromkeys(("md", "markdown", "mdx"), "markdown"),
    "svg": "svg",
    "mermaid": "mermaid",
}
_SVG = re.compile(r"(<\?xml[^>]*>\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]", re.IGNORECASE)
_PAGE = re.compile(r"<!doctype html|<html[\s>]", re.IGNORECASE)
_GIVEN_NAME = re.compile(r"""(?:title|filename|file|name)\s*[=:]\s*(?:"([^"]+)"|'([^']+)'|(\S+))""")
_FILE = re.compile(r"[\w./\\-]*\w\.\w{1,8}")
_NAMES: dict[str, re.Pattern[str]] = {
    "html": re.compile(r"<title[^>]*>\s*([^<]+)", re.IGNORECASE),
    "svg": re.compile(r"<title[^>]*>\s*([^<]+)", re.IGNORECASE),
    "markdown": re.compile(r"^#{1,6}\s+(.+)$", re.MULTILINE),
    "jsx": re.compile(r"(?:export\s+default\s+(?:function|class)|function|class|const)\s+([A-Z]\w*)"),
    "mermaid": re.compile(r"^[ \t]*title:?[ \t]+(.+)$", re.MULTILINE),
    "code": re.compile(r"\A(?:#!.*\n)?\s*(?:#|//|--|/\*|;|<!--)\s*([\w./\\-]*\w\.\w{1,8})\b"),
}


class Made(NamedTuple):
    """`position` is its place among the fences of the reply, `css` the style that stands right behind a component."""

    position: int
    type: ArtifactType
    name: str
    language: str
    content: str
    css: str = ""


class _Fence(NamedTuple):
    info: str
    content: str

    @property
    def language(self) -> str:
        return re.split(r"[\s:{,]", self.info.strip(), maxsplit=1)[0].lower()[:40]

    @property
    def lines(self) -> int:
        return len(self.content.rstrip().splitlines())


def made_in(reply: str) -> Iterator[Made]:
    """In order. One that is not closed ends with the reply."""
    fences = _fences(reply)
    for at, fence in enumerate(fences):
        before, after = (fences[i] if 0 <= i < len(fences) else None for i in (at - 1, at + 1))
        type_ = _type(fence)
        if _is_style_of(fence, before) or not _counts(fence, type_):
            continue
        css = after.content if after and type_ == "jsx" and _is_style_of(after, fence) else ""
        yield Made(at, type_, _name(fence, type_), fence.language, fence.content, css)


def printable_name(name: str) -> str:
    """Of whatever a model calls it, in one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:NAME_CHARS].strip()


def _fences(reply: str) -> list[_Fence]:
    if "```" not in reply and "~~~" not in reply:
        return []
    tokens = (token for token in _grammar().parse(reply) if token.type == "fence")
    return [_Fence(token.info, _without_begun_end(token.content, token.markup)) for token in tokens]


def _without_begun_end(content: str, fence: str) -> str:
    """A reply that was cut in the middle of its last fence has some of it in its last line."""
    lines, line, last = content.rpartition("\n")
    return lines + line if last.strip() and fence.startswith(last.strip()) else content


@cache
def _grammar() -> MarkdownIt:
    """Of what stands around fences, all that can contain them or keep them from being some."""
    return MarkdownIt("zero").enable(["fence", "list", "blockquote", "code"])


def _type(fence: _Fence) -> ArtifactType:
    if fence.language in ("", "xml", "html") and _SVG.match(fence.content.lstrip()):
        return "svg"
    if not fence.language and _PAGE.match(fence.content.lstrip()):
        return "html"
    return _TYPES.get(fence.language, "code")


def _counts(fence: _Fence, type_: ArtifactType) -> bool:
    is_whole = type_ in ("svg", "mermaid", "jsx") or (type_ == "html" and _PAGE.search(fence.content) is not None)
    if is_whole and fence.lines >= MIN_LINES_OF_WHOLE:
        return True
    return fence.lines >= MIN_LINES or len(fence.content.strip()) >= MIN_CHARS


def _is_style_of(fence: _Fence, before: _Fence | None) -> bool:
    return fence.language == "css" and before is not None and _type(before) == "jsx" and _counts(before, "jsx")


def _name(fence: _Fence, type_: ArtifactType) -> str:
    """As it calls itself: behind the fence, else in itself; else after its language."""
    given = _GIVEN_NAME.search(info := fence.info[:200])
    words = [next(filter(None, given.groups()))] if given else _FILE.findall(info)
    found = _NAMES[type_].search(fence.content[:NAMED_WITHIN_CHARS])
    candidates = [*words, *(found.groups() if found else ()), fence.language, type_]
    return next(name for name in map(printable_name, candidates) if name)
