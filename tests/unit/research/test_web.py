"""Pages of the web as sources: the row's own site, links, searches, and sites that mean harm."""

import gzip
import json
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from enrich import egress
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Message, Question
from enrich.research.web import connection, fetch
from enrich.research.web.cache import Answer, Cache
from enrich.research.web.fetch import WebSettings
from enrich.research.web.reading import addresses
from enrich.research.web.search import HttpSearch
from tests.fakes.web_site import WebSite, drip, endless

FOUNDED = {"founded": {"type": ["integer", "null"], "description": "Year of foundation"}}
CEO = {"ceo": {"type": ["string", "null"], "description": "Name of the chief executive"}}
HOME = (
    "<title>Acme - Home</title><h1>Acme</h1><p>Anvils since ever.</p>"
    '<a href="/shop">Shop</a> <a href="/about">About us</a> <a href="/news">News</a>'
)
ABOUT = "<title>About</title><h1>Acme</h1><dl><dt>Founded</dt><dd>1987</dd><dt>Staff</dt><dd>120</dd></dl>"


@pytest.fixture
def site():
    sites = []

    def make(routes, host="127.0.0.2"):
        sites.append(
            WebSite(
                {
                    path: r if isinstance(r, tuple) or callable(r) else (200, {}, r)
                    for path, r in routes.items()
                },
                host,
            )
        )
        return sites[-1]

    yield make
    for one in sites:
        one.close()


@pytest.fixture
def browse(tmp_path):
    """Ask an engine that may read the web; return output, and what was told."""
    engines = []

    def make(*corpus, **settings):
        web = {"cache": tmp_path / "web.sqlite", "to_private": True, "delay_s": 0.0, **settings}
        engine = ResearchEngine(
            ResearchSettings(corpus=corpus, embedding=False, web=WebSettings(**web))
        )
        engines.append(engine)

        def ask(given, fields, processor="base", **more):
            told: list[object] = []
            schema = {"type": "json", "json_schema": {"type": "object", "properties": fields}}
            output = engine.answer(
                Question(input=given, output_schema=schema, processor=processor, **more),
                told.append,
            )
            return output, [m.text for m in told if isinstance(m, Message)]

        return ask

    yield make
    for engine in engines:
        engine.close()


def test_a_rows_own_site_is_read_with_the_links_that_speak_of_what_is_asked(site, browse):
    acme = site({"/": HOME, "/about": ABOUT})

    output, told = browse()({"company": "Acme", "website": acme.url}, FOUNDED)

    assert output["content"] == {"founded": 1987}
    (citation,) = output["basis"][0]["citations"]
    assert citation["url"] == f"{acme.url}/about"
    assert citation["excerpts"] == ["Acme\nFounded 1987"]
    assert f"Read {acme.url}/about" in told


@pytest.mark.parametrize(
    ("given", "tried"),
    [
        (
            {"name": "Acme", "site": "acme.example"},
            [["https://acme.example", "http://acme.example"]],
        ),
        ({"site": {"url": "http://acme.example/en"}}, [["http://acme.example/en"]]),
        ({"site": "HTTP://ACME.EXAMPLE"}, [["HTTP://ACME.EXAMPLE"]]),
        ({"site": "ACME.EXAMPLE/"}, [["https://ACME.EXAMPLE/", "http://ACME.EXAMPLE/"]]),
        ({"site": "http://[2001:db8::1]/"}, [["http://[2001:db8::1]/"]]),
        ({"name": "Acme", "mail": "a@acme.example", "note": "see acme.example for more"}, []),
        ("What does acme.com make, e.g. anvils?", [["https://acme.com", "http://acme.com"]]),
        ("See https://acme.example/x.", [["https://acme.example/x"]]),
    ],
)
def test_the_web_addresses_of_an_input(given, tried):
    assert list(addresses(given)) == tried


def test_lite_reads_no_links_and_nothing_is_read_where_the_web_is_not_allowed(site, browse, pages):
    acme = site({"/": HOME, "/about": ABOUT})
    row = {"company": "Acme", "website": acme.url}

    assert browse()(row, FOUNDED, "lite")[0]["content"] == {"founded": None}
    assert set(acme.asked) == {"/robots.txt", "/"}

    del acme.asked[:]
    engine = pages(other_txt="Bolt\n\nBolt sells nails.")
    schema = {"type": "json", "json_schema": {"type": "object", "properties": FOUNDED}}
    engine.answer(Question(input=row, output_schema=schema, processor="pro"))
    assert acme.asked == []


