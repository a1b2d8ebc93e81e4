"""Python packages in .venv, as the requirements files pin them."""

from collections.abc import Callable

from tools.steps import ROOT, VENV, VENV_PYTHON, must, once

PIP_INSTALL = [VENV_PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "-r"]


def install(requirements: str, *, then: Callable[[], None] = lambda: None) -> None:
    """Installs a requirements file and calls `then`, unless both succeeded before with the same pins."""

    def install_now() -> None:
        must(f"Python packages of {requirements}", [*PIP_INSTALL, requirements])
        then()

    once(VENV / f".installed-{requirements}", [ROOT / requirements, ROOT / "constraints.txt"], install_now)
