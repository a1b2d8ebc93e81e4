"""What a browser that was never here loads before it shows a conversation stays small."""

import re
from pathlib import Path

from tools import frontend

DIST = Path(__file__).parents[2] / "frontend" / "dist"
BUDGET_BYTES = 400_000
FONTS = ("inter-latin-wght-normal-*.woff2", "source-serif-4-latin-wght-normal-*.woff2")
"""Of the interface, and of the name that stands above it; the others are loaded when a text needs them."""


def test_the_first_load_is_within_its_budget() -> None:
    frontend.build()
    page = (DIST / "index.html").read_text()
    named = [DIST / path for path in re.findall(r'(?:src|href)="/([^"]+)"', page)]
    fonts = [path for pattern in FONTS for path in (DIST / "assets").glob(pattern)]
    assert len(fonts) == len(FONTS)
    sizes = {path.name: _on_the_wire(path) for path in [DIST / "index.html", *named, *fonts]}
    assert sum(sizes.values()) <= BUDGET_BYTES, sizes


def _on_the_wire(path: Path) -> int:
    compressed = path.with_name(f"{path.name}.br")
    return (compressed if compressed.exists() else path).stat().st_size
