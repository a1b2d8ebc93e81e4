"""`make bench`, or `python -m tests.bench [name ...] [--size 0.1] [--write]`."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from os import getloadavg

from tests.bench import (
    before,
    catch_up,
    finding,
    first_token,
    forgetting,
    full_life,
    http_save,
    lighthouse_scores,
    long_work,
    many_pages,
    page_load,
    plot,
    reading,
    recovery,
    reminded,
    saves,
    searching,
    second_tab,
    streaming,
    thinking,
    uploading,
    weight,
)
from tests.bench.figures import Figure, Report
from tools.steps import ROOT

MEASUREMENTS: dict[str, Callable[[float], list[Report]]] = {
    "saves": saves.measure,
    "forgetting": forgetting.measure,
    "long_work": long_work.measure,
    "reading": reading.measure,
    "search": searching.measure,
    "http_save": http_save.measure,
    "streaming": streaming.measure,
    "thinking": thinking.measure,
    "uploading": uploading.measure,
    "many_pages": many_pages.measure,
    "first_token": first_token.measure,
    "reminded": reminded.measure,
    "second_tab": second_tab.measure,
    "catch_up": catch_up.measure,
    "page_load": page_load.measure,
    "finding": finding.measure,
    "full_life": full_life.measure,
    "lighthouse": lighthouse_scores.measure,
    "recovery": recovery.measure,
    "weight": weight.measure,
    "before": before.measure,
}
PAGE = ROOT / "docs" / "benchmarks.md"
IMAGES = ROOT / "docs" / "images"


def main() -> None:
    arguments = _arguments()
    for name in arguments.names or MEASUREMENTS:
        load = f"load of the machine before this: {getloadavg()[0]:.1f}"
        reports = []
        for report in MEASUREMENTS[name](arguments.size):
            print("\n".join(_lines(report)), flush=True)
            reports.append(report)
        print(f"  ({load})", flush=True)
        if arguments.write:
            _write(name, reports, f"Taken on {datetime.now(UTC):%Y-%m-%d}, {load}.")


def _write(name: str, reports: list[Report], taken: str) -> None:
    """Into the part of the page that is marked with the measurement's name."""
    parts = []
    for number, report in enumerate(reports):
        image = f"bench-{name}-{number}.svg"
        if report.bars:
            (IMAGES / image).write_text(plot.bars(report.title, report.bars))
        parts.append(_markdown(report, image))
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, _, rest = PAGE.read_text().partition(begin)
    PAGE.write_text(before + begin + "\n".join([*parts, taken, end]) + rest.partition(end)[2])


def _lines(report: Report) -> list[str]:
    return ["", report.title, *(f"  {f.what:<58}{f.shown:>14}  {_verdict(f)}".rstrip() for f in report.figures)]


def _markdown(report: Report, image: str) -> str:
    rows = [f"| {figure.what} | {figure.shown} | {_verdict(figure)} |" for figure in report.figures]
    plotted = [f"![{report.title}](images/{image})", ""] if report.bars else []
    return "\n".join([f"### {report.title}", "", "| | | goal |", "|---|--:|---|", *rows, "", *plotted])


def _verdict(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    goal = Figure("", figure.goal.value, figure.unit).shown
    return f"{figure.goal.kind} {goal}: {'met' if figure.is_met else 'missed'}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure, and print ratios.")
    parser.add_argument("names", nargs="*", choices=[[], *MEASUREMENTS], help="which; without any, all")
    parser.add_argument("--size", type=float, default=1.0, help="smaller is shorter and less exact")
    parser.add_argument("--write", action="store_true", help="put this run into docs/benchmarks.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
