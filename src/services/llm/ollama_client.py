"""The client library of Ollama, and how it reaches a host: what the environment says of proxies, certificates and keys.

The library makes a client of its own while it is imported, from OLLAMA_HOST, OLLAMA_API_KEY and what httpx reads, such
as ALL_PROXY, NO_PROXY and SSL_CERT_FILE. One that cannot be used would end the server before it could say why. So the
library is imported without an environment, and ours is read when a host is first asked something: then it is an error
of that host.
"""

import codecs
import ipaddress
import json
import os
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager, suppress
from dataclasses import asdict
from typing import Any, Final, TypedDict, cast
from urllib.parse import unquote, unquote_plus
from urllib.request import getproxies

import httpx
from pydantic import TypeAdapter

from src.addresses import OllamaHost
from src.errors import ModelUnreachable
from src.services.llm.arrivals import together
from src.services.llm.local_network import connect_locally
from src.services.llm.ndjson import lines
from src.services.llm.parts import ChatPart
from src.services.llm.protocol import PromptMessage, ToolSpec


@contextmanager
def _no_environment() -> Iterator[None]:
    kept = dict(os.environ)
    os.environ.clear()
    try:
        yield
    finally:
        os.environ.update(kept)


with _no_environment():
    import ollama

__all__ = ["Connection", "OllamaClient", "OllamaRefusal", "Shown", "connection_to", "ollama"]

MAX_REFUSAL_BYTES: Final = 20_000
# What is raised for an answer that is not the protocol: json and pydantic errors are ValueErrors, the others come from
# JSON that is not an object, lacks a key, or is nested without end.
GARBAGE: Final = (ValueError, AttributeError, TypeError, LookupError, RecursionError)
LIMITS: Final = httpx.Limits(max_connections=None, max_keepalive_connections=8, keepalive_expiry=30.0)
"""Every reply has a connection, however many run: they would wait for each other without a word. What is kept for the
next one is looked at before it is used again; after a while something between here and there may have dropped it."""
_AFTER_CORRECTING: Final = "Your message is saved. Correct it, restart Locrit, then retry."


class Connection(TypedDict):
    """Arguments of an httpx client."""

    headers: dict[str, str]
    proxy: httpx.Proxy | None
    verify: ssl.SSLContext
    trust_env: bool
    follow_redirects: bool
    limits: httpx.Limits


class OllamaRefusal(Exception):
    """An answer that is not a success. `said` is its text, empty where that repeats a secret that was sent."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.said = said


class Shown(ollama.ShowResponse):
    """With what newer versions of Ollama tell, and the library does not know."""

    thinking: Mapping[str, Any] | None = None


class OllamaClient(ollama.AsyncClient):
    """Raises OllamaRefusal where the library raises ResponseError, which fails on some texts that happen to be JSON."""

    def __init__(self, host: OllamaHost) -> None:
        connection = connection_to(host)
        self._secrets = list(filter(None, _secrets(host, connection)))
        super().__init__(host.url, event_hooks={"response": [self._check]}, **connection)
        if host.is_loopback and host.scheme == "http":
            connect_locally(self._client)

    async def chat_whole(
        self,
        model: str,
        messages: Sequence[PromptMessage],
        options: Mapping[str, Any] | None,
        think: bool | str | None = None,
        tools: Sequence[ToolSpec] = (),
    ) -> AsyncIterator[list[ChatPart]]:
        """A prompt that does not fit is refused, instead of cut unseen; a reply that fills the window ends with
        `length`, instead of pushing the prompt out. Fields of the API that `chat` does not know; older versions of
        Ollama ignore them. https://docs.ollama.com/api/chat"""
        kept = dict(options or {})
        lives = {"keep_alive": keep_alive(kept.pop("keep_alive"))} if "keep_alive" in kept else {}
        lives |= {"format": kept.pop("format")} if "format" in kept else {}
        body = {"model": model, "messages": list(messages), "options": kept, "stream": True}
        unshortened: dict[str, Any] = {"truncate": False, "shift": False}
        told = {} if think is None else {"think": think}
        offered = {"tools": [{"type": "function", "function": asdict(tool)} for tool in tools]} if tools else {}
        return self._parts(ChatPart, "POST", "/api/chat", json=body | unshortened | told | lives | offered)

    async def show_whole(self, model: str) -> Shown:
        shown: Shown = await self._request(Shown, "POST", "/api/show", json={"model": model})
        return shown

    async def version(self) -> str:
        response: httpx.Response = await self._request_raw("GET", "/api/version")  # type: ignore[no-untyped-call]
        version = response.json()["version"]
        if not isinstance(version, str):
            raise TypeError("a version is a text")
        return version

    async def _request(self, cls: type[Any], *args: Any, stream: bool = False, **kwargs: Any) -> Any:
        if stream:
            return self._parts(cls, *args, **kwargs)
        response = await self._request_raw(*args, **kwargs)  # type: ignore[no-untyped-call]
        return cls(**response.json())

    async def _parts(self, cls: type[Any], *args: Any, **kwargs: Any) -> AsyncGenerator[list[Any], None]:
        """Those that came together; also where one that came with them is not what it should be."""
        http, known = cast(httpx.AsyncClient, self._client), TypeAdapter(list[cls])  # type: ignore[valid-type]
        async with http.stream(*args, **kwargs) as response, aclosing(together(_text(response))) as pieces:
            async for group in lines(pieces):
                parts: list[Any] = []
                try:
                    parts.extend(self._read(cls, known, group, response.status_code))
                except (OllamaRefusal, *GARBAGE):
                    if parts:
                        yield parts
                    raise
                yield parts

    def _read(self, cls: type[Any], known: TypeAdapter[list[Any]], group: list[str], status: int) -> Iterable[Any]:
        """What came together costs half as much read at once. What then is not as it should be is found one by one."""
        together = f"[{','.join(group)}]"
        if '"error"' not in together:
            with suppress(ValueError):
                return known.validate_json(together)
        return (self._part(cls, line, status) for line in group)

    def _part(self, cls: type[Any], line: str, status: int) -> Any:
        part = json.loads(line)
        if part.get("error"):
            raise self._refused(status, line)
        return cls(**part)

    async def _check(self, response: httpx.Response) -> None:
        if response.is_success:
            return
        body = b""
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > MAX_REFUSAL_BYTES:
                break
        raise self._refused(response.status_code, body.decode(errors="replace"))

    def _refused(self, status: int, body: str) -> OllamaRefusal:
        said = _message(body)
        tells = any(secret in form for secret in self._secrets for form in (said, unquote(said), unquote_plus(said)))
        return OllamaRefusal(status, "" if tells else said)


