"""Starts Locrit: `python web_app.py`. `--help` lists the settings, `verify` checks what is stored."""

from backend.runtime import install

runtime = install()  # before anything else is imported

import sys  # noqa: E402

from backend.app import create_app  # noqa: E402
from backend.command_line import announce, give_up, read_settings, verify  # noqa: E402
from src.errors import LocritError  # noqa: E402

if __name__ == "__main__":
    if sys.argv[1:2] == ["verify"]:
        sys.exit(verify(sys.argv[2:], runtime))
    settings = read_settings(sys.argv[1:])
    try:
        server = create_app(settings, runtime)
        server.start()
    except LocritError as failure:
        give_up(failure)
    runtime.serve(server.flask, settings.host, settings.port, on_listening=announce(settings), on_shutdown=server.close)
