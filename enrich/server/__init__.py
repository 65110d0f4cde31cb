"""A Task API of our own, wire-compatible with the hosted service.

with EmbeddedServer(ServerSettings(), engine) as server:
    client = Client(base_url=server.url, api_key=server.api_key)
"""

from enrich.server.faults import parse_fault
from enrich.server.logs import write_logs
from enrich.server.serving import EmbeddedServer, serve
from enrich.server.settings import ApiKey, Quota, ServerSettings

__all__ = [
    "ApiKey",
    "EmbeddedServer",
    "Quota",
    "ServerSettings",
    "parse_fault",
    "serve",
    "write_logs",
]
