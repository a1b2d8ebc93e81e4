"""Network addresses as people write them."""

import base64
import ipaddress
import re
import socket
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

import httpx

_PORTS: Final = {"http": 11434, "https": 443}
"""What an address without a port means. Ollama itself speaks no TLS: https is a proxy before it, on its usual port."""
_NAME: Final = re.compile(r"\w([\w.-]*\w)?\.?")
_AROUND: Final = " \t\r\n\"'"
_CREDENTIALS: Final = re.compile(r"(?<=://)[^\s\"'<>]*@")


def is_loopback(host: str) -> bool:
    name = host.strip("[]").lower().rstrip(".")
    if name == "localhost":
        return True
    address = _ip_address(name)
    return address is not None and address.is_loopback


def without_credentials(text: str) -> str:
    """`text`, its URLs without user and password."""
    return _CREDENTIALS.sub("", text)


@dataclass(frozen=True, slots=True)
class OllamaHost:
    """Where an Ollama answers. As text it is what people may see: neither user and password nor the path, which can be
    a secret, too."""

    scheme: str
    host: str
    """A name, or an IP address without brackets."""
    port: int
    path: str = field(default="", repr=False)
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, written: str) -> "OllamaHost":
        """Understands what Ollama does: quotes and blanks around it, no scheme, no port, IPv6 with or without brackets.

        Raises ValueError, whose sentence repeats nothing of what was written: it may hold a password.
        """
        text = written.strip(_AROUND)
        if not text.isprintable() or re.search(r"[\s?#\\]", text):
            raise ValueError(
                "must not have blanks or any of ? # \\ in it; in a password, write them as %20 %3F %23 %5C"
            )
        scheme, separator, rest = text.partition("://")
        if not separator:
            scheme, rest = "http", text
        if scheme.lower() not in _PORTS:
            raise ValueError("must begin with http:// or https://, or with the name of the host")
        authority, _, path = rest.partition("/")
        if "@" in path or (path and not authority):
            raise ValueError("has a / where none can be; in a password, write / as %2F and @ as %40")
        userinfo, _, place = authority.rpartition("@")
        username, _, password = userinfo.partition(":")
        host, port = _host_and_port(place, _PORTS[scheme.lower()])
        path = f"/{path.strip('/')}".rstrip("/")
        return cls(scheme.lower(), host, port, path, unquote(username), unquote(password))

    def __str__(self) -> str:
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def url(self) -> str:
        """Without user and password, which travel in a header."""
        return f"{self}{self.path}"

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def authorization(self) -> str | None:
        """The header of HTTP basic authentication."""
        login = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        return f"Basic {login}" if self.username or self.password else None


def _host_and_port(place: str, default_port: int) -> tuple[str, int]:
    host, port = place, ""
    if place.isascii() and place.isdigit():
        host, port = "", place
    elif ":" in place and _ip_address(place.strip("[]")) is None:
        host, _, port = place.rpartition(":")
    if port and not (re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) < 65536):
        raise ValueError("has a port that is not a number from 1 to 65535")
    return _connectable(host.removeprefix("[").removesuffix("]")), int(port or default_port)


def _connectable(host: str) -> str:
    """0.0.0.0 and :: are where a server listens, on every address; a client reaches it on loopback."""
    address = _ip_address(host)
    if address is not None and address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "::1"
    if address is not None:
        return str(address)
    if not host:
        return "127.0.0.1"
    try:
        name = httpx.URL(scheme="http", host=host.encode("idna").decode()).raw_host.decode()
        _ = httpx.URL(scheme="http", host=name).host  # reading it back is what every request does
    except (UnicodeError, httpx.InvalidURL):
        name = ""
    if not _NAME.fullmatch(name):
        raise ValueError("names a host that cannot be one")
    return name


def _ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Also of the short forms that the system's resolver knows, such as 127.1, and of IPv4 within IPv6."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _short_ipv4(host)
    return getattr(address, "ipv4_mapped", None) or address


def _short_ipv4(host: str) -> ipaddress.IPv4Address | None:
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host)) if re.fullmatch(r"[0-9a-fxA-FX.]+", host) else None
    except OSError:
        return None