def test_links_of_links_are_followed_from_pro_on(site, browse):
    deep = {
        "/": '<h1>Acme</h1><p>Welcome.</p><a href="/company">Company</a>',
        "/company": '<h1>Company</h1><p>All of us.</p><a href="/company/history">History</a>',
        "/company/history": ABOUT,
    }

    ask, row = browse(), {"company": "Acme", "website": site(deep).url}
    assert ask(row, FOUNDED, "core")[0]["content"] == {"founded": None}
    assert ask(row, FOUNDED, "pro")[0]["content"] == {"founded": 1987}


@pytest.mark.parametrize(
    ("robots", "reason"),
    [
        ((200, {}, "User-agent: *\nDisallow: /"), "robots.txt does not allow it"),
        ((200, {}, "User-agent: enrich\nDisallow: /"), "robots.txt does not allow it"),
        ((503, {}, "busy"), "robots.txt cannot be read"),
        ((200, {}, "User-agent: other\nDisallow: /"), None),
        ((403, {}, "no"), None),
    ],
)
def test_robots_are_obeyed(site, browse, robots, reason):
    acme = site({"/robots.txt": robots, "/": ABOUT})

    output, _ = browse()({"company": "Acme", "website": acme.url}, FOUNDED)

    if reason is None:
        assert output["content"] == {"founded": 1987}
    else:
        assert output["content"] == {"founded": None}
        assert reason in output["basis"][0]["reasoning"]
        assert acme.asked == ["/robots.txt"]


def test_a_site_is_asked_with_pauses_as_long_as_it_wants(site, browse, monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    acme = site(
        {"/robots.txt": (200, {}, "User-agent: *\nCrawl-delay: 7"), "/": HOME, "/about": ABOUT}
    )

    browse(delay_s=0.5)({"company": "Acme", "website": acme.url}, FOUNDED)

    assert len(waits) >= 1
    assert all(6 < wait <= 7 for wait in waits)


BOMB = gzip.compress(b"\0" * 12_000_000)


@pytest.mark.parametrize(
    ("route", "reason"),
    [
        ((404, {}, "gone"), "answered 404"),
        ((500, {}, "oops"), "answered 500"),
        ((200, {"content-type": "image/png"}, b"\x89PNG"), "is image/png"),
        ((200, {"content-encoding": "br"}, b"\x00"), "compressed as br"),
        ((200, {"content-encoding": "gzip"}, b"no gzip"), "compression is damaged"),
        ((200, {"content-encoding": "gzip"}, BOMB), "more than 10,485,760 bytes"),
        (lambda _: (200, {}, endless()), "more than 10,485,760 bytes"),
        ((302, {"location": "/"}, ""), "redirects more than 5 times"),
        ((302, {"location": "file:///etc/passwd"}, ""), "must begin with https"),
        ((302, {"location": "http://[bad"}, ""), "cannot be read"),
        ("<div>" * 1_000_000, "nested more than 2,000 deep"),
        ("", "holds no text"),
        ((200, {"content-type": "application/pdf"}, b"%PDF-1.4 broken"), "cannot be read as PDF"),
        ((200, {"content-type": "text/plain"}, b"\x00\x01\x02" * 50), "it is no text"),
    ],
)
def test_a_page_that_gives_nothing_is_told_with_its_reason(site, browse, route, reason):
    acme = site({"/": route})

    output, told = browse()({"company": "Acme", "website": acme.url}, FOUNDED)

    assert output["content"] == {"founded": None}
    assert any(reason in text for text in told), told
    assert reason in output["basis"][0]["reasoning"]


def dripping_head(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for piece in drip(b"x"):
        handler.wfile.write(piece)


@pytest.mark.parametrize("route", [lambda _: (200, {}, drip()), dripping_head])
def test_a_page_that_drips_is_given_up(site, browse, route):
    acme = site({"/": route})

    output, told = browse(within_s=0.4)({"company": "Acme", "website": acme.url}, FOUNDED)

    assert output["content"] == {"founded": None}
    assert any("it took too long" in text for text in told)


def public(monkeypatch, *addresses):
    monkeypatch.setattr(egress, "is_public", lambda address: str(address) in addresses)


def test_a_redirect_into_a_private_network_is_not_followed(site, browse, monkeypatch):
    public(monkeypatch, "127.0.0.2")
    inner = site({"/": ABOUT}, host="127.0.0.3")
    acme = site({"/": (302, {"location": inner.url}, "")})

    output, told = browse(to_private=False)({"company": "Acme", "website": acme.url}, FOUNDED)

    assert output["content"] == {"founded": None}
    assert any("127.0.0.3 is not a public address" in text for text in told)
    assert inner.asked == []


@pytest.mark.parametrize("answers", [[["127.0.0.2"], ["127.0.0.3"]], [["127.0.0.2", "127.0.0.3"]]])
def test_a_name_that_comes_to_lead_into_a_private_network_gains_nothing(
    site, browse, monkeypatch, answers
):
    public(monkeypatch, "127.0.0.2")
    inner = site({"/": ABOUT}, host="127.0.0.3")
    real, looked_up = socket.getaddrinfo, list(answers)

    def changing(host, port, *args, **kwargs):
        if host != "acme.example":
            return real(host, port, *args, **kwargs)
        now = looked_up.pop(0) if len(looked_up) > 1 else looked_up[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in now]

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    port = inner.address.rpartition(":")[2]

    output, _ = browse(to_private=False)(
        {"company": "Acme", "website": f"http://acme.example:{port}/"}, FOUNDED
    )

    assert output["content"] == {"founded": None}
    assert inner.asked == []


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "text/html; charset=utf-8"}, "Générale: émue".encode("latin-1")),
        ({"content-type": "text/html"}, b'<meta charset="latin-1">' + "Générale".encode("latin-1")),
        ({"content-type": "text/html; charset=klingon"}, "Générale".encode()),
        ({"content-type": "text/html; charset=rot13"}, "Générale".encode()),
        ({"content-type": "text/html; charset=latin-1"}, "\ufeffGénérale".encode()),
        ({"content-type": "text/html; charset=utf-16"}, "Générale".encode("utf-16")),
    ],
)
def test_text_is_read_whatever_its_encoding_says(site, browse, headers, body):
    head, tail = "<h1>Acme</h1><p>Chief executive: Anne ", " Dupont</p>"
    name = headers["content-type"]
    wide = "utf-16" if "utf-16" in name else "ascii"
    inner = body.partition(b":")[0]
    if wide == "utf-16":
        page = (head + "Générale" + tail).encode("utf-16")
    else:
        mark, _, rest = inner.partition(b"G")
        page = mark + head.encode() + b"G" + rest + tail.encode()
    acme = site({"/": (200, headers, page)})

    output, _ = browse()({"company": "Acme", "website": acme.url}, CEO)

    assert output["content"] == {"ceo": "Anne Générale Dupont"}


