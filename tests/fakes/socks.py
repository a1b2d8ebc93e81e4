"""A SOCKS5 proxy (RFC 1928) that brings every connection to one server, under whatever name it was asked for."""

import socket
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Self


class SocksProxy:
    """`asked` are the hosts that clients wanted to reach."""

    def __init__(self, port: int) -> None:
        self.asked: list[str] = []
        self._server = ThreadingTCPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads, self._server.block_on_close = True, False
        self._server.proxy, self._server.port = self, port  # type: ignore[attr-defined]
        self.url = f"socks5://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(StreamRequestHandler):
    def handle(self) -> None:
        _version, methods = self.rfile.read(2)
        if b"\x02" in self.rfile.read(methods):  # any user with any password (RFC 1929)
            self.wfile.write(b"\x05\x02")
            self.rfile.read(self.rfile.read(2)[1])
            self.rfile.read(self.rfile.read(1)[0])
            self.wfile.write(b"\x01\x00")
        else:
            self.wfile.write(b"\x05\x00")
        _version, _connect, _reserved, kind = self.rfile.read(4)
        host = self.rfile.read({1: 4, 3: 1, 4: 16}[kind])
        self.server.proxy.asked.append(self.rfile.read(host[0]).decode() if kind == 3 else host.hex())  # type: ignore[attr-defined]
        self.rfile.read(2)
        self.wfile.write(b"\x05\x00\x00\x01" + bytes(6))
        with socket.create_connection(("127.0.0.1", self.server.port)) as upstream:  # type: ignore[attr-defined]
            Thread(target=_copy, args=(upstream, self.connection), daemon=True).start()
            _copy(self.connection, upstream)


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while block := source.recv(65536):
            target.sendall(block)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of them hung up
