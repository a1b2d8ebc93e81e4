"""A network between a client and a server that can be told to fail: on native threads, byte by byte."""

import contextlib
import socket
import threading
import time
from typing import Literal, Self
from urllib.parse import urlsplit

from sqlalchemy import make_url

STALL_LOOK_S = 0.01
Fault = Literal["lose answers", "cut upgrades", "refuse", "stall"]


class Proxy:
    """`fault` may be set at any time and is about what happens from then on."""

    def __init__(self, server_url: str) -> None:
        at = urlsplit(server_url)
        self._server = (str(at.hostname), int(at.port or 80))
        self.fault: Fault | None = None
        self._connections: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Every connection, both ends."""
        for connection in tuple(self._connections):
            _end(connection)

    def unplug(self) -> None:
        """Nobody gets through until `plug_in`."""
        self.fault = "refuse"
        self.cut()

    def plug_in(self) -> None:
        self.fault = None

    def close(self) -> None:
        _end(self._listener)
        self._listener.close()
        self.cut()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _reach(self) -> socket.socket:
        return socket.create_connection(self._server, timeout=5)

    def _is_unplugged(self) -> bool:
        return self.fault == "refuse"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        try:
            if self._is_unplugged():
                return
            server = self._reach()
            server.settimeout(None)
        except OSError:
            return
        else:
            self._connections |= {client, server}
            if self._is_unplugged():  # since then, and `cut` could not know of it yet
                _end(client)
            answering = threading.Thread(target=self._pump, args=(server, client, True), daemon=True)
            answering.start()
            self._pump(client, server, False)
            answering.join()
            self._connections -= {client, server}
            server.close()
        finally:
            client.close()

    def _pump(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                while self.fault == "stall":
                    time.sleep(STALL_LOOK_S)
                if is_answer and self.fault == "lose answers":
                    break
                if not is_answer and self.fault == "cut upgrades" and b"pgrade: websocket" in data:
                    break
                sink.sendall(data)
        _end(source)
        _end(sink)


class DatabaseProxy(Proxy):
    """Between a process and a PostgreSQL that listens on a socket file; `database_url` leads through it."""

    def __init__(self, database_url: str) -> None:
        url = make_url(database_url)
        self._path = f"{url.query['host']}/.s.PGSQL.5432"
        super().__init__("tcp://")
        self.database_url = url.set(host="127.0.0.1", port=int(self.url.rpartition(":")[2]), query={}).render_as_string(
            hide_password=False
        )

    def _reach(self) -> socket.socket:
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(self._path)
        except OSError:
            server.close()
            raise
        return server


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
