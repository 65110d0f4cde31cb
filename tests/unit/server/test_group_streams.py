import asyncio
import re
from itertools import pairwise

from enrich.server.group_streams import PAGE_BYTES, runs_snapshot
from enrich.server.lanes import Access
from enrich.server.store.database import Database
from enrich.server.store.rows import Ended, Kind, NewRun


def test_a_listing_comes_in_pages_that_follow_the_size_of_what_is_listed():
    sizes = [10] * 400 + [50_000] * 20 + [10] * 100
    kind = Kind(spec=None, processor="base", price=10, events=False)

    def answer(writer):
        account_no = writer.account("a")
        group = writer.add_group(account_no, None)
        runs = [NewRun(kind, b'{"input":"x"}', None)] * len(sizes)
        writer.accept(runs, account_no, group_no=group.group_no)
        claimed = writer.claim(len(sizes))
        writer.settle(
            [
                Ended(run=run, status="completed", output=b'"%b"' % (b"x" * size))
                for run, size in zip(claimed, sizes, strict=True)
            ]
        )
        return writer.group_again(group.group_no)

    async def listing():
        database = Database(None)
        access = Access(database)
        try:
            group = await access.write(answer)
            pages = runs_snapshot(
                access,
                group,
                after=0,
                until=group.last_run,
                status="completed",
                with_input=False,
                with_output=True,
            )
            return [page async for page in pages]
        finally:
            access.close()
            database.close()

    pages = asyncio.run(listing())

    numbers = re.findall(rb'"event_id":"([0-9]+)"', b"".join(pages))
    assert [int(number) for number in numbers] == list(range(1, len(sizes) + 1))
    counts = [page.count(b"event: ") for page in pages]
    assert all(later <= 2 * earlier for earlier, later in pairwise(counts))
    large = [i for i, page in enumerate(pages) if len(page) > 2 * PAGE_BYTES]
    assert len(large) <= 1  # the one in which they begin
