"""What sites, search engines and the cache's own file do wrong, and what of it a run may hear."""

import gzip
import json
import sqlite3

import pytest

from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Question, StateError
from enrich.research.web import fetch, reading
from enrich.research.web.fetch import WebSettings
from enrich.research.web.search import HttpSearch
from tests.unit.research.test_web import (  # noqa: F401 - fixtures
    ABOUT,
    BOMB,
    CEO,
    FOUNDED,
    HOME,
    browse,
    site,
)

NOBODY = {"company": "Acme"}
LONG = "a" * 70


@pytest.mark.parametrize(
    "address",
    [
        "http://a..b/",
        f"http://{LONG}.example/",
        "http://[::1/",
        "http://xn--/",
        "http://①②⑦.0.0.1/",
    ],
)
def test_an_address_that_cannot_be_costs_the_run_nothing_else(site, browse, tmp_path, address):  # noqa: F811
    (tmp_path / "acme.txt").write_text("Acme\n\nFounded: 1987\n")

    output, told = browse(tmp_path / "acme.txt")({**NOBODY, "website": address}, FOUNDED)
    assert output["content"] == {"founded": 1987}
    assert any(text.startswith("Not read: ") for text in told)

    led = site({"/": (302, {"location": address}, "")})
    output, told = browse()({**NOBODY, "website": led.url}, FOUNDED)
    assert output["content"] == {"founded": None}
    assert any(text.startswith("Not read: ") for text in told)


def test_a_mark_of_a_page_that_cannot_be_sent_back_is_not(site, browse, monkeypatch):  # noqa: F811
    acme = site({"/": (200, {"etag": '"é"', "last-modified": "vorgestern, früh"}, ABOUT)})
    ask, row = browse(), {**NOBODY, "website": acme.url}

    for _ in range(2):
        assert ask(row, FOUNDED)[0]["content"] == {"founded": 1987}
        monkeypatch.setattr(fetch, "FRESH_S", 0.0)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "text/html; charset=undefined"}, ABOUT.encode()),
        ({"content-type": "text/html; charset=utf-16"}, ABOUT.encode()),
        ({"content-type": ""}, ABOUT.encode()),
        (
            {"content-encoding": "gzip"},
            gzip.compress(ABOUT[:40].encode()) + gzip.compress(ABOUT[40:].encode()),
        ),
        ({"content-encoding": "gzip"}, gzip.compress(ABOUT.encode()) + b"\0" * 512),
        ({"content-encoding": "gzip"}, gzip.compress(ABOUT.encode() + b" " * 3_000_000 + b"<p>x")),
    ],
)
def test_a_page_is_read_whatever_is_odd_about_it(site, browse, headers, body):  # noqa: F811
    acme = site({"/": (200, headers, body)})

    output, _ = browse()({**NOBODY, "website": acme.url}, FOUNDED)

    assert output["content"] == {"founded": 1987}


def test_an_address_in_capitals_is_one(site, browse):  # noqa: F811
    acme = site({"/": ABOUT})

    output, _ = browse()({**NOBODY, "website": acme.url.upper()}, FOUNDED)

    assert output["content"] == {"founded": 1987}


def test_links_start_from_where_the_page_says(site, browse):  # noqa: F811
    acme = site({"/": f"<base href='/en/'>{HOME.replace('/about', 'about')}", "/en/about": ABOUT})

    assert browse()({**NOBODY, "website": acme.url}, FOUNDED)[0]["content"] == {"founded": 1987}


def test_a_link_is_judged_once_for_each_page_that_has_it(site, browse, monkeypatch):  # noqa: F811
    links = "".join(f'<a href="/{n}">Page {n}</a>' for n in range(300))
    acme = site(dict.fromkeys(["/", *(f"/{n}" for n in range(300))], f"<h1>Acme</h1>{links}"))
    judged = []
    score = reading.WebRun._score

    def counted(run, link):
        judged.append(link)
        return score(run, link)

    monkeypatch.setattr(reading.WebRun, "_score", counted)

    browse()({**NOBODY, "website": acme.url}, FOUNDED, "pro")

    assert acme.asked[:4] == ["/robots.txt", "/", "/0", "/1"]
    assert len(judged) <= 300 * len(acme.asked)


