"""How the one whom a page is about is reached: footers, links to profiles, mail and telephone."""

import pytest

from enrich.research.html import read_html
from enrich.research.pieces import contact_of, link_text

FOOTER = """<footer><div class="cols"><p>Acme Pumps GmbH, Hafenstr. 12, 89073 Ulm</p><p>Phone: +49 731 555 0100</p>
<p>info@acme.example</p><ul><li><a href="/a">Products</a></li><li><a href="tel:+497315550199">Call sales</a></li></ul>
<p>HRB 12345 Ulm, VAT DE123456789</p><p>\N{COPYRIGHT SIGN} 2026 Acme Pumps</p></div></footer>"""
OTHERS = "<footer><p>Town Directory, Ring 1, 89073 Ulm</p><p>Phone: +49 731 555 0900</p><p>info@directory.example</p></footer>"


def page(body, *, title="Acme Pumps", head=""):
    return read_html(f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>", url="https://acme.example/", sha256="")  # fmt: skip


def said(document):
    return [f"{s.label}: {document.text[s.start : s.end]}".lstrip(": ") for s in document.segments]


@pytest.mark.parametrize(
    ("title", "heading"),
    [("Acme Pumps", "Acme Pumps"), ("About us | Acme Pumps", "About us"), ("Contact", "Contact - Acme Pumps")],
)  # fmt: skip
def test_a_footer_of_the_page_s_own_says_how_to_reach_it(title, heading):
    found = said(page(f"<main><h1>{heading}</h1><p>We make pumps.</p></main>{FOOTER}", title=title))

    assert found == [
        "We make pumps.",
        "Acme Pumps GmbH, Hafenstr. 12, 89073 Ulm",
        "Phone: +49 731 555 0100",
        "info@acme.example",
        "Call sales: +497315550199",
        "HRB 12345 Ulm, VAT DE123456789",
    ]


def test_a_footer_of_whoever_publishes_the_page_says_nothing_of_it():
    site = '<meta property="og:site_name" content="Town Directory">'
    body = f"<main><h1>Acme Pumps</h1><p>They make pumps.</p></main>{OTHERS}"

    assert said(page(body, title="Acme Pumps | Town Directory", head=site)) == ["They make pumps."]


def test_links_say_where_they_lead_wherever_they_stand():
    body = """<nav><a href="https://x.com/acmepumps"><img alt="X" src="x.png"></a><a href="https://x.com/intent/post?u=acme">Share</a></nav>
    <main><h1>Acme Pumps</h1><p><a href="mailto:sales@acme.example?subject=Hi">Write to us</a></p>
    <p>We are on <a href="https://www.linkedin.com/company/acme-pumps/">LinkedIn</a>.</p></main>
    <a href="https://www.facebook.com/towndirectory" aria-label="Facebook"></a>"""

    assert said(page(body)) == [
        "Write to us: sales@acme.example",
        "We are on LinkedIn: https://www.linkedin.com/company/acme-pumps.",
        "X: https://x.com/acmepumps",
    ]


@pytest.mark.parametrize(
    ("address", "contact"),
    [
        ("mailto:a@b.example", "a@b.example"),
        ("mailto:?subject=x", ""),
        ("mailto:a%40b.example", "a@b.example"),
        ("tel:+49%20731%20555", "+49 731 555"),
        ("https://www.linkedin.com/in/ada-lamb?trk=x", "https://www.linkedin.com/in/ada-lamb"),
        ("https://www.linkedin.com/shareArticle?url=x", ""),
        ("https://twitter.com/share?url=x", ""),
        ("https://www.facebook.com/sharer/sharer.php?u=x", ""),
        ("https://github.com/acme/pumps", "https://github.com/acme/pumps"),
        ("/contact", ""),
        ("javascript:void(0)", ""),
    ],
)
def test_whom_a_link_reaches(address, contact):
    assert contact_of(address) == contact


def test_a_link_that_names_where_it_leads_says_it_once():
    assert link_text("a@b.example", "mailto:a@b.example") == "a@b.example"
    assert link_text("+49 (731) 555 01", "tel:+4973155501") == "+49 (731) 555 01"


def test_the_asked_profile_and_address_are_answered(pages, look_up):
    engine = pages(acme_html=f"<title>Acme Pumps</title><main><h1>Acme Pumps</h1><p>Pumps.</p></main><a href='https://www.linkedin.com/company/acme-pumps'>in</a>{FOOTER}")  # fmt: skip
    fields = {
        "linkedin_url": {"type": ["string", "null"], "description": "LinkedIn page"},
        "email": {"type": ["string", "null"], "description": "Contact e-mail address"},
        "phone": {"type": ["string", "null"], "description": "Telephone number"},
        "hq_city": {"type": ["string", "null"], "description": "City of the head office"},
    }

    assert look_up(engine, {"company": "Acme Pumps"}, fields)["content"] == {
        "linkedin_url": "https://www.linkedin.com/company/acme-pumps",
        "email": "info@acme.example",
        "phone": "+49 731 555 0100",
        "hq_city": "Ulm",
    }


@pytest.mark.parametrize("site", ["twitter.com", "x.com"])
def test_a_profile_is_found_by_the_old_name_of_its_network_and_the_new(pages, look_up, site):
    engine = pages(acme_html=f"<title>Acme Pumps</title><main><h1>Acme Pumps</h1><p>Pumps. See netflix.com/acme.</p></main><a href='https://{site}/acmepumps'>news</a>")  # fmt: skip
    fields = {"twitter_url": {"type": ["string", "null"], "description": "Twitter page"}}

    content = look_up(engine, {"company": "Acme Pumps"}, fields)["content"]

    assert content == {"twitter_url": f"https://{site}/acmepumps"}
