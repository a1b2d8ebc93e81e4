"""Fetches the small offline model when it is needed: no Ollama answers and it was not ruled out. Runs inside .venv."""

import subprocess
import sys
from pathlib import Path

import httpx

from src.addresses import OllamaHost
from src.config import Settings
from src.errors import ModelUnreachable
from src.services.llm.ollama_client import connection_to
from tools import packages
from tools.steps import ROOT, VENV_PYTHON, StepFailed, must
from tools.system import apt_install

PROBE_TIMEOUT_S = 0.3


def main(flags: list[str]) -> None:
    """`flags` are those of web_app.py; `--always` before them skips the question whether the model is needed."""
    settings = _settings([flag for flag in flags if flag != "--always"])
    if settings is not None and ("--always" in flags or _is_needed(settings)):
        packages.install("requirements-embedded.txt", then=_load_runtime)
        if settings.embedded_model is None:
            _fetch_weights(settings.data_dir)


def _settings(flags: list[str]) -> Settings | None:
    """None where web_app.py is about to print its help, or to say what is wrong with the settings."""
    if {"-h", "--help"} & set(flags):
        return None
    try:
        return Settings(_cli_parse_args=flags, _cli_exit_on_error=False)
    except ValueError:
        return None


def _is_needed(settings: Settings) -> bool:
    return settings.llm == "embedded" or (settings.llm == "auto" and not _answers(settings.ollama))


def _answers(host: OllamaHost) -> bool:
    try:
        with httpx.Client(**connection_to(host), timeout=PROBE_TIMEOUT_S) as client:
            return client.get(f"{host.url}/api/version").is_success
    except (ModelUnreachable, httpx.HTTPError, httpx.InvalidURL, ValueError):
        return False


def _load_runtime() -> None:
    load = [VENV_PYTHON, "-c", "import xllamacpp"]
    if subprocess.run(load, capture_output=True, check=False).returncode != 0:
        apt_install("OpenMP library", "libgomp1")
    must("first load of the runtime", load)


def _fetch_weights(data_dir: Path) -> None:
    """The module shows its own progress and does nothing when the file is there."""
    done = subprocess.run([VENV_PYTHON, "-m", "src.services.llm.weights", str(data_dir)], cwd=ROOT, check=False)
    if done.returncode != 0:
        raise StepFailed("The weights of the small offline model could not be fetched.")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except StepFailed as failure:
        sys.exit(str(failure))
