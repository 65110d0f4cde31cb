"""What the API wants of a run's further members is told before anything is spent."""

import pytest

from enrich.errors import ConfigError
from enrich.job import make_job

TASK = {"processor": "base", "inputs": ["A"], "output": {"a": "A word. If unknown, null."}}

WRONG = {
    "no date": ({"source_policy": {"after_date": "2024-13-45"}}, "after_date is a date as YYYY"),
    "an empty domain": ({"source_policy": {"include_domains": [""]}}, "an empty domain"),
    "a domain with a scheme": (
        {"source_policy": {"exclude_domains": ["https://a.com"]}},
        "`https://a.com`: a domain stands without scheme",
    ),
    "too many domains": (
        {"source_policy": {"exclude_domains": [f"a{n}.com" for n in range(201)]}},
        "200",
    ),
    "no country": (
        {"advanced_settings": {"location": "uk"}},
        "location: uk is no country of ISO 3166-1; did you mean GB?",
    ),
    "a connector in the wrong list": (
        {"advanced_settings": {"data_sources": {"free": ["carbonarc"]}}},
        "carbonarc is billed for each call",
    ),
    "a free one that is paid": (
        {"advanced_settings": {"data_sources": {"pay_per_use": ["pubmed"]}}},
        "pubmed is free",
    ),
    "a tool server over another protocol": (
        {"mcp_servers": [{"url": "ftp://x", "name": "a"}]},
        "`a`: an address begins with https://",
    ),
    "a secret in an address": (
        {"mcp_servers": [{"url": "https://x?token=abc", "name": "a"}]},
        "a secret does not stand in a file",
    ),
    "two of one name": (
        {"mcp_servers": [{"url": "https://x", "name": "a"}, {"url": "https://y", "name": "a"}]},
        "two tool servers are called `a`",
    ),
    "a name that a connector has": (
        {
            "mcp_servers": [{"url": "https://x", "name": "pubmed"}],
            "advanced_settings": {"data_sources": {"free": ["pubmed"]}},
        },
        "both called `pubmed`",
    ),
    "a webhook without a scheme": ({"webhook": {"url": "nowhere"}}, "an address begins with"),
    "a password in a webhook": (
        {"webhook": {"url": "https://u:pw@x.example/"}},
        "a secret does not stand in a file",
    ),
}


@pytest.mark.parametrize(("members", "said"), WRONG.values(), ids=WRONG.keys())
def test_it_is_refused(members, said):
    with pytest.raises(ConfigError) as raised:
        make_job({"task": {**TASK, **members}})

    assert said in str(raised.value)
    assert "abc" not in str(raised.value)
    assert "pw@" not in str(raised.value)


def test_what_the_api_takes_is_taken(monkeypatch):
    monkeypatch.setenv("TOOLS", "https://tools.example")
    monkeypatch.setenv("TOKEN", "x")
    policy = {"include_domains": [".gov", "a.com/b"], "after_date": "2024-02-29"}
    servers = [
        {"url": "${TOOLS}", "name": "a"},
        {"url": "https://x?token=${TOKEN}", "name": "b", "headers": {"X-Key": "${TOKEN}"}},
    ]
    settings = {"location": "gb", "data_sources": {"free": ["pubmed", "new_one"]}}

    job = make_job(
        {
            "task": {
                **TASK,
                "source_policy": policy,
                "advanced_settings": settings,
                "mcp_servers": servers,
                "webhook": {"url": "http://127.0.0.1:1/hook"},
                "memory_scope_key": "team-1",
                "enable_events": False,
                "previous_interaction_id": "trun_1",
            }
        }
    )

    assert job.asked[0].task.source_policy is not None
