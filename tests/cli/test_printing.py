"""What is printed where: for a person, a log, a program, and nobody."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios

import jsonschema_rs
import pytest

from tests.cli.console import SCRIPT

DOCS = SCRIPT.parents[2] / "docs"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def test_without_a_terminal_nothing_but_plain_lines_is_printed(folder):
    folder.env.pop("NO_COLOR", None)

    done = folder.enrich("run", "job.yaml")

    assert done.code == 0
    assert not CONTROL.search(done.out)
    assert not CONTROL.search(done.err)
    assert "5 of 5 runs settled" in done.err.splitlines()


def test_json_events_are_all_that_stdout_has(folder):
    done = folder.enrich("run", "job.yaml", "--json")

    assert done.err == ""
    names = [event["event"] for event in done.events]
    assert names[0] == "plan"
    assert names[-1] == "done"
    assert set(names) == {"plan", "bought", "settled", "done"}
    last = done.events[-1]
    assert last["exit_code"] == done.code == 0
    assert last["ended"] == "settled"
    assert last["rows"] == 6
    assert last["statuses"] == {"completed": 6}
    assert last["filled"] == {"capital": 5, "population": 5}
    assert last["paths"] == ["out.csv"]
    assert sum(event["runs"] for event in done.events if event["event"] == "bought") == 5


def test_every_event_is_as_its_published_schema_has_it(folder):
    folder.write("countries.csv", "id,Country,Note\n1,Kenya,\n2,,\n3,{},\n".format("x" * 30_000))
    schema = json.loads((DOCS / "events.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema_rs.validator_for(schema)

    done = folder.enrich("run", "job.yaml", "--json", "--watch")

    assert done.code == 1
    assert {event["event"] for event in done.events} == {"plan", "bought", "row", "settled", "done"}
    for event in done.events:
        validator.validate(event)
    documented = schema["$defs"]["done"]["properties"].keys()
    assert done.events[-1].keys() == documented
    assert done.events[-1]["examples"] == {next(iter(done.events[-1]["errors"])): "line 4"}


def test_rows_that_were_skipped_are_counted_by_reason_in_json_too(folder):
    folder.write("countries.csv", "id,Country,Note\n01,Kenya,\n02,,no name\n")

    planned = json.loads(folder.enrich("plan", "job.yaml", "--json").out)
    folder.enrich("run", "job.yaml", "--quiet")
    merged = json.loads(folder.enrich("merge", "job.yaml", "--json").out)

    assert list(planned["skipped"].values()) == [1]
    assert merged["statuses"] == {"completed": 1, "skipped": 1}


def test_quiet_prints_nothing(folder):
    done = folder.enrich("run", "job.yaml", "--quiet")

    assert (done.code, done.out, done.err) == (0, "", "")
    assert "out.csv" in folder.names()


def test_quiet_still_says_what_must_be_mended(folder):
    done = folder.enrich("run", "nowhere.yaml", "--quiet")

    assert done.code == 2
    assert "nowhere.yaml" in done.err


def test_the_first_rows_fit_the_terminal(folder):
    for columns in (40, 60, 100):
        folder.env["COLUMNS"] = str(columns)

        done = folder.enrich("run", "job.yaml")

        assert all(len(line) <= columns for line in done.out.splitlines())
        assert "…" not in done.out.splitlines()[0]
        assert len(done.out.splitlines()) >= 6


def test_a_column_that_does_not_fit_is_named_below_the_rows(folder):
    folder.env["COLUMNS"] = "24"

    done = folder.enrich("run", "job.yaml")

    assert done.out.splitlines()[0].split() == ["Country", "capital"]
    assert done.out.splitlines()[-1] == "(and population)"


def test_markup_in_a_cell_cannot_reach_the_terminal(folder):
    folder.write("countries.csv", "id,Country,Note\n01,\x1b[31mKenya\x1b[0m,\n")

    done = folder.enrich("run", "job.yaml")

    assert done.code == 0
    assert not CONTROL.search(done.out)


def on_a_terminal(folder, *arguments, columns=100, typed=b""):
    """Run the program on a terminal and return its exit code and what the terminal got."""
    mine, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = {key: value for key, value in folder.env.items() if key != "COLUMNS"}
    process = subprocess.Popen(
        [SCRIPT, *arguments], cwd=folder.path, env=env, stdin=its, stdout=its, stderr=its
    )
    os.close(its)
    os.write(mine, typed)
    got = b""
    while True:
        try:
            some = os.read(mine, 65536)
        except OSError:  # Linux says so when the last one on the other side has left
            break
        if not some:
            break
        got += some
    os.close(mine)
    return process.wait(timeout=50), got.decode()


def test_a_person_is_asked_before_much_is_spent_and_can_say_no(folder, unheard):
    path = folder.job(("base_url: local", f"base_url: {unheard}"))
    folder.write("job.yaml", path.read_text() + "confirm_above_usd: 0.01\n")

    code, got = on_a_terminal(folder, "run", "job.yaml", typed=b"n\n")

    assert code == 130
    assert "Spend up to $0.05?" in got
    assert "Nothing was spent." in got
    assert "out.csv" not in folder.names()


def test_every_command_has_help_with_an_example(folder):
    from enrich.cli import cli

    for name, command in cli.commands.items():
        done = folder.enrich(name, "--help")

        assert done.code == 0
        example = (command.epilog or "").removeprefix("Example: ")
        assert example.startswith(f"enrich {name}")
        assert example[:20] in done.out
        for option in command.params:
            if getattr(option, "opts", [""])[0].startswith("--"):
                assert option.help, f"{name} {option.name}"


def in_a_shell(folder, command):
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder.path,
        env=folder.env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("how", ["--json | head -1", "2>&1 | true"], ids=["events", "talk"])
def test_a_run_goes_on_when_whoever_read_it_has_left(folder, how):
    done = in_a_shell(folder, f"{SCRIPT} run job.yaml {how}; echo ${{PIPESTATUS[0]}}")

    assert (done.stdout.splitlines()[-1], done.stderr) == ("0", "")
    assert "out.csv" in folder.names()


def test_what_cannot_be_printed_is_one_sentence_and_no_success(folder):
    done = in_a_shell(folder, f"{SCRIPT} plan job.yaml > /dev/full")

    said = "enrich: not all that was to be printed is written: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, said)


def test_a_shell_can_complete_commands_and_options(folder):
    def completed(words, at):
        asked = {"_ENRICH_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(at)}
        done = subprocess.run(
            [SCRIPT], env={**folder.env, **asked}, capture_output=True, text=True, check=True
        )
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert completed("enrich re", 1) == ["report"]
    assert completed("enrich run --wa", 2) == ["--watch"]
