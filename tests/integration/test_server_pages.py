"""The pages as a browser gets them."""

import re
import threading
from html.parser import HTMLParser

import httpx
import pytest

from enrich.research.question import Message, Sources
from enrich.server import ApiKey, EmbeddedServer, ServerSettings
from tests.fakes.echo_engine import FAIL, EchoEngine

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
SPEC = {
    "output_schema": {
        "type": "json",
        "json_schema": {
            "type": "object",
            "properties": {"company": {"type": "string"}, "none": {"type": ["null", "string"]}},
            "required": ["company", "none"],
            "additionalProperties": False,
        },
    }
}


class EvilEngine(EchoEngine):
    """Cites what no page should link to, and says what no page should run."""

    def answer(self, question, tell=lambda _: None):
        output = super().answer(question, tell)
        for entry in output["basis"]:
            entry["reasoning"] = EVIL
            entry["citations"] = [
                {"url": "javascript:alert(1)", "title": EVIL, "excerpts": [EVIL]},
                {"url": 'https://good.example/?a="b"', "title": "Good", "excerpts": None},
                {"url": "http://[bad", "title": None, "excerpts": None},
            ]
        return output


@pytest.fixture(scope="module")
def server():
    keys = (ApiKey.of("secret-a", name="ada", credit_usd=50.0), ApiKey.of("secret-b", name="bob"))
    with EmbeddedServer(ServerSettings(keys=keys), EvilEngine()) as server:
        yield server


def client_of(server, key):
    auth = httpx.BasicAuth("anyone", key) if key else None
    return httpx.Client(base_url=server.url, auth=auth, timeout=20, trust_env=False, verify=False)


@pytest.fixture(scope="module")
def browser(server):
    with client_of(server, "secret-a") as browser:
        yield browser


@pytest.fixture(scope="module")
def group_id(server):
    headers = {"x-api-key": "secret-a"}
    with httpx.Client(
        base_url=f"{server.url}/v1/tasks",
        headers=headers,
        trust_env=False,
        verify=False,
        timeout=20,
    ) as api:
        group_id = api.post("/groups", json={"metadata": {"job": EVIL}}).json()["taskgroup_id"]
        inputs = [{"input": {"company": EVIL, "none": None}, "processor": "base"}] * 60
        inputs[1] = {**inputs[1], "input": {"company": FAIL}}
        api.post(
            f"/groups/{group_id}/runs", json={"inputs": inputs, "default_task_spec": SPEC}
        ).raise_for_status()
        run = api.post("/runs", json={"input": EVIL, "processor": "base"}).json()
        api.get(f"/runs/{run['run_id']}/result").raise_for_status()
        while api.get(f"/groups/{group_id}").json()["status"]["is_active"]:
            pass
    return group_id


class Elements(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]


def pages(browser, group_id):
    group = browser.get(f"/groups/{group_id}").text
    run_ids = re.findall(r'href="(/runs/[^"]+)"', group + browser.get("/").text)
    for path in ("/", f"/groups/{group_id}", *run_ids[:2], run_ids[-1]):
        yield browser.get(path)


def test_nothing_that_is_shown_becomes_part_of_the_page(browser, group_id):
    for answer in pages(browser, group_id):
        elements = Elements(answer.text)

        assert answer.status_code == 200
        assert not {"script", "img", "iframe", "form"} & set(elements.tags)
        assert not any(name.startswith("on") for name in elements.attributes)
        assert all(link.startswith(("/", "https://good.example/")) for link in elements.links)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_the_style_that_is_allowed_is_the_one_that_is_sent(browser, group_id):
    import base64
    import hashlib

    answer = browser.get("/")

    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]


def test_a_group_shows_its_runs_a_page_at_a_time_and_by_status(browser, group_id):
    first = browser.get(f"/groups/{group_id}").text
    rest = browser.get(f"/groups/{group_id}?after=50").text
    failed = browser.get(f"/groups/{group_id}?status=failed").text

    assert [len(re.findall(r'href="/runs/', text)) for text in (first, rest, failed)] == [50, 10, 1]
    assert f'href="/groups/{group_id}?after=50"' in first
    assert "?after=" not in rest
    assert "The input asked to fail." in failed


