"""What was fetched as a document like those of the corpus, and the links of it."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit

import msgspec
from selectolax.lexbor import LexborHTMLParser

from enrich.research import encodings
from enrich.research.documents import squeeze
from enrich.research.html import TooDeepError, read_html
from enrich.research.page import Page
from enrich.research.pdf import BadPdfError, read_pdf
from enrich.research.plaintext import read_markdown, read_text
from enrich.research.web.fetch import NotFetched

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from enrich.research.documents import Document
    from enrich.research.web.fetch import Fetched

MAX_LINKS: Final = 2_000
_NUMBERS = itertools.count(-1, -1)  # the index counts upwards


@dataclass(frozen=True, slots=True)
class Link:
    """Where a page leads.

    Attributes:
        url: Absolute, without a fragment.
        text: What the link says.
    """

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page of the web, read."""

    page: Page
    links: tuple[Link, ...]


def read_page(fetched: Fetched) -> WebPage:
    """Return what was fetched as a page; its address is where it was found, whatever it says itself.

    Raises:
        NotFetched: It holds no text, or is damaged.
    """
    links: tuple[Link, ...] = ()
    try:
        if fetched.media_type == "application/pdf" or fetched.body.startswith(b"%PDF-"):
            document = read_pdf(fetched.body, url=fetched.url, name=_name(fetched.url), sha256=_digest(fetched))  # fmt: skip
        else:
            stated = itertools.chain([fetched.charset], encodings.stated_in(fetched.body))
            markup = encodings.decode(fetched.body, stated)
            document = _of_text(fetched, markup)
            if "html" in fetched.media_type:
                links = links_of(markup, fetched.url)
    except (TooDeepError, BadPdfError, encodings.NoTextError) as error:
        raise NotFetched(str(error)) from error
    if not document.segments:
        raise NotFetched("it holds no text")
    document = msgspec.structs.replace(
        document, url=fetched.url, dated=document.dated or fetched.dated
    )
    return WebPage(Page(document, next(_NUMBERS)), links)


def _of_text(fetched: Fetched, markup: str) -> Document:
    url, name, digest = fetched.url, _name(fetched.url), _digest(fetched)
    if "html" in fetched.media_type:
        return read_html(markup, url=url, sha256=digest)
    if fetched.media_type == "text/markdown":
        return read_markdown(markup, url=url, name=name, sha256=digest)
    return read_text(markup, url=url, name=name, sha256=digest)


def links_of(markup: str, base: str) -> tuple[Link, ...]:
    """Return a page's links to other pages, each address once, in their order."""
    found: dict[str, Link] = {}
    here = base.partition("#")[0]
    tree = LexborHTMLParser(markup)
    stated = tree.css_first("base[href]")
    from_here = base if stated is None else _absolute(base, stated) or base
    for node in tree.css("a[href]")[:MAX_LINKS]:
        url = _absolute(from_here, node).partition("#")[0]
        if url.startswith(("http://", "https://")) and url != here:
            found.setdefault(url, Link(url, squeeze(node.text(separator=" "))[:200]))
    return tuple(found.values())


def _absolute(base: str, node: LexborNode) -> str:
    try:
        return urljoin(base, (node.attributes.get("href") or "").strip())
    except ValueError:
        return ""


def _name(url: str) -> str:
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2]).rpartition(".")
    return (last[0] or last[2]).replace("-", " ").replace("_", " ") or parts.hostname or url


def _digest(fetched: Fetched) -> str:
    return hashlib.sha256(fetched.body).hexdigest()
