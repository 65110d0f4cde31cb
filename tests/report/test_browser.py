"""The report as a real browser shows it."""

import itertools

import pypdfium2
import pytest

from enrich.records import Column, ColumnKind, Outcome, RowStatus
from enrich.report import Settings, page
from tests.report.conftest import answer, told

ATTACKS = [
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)' x='",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<form action=https://evil.example/><input name=a autofocus onfocus=alert(1)>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import url(https://evil.example/x.css)</style>",
    "--><!--<b>",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202egnp.exe",
    "a\x00b\x1b[31m\ud800",
    "<a href=javascript:alert(1)>x</a>",
    "{{7*7}}${7*7}<%= 7 %>",
]
URLS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/",
    "https://[broken",
    'https://a.example/"><script>alert(1)</script>',
    "https://a.example/' onclick='alert(1)",
    "blob:https://a.example/1",
    "about:blank",
    "http://a.example/<img src=x onerror=alert(1)>",
    "intent://x#Intent;scheme=http;end",
    "mailto:a@a.example",
    "#top",
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A report in which everything that a stranger can write is hostile."""
    spare = itertools.cycle(ATTACKS)
    attacks = [*ATTACKS, *(next(spare) for _ in range(len(URLS) - len(ATTACKS)))]
    outcomes = [
        answer(
            {"ceo": text, "staff": text},
            ceo=("low", url, text, text),
            staff=(text, url, text, text),
        )
        for text, url in zip(attacks, URLS, strict=True)
    ]
    failed = [Outcome(status=RowStatus.FAILED, error=text) for text in ATTACKS]
    skipped = [Outcome(status=RowStatus.SKIPPED, error=text) for text in ATTACKS]
    settings = Settings(
        job=ATTACKS[1],
        table=ATTACKS[0],
        sent=tuple(ATTACKS),
        api=ATTACKS[2],
        processor=ATTACKS[3],
        fields=tuple((text, text) for text in ATTACKS),
        others=tuple((text, text) for text in ATTACKS),
        previous={"rows": 1, "answered": {"ceo": 1}, "filled": {"ceo": 1}, "confidence": {}},
    )
    before = answer({"ceo": ATTACKS[0], "staff": 1}).output
    facts = told(
        [*attacks, *ATTACKS, *ATTACKS],
        [*outcomes, *failed, *skipped],
        settings=settings,
        replaced=lambda asked: [before] * len(asked),
    )
    facts.expect = tuple(ATTACKS)
    path = tmp_path_factory.mktemp("hostile") / "report.html"
    path.write_bytes(page(facts))
    return path


ELEMENTS = """
  a article b bdi blockquote body code dd div dl dt footer h1 h2 h3 head header html li main meta nav
  ol p rect section span strong style svg table tbody td th thead time title tr ul
