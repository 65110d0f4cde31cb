"""`enrich doctor`, and that the key is nowhere but where it belongs."""

import json
import subprocess
import sys

import keyring
import pytest

from enrich.errors import ConfigError
from enrich.job.secret import find_key
from tests.fakes.server_process import ServerProcess

KEY = "sk-very-secret-0123456789"


@pytest.fixture(scope="module")
def guarded():
    """A server that wants the key."""
    with ServerProcess("--api-key", KEY) as server:
        yield server


def findings(folder, *arguments):
    done = folder.enrich("doctor", *arguments, "--json")
    return done.code, {
        each["what"]: (each["verdict"], each["said"]) for each in json.loads(done.out)
    }


def test_all_is_well_with_the_embedded_server(folder):
    before = folder.names()

    code, found = findings(folder, "job.yaml")

    assert code == 0
    assert {verdict for verdict, _ in found.values()} == {"good"}
    assert list(found) == ["program", "packages", "documents", "ledger", "disk"]
    assert folder.names() == before


def test_a_wrong_key_a_missing_one_and_a_dead_address_are_told(folder, guarded, unused_url):
    folder.job(("base_url: local", f"base_url: {guarded.url}"))
    _, missing = findings(folder, "job.yaml")
    folder.env["PARALLEL_API_KEY"] = KEY + "x"
    code, wrong = findings(folder, "job.yaml")
    folder.env["PARALLEL_API_KEY"] = KEY
    code_good, good = findings(folder, "job.yaml")
    folder.job(("base_url: local", f"base_url: {unused_url}"))
    code_dead, dead = findings(folder, "job.yaml")

    assert missing["key"][0] == "bad"
    assert missing["API"] == ("bad", f"{guarded.url} answers, and wants a key")
    assert code == code_dead == 2
    assert "does not take the key (401)" in wrong["API"][1]
    assert code_good == 0
    assert good["clock"][0] == "good"
    assert "cannot be reached" in dead["API"][1]


@pytest.fixture
def unused_url():
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_a_damaged_ledger_is_told(folder):
    folder.enrich("run", "job.yaml", "--quiet")
    path = folder.path / ".enrich" / "local.db"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    code, found = findings(folder, "job.yaml")

    assert code == 2
    assert found["ledger"][0] == "bad"


class Ring(keyring.backend.KeyringBackend):
    """A keyring of one entry."""

    priority = 1.0

    def set_password(self, service, username, password):
        raise NotImplementedError

    def get_password(self, service, username):
        return "from-the-ring" if (service, username) == ("enrich", "SOME_KEY") else None


def test_the_key_comes_from_the_environment_then_a_file_then_the_keyring(tmp_path, monkeypatch):
    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    try:
        assert find_key("SOME_KEY") == ("from-the-ring", "the keyring")
        assert find_key("OTHER_KEY") is None
        (tmp_path / "key").write_text("from-the-file\n")
        monkeypatch.setenv("SOME_KEY_FILE", str(tmp_path / "key"))
        assert find_key("SOME_KEY") == ("from-the-file", f"the file {tmp_path / 'key'}")
        monkeypatch.setenv("SOME_KEY", "here")
        assert find_key("SOME_KEY") == ("here", "the environment variable SOME_KEY")
        monkeypatch.setenv("OTHER_KEY_FILE", str(tmp_path / "gone"))
        with pytest.raises(ConfigError, match="which OTHER_KEY_FILE names, cannot be read"):
            find_key("OTHER_KEY")
    finally:
        keyring.set_keyring(before)


def test_no_option_takes_a_key():
    from enrich.cli import cli

    options = {
        word for command in cli.commands.values() for each in command.params for word in each.opts
    }
    assert {word for word in options if "key" in word} == {"--keys", "--new-key"}  # of `serve`


PROGRAM = """
import logging, sys
logging.basicConfig(level=logging.DEBUG)
import enrich, pyarrow as pa
frame = pa.table({"Country": ["Kenya"]})
url, key = sys.argv[1], sys.stdin.read()
enrich.enrich(frame, {"capital": "x"}, inputs=["Country"], base_url=url, api_key=key, state=".state")
enrich.enrich(frame, {"other": "x"}, inputs=["Country"], base_url=url, api_key=key + "x", state=".state")
"""


def test_the_key_is_in_no_file_no_output_no_log_and_no_traceback(folder, guarded):
    folder.job(("base_url: local", f"base_url: {guarded.url}"))
    folder.env["PARALLEL_API_KEY"] = KEY
    said = ""
    for arguments in (
        ["plan", "job.yaml", "--show", "9"],
        ["run", "job.yaml", "--json", "--watch"],
        ["run", "job.yaml"],
        ["status", "job.yaml", "--json"],
        ["check", "job.yaml", "--json"],
        ["report", "job.yaml"],
        ["doctor", "job.yaml"],
        ["merge", "job.yaml"],
    ):
        done = folder.enrich(*arguments)
        assert done.code == 0, done.err
        said += done.out + done.err
    folder.env["PARALLEL_API_KEY"] = KEY + "x"
    refused = folder.enrich(
        "run", "job.yaml", "--limit", "9", "--retry-failed", "--output", "o.csv"
    )
    broken = subprocess.run(
        [sys.executable, "-c", PROGRAM, guarded.url],
        cwd=folder.path,
        input=KEY,
        capture_output=True,
        text=True,
        check=False,
    )
    said += refused.out + refused.err + broken.stdout + broken.stderr

    assert "Traceback" in broken.stderr
    assert "DEBUG" in broken.stderr
    assert KEY not in said
    holding = [
        path
        for path in folder.path.rglob("*")
        if path.is_file() and KEY.encode() in path.read_bytes()
    ]
    assert holding == []


@pytest.mark.parametrize("key", ["a b", "a\nb", "ключ", "a\x7f"])
def test_what_cannot_be_sent_as_a_key_is_told_at_once(monkeypatch, key):
    monkeypatch.setenv("SOME_KEY", key)

    with pytest.raises(ConfigError, match="the environment variable SOME_KEY holds no key"):
        find_key("SOME_KEY")


def test_blanks_around_a_key_are_none_of_it(monkeypatch):
    monkeypatch.setenv("SOME_KEY", " here\r\n")

    assert find_key("SOME_KEY") == ("here", "the environment variable SOME_KEY")