def test_a_page_is_fetched_once_for_all_rows_and_confirmed_later(site, browse, monkeypatch):
    def about(handler):
        if handler.headers.get("if-none-match") == '"1"':
            return 304, {}, ""
        return 200, {"etag": '"1"', "last-modified": "Sat, 01 Aug 2026 10:00:00 GMT"}, ABOUT

    acme = site({"/": about})
    row = {"company": "Acme", "website": acme.url}

    for ask in (browse(), browse()):
        assert ask(row, FOUNDED)[0]["content"] == {"founded": 1987}
    assert acme.asked == ["/robots.txt", "/"]

    monkeypatch.setattr(fetch, "FRESH_S", -1)
    assert browse()(row, FOUNDED)[0]["content"] == {"founded": 1987}
    assert acme.asked == ["/robots.txt", "/", "/"]
    assert acme.headers[-1]["if-none-match"] == '"1"'


def test_the_source_policy_holds_for_pages_links_and_redirects(site, browse):
    other = site({"/": ABOUT}, host="127.0.0.3")
    acme = site({"/": HOME, "/about": (302, {"location": other.url}, "")})
    row = {"company": "Acme", "website": acme.url}
    policy = {"exclude_domains": ["127.0.0.3"]}

    output, told = browse()(row, FOUNDED, "core", source_policy=policy)
    assert output["content"] == {"founded": None}
    assert any("the source policy leaves it out" in text for text in told)
    assert other.asked == []

    only = {"include_domains": ["127.0.0.9"]}
    assert browse()(row, FOUNDED, source_policy=only)[0]["content"] == {"founded": None}


@pytest.mark.parametrize("rule", ["127.0.0.2/docs", "127.0.0.2/docs/"])
def test_a_site_of_which_only_a_part_is_included_is_entered_there(site, browse, rule):
    docs = '<h1>Acme</h1><p>Docs.</p><a href="/shop">Shop</a><a href="/about">About us</a><a href="/docs/facts">Facts</a>'
    acme = site({"/": ABOUT, "/about": ABOUT, "/docs": docs, "/docs/": docs, "/docs/facts": ABOUT})
    row = {"company": "Acme", "website": acme.url}

    output, told = browse()(row, FOUNDED, source_policy={"include_domains": [rule]})
    assert output["content"] == {"founded": 1987}
    assert acme.asked == ["/robots.txt", f"/{rule.partition('/')[2]}", "/docs/facts"]
    assert not any("leaves it out" in text for text in told)


