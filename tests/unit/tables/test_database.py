"""Databases: queries are tables, and rows go back in one transaction.

PostgreSQL is a real server that the tests start, on a socket of their own.
"""

from __future__ import annotations

import errno
import io
import sqlite3
from contextlib import closing
from decimal import Decimal

import duckdb
import pyarrow.parquet as pq
import pytest
from adbc_driver_postgresql import dbapi

from enrich.errors import TableError
from enrich.records import KEEP
from enrich.tables import Query, Target, check_writable, open_table, open_writer
from tests.suites.table_format import ANSWER, AWKWARD, NEW_COLUMNS, merge, value_column

CEO = value_column("ceo", {"type": "string"})
FOUNDED = value_column("founded", {"type": "integer"})
ENGINES = ("postgresql", "sqlite", "duckdb")


class Database:
    """A database, used as other programs do."""

    def __init__(self, url):
        self.url = url
        self._file = url.partition(":///")[2]

    def run(self, *statements):
        if self.url.startswith("postgres"):
            with closing(dbapi.connect(self.url)) as connection, connection.cursor() as cursor:
                for sql in statements:
                    cursor.execute(sql)
                found = cursor.fetchall() if cursor.description else []
                connection.commit()
                return found
        connect = sqlite3.connect if self.url.startswith("sqlite") else duckdb.connect
        with closing(connect(self._file)) as connection:
            found = [connection.execute(sql).fetchall() for sql in statements][-1]
            if self.url.startswith("sqlite"):
                connection.commit()
            return found

    def query(self, sql):
        return Query(url=self.url, query=sql)

    def target(self, table, **more):
        return Target(url=self.url, table=table, **more)


