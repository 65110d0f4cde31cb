"""A shared ledger in each cloud's storage, through servers on loopback that speak its language."""

import pytest

from enrich.errors import LedgerError
from enrich.ledger import presence, shared
from enrich.ledger.objects import Objects
from enrich.ledger.places import SharedPlaces
from enrich.ledger.replica import Replica
from enrich.ledger.shared import SharedLedger
from enrich.records import WHOLE, Shard
from tests.unit.ledger.test_ledger import contents
from tests.unit.ledger.test_snapshots import asleep, buy
from tests.unit.tables.test_storage import az, s3  # noqa: F401  (fixtures)

pytestmark = pytest.mark.slow


@pytest.fixture(params=["s3", "az"])
def url(request, monkeypatch, tmp_path):
    cloud = request.getfixturevalue(request.param)
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(presence, "SILENT_S", 0.3)
    monkeypatch.setattr(presence, "RENEWED_S", 0.02)
    return f"{request.param}://tables/{tmp_path.name}/some folder"


def test_an_object_is_made_only_where_none_is(url):
    objects = Objects(url)
    objects.probe()

    assert objects.create("a/1", b"one")
    assert objects.create("a/1", b"one")  # an answer that was lost
    assert not objects.create("a/1", b"two")
    assert objects.get("a/1") == b"one"
    objects.put("a/1", b"three")
    assert objects.get("a/1") == b"three"
    assert objects.get("a/2") is None


def test_names_are_listed_in_order_from_where_it_is_asked_and_deleted_once_or_twice(url):
    objects = Objects(url)
    names = [f"a/{number:03}" for number in range(1100)]
    for name in names[:5] + names[-5:]:
        objects.create(name, b"")

    assert objects.names("a", after=names[3]) == [names[4], *names[-5:]]
    assert objects.names("a", after=names[-1]) == []
    assert objects.names("b") == []
    assert objects.folders() == ["a"]
    objects.delete(names[:3])
    objects.delete(names[:4])
    objects.delete(names[:1])
    assert objects.names("a") == [names[4], *names[-5:]]


def test_a_bucket_that_is_not_there_is_named(url):
    with pytest.raises(LedgerError, match="there is no bucket 'nowhere'"):
        Objects(url.replace("tables", "nowhere")).probe()


def test_ledgers_are_written_read_taken_over_and_compacted(url, monkeypatch):
    places = SharedPlaces(url, "api")
    for shard in (WHOLE, Shard(1, 3)):
        places.open(shard, read_only=False).close()
    assert sorted(places.shards(), key=str) == [WHOLE, Shard(1, 3)]
    objects = Objects(f"{url}/api")

    first = SharedLedger(objects, "")
    buy(first, 0)
    reader = Replica(objects, "")
    with pytest.raises(LedgerError, match="is in use by another enrich"):
        SharedLedger(objects, "")
    asleep(first)
    with SharedLedger(objects, "") as second:
        buy(second, 3, end=False)
    monkeypatch.setattr(shared, "COMPACTED_AFTER", 1)
    SharedLedger(objects, "").close()
    with SharedLedger(objects, "") as last:
        expected = contents(last)
        head = last.journal.head

    assert objects.names("journal") == [f"journal/{head:010}"]
    assert objects.names("snapshots") == [f"snapshots/{head:010}"]
    with pytest.raises(LedgerError, match="taken over by another enrich"):
        buy(first, 6)
    first._close()
    reader.version()
    assert contents(reader) == expected
    assert len(expected["request"]) == 6
    reader.close()
    assert places.last([WHOLE, Shard(1, 3)]) == WHOLE