def test_a_run_shows_its_answer_with_confidence_reasoning_and_citations(browser, group_id):
    path = re.findall(r'href="(/runs/[^"]+)"', browser.get(f"/groups/{group_id}").text)[0]

    text = browser.get(path).text

    assert "<h3>company</h3>" in text
    assert "high confidence" in text
    assert "nothing found" in text
    assert 'href="https://good.example/?a=&quot;b&quot;" rel="noopener noreferrer nofollow"' in text
    assert f'href="/groups/{group_id}"' in text


def test_the_first_page_shows_money_groups_and_single_runs(browser, group_id):
    text = browser.get("/").text

    assert ("$0.600" in text, "of $50.000" in text) == (True, True)
    assert "60 of 60" in text
    assert "1 failed" in text
    assert len(re.findall(r'href="/runs/', text)) == 1
    # A single run is shown with its output and how many sources it has.
    assert text.count("alert(1)") >= 3
    assert "refresh" not in text


@pytest.mark.parametrize("path", ["/", "/groups/{}", "/runs/trun_x"])
def test_a_page_asks_for_a_key(server, group_id, path):
    with client_of(server, None) as nobody, client_of(server, "wrong") as wrong:
        for client in (nobody, wrong):
            answer = client.get(path.format(group_id))
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Basic ")
            assert group_id not in answer.text


def test_a_page_shows_nothing_of_another_account(server, group_id):
    with client_of(server, "secret-b") as bob:
        assert bob.get(f"/groups/{group_id}").status_code == 404
        assert "No groups yet." in bob.get("/").text
        assert bob.get("/", auth=None, headers={"authorization": "Basic %%"}).status_code == 401


def test_the_api_takes_no_password(browser):
    assert browser.get("/v1/tasks/runs/x").status_code == 401


@pytest.mark.parametrize(
    "query", ["groups_before=x", "runs_before=-1", "runs_before=99999999999999999999"]
)
def test_a_page_that_is_nowhere_is_refused(browser, query):
    assert browser.get(f"/?{query}").status_code == 422


class TalkingEngine(EchoEngine):
    """Says what no page should run, and is at work until it is told to end."""

    def __init__(self):
        super().__init__()
        self.end = threading.Event()

    def answer(self, question, tell=lambda _: None):
        for n in range(40):
            tell(Message(kind="search", text=f"Query {n}: {EVIL}"))
        tell(Sources(considered=31, read=4, sample=("javascript:alert(1)",), progress=42.5))
        self.end.wait(10)
        return super().answer(question, tell)


def test_what_is_at_work_tells_its_story_and_loads_itself_again():
    keys = (ApiKey.of("secret-a", name="ada"), ApiKey.of("secret-b", name="bob"))
    engine = TalkingEngine()
    with (
        EmbeddedServer(ServerSettings(keys=keys), engine) as server,
        client_of(server, "secret-a") as browser,
        client_of(server, "secret-b") as bob,
    ):
        key = {"x-api-key": "secret-a"}
        body = {"input": "x", "processor": "pro"}
        run_id = browser.post("/v1/tasks/runs", json=body, headers=key).json()["run_id"]
        while "42 %" not in (home := browser.get("/").text):
            pass
        own = browser.get(f"/runs/{run_id}").text
        others = bob.get("/").text
        engine.end.set()
        browser.get(f"/v1/tasks/runs/{run_id}/result", headers=key).raise_for_status()
        ended = browser.get(f"/runs/{run_id}").text

    for text in (home, own):
        assert 'http-equiv="refresh"' in text
        assert "Query 39" in text
        assert not {"script", "img"} & set(Elements(text).tags)
        assert all(link.startswith("/") for link in Elements(text).links)
    assert "4 of 31 sources read" in own
    assert ("Query 10" in own, "Query 9:" in own, "10 earlier messages" in own) == (
        True,
        False,
        True,
    )
    assert ("At work" in others, "At work" in ended) == (False, False)


def test_a_page_is_shown_to_this_machine_only_where_no_key_is_asked_for():
    with (
        EmbeddedServer(ServerSettings(no_auth=True), EchoEngine()) as server,
        client_of(server, None) as browser,
    ):
        assert browser.get("/").status_code == 200
        assert browser.get("/", headers={"host": "evil.example"}).status_code == 403
