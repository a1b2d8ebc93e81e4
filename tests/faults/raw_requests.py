"""Bytes that claim to be requests: what an honest client sends, with one to three parts replaced by something else."""

import random
from dataclasses import dataclass, field

JSON = "application/json"
HUGE = "9" * 5_000
BRACKET = "http://["

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
NO_METHODS = ["TRACE", "CONNECT", "get", "G\x00T", "", "é", "@", "M" * 10_000]
PATHS = [
    "/",
    "/health",
    "/api/v1/ping",
    "/api/v2/locrits",
    "/api/v2/conversations",
    "/api/nothing",
    "/assets/nothing.js",
    "/favicon.svg",
    "/theme.js",
    "/my-locrits/Ada/chat",
    "/socket.io/?EIO=4&transport=polling",
    "/socket.io/?EIO=4&transport=websocket",
]
TARGETS = [
    BRACKET,
    "http://[::1",
    "http://",
    "//[",
    "*",
    "example.org:443",
    "",
    "\\..\\..\\etc\\passwd",
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/%00",
    "/%ff%fe",
    "/%c0%ae%c0%ae/",
    "/%zz",
    "/\x00",
    "/\x7f\x01",
    "/\xff\xfe",
    "/" + "a" * 5_000,
    "/" + "a/" * 2_500,
    "/assets/" + "b" * 300,
    "/" + "%41" * 5_000,
    "/" + "c" * 70_000,
    "/api/v2/locrits/" + "n" * 5_000,
    "/api/v2/conversations/%00/messages",
    "/api/v2/locrits/%ed%a0%80/chat",
    "/favicon.svg/x",
    "http://127.0.0.1/health",
    "https://evil.example/health",
    "ftp://127.0.0.1/",
    "javascript:alert(1)",
]
QUERIES = [
    "limit=" + HUGE,
    "limit=1e400",
    "limit=%ff",
    "limit=1&limit=2",
    "cursor=%00",
    "cursor=" + "A" * 600,
    "cursor=%ed%a0%80",
    "&" * 2_000,
    "&".join(f"p{n}={n}" for n in range(5_000)),
    "%",
    "=",
    "q=%F0%9F",
    "since=-1",
    "since=" + HUGE,
    "q[]=[",
]
ENGINE = [
    "",
    "EIO=4",
    "EIO=3&transport=polling",
    "EIO=4&transport=carrier-pigeon",
    "EIO=4&transport=polling&sid=nobody",
    "EIO=4&transport=polling&sid=%00",
    "EIO=4&EIO=5&transport=polling",
    "EIO=4&transport=polling&j=0",
    "EIO=4&transport=polling&j=x",
    "EIO=4&transport=polling&j=" + HUGE,
    "EIO=4&transport=websocket&sid=" + "s" * 3_000,
]
VERSIONS = [
    "HTTP/1.0",
    "HTTP/1.1",
    "HTTP/2.0",
    "HTTP/0.9",
    "HTTP/9.9",
    "HTTP/1.",
    "HTTP/1.1.1",
    "HTTP/-1",
    "http/1.1",
    "",
]
VALUES = ["", " ", "x", "é", "\xff\xfe", "a\x00b", "[", "]", ",,,", ";;;q=", "q=1e999", "0", "-1", HUGE, "x" * 9_000]
HEADERS = {
    "Host": ["", "127.0.0.1", "127.0.0.1:99999", "[::1", "[::1]:x", "user:pass@127.0.0.1", "evil.example", "a,b", "é"],
    "Origin": ["]", "[", "http://]", "http://[", "null", "http://[::1", "http://127.0.0.1:x", "http://" + "a" * 8_000],
    "X-Forwarded-Host": ["[", "a, b", "é"],
    "X-Forwarded-Proto": ["[", "https,http", "é"],
    "Content-Length": ["-1", "+5", "5, 5", "1_0", "٣", "0x10", "1e3", HUGE, "9" * 15, "5 5"],
    "Transfer-Encoding": [
        "chunked",
        "Chunked",
        "gzip, chunked",
        "identity",
        "xchunked",
        "chunked, chunked",
        "\x0bchunked",
    ],
    "Expect": ["100-continue", "200-ok"],
    "Range": [
        "bytes=0-0",
        "bytes=-" + HUGE,
        "bytes=" + HUGE + "-",
        "bytes=1-0",
        "bytes=0-1,0-1",
        "lines=1",
        "bytes=a-b",
    ],
    "If-Range": ['"x"', "Mon, 01 Jan 0001 00:00:00 +2359", "Mon, 99 Xyz 2024 99:99:99 GMT"],
    "If-Modified-Since": [
        "Mon, 01 Jan 99999 00:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +999999999999",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "Mon, 01 Jan 0000 00:00:00 GMT",
        "Mon, 32 Jan 2024 25:61:61 GMT",
        "1 Jan " + HUGE,
    ],
    "If-Unmodified-Since": ["Mon, 01 Jan 2024 00:00:00 +999999999999", "yesterday"],
    "If-None-Match": ["*", '"', 'W/"x', '"a" "b"'],
    "If-Match": ["*", '"'],
    "Accept": ["text/html;q=x", "*/*;q=1e999", "text/html;q=" + HUGE, ";", "text/html;q=-1", "/"],
    "Accept-Encoding": ["gzip;q=x", "br;q=" + HUGE, "*;q=0", "gzip;q=nan", "br;;;"],
    "Accept-Language": ["fr;q=x", "-"],
    "Cookie": ["=", "a", 'a="', "a=b;" * 2_000, "é=ü"],
    "Content-Type": [
        "",
        "/",
        "application/json; charset=klingon",
        "multipart/form-data",
        "x" * 5_000,
        "application/JSON",
    ],
    "Authorization": ["Basic", "Basic é", "Digest a=", "Bearer"],
    "Connection": ["close", "keep-alive, upgrade", "upgrade", "\x00"],
    "Upgrade": ["websocket", "h2c", "WebSocket"],
    "Sec-WebSocket-Key": ["", "x", "AAAA", "dGhlIHNhbXBsZSBub25jZQ==", "é", "A" * 5_000],
    "Sec-WebSocket-Version": ["", "0", "8", "13", "13, 8", "x", HUGE],
    "Sec-WebSocket-Extensions": [
        "permessage-deflate; client_max_window_bits=x",
        "permessage-deflate; server_max_window_bits=8",
        ";=;",
    ],
    "Sec-WebSocket-Protocol": ["", ",", "é", "x" * 5_000],
    "Sec-WebSocket-Key1": ["x", "1 2", "12345"],
    "Access-Control-Request-Headers": ["x", "a\r\n b", "é"],
    "Date": ["never"],
}
LINES = [
    "no colon",
    ": no name",
    " folded",
    "Na me: x",
    "Name : x",
    "X\x00: y",
    "X: a\r\n folded",
    "é: x",
    "X" * 70_000,
    "a:",
]
BODIES = [
    b"",
    b"{",
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    '{"name": "x"}'.encode("utf-16"),
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"name": ' + b"9" * 6_000 + b"}",
    b'{"message_limit": 1e400}',
    b'{"name": "\\ud800"}',
    b'{"name": "a", "name": "b\\u0000"}',
    b"null",
    b"\x00" * 1_000,
    b'{"name": "' + b"x" * 1_100_000 + b'"}',
]
POLLED = [
    b"\xff\xfe\xfd",
    b"d=",
    b"d=4",
    b"b!!!",
    b"bA",
    b"9",
    b"4",
    b"42",
    b'42["x"',
    b"2probe",
    b"\x1e",
    b"40\x1e" * 20_000,
    b"451-[",
    b"42" + b"[" * 100_000,
    b"4\xc2\xb2",
    "４".encode(),
    b"6",
    b"1",
]