""".split()  # noqa: SIM905


def test_no_hostile_text_becomes_markup(browser, hostile):
    browser.open(hostile)

    assert browser.dialogs() == 0
    assert browser.requested() == []
    tags = browser.run("[...new Set([...document.querySelectorAll('*')].map(e => e.localName))]")
    assert set(tags) <= set(ELEMENTS)
    names = browser.run(
        "[...new Set([...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()))]"
    )
    assert [name for name in names if name.startswith("on")] == []
    assert "srcdoc" not in names
    assert "style" not in names
    policies = browser.run("document.querySelectorAll('meta[http-equiv]').length")
    assert policies == 1
    errors = [e for e in browser.events if e.get("method") == "Runtime.exceptionThrown"]
    assert errors == []


def test_links_lead_to_the_web_or_within_the_page_and_say_nothing_of_where_from(browser, hostile):
    browser.open(hostile)

    links = browser.run(
        "[...document.querySelectorAll('a')].map(a => [a.getAttribute('href'), a.protocol, a.rel])"
    )
    inward = [link for link in links if link[0].startswith("#")]
    outward = [link for link in links if not link[0].startswith("#")]
    assert inward
    assert outward
    assert {protocol for _, protocol, _ in outward} <= {"https:", "http:"}
    assert all("noopener" in rel and "noreferrer" in rel for _, _, rel in outward)


def test_a_script_that_got_in_all_the_same_would_not_run(browser, hostile, tmp_path):
    text = hostile.read_text(encoding="utf-8", errors="replace")
    path = tmp_path / "report.html"
    planted = "<script>document.title='got in'</script><img src='https://evil.example/x.png'>"
    path.write_text(text.replace("</main>", f"{planted}</main>"), encoding="utf-8")

    browser.open(path)

    assert browser.run("document.title") != "got in"
    blocked = [e for e in browser.events if e.get("method") == "Log.entryAdded"]
    assert len(blocked) >= 2
    assert "Content Security Policy" in str(blocked)


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    good = ("high", "https://www.a.example/a", "About A", "Ada leads A.")
    poor = ("low", "https://b.example/", "A rumour", "Perhaps it is Bob. " * 10)
    outcomes = [
        answer({"ceo": "Ada", "staff": 7}, ceo=good, staff=good),
        answer({"ceo": "Bob", "staff": 700}, ceo=poor, staff=("medium", None, "", "")),
        answer({"ceo": None, "staff": 12}, ceo=("low", None, "", ""), staff=good),
        Outcome(status=RowStatus.FAILED, error="the run failed: " + "x" * 200),
    ]
    previous = {
        "rows": 4,
        "answered": {"ceo": 4, "staff": 4},
        "filled": {"ceo": 4, "staff": 4},
        "confidence": {"ceo": {"high": 4}, "staff": {"high": 4}},
    }
    settings = Settings(
        job="crm",
        table="crm.csv",
        sent=("Company",),
        api="https://api.example",
        processor="base",
        fields=(("ceo", "Name"), ("staff", "Number")),
        began_at=1e9,
        previous=previous,
    )
    before = answer({"ceo": "Eve", "staff": 7}).output
    facts = told(
        ["A", "B", "C", "A very long name of a company " * 4],
        outcomes,
        settings=settings,
        replaced=lambda asked: [before] * len(asked),
    )
    facts.expect = ("expect.failed: 1 of 4 rows failed (25.0%); the job lets 2.0% pass",)
    path = tmp_path_factory.mktemp("usual") / "report.html"
    path.write_bytes(page(facts))
    return path


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1100, 360], ids=["desktop", "phone"])
def test_who_cannot_see_it_can_read_it_and_it_fits_the_screen(browser, usual, width, dark):
    browser.open(usual, width=width, dark=dark)

    assert browser.violations() == []
    assert browser.run("document.documentElement.scrollWidth") <= width


def test_it_is_light_on_paper_and_shows_where_links_lead(browser, usual):
    browser.open(usual, dark=True)
    browser.call(
        "Emulation.setEmulatedMedia",
        media="print",
        features=[{"name": "prefers-color-scheme", "value": "dark"}],
    )

    assert browser.run("getComputedStyle(document.body).color") == "rgb(22, 25, 29)"
    assert "b.example" in browser.run(
        "getComputedStyle(document.querySelector('[aria-labelledby=review] a'), '::after').content"
    )
    assert browser.run("getComputedStyle(document.querySelector('nav')).display") == "none"


def test_a_long_table_goes_on_on_the_next_sheet_with_its_headings_and_no_row_is_cut(
    browser, tmp_path
):
    names = [f"field{number:02}" for number in range(60)]
    columns = [
        Column(name=name, kind=ColumnKind.VALUE, field=name, schema={"type": "string"})
        for name in names
    ]
    facts = told(["A"], [answer(dict.fromkeys(names, "x"))], columns=columns)
    path = tmp_path / "report.html"
    path.write_bytes(page(facts))

    browser.open(path, dark=True)
    printed = pypdfium2.PdfDocument(browser.printed())

    sheets = [sheet.get_textpage().get_text_bounded() for sheet in printed]
    table = [sheet for sheet in sheets if "Withasource" in "".join(sheet.split())]
    assert len(table) > 1
    assert [sum(f"{name}\r\n100 %" in sheet for sheet in table) for name in names] == [1] * 60
    for sheet in printed:
        dots = bytes(sheet.render(scale=0.2).buffer)
        assert sum(dots) / len(dots) > 200
