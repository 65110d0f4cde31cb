"""The documents say what the program does."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from enrich import errors
from enrich.cli import cli
from enrich.job import job_json_schema
from enrich.records import ColumnKind, RowStatus, State

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [
    *ROOT.glob("*.md"),
    *DOCS.rglob("*.md"),
    ROOT / "sample_data" / "README.md",
]
FENCE = re.compile(r"(<!-- needs a key -->\n)?^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def name_of(path):
    return str(path.relative_to(ROOT))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def make_docs():
    return script("make_docs")


def test_the_parts_made_from_the_code_are_what_the_code_says(make_docs):
    made = make_docs.documents()

    assert {path.name for path in made} == {
        "job_file.md",
        "command_line.md",
        "errors.md",
        "research_web.md",
    }
    for path in made:
        text = path.read_text(encoding="utf-8")
        assert text == make_docs.with_parts(text), f"{name_of(path)} is old: make docs"


def keys_of(schema):
    for part in (schema, *schema["$defs"].values()):
        yield from part["properties"]


def test_every_job_key_is_documented():
    text = read("docs/job_file.md")

    missing = {key for key in keys_of(job_json_schema()) if f"`{key}`" not in text}
    assert missing == set()


def test_every_command_and_flag_is_documented():
    text = read("docs/command_line.md")

    for name, command in cli.commands.items():
        start = text.index(f"## enrich {name}\n")
        section = text[start : text.find("\n## ", start + 1) % (len(text) + 1)]
        for option in command.params:
            for word in option.opts:
                assert word in section or word.upper() in section, f"{name} {word}"


def all_errors(kind=errors.EnrichError) -> Iterator[type[errors.EnrichError]]:
    for child in kind.__subclasses__():
        if child.__module__ == "enrich.errors":
            yield child
            yield from all_errors(child)


def test_every_error_stands_in_the_tree_with_its_exit_code():
    text = read("docs/errors.md")

    codes = {}
    for line in text.splitlines():
        if found := re.match(r"[│├└─ ]*(\w+) +.*?(?:exit (\d+))?$", line):
            codes[found[1]] = int(found[2]) if found[2] else None
    for kind in all_errors():
        assert kind.__name__ in codes
        told = codes[kind.__name__]
        parent = kind.__mro__[1].__name__
        assert kind.exit_code == (codes.get(parent) if told is None else told)


def test_every_exit_code_is_explained():
    text = read("docs/errors.md")

    for code in {0, 1, 5, *(kind.exit_code for kind in all_errors())}:
        assert f"\n| {code} | " in text


def test_every_kind_of_column_and_every_status_is_documented():
    text = read("docs/columns.md")

    for kind in ColumnKind:
        assert re.search(rf"^\| `\w+` \| {kind.value} \| ", text, re.MULTILINE), kind
    for status in RowStatus:
        assert f"`{status.value}`" in text


def test_every_state_of_a_request_is_drawn():
    text = read("docs/data_flow.md")

    for state in State:
        assert state.value in text


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_between_files_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_page_can_be_reached_from_the_readme(page):
    seen = set()
    todo = [ROOT / "README.md"]
    while todo:
        path = todo.pop().resolve()
        if path in seen or not path.exists():
            continue
        seen.add(path)
        if path.suffix == ".md":
            found = re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
            todo += [path.parent / target for target in found if "://" not in target]

    assert page.resolve() in seen


@pytest.fixture(scope="module")
def sample(tmp_path_factory, console):
    """A copy of the sample job and its data, and a console to run it."""
    folder = tmp_path_factory.mktemp("sample")
    for name in ("configs", "sample_data"):
        shutil.copytree(ROOT / name, folder / name)

    def enrich(*arguments):
        return console.run(list(arguments), cwd=folder, env=dict(os.environ))

    return folder, enrich


def test_the_rows_in_the_readme_are_what_the_sample_run_writes(sample):
    folder, enrich = sample
    done = enrich("run", "configs/countries.yaml", "--limit", "3", "--quiet")
    assert done.code == 0, done.err
    table = pq.read_table(folder / "out" / "countries.parquet").slice(0, 3)
    rows = {row["Country"]: row for row in table.to_pylist()}

    block = read("README.md").split("<!-- sample: configs/countries.yaml -->\n")[1]
    header, _, *lines = block.split("<!-- end -->")[0].strip().splitlines()
    names = [cell.strip() for cell in header.strip("|").split("|")]
    assert len(lines) == 3
    for line in lines:
        shown = dict(zip(names, (cell.strip() for cell in line.strip("|").split("|")), strict=True))
        row = rows[shown["Country"]]
        assert shown == {name: in_markdown(row[name]) for name in names}


def in_markdown(value):
    if isinstance(value, list):
        return "; ".join(
            f"[{each['title']}]({each['url']}): “{' '.join(each['excerpts'][0].split())}”"
            for each in value
        )
    return str(value)


def commands_of(text, *, needs_key):
    for marked, language, body in FENCE.findall(text):
        if language in {"sh", "console"} and bool(marked) == needs_key:
            yield from body.splitlines()


def test_every_command_in_the_readme_is_one(sample):
    _, enrich = sample
    makefile = read("Makefile")
    ran = []
    for line in commands_of(read("README.md"), needs_key=False):
        program, *arguments = shlex.split(line)
        ran.append(line)
        if program == "make":
            assert re.search(rf"^{arguments[0]}:", makefile, re.MULTILINE)
        else:
            assert program == "enrich"
            assert enrich(*arguments).code == 0

    assert ran[:2] == ["make run", "make test"]


def test_the_commands_in_the_readme_that_need_a_key_go_as_far_as_they_can_without(sample):
    _, enrich = sample
    lines = list(commands_of(read("README.md"), needs_key=True))

    assert lines[0].startswith("export PARALLEL_API_KEY=")
    planned = enrich(*shlex.split(lines[1].removeprefix(".venv/bin/enrich")))
    bought = enrich(*shlex.split(lines[2].removeprefix(".venv/bin/enrich")))
    assert planned.code == 0
    assert "5 to buy" in planned.out
    assert bought.code == 2
    assert bought.err.splitlines()[-1].endswith(
        "the environment variable PARALLEL_API_KEY is not set; it holds the API's key"
    )


def test_the_python_in_the_readme_runs_and_prints_what_it_found(sample):
    folder, _ = sample
    (text,) = [
        body for _, language, body in FENCE.findall(read("README.md")) if language == "python"
    ]

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", text],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].split() == ["0", "Kenya", "Nairobi", "high"]
    assert done.stdout.splitlines()[2].split() == ["1", "Japan", "Tokyo", "high"]


RUN_DOCS = script("run_docs")


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", RUN_DOCS.PAGES)
def test_every_command_of_a_page_prints_what_the_page_says(tmp_path, console, name):
    RUN_DOCS.prepare(tmp_path)
    env = {**os.environ, **RUN_DOCS.ENV}
    text = read(f"docs/{name}")
    shell = RUN_DOCS.in_shell(tmp_path)

    def run(command):
        words = shlex.split(command)
        if words[0] != "enrich" or not SHELL.isdisjoint(words) or ";" in command:
            return shell(command)
        return console.run(words[1:], cwd=tmp_path, env=env, together=True).out

    assert RUN_DOCS.executed(text, tmp_path, run) == text


SHELL = {">", ">>", "|", "2>&1", "<", "&&"}


@pytest.mark.slow
def test_the_python_of_its_page_runs(tmp_path):
    RUN_DOCS.prepare(tmp_path)
    blocks = [
        body for _, language, body in FENCE.findall(read("docs/python.md")) if language == "python"
    ]
    program = "".join(f"exec({block!r}, {{}})\n" for block in blocks)

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[1].split() == ["0", "Kenya", "Nairobi", "55751717", "high"]
    assert "3 rows, 2 different requests" in lines
    assert "2 France Paris completed" in lines
    assert "Nairobi" in lines
    assert lines[-1] == "Nairobi"


@pytest.mark.slow
def test_the_notebook_runs_from_top_to_bottom(tmp_path, monkeypatch):
    import nbformat
    from nbclient import NotebookClient

    RUN_DOCS.prepare(tmp_path)
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    notebook = nbformat.read(DOCS / "notebook.ipynb", as_version=4)

    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()

    shown = [
        str(output.get("data", {}).get("text/html", output.get("text", "")))
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]
    assert "2 to buy" in "".join(shown)
    assert "Nairobi" in "".join(shown)
    assert not any(
        output.output_type == "error"
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )


def job_texts():
    for _, language, body in FENCE.findall(read("README.md")):
        if language == "yaml":
            yield body


@pytest.mark.parametrize("text", list(job_texts()))
def test_the_jobs_in_the_readme_have_no_findings(sample, text):
    folder, enrich = sample
    (folder / "readme.yaml").write_text(text, encoding="utf-8")
    (folder / "companies.csv").write_text("Company,Domain,Country\nA,a.example,US\n")

    done = enrich("check", "readme.yaml", "--strict")

    assert (done.code, done.out) == (0, "")


@pytest.mark.slow
def test_every_example_in_the_help_runs(sample):
    _, enrich = sample
    enrich("run", "configs/countries.yaml", "--limit", "20", "--quiet")
    for name, command in cli.commands.items():
        if name not in {"serve", "work"}:  # they end when told to, and have tests of their own
            line = (command.epilog or "").removeprefix("Example: enrich ").split(" > ")[0]
            assert enrich(*shlex.split(line)).code == 0, line


@pytest.mark.parametrize("path", sorted((ROOT / "configs").glob("*.yaml")), ids=name_of)
def test_every_example_job_has_no_findings(sample, path):
    _, enrich = sample

    done = enrich("check", f"configs/{path.name}", "--strict")

    assert (done.code, done.out) == (0, "")
