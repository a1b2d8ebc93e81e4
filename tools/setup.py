"""Prepares this checkout to run, or with --dev to be tested. Nothing is done twice: a second run needs no network."""

import argparse
import importlib.util
import subprocess
import sys
import time
from pathlib import Path

from tools import browser, frontend, packages
from tools.steps import ROOT, VENV, VENV_PYTHON, StepFailed, must

USABLE = "import sys, importlib.util as u; sys.exit(sys.version_info < (3, 11) or u.find_spec('pip') is None)"


def main() -> None:
    started = time.monotonic()
    try:
        prepare(_arguments())
    except StepFailed as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit("Stopped. What was finished is kept; run the same command to go on.")
    print(f"Ready after {time.monotonic() - started:.1f} s.", flush=True)


def prepare(arguments: argparse.Namespace) -> None:
    create_venv()
    packages.install("requirements.txt")
    if arguments.encoder or arguments.dev:
        packages.install("requirements-encoder.txt")
    if arguments.dev:
        packages.install("requirements-dev.txt")
        frontend.install()
        browser.install()
        prepare_embedded_model(["--always", "--data-dir", ".cache"])
    else:
        frontend.build()
        prepare_embedded_model(arguments.flags)


def create_venv() -> None:
    if Path(VENV_PYTHON).exists() and subprocess.run([VENV_PYTHON, "-c", USABLE], check=False).returncode == 0:
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise StepFailed(
            f"{sys.executable} cannot create virtual environments: its venv module is not complete. "
            "On Debian and Ubuntu `apt-get install python3-venv` adds it. Then run the same command again."
        )
    must("virtual environment", [sys.executable, "-m", "venv", "--clear", str(VENV)])


def prepare_embedded_model(flags: list[str]) -> None:
    """Never stops the start: without it Locrit works as soon as Ollama does."""
    command = [VENV_PYTHON, "-m", "tools.embedded", *flags]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        print("Going on without the small offline model. Locrit will use Ollama when it answers.", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.setup", description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what the tests and checks need")
    parser.add_argument("--encoder", action="store_true", help="also the small encoder, which the tests need")
    parser.add_argument("flags", nargs="*", help="flags of web_app.py, after --")
    return parser.parse_args()


if __name__ == "__main__":
    main()
