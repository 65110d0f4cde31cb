"""`enrich init`: from a table to a job that passes `check`."""

import pexpect
import pytest

from tests.cli.console import SCRIPT

CRM = """\
Account ID,Account Name,Website,Contact E-Mail,Phone,Notes,Country
7,Acme,acme.example,ada@acme.example,+1 555 010 9999,rude on the phone,US
8,Bolt,bolt.example,bob@bolt.example,+1 555 010 8888,,DE
"""


def test_a_job_is_written_that_passes_check_and_sends_nothing_private(folder):
    folder.write("crm.csv", CRM)

    done = folder.enrich("init", "crm.csv", "--find", "ceo: Name of the chief executive")

    assert done.code == 0
    assert "It sends Account Name, Website, Country, and nothing else." in done.err
    text = (folder.path / "crm.yaml").read_text(encoding="utf-8")
    assert "key: [Account ID]" in text
    assert "# stays here: Account ID, Contact E-Mail, Phone, Notes" in text
    assert "ada@acme.example" not in text
    checked = folder.enrich("check", "crm.yaml", "--strict")
    assert (checked.code, checked.out) == (0, "")
    planned = folder.enrich("plan", "crm.yaml", "--show", "1")
    assert "example" in planned.out
    assert "ada@" not in planned.out


TABLES = [
    'a: b,"x ""y""",{t},null\n1,2,3,4\n',
    "ID\n7\n8\n",
    "summary,name\nx,y\n",
    "Name,name \n1,2\n",
    "größe,名前\n1,2\n",
    "e-mail,phone\na@b.example,+49 30 1234567\n",
    "- x,#y,yes\n1,2,3\n",
    "line\u2028break,%,@\nq,r,s\n",
]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_gets_a_job_that_passes_check(folder, table):
    folder.write("t.csv", table)

    made = folder.enrich("init", "t.csv", "-o", "jobs/t.yaml")

    assert made.code == 0, made.err
    done = folder.enrich("check", "jobs/t.yaml")
    assert (done.code, done.out) == (0, "")


def test_a_column_that_was_asked_for_is_sent_whatever_it_is(folder):
    folder.write("crm.csv", CRM)

    folder.enrich("init", "crm.csv", "--send", "Contact E-Mail")

    assert "contact_e_mail: Contact E-Mail" in (folder.path / "crm.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.csv"], "nowhere.csv: there is no such file"),
        (["countries.csv", "--send", "Contry"], "no column `Contry`; did you mean `Country`?"),
        (["countries.csv", "--find", "Note: x"], "has a column `Note` already"),
        (["countries.csv", "--find", "9: x"], "is no `name: what it is`"),
        (["countries.csv", "-o", "job.yaml"], "job.yaml is there already"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(folder, arguments, said):
    before = folder.names()

    done = folder.enrich("init", *arguments)

    assert done.code == 2
    assert said in done.err
    assert folder.names() == before


def test_on_a_terminal_it_asks(folder):
    folder.write("crm.csv", CRM)
    env = {**folder.env, "TERM": "dumb"}
    child = pexpect.spawn(
        str(SCRIPT), ["init", "crm.csv"], cwd=str(folder.path), env=env, timeout=30
    )
    child.expect(r"Send \[Account Name, Website, Country\]")
    child.sendline("Account Name")
    child.expect("Find")
    child.sendline("9: wrong")
    child.expect("is no `name")
    child.sendline("ceo: Name of the chief executive")
    child.expect("Find")
    child.sendline("")
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 0
    text = (folder.path / "crm.yaml").read_text(encoding="utf-8")
    assert "    account_name: Account Name\n  # stays" in text
    assert (
        'ceo: {type: "string?", description: "Name of the chief executive. If unknown, null."}'
        in text
    )