@pytest.fixture(params=ENGINES)
def database(request, tmp_path):
    if request.param == "postgresql":
        made = Database(request.getfixturevalue("postgres"))
        made.run("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        return made
    return Database(f"{request.param}:///{tmp_path}/a file.db")


@pytest.fixture
def firms(database):
    database.run(
        "CREATE TABLE firms (id BIGINT PRIMARY KEY, name VARCHAR(40), code TEXT, part REAL)",
        "INSERT INTO firms VALUES (3, 'Łódź', '00501', 0.5), (1, 'NA', NULL, NULL), "
        "(2, 'it''s', '', -1.25)",
    )
    return database


def test_rows_that_find_no_room_to_wait_in_are_a_sentence(tmp_path, monkeypatch):
    database = Database(f"sqlite:///{tmp_path}/a.db")
    database.run("CREATE TABLE firms (name TEXT)", "INSERT INTO firms VALUES ('a')")

    class Full(io.BytesIO):
        def flush(self):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", Full)
    with pytest.raises(TableError, match=r"cannot wait for their transaction: .*No space left"):
        merge(database.query("SELECT * FROM firms"), database.target("o"), [CEO])

    assert database.run("SELECT name FROM sqlite_master") == [("firms",)]


def put(source, target, columns=NEW_COLUMNS, answer=lambda row: ANSWER):
    check_writable(target, open_table(source), columns)
    merge(source, target, columns, answer)


def test_a_query_is_a_table(firms):
    table = open_table(firms.query("SELECT id, name, code FROM firms ORDER BY id -- by name;"))

    assert table.columns == ("id", "name", "code")
    (batch,) = table.batches(["name"], whole=False)
    assert batch.column("name") == ["NA", "it's", "Łódź"]
    (batch,) = table.batches()
    assert batch.column("id") == [1, 2, 3]
    assert batch.column("code") == [None, "", "00501"]
    with pytest.raises(TableError, match=r"has no column 'nam'\. Did you mean 'name'"):
        table.batches(["nam"])


def test_a_new_table_has_all_rows_in_order_and_types_of_its_own(firms):
    source = firms.query("SELECT * FROM firms ORDER BY name DESC;")
    for _ in range(2):  # the second time it is ours, and made again
        put(source, firms.target("rich"), answer=lambda row: ANSWER if row else (None,) * 9)

    rows = firms.run("SELECT id, name, code, part, ceo FROM rich")
    assert [row[:4] for row in rows] == firms.run("SELECT * FROM firms ORDER BY name DESC")
    assert [row[4] for row in rows] == [None, "Ada Lovelace", "Ada Lovelace"]
    assert firms.run("SELECT CAST(sum(founded + 1) AS BIGINT) FROM rich") == [(2 * 1844,)]
    back = open_table(firms.query("SELECT * FROM rich"))
    kinds = {field.name: str(field.type) for field in back.schema}
    assert kinds["id"] == "int64"
    assert kinds["founded"] == "int64"
    assert kinds["ceo"] == "string"


def test_awkward_text_survives(database):
    texts = [text.replace("'", "''") for text in AWKWARD]
    database.run(
        "CREATE TABLE t (id BIGINT, a TEXT)",
        *[f"INSERT INTO t VALUES ({at}, '{text}')" for at, text in enumerate(texts)],
    )
    source = database.query("SELECT * FROM t ORDER BY id")

    put(source, database.target("o"), [CEO], lambda row: [AWKWARD[row]])

    assert database.run("SELECT a, ceo FROM o ORDER BY id") == [(t, t) for t in AWKWARD]


def test_rows_are_updated_by_key_and_columns_added(firms):
    source = firms.query("SELECT id, name FROM firms WHERE id > 1 ORDER BY id")
    target = firms.target("firms", key=("id",))

    put(source, target, [CEO, FOUNDED], lambda row: [f"n{row}", None if row else 7])

    assert firms.run("SELECT id, name, code, ceo, founded FROM firms ORDER BY id") == [
        (1, "NA", None, None, None),
        (2, "it's", "", "n0", 7),
        (3, "Łódź", "00501", "n1", None),
    ]
    with pytest.raises(TableError, match=r"has a column 'ceo' that the query does not give"):
        put(source, target, [CEO], lambda row: ["x"])
    again = firms.target("firms", key=("id",), existing="overwrite")
    put(source, again, [CEO], lambda row: ["x"])
    assert firms.run("SELECT count(*) FROM firms WHERE ceo = 'x'") == [(2,)]


def test_empty_cells_are_filled(firms):
    source = firms.query("SELECT id, code FROM firms ORDER BY id")
    column = value_column("code", {"type": "string"}, position=1)
    target = firms.target("firms", key=("id",), existing="fill")

    put(source, target, [column], lambda row: [KEEP if row else "new"])

    assert firms.run("SELECT code FROM firms ORDER BY id") == [("new",), ("",), ("00501",)]


def test_what_cannot_be_written_is_known_before_anything_is_spent(firms):
    table = open_table(firms.query("SELECT id, name FROM firms"))

    for target, message in [
        (firms.target("firms"), "was not made by enrich"),
        (firms.target("nowhere", key=("id",)), "there is no such table to update"),
        (firms.target("firms", key=("code",)), "the rows have no column 'code'"),
        (firms.target("no.such.schema.t"), "the database refuses"),
    ]:
        with pytest.raises(TableError, match=message):
            check_writable(target, table, [CEO])
    check_writable(firms.target("new"), table, [CEO])
    with pytest.raises(TableError):
        open_table(firms.query("SELECT * FROM new"))


def test_a_key_that_does_not_name_one_row_undoes_all(firms):
    firms.run("CREATE TABLE other (id BIGINT, name TEXT)", "INSERT INTO other VALUES (1, 'x')")
    target = firms.target("other", key=("id",))
    for sql, message in [
        ("SELECT id FROM firms ORDER BY id", "no row of the table has 2"),
        ("SELECT 1 AS id FROM firms", "the key id is 1 in two rows"),
        ("SELECT nullif(id, 1) AS id FROM firms WHERE id = 1", "is empty in a row"),
    ]:
        with pytest.raises(TableError, match=message):
            merge(firms.query(sql), target, [CEO], lambda row: ["x"])

    assert firms.run("SELECT * FROM other") == [(1, "x")]


def test_a_failure_leaves_the_old_table(firms):
    source = firms.query("SELECT * FROM firms ORDER BY id")
    put(source, firms.target("rich"), [CEO], lambda row: ["old"])

    with pytest.raises(ZeroDivisionError):
        merge(source, firms.target("rich"), [CEO], lambda row: [str(1 // (2 - row))])

    assert firms.run("SELECT DISTINCT ceo FROM rich") == [("old",)]


def test_files_go_into_a_database_and_queries_into_files(firms, tmp_path):
    (tmp_path / "in.csv").write_text("id,a b\n1,x\n2,\n")
    put(tmp_path / "in.csv", firms.target("from_file"))
    query = firms.query("SELECT * FROM firms ORDER BY id")
    merge(query, tmp_path / "out.csv", [CEO], lambda row: ["x"])
    merge(query, tmp_path / "out.parquet", [CEO], lambda row: ["x"])

    assert firms.run('SELECT id, "a b", founded FROM from_file') == [
        ("1", "x", 1843),
        ("2", "", 1843),
    ]
    text = (tmp_path / "out.csv").read_text()
    assert text.startswith('id,name,code,part,ceo\n1,NA,,,x\n2,it\'s,"",-1.25,x\n')
    assert pq.read_table(tmp_path / "out.parquet")["id"].to_pylist() == [1, 2, 3]


def test_a_query_that_is_none_and_two_columns_of_a_name_are_named(firms):
    with pytest.raises(TableError, match=r"the database refuses: .*nonsense"):
        open_table(firms.query("SELECT nonsense FROM firms"))
    with pytest.raises(TableError, match="both named 'id'"):
        open_table(firms.query("SELECT id, id FROM firms"))


def test_secrets_are_shown_nowhere(postgres):
    url = "postgresql://someone:s3cret@127.0.0.1:9/db?sslpassword=t0ken"
    query, target = Query(url=url, query="SELECT 1"), Target(url=url, table="t")

    with pytest.raises(TableError) as caught:
        open_table(query)

    shown = f"{caught.value} {query!r} {target!r} {target}"
    assert "postgresql://127.0.0.1:9/db" in shown
    assert "s3cret" not in shown
    assert "t0ken" not in shown
    assert "someone" not in f"{query!r} {target}"


def test_an_unknown_database_lists_the_known_ones():
    with pytest.raises(TableError, match="'mysql' is no database that is known"):
        open_table(Query(url="mysql://x/y", query="SELECT 1"))


POSTGRES_TYPES = {
    "i2 smallint": "2",
    "n numeric(9,2)": "1.20",
    "big numeric": "123456789012345678901234567890.5",
    "vc varchar(5)": "'ab'",
    "ch char(3)": "'abc'",
    "b boolean": "true",
    "d date": "'2020-02-29'",
    "ti time": "'01:02:03.4'",
    "ts timestamp": "'2020-01-01 00:00:00.000001'",
    "tz timestamptz": "'2020-01-01 00:00:00+02'",
    "iv interval": "'1 mon 2 days 03:00:00'",
    "by bytea": "'\\xff00'",
    "j json": """'{"a": 1}'""",
    "jb jsonb": """'{"a": [1, null]}'""",
    "u uuid": "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
    "ar int[]": "'{1,null}'",
    "ta text[]": """'{a,"b,c",null}'""",
    "na numeric[]": "'{1.50}'",
    "ip inet": "'10.0.0.1'",
    "m mood": "'ok'",
    "mo money": "'1.50'",
    "bi bit(3)": "'101'",
    "r int4range": "'[1,5)'",
    "p point": "'(1,2)'",
}


def test_every_type_of_postgresql_is_kept(postgres):
    database = Database(postgres)
    database.run("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    database.run(
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        f"CREATE TABLE t ({', '.join(POSTGRES_TYPES)})",
        f"INSERT INTO t VALUES ({', '.join(POSTGRES_TYPES.values())})",
        "INSERT INTO t (i2) VALUES (3)",
    )

    put(database.query("SELECT * FROM t ORDER BY i2"), database.target("public.o"))

    shape = "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '{}'::regclass AND attnum > 0 ORDER BY attnum"
    before, after = (database.run(shape.format(name)) for name in "to")
    assert after[: len(before)] == before
    assert after[len(before) :] == [
        ("ceo", "text"),
        ("founded", "bigint"),
        ("share", "double precision"),
        ("listed", "boolean"),
        ("size", "text"),
        ("tags", "text[]"),
        ("address", "jsonb"),
        ("either", "text"),
        ("ceo_citations", "jsonb"),
    ]
    names = ", ".join(f"{column.split()[0]}::text" for column in POSTGRES_TYPES)
    assert database.run(f"SELECT {names} FROM o") == database.run(f"SELECT {names} FROM t")
    rows = database.run("SELECT tags[2], address->>'city', ceo_citations->0->>'url' FROM o LIMIT 1")
    assert rows == [("b, c", "Köln", "https://example.com/a")]


def test_every_type_of_duckdb_is_kept(tmp_path):
    database = Database(f"duckdb:///{tmp_path}/a.duckdb")
    values = [
        "1::HUGEINT", "1.50::DECIMAL(9,2)", "[1, NULL]", "{'a': 1, 'b': ['x']}", "INTERVAL 1 DAY",
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID", "'x'::ENUM('x', 'y')", "'101'::BIT",
        "TIMESTAMPTZ '2020-01-01 00:00:00+02'", "1::UTINYINT", "'\\xff'::BLOB", "'[1]'::JSON",
        "DATE '2020-02-29'", "TIMESTAMP_NS '2020-01-01'", "TIME '01:02:03'", "18446744073709551615::UBIGINT",
    ]  # fmt: skip
    columns = ", ".join(f"{value} AS c{at}" for at, value in enumerate(values))
    database.run(f"CREATE TABLE t AS SELECT {columns}")

    put(database.query("SELECT * FROM t"), database.target("o"))

    shape = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = '{}'"
    before, after = (database.run(shape.format(name)) for name in "to")
    assert after[: len(before)] == before
    same = "SELECT * REPLACE (c8::VARCHAR AS c8) FROM"
    assert database.run(f"{same} t") == [row[: len(values)] for row in database.run(f"{same} o")]
    rows = database.run("SELECT tags[2], address.city, ceo_citations[1].url, founded FROM o")
    assert rows == [("b, c", "Köln", "https://example.com/a", 1843)]


def test_duckdb_gets_more_memory_when_what_is_asked_needs_it(tmp_path, monkeypatch):
    database = Database(f"duckdb:///{tmp_path}/a.duckdb")
    database.run("CREATE TABLE t AS SELECT i, 'text ' || i AS a FROM range(100000) AS n(i)")
    monkeypatch.setattr("enrich.tables.duckdb.CACHE_MIB", 1)

    put(database.query("SELECT * FROM t"), database.target("t", key=("i",)), [CEO])
    (batch,) = open_table(database.query("SELECT count(DISTINCT a) AS n FROM t")).batches()

    assert database.run("SELECT count(ceo) FROM t") == [(100_000,)]
    assert batch.column("n") == [100_000]
    held = Query(
        url=f"{database.url}?memory_limit=1MB", query="SELECT a, count(*) FROM t GROUP BY a"
    )
    with pytest.raises(TableError, match=r"needs more memory\. Allow it some in the address"):
        list(open_table(held).batches())


def test_a_column_of_sqlite_has_the_type_of_all_its_values(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/a.db")
    database.run(
        "CREATE TABLE t (late TEXT, whole, mixed, large, bytes BLOB, made DATE)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
        "INSERT INTO t SELECT NULL, i, i, i, NULL, NULL FROM n",
        "INSERT INTO t VALUES ('x', 0.5, 'text', 0.5, x'ff', '2020-02-29')",
        "UPDATE t SET large = 9007199254740993 WHERE whole = 7",
    )
    source = database.query("SELECT * FROM t")

    table = open_table(source)
    put(source, database.target("o"), [FOUNDED], lambda row: [row])

    assert [str(kind) for kind in table.schema.types] == [
        "string", "double", "string", "string", "binary", "string",
    ]  # fmt: skip
    assert database.run("SELECT late, bytes, made FROM o WHERE founded = 3000") == [
        ("x", b"\xff", "2020-02-29")
    ]
    assert database.run("SELECT type FROM pragma_table_info('o')")[-1] == ("INTEGER",)


def test_decimals_go_into_postgresql_exactly(postgres, tmp_path):
    import pyarrow as pa

    database = Database(postgres)
    database.run("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    pq.write_table(pa.table({"m": [Decimal("1.50"), None]}), tmp_path / "in.parquet")

    put(tmp_path / "in.parquet", database.target("o"), [], lambda row: [])

    assert database.run("SELECT m::text FROM o") == [("1.50",), (None,)]
    assert database.run("SELECT count(m) FROM o") == [(1,)]


def test_two_writers_do_not_meet(firms):
    """What waits for its transaction does not lock: both pass, and the last one stays."""
    table = open_table(firms.query("SELECT id FROM firms"))

    with (
        open_writer(firms.target("o"), table, [CEO]) as one,
        open_writer(firms.target("o"), table, [CEO]) as two,
    ):
        for batch in table.batches():
            one.write(batch, [["one"] * len(batch)])
            two.write(batch, [["two"] * len(batch)])

    assert firms.run("SELECT DISTINCT ceo FROM o") == [("one",)]
