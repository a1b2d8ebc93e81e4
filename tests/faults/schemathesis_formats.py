"""The formats that the OpenAPI document names: loaded by `schemathesis run` (SCHEMATHESIS_HOOKS)."""

import base64
import datetime
import json

import schemathesis
from hypothesis import strategies as st

YEARS = datetime.datetime(1972, 1, 1), datetime.datetime(9997, 1, 1)  # noqa: DTZ001 - its zone is added


def _cursor(place: tuple[int, str | int]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


schemathesis.openapi.format("grapheme", st.sampled_from(["", "🔧", "👩🏽‍💻", "🇫🇷", "e\u0301", "Z"]))
schemathesis.openapi.format("cursor", st.tuples(st.integers(0, 2**53), st.uuids().map(str)).map(_cursor))
schemathesis.openapi.format("number-cursor", st.tuples(st.integers(0, 2**53), st.integers(0, 2**53)).map(_cursor))
schemathesis.openapi.format("ollama-host", st.sampled_from(["", "localhost:1", "http://127.0.0.1:2", "[::1]:3"]))
schemathesis.openapi.format("time-zone", st.timezone_keys(allow_prefix=False))
schemathesis.openapi.format(
    "date-time", st.datetimes(*YEARS, timezones=st.just(datetime.UTC)).map(datetime.datetime.isoformat)
)
schemathesis.openapi.format("date", st.dates(*(year.date() for year in YEARS)).map(datetime.date.isoformat))