def results(engine, urls):
    listed = [{"url": url, "title": "A result"} for url in urls]
    return json.dumps({"web": {"results": listed}} if engine == "brave" else {"results": listed})


@pytest.mark.parametrize("engine", ["searxng", "brave", "parallel"])
def test_a_search_brings_up_pages_and_only_those_about_the_subject_speak_for_it(
    site, browse, engine
):
    facts = site({"/acme": ABOUT, "/bolt": "<h1>Bolt</h1><p>Founded: 1900</p>"})
    place = "/search" if engine == "searxng" else "/"
    found = (200, {"content-type": "application/json"}, results(engine, [f"{facts.url}/bolt", f"{facts.url}/acme"]))  # fmt: skip
    server = site({place: found}, host="127.0.0.3")
    ask = browse(search=HttpSearch(engine=engine, url=server.url, key="k1"))

    output, told = ask({"company": "Acme", "country": "Kenya"}, FOUNDED)

    assert output["content"] == {"founded": 1987}
    assert "Query: Acme Kenya founded" in told
    sent = {name.lower(): value for name, value in server.headers[0].items()}
    key = {"brave": "x-subscription-token", "parallel": "x-api-key"}.get(engine)
    assert key is None or sent[key] == "k1"
    if engine == "parallel":
        body = json.loads(server.bodies[0])
        assert body["search_queries"] == ["Acme Kenya founded"]
    else:
        assert "q=Acme+Kenya+founded" in server.asked[0]


@pytest.mark.parametrize("answer", [(500, {}, "x"), (200, {}, "no json"), (200, {}, '{"a": 1}'), (200, {}, "[]")])  # fmt: skip
def test_a_search_that_fails_is_told_and_harms_nothing(site, browse, answer):
    server = site({"/search": answer})
    ask = browse(search=HttpSearch(engine="searxng", url=server.url))

    output, told = ask({"company": "Acme"}, FOUNDED)

    assert output["content"] == {"founded": None}
    assert any(text.startswith("Not read: the search: searxng answered") for text in told)


def test_pro_asks_a_second_time_for_what_is_missing_still(site, browse):
    facts = site(
        {"/one": "<h1>Acme</h1><p>Anvils.</p>", "/two": "<h1>Acme</h1><p>Founded: 1987</p>"}
    )

    def found(handler):
        name = "/two" if "founded" in handler.path else "/one"
        return 200, {}, results("searxng", [facts.url + name])

    server = site({"/search": found}, host="127.0.0.3")
    many = {**FOUNDED, **CEO, "staff": {"type": "string"}, "revenue": {"type": "string"}}
    ask = browse(search=HttpSearch(engine="searxng", url=server.url))

    assert ask({"company": "Acme"}, many, "lite")[0]["content"]["founded"] is None
    assert ask({"company": "Acme"}, many, "pro")[0]["content"]["founded"] == 1987


def test_a_list_of_objects_is_searched_for_where_the_first_pages_have_none(site, browse):
    people = "<table><tr><th>Name</th><th>Office</th></tr><tr><td>Jane Roe</td><td>Skipper</td></tr><tr><td>Max Poe</td><td>Cook</td></tr></table>"
    facts = site({"/one": ABOUT, "/crew": f"<h1>Acme</h1><h2>Crew</h2>{people}"})

    def found(handler):
        name = "/crew" if "crew" in handler.path else "/one"
        return 200, {}, results("searxng", [facts.url + name])

    server = site({"/search": found}, host="127.0.0.3")
    each = {"type": "object", "properties": {"name": {"type": "string"}, "office": {"type": "string"}}}  # fmt: skip
    many = {**FOUNDED, "staff": {"type": "string"}, "revenue": {"type": "string"}, "crew": {"type": "array", "items": each}}  # fmt: skip
    ask = browse(search=HttpSearch(engine="searxng", url=server.url))

    output, told = ask({"company": "Acme"}, many, "pro")

    assert output["content"]["crew"] == [
        {"name": "Jane Roe", "office": "Skipper"},
        {"name": "Max Poe", "office": "Cook"},
    ]
    assert "Query: Acme crew" in told
    listed = [entry for entry in output["basis"] if entry["field"].startswith("crew")]
    assert {c["url"] for entry in listed for c in entry["citations"]} == {f"{facts.url}/crew"}
    # One query for each run is all that lite has.
    assert ask({"company": "Acme"}, many, "lite")[0]["content"]["crew"] == []


