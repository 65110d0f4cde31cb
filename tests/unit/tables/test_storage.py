"""Object storage: every format in and out, through a server on loopback that speaks S3."""

from __future__ import annotations

import pytest
from moto.server import ThreadedMotoServer
from pyarrow import fs

from enrich.errors import TableError
from enrich.tables import check_writable, open_table, open_writer
from enrich.tables.storage import filesystem
from tests.suites.table_format import ANSWER, AWKWARD, NEW_COLUMNS, cells, merge, value_column
from tests.unit.tables.test_formats import FORMATS

CEO = value_column("ceo", {"type": "string"})


@pytest.fixture(scope="module")
def server():
    made = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    made.start()
    _, port = made.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    made.stop()


@pytest.fixture
def bucket(server, monkeypatch):
    for name, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "someone",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    storage = fs.S3FileSystem(endpoint_override=server, allow_bucket_creation=True)
    storage.create_dir("tables")
    storage.delete_dir_contents("tables")
    return storage


@pytest.mark.parametrize("table_format", FORMATS, ids=lambda param: param.ending)
def test_every_format_passes_through(bucket, table_format, tmp_path):
    local = tmp_path / f"in{table_format.ending}"
    table_format.make(local, {"id": [str(i) for i in range(len(AWKWARD))], "a": [*AWKWARD]})
    source = f"s3://tables/some folder/in{table_format.ending}"
    target = f"s3://tables/out%20/a{table_format.ending}"
    with bucket.open_output_stream(source.removeprefix("s3://"), compression=None) as stream:
        stream.write(local.read_bytes())
    check_writable(target, open_table(source), NEW_COLUMNS)

    merge(source, target)
    merge(local, tmp_path / f"out{table_format.ending}")

    with bucket.open_input_stream(target.removeprefix("s3://"), compression=None) as stream:
        assert stream.read() == (tmp_path / f"out{table_format.ending}").read_bytes()
    assert cells(target, "a") == [*AWKWARD]


def test_folders_and_patterns_too(bucket):
    for name in ("country=DE/a.csv", "country=DE/b.csv", "country=PL/a.csv", "_SUCCESS"):
        with bucket.open_output_stream(f"tables/in/{name}") as stream:
            stream.write(f"id\n{name}\n".encode())

    assert cells("s3://tables/in", "country") == ["DE", "DE", "PL"]
    assert cells("s3://tables/in/**/b.csv", "id") == ["country=DE/b.csv"]
    merge("s3://tables/in", "s3://tables/out", [CEO], lambda row: ["x"])

    with bucket.open_input_stream("tables/out/country=PL/a.csv") as stream:
        assert stream.read() == b"id,ceo\ncountry=PL/a.csv,x\n"
    assert cells("s3://tables/out", "ceo") == ["x"] * 3


def test_a_failure_leaves_the_old_object(bucket, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("id\n1\n")
    with bucket.open_output_stream("tables/out.csv") as stream:
        stream.write(b"old")
    table = open_table(source)

    def fail():
        with open_writer("s3://tables/out.csv", table, NEW_COLUMNS) as writer:
            for batch in table.batches():
                writer.write(batch, [[cell] for cell in ANSWER])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with bucket.open_input_stream("tables/out.csv") as stream:
        assert stream.read() == b"old"


def test_what_is_not_there_is_named_before_anything_is_spent(bucket):
    with pytest.raises(TableError, match=r"s3://tables/no\.csv: there is no such file"):
        open_table("s3://tables/no.csv")
    with pytest.raises(TableError, match="there is no bucket 'elsewhere'"):
        check_writable("s3://elsewhere/out.csv")
    with bucket.open_output_stream("tables/in/a.csv") as stream:
        stream.write(b"id\n1\n")
    with pytest.raises(TableError, match="there is no bucket 'elsewhere'"):
        check_writable("s3://elsewhere/out", open_table("s3://tables/in"))


def test_a_storage_that_does_not_answer_is_named(monkeypatch, bucket):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    with pytest.raises(TableError, match=r"s3://tables/a\.csv: the storage refuses: .*127.0.0.1"):
        open_table("s3://tables/a.csv")


def test_each_scheme_has_its_file_system(monkeypatch):
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT", "acme")
    monkeypatch.setenv("AZURE_STORAGE_KEY", "a2V5")

    storage, inside = filesystem("az://box/a b/c%20.csv")
    assert (type(storage), inside) == (fs.AzureFileSystem, "box/a b/c%20.csv")
    storage, inside = filesystem("gs://box/a b/c%20.csv")
    assert (type(storage), inside) == (fs.GcsFileSystem, "box/a b/c%20.csv")
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT")
    with pytest.raises(TableError, match="set AZURE_STORAGE_ACCOUNT"):
        filesystem("az://box/a.csv")


def test_no_other_address_and_no_key_in_one():
    with pytest.raises(TableError, match="Known are s3://, gs://, az://"):
        open_table("https://example.com/a.csv")
    with pytest.raises(TableError, match="an address holds no key") as caught:
        open_table("s3://someone:secret@tables/a.csv")
    assert "secret" not in str(caught.value)
