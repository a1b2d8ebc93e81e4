"""What a browser that was never here loads before it shows a conversation stays small."""

import json
import re
from pathlib import Path

from tools import frontend

DIST = Path(__file__).parents[2] / "frontend" / "dist"
BUDGET_BYTES = 362_900
"""Of 400,000 on the wire: the rest is for headers, and for what the server says of a full life."""
FONT = "inter-latin-wght-normal-*.woff2"
"""Of the interface; the others are loaded when a text needs them."""
MUCH = {"src/ui/chat/mermaid.ts", "src/ui/artifacts/jsx-runtime.ts?bundled"}
"""What draws diagrams and runs components."""


def test_the_first_load_is_within_its_budget() -> None:
    frontend.build()
    page = (DIST / "index.html").read_text()
    named = [DIST / path for path in re.findall(r'(?:src|href)="/([^"]+)"', page)]
    (font,) = (DIST / "assets").glob(FONT)
    sizes = {path.name: _on_the_wire(path) for path in [DIST / "index.html", *named, font]}
    assert sum(sizes.values()) <= BUDGET_BYTES, sizes


def test_all_that_can_be_opened_is_there_without_a_network_but_what_is_much() -> None:
    frontend.build()
    worker = (DIST / "sw.js").read_text()
    at_once, later = (set(json.loads(names)) for names in re.findall(r"^const \w+ = (\[.*\]);", worker, re.MULTILINE))
    manifest = json.loads((DIST / ".vite" / "manifest.json").read_text())
    parts = {name: entry["file"] for name, entry in manifest.items() if entry.get("isDynamicEntry") and "src/" in name}
    assert set(re.findall(r'src="/([^"]+)"', (DIST / "index.html").read_text())) <= at_once
    assert {name for name, file in parts.items() if file not in at_once} == MUCH
    assert {parts[name] for name in MUCH} <= later


def _on_the_wire(path: Path) -> int:
    compressed = path.with_name(f"{path.name}.br")
    return (compressed if compressed.exists() else path).stat().st_size