DISALLOW = "User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    ("robots", "reason"),
    [
        ((200, {}, "\ufeff" + DISALLOW), "does not allow it"),
        ((200, {}, DISALLOW + "# so it is\n" * 2_000_000), "does not allow it"),
        ((200, {"content-encoding": "gzip"}, gzip.compress(DISALLOW.encode())), "does not allow it"),
        ((200, {"content-encoding": "br"}, b"\x0b\x00"), "cannot be read: it is compressed as br"),
        ((200, {"content-encoding": "gzip"}, b"no gzip"), "cannot be read: its compression"),
        ((200, {"content-encoding": "gzip"}, BOMB), None),
        ((200, {}, b"\xff\xfe\x00" * 9_000), None),
    ],
)  # fmt: skip
def test_a_robots_txt_that_is_odd_is_no_leave(site, browse, robots, reason):  # noqa: F811
    acme = site({"/robots.txt": robots, "/": ABOUT})

    output, told = browse()({**NOBODY, "website": acme.url}, FOUNDED)

    assert output["content"] == {"founded": 1987 if reason is None else None}
    if reason is not None:
        assert any(reason in text for text in told), told
        assert acme.asked == ["/robots.txt"]


def test_what_a_site_tells_one_run_to_remember_the_next_does_not(site, browse):  # noqa: F811
    acme = site({"/": (200, {"set-cookie": "row=Acme; Path=/"}, HOME), "/about": ABOUT})
    ask = browse()

    ask({**NOBODY, "website": acme.url}, FOUNDED)
    ask({"company": "Bolt", "website": f"{acme.url}/about?x"}, FOUNDED)

    assert acme.asked[-1] == "/about?x"
    assert not any("cookie" in map(str.lower, headers) for headers in acme.headers)


def spoil(path):
    with path.open("r+b") as file:
        file.seek(4_096)
        file.write(bytes(path.stat().st_size - 4_096))


def garble(path):
    with sqlite3.connect(path) as db:
        db.execute("UPDATE answers SET head = x'ff', body = x'00'")
    db.close()


@pytest.mark.parametrize("damage", [spoil, garble, lambda path: path.write_bytes(b"no cache" * 99)])
def test_a_damaged_cache_is_as_good_as_none(site, browse, tmp_path, damage):  # noqa: F811
    acme = site({"/": ABOUT})
    row = {**NOBODY, "website": acme.url}
    cache = tmp_path / "web.sqlite"
    engine = ResearchEngine(
        ResearchSettings(corpus=(), embedding=False, web=WebSettings(cache=cache, to_private=True))
    )
    engine.answer(Question(input=row, output_schema={"type": "auto"}, processor="base"))
    engine.close()

    damage(cache)
    ask = browse()
    for _ in range(2):
        assert ask(row, FOUNDED)[0]["content"] == {"founded": 1987}
    assert acme.asked == ["/robots.txt", "/"] * 2


def test_a_place_where_no_cache_can_be_is_named(tmp_path):
    (tmp_path / "web").mkdir()
    with pytest.raises(StateError, match="web's cache cannot be used"):
        ResearchEngine(ResearchSettings(corpus=(), web=WebSettings(cache=tmp_path / "web")))


def results(*urls):
    return {"web": {"results": [{"url": url} for url in urls]}}


@pytest.mark.parametrize(
    ("key", "answer", "reason"),
    [
        ("secret\n", results(), "the key of brave cannot be sent"),
        ("secreté", results(), "the key of brave cannot be sent"),
        ("secret", b'{"web": ' + b"[" * 100_000, "something else than results"),
        ("secret", results("http://[oops", "http://a..b/", None, 5), "Not read: http://a..b/"),
    ],
)
def test_a_search_that_goes_wrong_is_told_without_its_key(site, browse, key, answer, reason):  # noqa: F811
    body = answer if isinstance(answer, bytes) else json.dumps(answer)
    found = site({"/search": (200, {"content-type": "application/json"}, body)})
    search = HttpSearch(engine="brave", url=f"{found.url}/search", key=key)

    output, told = browse(search=search)(
        NOBODY, {**FOUNDED, **CEO}, source_policy={"exclude_domains": ["b.example"]}
    )

    assert output["content"] == {"founded": None, "ceo": None}
    assert any(reason in text for text in told), told
    assert "secret" not in repr((output, told))


def test_a_search_at_no_host_is_told(browse):  # noqa: F811
    search = HttpSearch(engine="searxng", url="http://user:secret@a..b/")

    output, told = browse(search=search)(NOBODY, FOUNDED)

    assert any("searxng cannot be asked" in text for text in told)
    assert "secret" not in repr((output, told))