@dataclass
class RawRequest:
    method: str
    target: str
    version: str = "HTTP/1.1"
    headers: list[tuple[str, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    body: bytes = b""

    def encoded(self) -> bytes:
        head = [f"{self.method} {self.target} {self.version}", *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*head, *self.lines, "", ""]).encode("latin-1", "replace") + self.body


def honest(chance: random.Random, host: str) -> RawRequest:
    method = chance.choice(METHODS)
    body = chance.choice(BODIES) if method in ("POST", "PUT", "PATCH") else b""
    request = RawRequest(method, chance.choice(PATHS), headers=[("Host", host), ("Connection", "close")], body=body)
    if body:
        request.headers += [("Content-Type", JSON), ("Content-Length", str(len(body)))]
    return request


def hostile(chance: random.Random, host: str) -> RawRequest:
    request = honest(chance, host)
    for _ in range(chance.randint(1, 3)):
        chance.choice(CHANGES)(request, chance)
    return request


def _other_line(request: RawRequest, chance: random.Random) -> None:
    match chance.randrange(4):
        case 0:
            request.method = chance.choice([*METHODS, *NO_METHODS])
        case 1:
            request.target = chance.choice(TARGETS)
        case 2:
            request.target += chance.choice("?&") + chance.choice(QUERIES)
        case _:
            request.version = chance.choice(VERSIONS)


def _other_header(request: RawRequest, chance: random.Random) -> None:
    name = chance.choice(list(HEADERS))
    value = chance.choice([*HEADERS[name], *VALUES]) if chance.random() < 0.9 else _any_text(chance)
    if chance.random() < 0.7:
        request.headers = [(known, text) for known, text in request.headers if known != name]
    request.headers.append((name, value))


def _more_headers(request: RawRequest, chance: random.Random) -> None:
    match chance.randrange(3):
        case 0:
            request.headers += [(f"X-{number}", "x" * chance.randint(0, 500)) for number in range(200)]
        case 1:
            request.lines.append(chance.choice(LINES))
        case _:
            request.headers = request.headers[1:]


def _noise(request: RawRequest, chance: random.Random) -> None:
    request.body = chance.randbytes(chance.randint(0, 3_000))


def _engine(request: RawRequest, chance: random.Random) -> None:
    request.target = "/socket.io/?" + chance.choice(ENGINE)
    if request.method == "POST":
        request.body = chance.choice(POLLED)
        request.headers = [*request.headers[:2], ("Content-Length", str(len(request.body)))]


def _upgrade(request: RawRequest, chance: random.Random) -> None:
    request.method, request.target, request.body = "GET", "/socket.io/?EIO=4&transport=websocket", b""
    names = ["Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"]
    request.headers = [*request.headers[:1], ("Connection", "Upgrade"), ("Upgrade", "websocket")]
    for name in chance.sample(names, chance.randint(0, 4)):
        request.headers += [(name, chance.choice([*HEADERS[name], *VALUES]))] * chance.choice([1, 1, 1, 2])


def _any_text(chance: random.Random) -> str:
    return chance.randbytes(chance.randint(0, 200)).decode("latin-1")


CHANGES = [_other_line, _other_header, _other_header, _more_headers, _noise, _engine, _upgrade]
