"""Object storage: every format in and out, through servers on loopback that speak each cloud's language."""

from __future__ import annotations

import base64
import datetime as dt
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer
from pyarrow import fs

from enrich.errors import TableError
from enrich.tables import check_writable, open_table, open_writer
from enrich.tables.storage import filesystem
from tests.suites.table_format import ANSWER, AWKWARD, NEW_COLUMNS, cells, merge, value_column
from tests.unit.tables.test_formats import FORMATS

CEO = value_column("ceo", {"type": "string"})
AZURITE = Path(__file__).parents[3] / ".azurite" / "node_modules" / ".bin" / "azurite-blob"
ACCOUNT, KEY = "acme", base64.b64encode(b"any key will do").decode()


class Cloud:
    """A storage with a bucket ``tables``, used by Arrow without what is ours between."""

    def __init__(self, scheme, storage, environment):
        self.scheme = scheme
        self.environment = environment
        self.folder = ""
        self._storage = storage
        storage.create_dir("tables")

    def __truediv__(self, name):
        return f"{self.scheme}://tables/{self.folder}/{name}"

    def put(self, name, data):
        with self._storage.open_output_stream(self._inside(name), compression=None) as stream:
            stream.write(data)

    def get(self, name):
        with self._storage.open_input_stream(self._inside(name), compression=None) as stream:
            return stream.read()

    def _inside(self, name):
        return f"tables/{self.folder}/{name}"


def azure(authority, scheme):
    settings: Any = {
        "blob_storage_authority": authority,
        "dfs_storage_authority": authority.replace(".blob.", ".dfs."),
        "blob_storage_scheme": scheme,
        "dfs_storage_scheme": scheme,
    }
    return fs.AzureFileSystem(ACCOUNT, account_key=KEY, **settings)


@pytest.fixture(scope="module")
def s3():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    endpoint = f"http://127.0.0.1:{port}"
    named: Any = {"access_key": "someone", "secret_key": "secret", "region": "us-east-1"}
    yield Cloud(
        "s3",
        fs.S3FileSystem(endpoint_override=endpoint, allow_bucket_creation=True, **named),
        {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "someone",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        },
    )
    server.stop()


@pytest.fixture(scope="module")
def gs():
    # A process of its own: Arrow does not let go of Python while it closes a file of Google's.
    code = (
        "import sys; from gcp_storage_emulator.server import create_server\n"
        "server = create_server('127.0.0.1', 0, in_memory=True, default_bucket='tables')\n"
        "server.start(); print(server._api._httpd.server_port, flush=True)\n"
        "sys.stdin.read(); server.stop()"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        host = f"127.0.0.1:{server.stdout.readline().strip()}"
        storage = fs.GcsFileSystem(anonymous=True, endpoint_override=host, scheme="http")
        yield Cloud("gs", storage, {"STORAGE_EMULATOR_HOST": f"http://{host}"})
        server.communicate()


@pytest.fixture(scope="module")
def az(tmp_path_factory):
    if not AZURITE.exists() or not shutil.which("node"):
        pytest.skip("Azurite is not here: `make test-slow` installs it where npm is")
    command = [
        *(
            "node",
            str(AZURITE),
            "--blobHost",
            "127.0.0.1",
            "--blobPort",
            "0",
            "--loose",
            "--silent",
        ),
        *("--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry"),
    ]
    folder = tmp_path_factory.mktemp("azurite")
    environment = {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}", "PATH": "/usr/local/bin:/usr/bin:/bin"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, cwd=folder
    ) as server:
        assert server.stdout is not None
        lines = iter(server.stdout.readline, "")
        host = next(m[1] for m in (re.search(r"listens on http://(\S+)", li) for li in lines) if m)
        storage = azure(host, "http")
        yield Cloud(
            "az",
            storage,
            {
                "AZURE_STORAGE_ACCOUNT": ACCOUNT,
                "AZURE_STORAGE_KEY": KEY,
                "AZURE_STORAGE_SERVICE_ENDPOINT": f"http://{host}/{ACCOUNT}",
            },
        )
        server.terminate()


@pytest.fixture(params=["s3", "gs", pytest.param("az", marks=pytest.mark.slow)])
def cloud(request, monkeypatch, tmp_path):
    made = request.getfixturevalue(request.param)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    made.folder = tmp_path.name
    return made


