"""`/metrics`, as Prometheus reads it, of this process: where there are several, each is asked.

Whoever reaches this machine from outside comes through a proxy, which says so, or by a name that is not this machine's.
"""

import math
from collections.abc import Container

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from backend.async_bridge import AsyncBridge
from backend.auth import person
from backend.outboxes import Outboxes
from src.addresses import is_loopback
from src.application import Application
from src.errors import Forbidden, LocritError

PROXIED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
READ_WITHIN_S = 3.0


def blueprint(application: Application, bridge: AsyncBridge, outboxes: Outboxes, names: Container[str]) -> Blueprint:
    metrics = application.metrics
    metrics.hub_stall_s.set_function(lambda: bridge.heartbeat.longest_stall_s)
    metrics.outbox_s.set_function(outboxes.oldest_s)

    def read() -> Response:
        _check_may_read(names)
        metrics.database_bytes.set(_database_bytes(application, bridge))
        return Response(generate_latest(metrics.registry), content_type=CONTENT_TYPE_LATEST)

    result = Blueprint("metrics", __name__)
    result.add_url_rule("/metrics", "metrics", read)
    return result


def _database_bytes(application: Application, bridge: AsyncBridge) -> float:
    """Of a database that cannot be read now it is not known, and everything else is."""
    try:
        usage = bridge.run(application.history.storage(person("http")), timeout=READ_WITHIN_S)
    except LocritError:
        return math.nan
    return usage.database_bytes + usage.log_bytes


def _check_may_read(names: Container[str]) -> None:
    name = request.host.rpartition(":")[0] if ":" in request.host.rpartition("]")[2] else request.host
    is_from_here = is_loopback(name) and not any(header in request.headers for header in PROXIED)
    if not is_from_here and name.lower() not in names:
        raise Forbidden("The metrics are read on this machine only.", hint="LOCRIT_METRICS_HOSTS names further names.")
