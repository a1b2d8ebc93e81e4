"""What axe-core finds on a page."""

from playwright.sync_api import Page

from tests.fixtures.server import ROOT

COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that a page can break in another colour scheme, all else being the same. They are most of the work."""
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


RUN_STILL = """async (options) => {
  const still = new CSSStyleSheet();
  still.replaceSync('*, ::before, ::after { animation: none !important; transition: none !important }');
  document.adoptedStyleSheets.push(still);
  try {
    return await axe.run(options);
  } finally {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== still);
  }
}"""
"""Whatever fades in, also what comes while it looks, stands there as it will: what is half seen has other colours."""


def accessibility_problems(page: Page, rules: list[str] | None = None) -> list[str]:
    """Of every weight, each with the first element that has it; by `rules` or all."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    only = {"runOnly": rules} if rules else {}
    found = page.evaluate(RUN_STILL, {"resultTypes": ["violations"], **only})
    return [
        f"{violation['id']}: {violation['nodes'][0]['html']} {violation['nodes'][0]['failureSummary']}"
        for violation in found["violations"]
    ]