@pytest.mark.parametrize("linked", [True, False])
def test_pro_goes_on_to_what_a_page_names_by_its_link_or_by_a_search(site, browse, linked):
    """The capital of the country where X is based."""
    shown = '<a href="/where">Kenya</a>' if linked else "Kenya"
    acme = site({
        "/": f"<h1>Acme</h1><dl><dt>Country</dt><dd>{shown}</dd></dl>",
        "/where": "<h1>Kenya</h1><dl><dt>Capital</dt><dd>Nairobi</dd></dl>",
    })  # fmt: skip

    def found(handler):
        urls = [f"{acme.url}/where"] if "Kenya" in handler.path else []
        return 200, {}, results("searxng", urls)

    search = None if linked else HttpSearch(engine="searxng", url=site({"/search": found}).url)
    row = {"company": "Acme", "website": acme.url}
    fields = {"country_capital": {"type": ["string", "null"], "description": "Capital of the country where the company is based"}}  # fmt: skip

    output, told = browse(search=search)(row, fields, "pro")

    assert output["content"] == {"country_capital": "Nairobi"}
    assert "Following on to 'Kenya'." in told
    urls = {c["url"] for c in output["basis"][0]["citations"]}
    assert urls == {f"{acme.url}/", f"{acme.url}/where"}


def test_pages_from_before_the_policys_date_are_left_out(site, browse):
    old = {"last-modified": "Thu, 01 Jan 2015 10:00:00 GMT"}
    acme = site({"/": (200, old, ABOUT)})
    row = {"company": "Acme", "website": acme.url}

    for after, founded in (("2014-01-01", 1987), ("2016-01-01", None)):
        output, _ = browse()(row, FOUNDED, source_policy={"after_date": after})
        assert output["content"] == {"founded": founded}


def test_a_certificate_must_be_the_names_though_the_connection_goes_to_an_address(
    site, browse, monkeypatch, tmp_path
):
    acme = site({"/": ABOUT})
    authority = certified(acme, "acme.example", tmp_path)
    monkeypatch.setattr(connection, "_tls", lambda: ssl.create_default_context(cafile=authority))
    real = socket.getaddrinfo

    def named(host, port, *args, **kwargs):
        return real("127.0.0.2" if host.endswith(".example") else host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", named)
    port = acme.address.rpartition(":")[2]

    for host, founded in (("acme.example", 1987), ("bolt.example", None), ("127.0.0.2", None)):
        row = {"company": "Acme", "website": f"https://{host}:{port}/"}
        assert browse()(row, FOUNDED)[0]["content"] == {"founded": founded}


def certified(site, name, folder):
    """Give a site a certificate for a name; return the file that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1))
        .not_valid_after(datetime(2100, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain, trusted = folder / "chain.pem", folder / "trusted.pem"
    chain.write_bytes(private + pem)
    trusted.write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    site.speak_tls(context)
    return trusted


def test_a_question_in_words_finds_its_subject_on_the_web(site, browse):
    facts = site({"/kenya": "<h1>Kenya</h1><dl><dt>Capital</dt><dd>Nairobi</dd></dl>"})
    server = site({"/search": results("searxng", [f"{facts.url}/kenya"])}, host="127.0.0.3")
    ask = browse(search=HttpSearch(engine="searxng", url=server.url))

    output, _ = ask("What is the capital of Kenya?", {"capital": {"type": "string"}})

    assert output["content"] == {"capital": "Nairobi"}


def test_a_cache_of_another_version_is_made_anew_and_the_oldest_answers_go(tmp_path):
    path = tmp_path / "web.sqlite"
    path.write_bytes(b"no database" * 100)
    cache = Cache(path, max_bytes=20_000)
    for number in range(100):
        body = bytes((number * k * k + k) % 251 for k in range(1_000))
        cache.put(f"http://a.example/{number}", Answer(status=200, body=body, fetched_at=number))

    assert cache.get("http://a.example/0") is None
    assert cache.get("http://a.example/99") is not None
    cache.close()


def test_runs_side_by_side_know_nothing_of_each_other(site, browse):
    """Each firm's site has a year of its own; a firm without a site has none."""
    sites = [site({"/": ABOUT.replace("1987", str(1900 + n))}) for n in range(6)]
    ask = browse()

    def founded(number):
        row = (
            {"company": "Acme"}
            if number == 6
            else {"company": "Acme", "website": sites[number].url}
        )
        output, told = ask(row, FOUNDED)
        read = {text for text in told if text.startswith("Read ")}
        assert read == (set() if number == 6 else {f"Read {sites[number].url}/"})
        return output["content"]["founded"]

    with ThreadPoolExecutor(7) as threads:
        found = list(threads.map(founded, range(7)))

    assert found == [1900, 1901, 1902, 1903, 1904, 1905, None]
