"""Which sources a run may use: ``source_policy``.

Source: protocol reference, section 12.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from enrich.research.weburl import domain, host_of, split

if TYPE_CHECKING:
    from enrich.records import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of one run.

    Attributes:
        include: Domains, extensions and path prefixes; if there are any, nothing else is used.
        exclude: The same, never used; of no effect beside ``include``.
        after: Documents dated before this day are not used; undated ones are.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    after: str | None = None

    def allows(self, url: str, dated: str | None = None) -> bool:
        """Tell whether a document may be used; a file without a web address is in no domain."""
        if self.after and dated and dated < self.after[: len(dated)]:
            return False
        if self.include:
            return any(_covers(rule, url) for rule in self.include)
        return not any(_covers(rule, url) for rule in self.exclude)

    def entrances(self, url: str) -> list[str]:
        """Return where a site may be entered whose own address is left out: at the included parts of it.

        ``https://x.com`` with ``x.com/docs`` and ``docs.x.com`` included: at these two.
        """
        if self.allows(url):
            return [url]
        parts, host = split(url), host_of(url)
        found = []
        for rule in self.include if host else ():
            name, _, path = rule.partition("/")
            if not name.startswith(".") and f".{host}".endswith(f".{name}"):
                found.append(f"{parts.scheme}://{parts.netloc}/{path}")
            elif f".{name}".endswith(f".{host}"):
                port = f":{parts.port}" if parts.port else ""
                found.append(f"{parts.scheme}://{name}{port}/{path}")
        return [one for one in found if self.allows(one)]


def policy(source_policy: JsonObject | None) -> Policy:
    """Return the policy of a run's ``source_policy`` member."""
    stated = source_policy or {}
    return Policy(
        include=tuple(_rule(rule) for rule in stated.get("include_domains") or ()),
        exclude=tuple(_rule(rule) for rule in stated.get("exclude_domains") or ()),
        after=stated.get("after_date") or None,
    )


def _rule(rule: str) -> str:
    """Bring the domain to its one spelling; the path keeps its case."""
    name, slash, path = rule.strip().partition("/")
    return domain(name) + (slash + path if path.strip("/") else "")


def _covers(rule: str, url: str) -> bool:
    parts, host = split(url), host_of(url)
    if not host or parts.scheme not in {"http", "https"}:
        return False
    name, _, prefix = rule.partition("/")
    if name.startswith("."):
        if not host.endswith(name):
            return False
    elif host != name and not host.endswith(f".{name}"):
        return False
    if not prefix:
        return True
    # Prefixes end at a segment: /docs covers /docs/a and not /docsets.
    wanted = normpath("/" + unquote(prefix)).rstrip("/")
    path = normpath("/" + unquote(parts.path).lstrip("/"))
    return path == wanted or path.startswith(f"{wanted}/")
