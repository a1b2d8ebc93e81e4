"""The API for people and for generators: the OpenAPI document, and a page of it that needs no script."""

import functools
import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response
from markupsafe import Markup, escape

from backend.openapi import document

STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code, pre { font: .9em/1.5 ui-monospace, monospace } pre { overflow-x: auto; padding: .75rem; background: #8881 }
summary { padding: .35rem 0; cursor: pointer } summary b { display: inline-block; min-width: 4.5rem }
h2 { margin-top: 2rem }
"""


def blueprint(base_path: str = "") -> Blueprint:
    docs = Blueprint("docs", __name__)
    once = functools.cache(lambda: {**document(), "servers": [{"url": base_path or "/"}]})
    docs.add_url_rule(
        "/api/v2/openapi.json", "openapi", lambda: Response(_text(once()), content_type="application/json")
    )
    docs.add_url_rule("/api/docs", "page", lambda: Response(_page(once()), content_type="text/html; charset=utf-8"))
    return docs


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True)


def _page(spec: dict[str, Any]) -> str:
    nouns = Markup("").join(_noun(spec, tag["name"]) for tag in spec["tags"])
    models = Markup("").join(_model(name, schema) for name, schema in spec["components"]["schemas"].items())
    return Markup(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>Locrit API</title><style>{}</style><body><h1>Locrit API</h1>"
        '<p>For programs: <a href="v2/openapi.json">openapi.json</a></p>{}<h2>models</h2>{}</body></html>'
    ).format(Markup(STYLE), nouns, models)  # noqa: S704  our own style sheet


def _noun(spec: dict[str, Any], noun: str) -> Markup:
    entries = Markup("").join(_operation(*operation) for operation in _operations(spec, noun))
    return Markup("<h2>{}</h2>{}").format(noun, entries)


def _operations(spec: dict[str, Any], noun: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            if noun in operation["tags"]:
                yield method.upper(), path, operation


def _operation(method: str, path: str, operation: dict[str, Any]) -> Markup:
    shown = {key: operation[key] for key in ("parameters", "requestBody") if operation.get(key)}
    shown["responses"] = {code: told for code, told in operation["responses"].items() if code.startswith("2")}
    return Markup("<details><summary><b>{}</b> <code>{}</code> {}</summary><p>{}</p><pre>{}</pre></details>").format(
        method, path, operation["summary"], operation["description"], _text(shown)
    )


def _model(name: str, schema: dict[str, Any]) -> Markup:
    return Markup('<details id="{0}"><summary><code>{0}</code></summary><pre>{1}</pre></details>').format(
        escape(name), _text(schema)
    )