@pytest.mark.parametrize("table_format", FORMATS, ids=lambda param: param.ending)
def test_every_format_passes_through(cloud, table_format, tmp_path):
    ending = table_format.ending
    local = tmp_path / f"in{ending}"
    table_format.make(local, {"id": [str(i) for i in range(len(AWKWARD))], "a": [*AWKWARD]})
    source, target = cloud / f"some folder/in{ending}", cloud / f"out%20/a{ending}"
    cloud.put(f"some folder/in{ending}", local.read_bytes())
    check_writable(target, open_table(source), NEW_COLUMNS)

    merge(source, target)
    merge(local, tmp_path / f"out{ending}")

    assert cloud.get(f"out%20/a{ending}") == (tmp_path / f"out{ending}").read_bytes()
    assert cells(target, "a") == [*AWKWARD]


def test_folders_and_patterns_too(cloud):
    for name in ("country=DE/a.csv", "country=DE/b.csv", "country=PL/a.csv", "_SUCCESS"):
        cloud.put(f"in/{name}", f"id\n{name}\n".encode())

    assert cells(cloud / "in", "country") == ["DE", "DE", "PL"]
    assert cells(cloud / "in/**/b.csv", "id") == ["country=DE/b.csv"]
    merge(cloud / "in", cloud / "out", [CEO], lambda row: ["x"])

    assert cloud.get("out/country=PL/a.csv") == b"id,ceo\ncountry=PL/a.csv,x\n"
    assert cells(cloud / "out", "ceo") == ["x"] * 3


def test_a_failure_leaves_the_old_object(cloud, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("id\n1\n")
    cloud.put("out.csv", b"old")
    table = open_table(source)

    def fail():
        with open_writer(cloud / "out.csv", table, NEW_COLUMNS) as writer:
            for batch in table.batches():
                writer.write(batch, [[cell] for cell in ANSWER])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert cloud.get("out.csv") == b"old"


def test_what_is_not_there_is_named_before_anything_is_spent(cloud):
    elsewhere = f"{cloud.scheme}://elsewhere/out"
    with pytest.raises(TableError, match=r"/no\.csv: there is no such file"):
        open_table(cloud / "no.csv")
    with pytest.raises(TableError, match="there is no bucket 'elsewhere'"):
        check_writable(f"{elsewhere}.csv")
    cloud.put("in/a.csv", b"id\n1\n")
    with pytest.raises(TableError, match="there is no bucket 'elsewhere'"):
        check_writable(elsewhere, open_table(cloud / "in"))


def test_a_storage_that_does_not_answer_is_named(monkeypatch, s3):
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    with pytest.raises(TableError, match=r"s3://tables/a\.csv: the storage refuses: .*127.0.0.1"):
        open_table("s3://tables/a.csv")


def test_google_is_not_waited_for_a_quarter_of_an_hour(monkeypatch):
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)

    storage, inside = filesystem("gs://box/a b/c%20.csv")

    assert inside == "box/a b/c%20.csv"
    assert storage.equals(fs.GcsFileSystem(retry_time_limit=dt.timedelta(seconds=30)))


@pytest.mark.parametrize(
    ("endpoint", "authority"),
    [
        (None, ".blob.core.windows.net"),
        ("https://acme.blob.core.chinacloudapi.cn/", ".blob.core.chinacloudapi.cn"),
        ("http://127.0.0.1:10000/acme", "127.0.0.1:10000"),
    ],
)
def test_azures_account_is_found_as_its_own_programs_find_it(monkeypatch, endpoint, authority):
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT", ACCOUNT)
    monkeypatch.setenv("AZURE_STORAGE_KEY", KEY)
    monkeypatch.delenv("AZURE_STORAGE_SERVICE_ENDPOINT", raising=False)
    if endpoint:
        monkeypatch.setenv("AZURE_STORAGE_SERVICE_ENDPOINT", endpoint)

    storage, inside = filesystem("az://box/a b/c%20.csv")

    assert inside == "box/a b/c%20.csv"
    assert storage.equals(azure(authority, endpoint.split(":")[0] if endpoint else "https"))
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT")
    with pytest.raises(TableError, match="set AZURE_STORAGE_ACCOUNT"):
        filesystem("az://box/a.csv")


def test_no_other_address_and_no_key_in_one():
    with pytest.raises(TableError, match="Known are s3://, gs://, az://"):
        open_table("https://example.com/a.csv")
    with pytest.raises(TableError, match="an address holds no key") as caught:
        open_table("s3://someone:secret@tables/a.csv")
    assert "secret" not in str(caught.value)
