"""What a run's further members must be: rules of the API that its models do not hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from enrich.job.environment import bare_secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.taskapi.models import AdvancedSettings, McpServer, Webhook

_CODES: Final = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO "
    "BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ "
    "DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP "
    "GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG "
    "KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML "
    "MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE "
    "PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL "
    "SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM "
    "US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW "
)
COUNTRIES: Final = frozenset(_CODES.split())
"""ISO 3166-1 alpha-2."""
_MEANT: Final = {"UK": "GB", "EL": "GR", "EN": "GB", "JA": "JP"}

FREE: Final = frozenset(
    {"pubmed", "clinical_trials", "chembl", "biorxiv", "npi_registry", "cms_coverage"}
)
PAY_PER_USE: Final = frozenset({"carbonarc"})
"""The connectors that are known to be in one list and not in the other."""


def settings_faults(settings: AdvancedSettings) -> Iterator[str]:
    """Yield what is wrong with advanced settings."""
    country = (settings.location or "US").upper()
    if country not in COUNTRIES:
        meant = f"; did you mean {_MEANT[country]}?" if country in _MEANT else ""
        yield f"location: {settings.location} is no country of ISO 3166-1{meant}"
    sources = settings.data_sources
    for name in (sources.free if sources else None) or ():
        if name in PAY_PER_USE:
            yield f"data_sources: {name} is billed for each call; name it in pay_per_use"
    for name in (sources.pay_per_use if sources else None) or ():
        if name in FREE:
            yield f"data_sources: {name} is free; name it in free"


def server_faults(servers: Sequence[McpServer]) -> Iterator[str]:
    """Yield what is wrong with tool servers."""
    for server in servers:
        for header, value in (server.headers or {}).items():
            if fault := bare_secret(header, value):
                yield f"header `{header}` of `{server.name}`: {fault}"
        for fault in url_faults(server.url):
            yield f"`{server.name}`: {fault}"
        if not server.name:
            yield "a tool server has a name"
    for name, count in Counter(server.name for server in servers).items():
        if count > 1:
            yield f"two tool servers are called `{name}`"


def webhook_faults(webhook: Webhook) -> Iterator[str]:
    """Yield what is wrong with a webhook."""
    return url_faults(webhook.url)


def url_faults(url: str) -> Iterator[str]:
    """Yield what is wrong with an address, in which ``${NAME}`` is replaced later."""
    if url.startswith("${"):
        return
    try:
        parts = urlsplit(url)
        user, secret = parts.username, parts.password
    except ValueError:
        parts, user, secret = urlsplit(""), None, None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        yield "an address begins with https:// or http://"
    query = parse_qsl(parts.query, keep_blank_values=True)
    told = [("password", secret or user)] if secret or user else []
    for name, value in [*told, *query]:
        if fault := bare_secret(name, value or ""):
            yield fault
            return
