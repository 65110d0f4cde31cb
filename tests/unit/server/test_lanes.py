import asyncio
import threading

import pytest

from enrich.server.lanes import Access
from enrich.server.store.database import Database
from enrich.server.store.intake import InsufficientCredit
from enrich.server.store.reader import Reader
from enrich.server.store.rows import Kind, NewRun, Posting
from enrich.server.store.writer import Writer


def posting(account_no, n=1, credit=None):
    kind = Kind(spec=None, processor="base", price=10, events=False)
    run = NewRun(kind, b'{"input":"x"}', None)
    return Posting(runs=[run] * n, account_no=account_no, credit=credit)


def drive(scenario):
    async def main():
        database = Database(None)
        access = Access(database)
        try:
            return await scenario(access, await access.write(Writer.account, "a"))
        finally:
            access.close()
            database.close()

    return asyncio.run(main())


def test_posts_that_wait_together_share_a_transaction(monkeypatch):
    batches = []
    accept_all = Writer.accept_all

    def counted(self, postings):
        batches.append(len(postings))
        return accept_all(self, postings)

    monkeypatch.setattr(Writer, "accept_all", counted)

    async def scenario(access, account_no):
        busy = threading.Event()
        holding = asyncio.create_task(access.write(lambda _: busy.wait(10)))
        waiting = [asyncio.create_task(access.accept(posting(account_no, n))) for n in (1, 2, 3)]
        await asyncio.sleep(0)
        busy.set()
        await holding
        return [len(accepted.run_ids) for accepted in await asyncio.gather(*waiting)]

    assert drive(scenario) == [1, 2, 3]
    assert batches == [3]


def test_one_that_is_refused_takes_nothing_from_its_neighbours():
    async def scenario(access, account_no):
        answers = await asyncio.gather(
            *(access.accept(posting(account_no, n, credit=60)) for n in (2, 9, 3)),
            return_exceptions=True,
        )
        return answers, access.glance(Reader.counts)

    (few, refused, rest), counts = drive(scenario)

    assert isinstance(refused, InsufficientCredit)
    assert (len(few.run_ids), len(rest.run_ids)) == (2, 3)
    assert counts == {"queued": 5}


def test_many_runs_do_not_wait_in_one_transaction(monkeypatch):
    batches = []
    accept_all = Writer.accept_all

    def counted(self, postings):
        batches.append(len(postings))
        return accept_all(self, postings)

    monkeypatch.setattr(Writer, "accept_all", counted)

    async def scenario(access, account_no):
        await asyncio.gather(*(access.accept(posting(account_no, 600)) for _ in range(5)))
        return access.glance(Reader.counts)

    assert drive(scenario) == {"queued": 3_000}
    assert max(batches) <= 2


def test_what_the_store_raises_reaches_everyone_who_waited(monkeypatch):
    def broken(self, postings):
        raise OSError("disk full")

    monkeypatch.setattr(Writer, "accept_all", broken)

    async def scenario(access, account_no):
        with pytest.raises(OSError, match="disk full"):
            await access.accept(posting(account_no))
        return access.glance(Reader.counts)

    assert drive(scenario) == {}
