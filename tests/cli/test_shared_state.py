"""A job whose table, output and ledger are all in object storage."""

import pytest
from moto.server import ThreadedMotoServer
from pyarrow import fs

from tests.fakes.buying import accepted

JOB = """
version: 1
input: {{path: s3://shop/firms.csv}}
output: {{path: [s3://shop/out.csv, s3://shop/out.parquet]}}
task:
  processor: base
  inputs: {{firm: {{column: Firm, type: string}}}}
  output: {{firm: {{type: "string?", description: Its name.}}}}
api: {{base_url: "{url}", settle: 1s}}
state: s3://shop/state
"""


@pytest.fixture
def storage(folder, monkeypatch):
    """The storage, which commands in the folder know of."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    for name, value in {
        "AWS_ACCESS_KEY_ID": "me",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": endpoint,
        "PARALLEL_API_KEY": "any",
    }.items():
        folder.env[name] = value
        monkeypatch.setenv(name, value)
    yield fs.S3FileSystem(endpoint_override=endpoint, allow_bucket_creation=True)
    server.stop()


def test_nothing_of_a_job_is_on_the_machine(storage, folder, server):
    storage.create_dir("shop")
    rows = "".join(f"Firm {number % 30}\n" for number in range(70))
    with storage.open_output_stream("shop/firms.csv") as table:
        table.write(f"Firm\n{rows}".encode())
    job = folder.write("shared.yaml", JOB.format(url=server.url))
    there, before = sorted(folder.path.iterdir()), accepted(server.url)

    ended = [folder.enrich("run", job, "--shard", f"{n}/2", "--yes", "--quiet") for n in range(2)]
    again = folder.enrich("run", job, "--yes", "--quiet")  # taken over from the shards
    told = folder.enrich("status", job)
    health = folder.enrich("doctor", job)

    for each in (*ended, again, told, health):
        assert each.code == 0, each.out + each.err
    assert accepted(server.url) - before == 30
    with storage.open_input_stream("shop/out.csv") as made:
        assert made.read().count(b"completed") == 70
    assert sorted(folder.path.iterdir()) == there


def test_a_bucket_that_is_not_there_is_a_sentence(storage, folder, server):
    folder.write("firms.csv", "Firm\na\n")
    text = JOB.format(url=server.url).replace("s3://shop/firms.csv", "firms.csv")
    text = text.replace("[s3://shop/out.csv, s3://shop/out.parquet]", "out.csv")
    job = folder.write("shared.yaml", text.replace("s3://shop/state", "s3://nowhere/state"))

    told = folder.enrich("run", job, "--yes")

    assert told.code == 4, told.err
    assert "there is no bucket 'nowhere'" in told.err


def test_the_embedded_server_is_refused_with_a_shared_ledger(folder):
    folder.write("firms.csv", "Firm\na\n")
    text = JOB.format(url="local").replace("s3://shop/firms.csv", "firms.csv")
    job = folder.write("shared.yaml", text.replace("s3://shop/out.", "out."))

    told = folder.enrich("check", job)

    assert told.code == 2
    assert "start `enrich serve` and name its address" in told.out + told.err
