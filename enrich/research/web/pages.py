"""What was fetched as a document like those of the corpus, and the links of it."""

from __future__ import annotations

import codecs
import hashlib
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit

import msgspec
from selectolax.lexbor import LexborHTMLParser

from enrich.research import corpus
from enrich.research.documents import squeeze
from enrich.research.html import TooDeepError, read_html
from enrich.research.page import Page
from enrich.research.pdf import BadPdfError, read_pdf
from enrich.research.plaintext import read_markdown, read_text
from enrich.research.web.fetch import NotFetched

if TYPE_CHECKING:
    from enrich.research.documents import Document
    from enrich.research.web.fetch import Fetched

MAX_LINKS: Final = 2_000
_STATED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE
)
_STATED_WITHIN: Final = 2_048
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
            markup = decoded(fetched.body, fetched.charset)
            document = _of_text(fetched, markup)
            if "html" in fetched.media_type:
                links = links_of(markup, fetched.url)
    except (TooDeepError, BadPdfError, corpus.UnreadableError) as error:
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


def decoded(body: bytes, charset: str) -> str:
    """Return a page's text: by its mark, its header, its own statement, as UTF-8, else as Windows-1252."""
    if body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return corpus.decode(body)
    stated = _STATED.search(body[:_STATED_WITHIN])
    for name in (charset, stated[1].decode("ascii") if stated else ""):
        if name and _is_text_encoding(name):
            try:
                return body.decode(name).replace("\x00", "")
            except UnicodeDecodeError:
                continue
    return corpus.decode(body)


def _is_text_encoding(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding  # noqa: SLF001  (rot13 and zip are codecs, too)
    except LookupError:
        return False


def links_of(markup: str, base: str) -> tuple[Link, ...]:
    """Return a page's links to other pages, each address once, in their order."""
    found: dict[str, Link] = {}
    here = base.partition("#")[0]
    for node in LexborHTMLParser(markup).css("a[href]")[:MAX_LINKS]:
        try:
            url = urljoin(base, (node.attributes.get("href") or "").strip()).partition("#")[0]
        except ValueError:
            continue
        if url.startswith(("http://", "https://")) and url != here:
            found.setdefault(url, Link(url, squeeze(node.text(separator=" "))[:200]))
    return tuple(found.values())


def _name(url: str) -> str:
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2]).rpartition(".")
    return (last[0] or last[2]).replace("-", " ").replace("_", " ") or parts.hostname or url


def _digest(fetched: Fetched) -> str:
    return hashlib.sha256(fetched.body).hexdigest()