def _secrets(host: OllamaHost, connection: Connection) -> Iterator[str]:
    """What no answer may repeat in front of people."""
    yield host.password or host.username
    yield connection["headers"].get("authorization", "").partition(" ")[2].rstrip("=")
    if (proxy := connection["proxy"]) and proxy.raw_auth:
        yield (proxy.raw_auth[1] or proxy.raw_auth[0]).decode()


def _message(body: str) -> str:
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return body
    for name in ("error", "message"):  # {"error": "…"}, and {"error": {"message": "…"}} as other servers have it
        found = found.get(name, found) if isinstance(found, dict) else found
    return found if isinstance(found, str) else ""


async def _text(response: httpx.Response) -> AsyncGenerator[str, None]:
    """As `aiter_text`, which closes the response when it comes to its end: who is cancelled meanwhile, as a reader is
    whose last piece was had, would leave the connection open for good."""
    plain, text = response._get_content_decoder(), codecs.getincrementaldecoder("utf-8")("replace")  # noqa: SLF001
    async for chunk in cast(httpx.AsyncByteStream, response.stream):
        if piece := text.decode(plain.decode(chunk)):
            yield piece
    if piece := text.decode(plain.flush(), final=True):
        yield piece


def keep_alive(written: Any) -> float | str:
    """A number is seconds; as a text it would have to have a unit."""
    try:
        return float(written)
    except ValueError:
        return str(written)


def connection_to(host: OllamaHost) -> Connection:
    """How to reach it from here. Raises ModelUnreachable for what the environment says and nobody can use."""
    headers = {}
    if authorization := host.authorization or _bearer():
        headers["authorization"] = authorization
    return {
        "headers": headers,
        "proxy": _proxy(host),
        "verify": _certificates(host),
        "trust_env": False,
        # The address that Ollama has is the one that was configured: a redirect leads to a page for logging in.
        "follow_redirects": False,
        "limits": LIMITS,
    }


def _bearer() -> str | None:
    written = os.environ.get("OLLAMA_API_KEY", "")
    key = written.strip()
    if written and not (key and key.isascii() and key.isprintable()):
        raise ModelUnreachable("OLLAMA_API_KEY holds something that cannot be a key.", hint=_AFTER_CORRECTING)
    return f"Bearer {key}" if key else None


def _certificates(host: OllamaHost) -> ssl.SSLContext:
    if host.scheme == "http":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and need not
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        raise ModelUnreachable(
            f"The certificates for {host} cannot be read: look at SSL_CERT_FILE, SSL_CERT_DIR and SSLKEYLOGFILE.",
            hint=_AFTER_CORRECTING,
        ) from error


def _proxy(host: OllamaHost) -> httpx.Proxy | None:
    proxies = getproxies()
    url = proxies.get(host.scheme) or proxies.get("all")
    if not url or host.is_loopback or any(_covers(entry, host) for entry in proxies.get("no", "").split(",")):
        return None
    try:
        return httpx.Proxy(url if "://" in url else f"http://{url}")
    except (ValueError, httpx.InvalidURL):
        # Without its cause, which repeats the URL and with it a password.
        raise ModelUnreachable(
            "The proxy that HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names cannot be used.",
            hint=f"Correct it, or name {host.host} in NO_PROXY. Then restart Locrit and retry.",
        ) from None


def _covers(entry: str, host: OllamaHost) -> bool:
    """Whether an entry of NO_PROXY means this host: `*`, a name and all below it, an address, a network."""
    name = entry.strip().lower().rpartition("://")[2].replace("[", "").replace("]", "")
    try:
        return ipaddress.ip_address(host.host) in ipaddress.ip_network(name, strict=False)
    except ValueError:
        pass  # one of them is a name
    name = name.removesuffix(f":{host.port}").lstrip("*").lstrip(".")
    return entry.strip() == "*" or (bool(name) and f".{host.host}".endswith(f".{name}"))
