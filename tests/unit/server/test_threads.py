import asyncio
import json
import threading
from typing import Any

import msgspec
import pytest

from enrich.research.question import Message, Question, ResearchError
from enrich.server.feed import Feed
from enrich.server.lanes import Access
from enrich.server.store.database import Database
from enrich.server.store.reader import Reader
from enrich.server.store.rows import Kind, NewRun
from enrich.server.store.writer import Writer
from enrich.server.work.at_work import AtWork
from enrich.server.work.threads import Threads

ANSWER = {"type": "text", "content": "yes", "basis": []}


class Engine:
    """Does what the test says with each question, and remembers them."""

    def __init__(self, do=lambda question, tell: ANSWER):
        self.do = do
        self.asked: list[Question] = []

    def answer(self, question, tell=None):
        self.asked.append(question)
        return self.do(question, tell)

    def close(self):
        pass


def new_run(text, **members):
    kind = Kind(**{"spec": None, "events": False, "processor": "base", "price": 10, **members})
    return NewRun(kind, msgspec.json.encode({"input": text, "processor": "base"}), None)


def run_workers(engine: Any, scenario: Any, *, threads: int = 2, **members: Any) -> Any:
    async def drive():
        database = Database(None)
        access = Access(database)
        feed = Feed()
        at_work = AtWork(access, feed, **members)
        workers = Threads(engine, access, feed, at_work, threads=threads)
        account_no = await access.write(Writer.account, "a")
        try:
            workers.start()
            return await scenario(Stage(workers, at_work, access, account_no))
        finally:
            await workers.stop(5.0)
            access.close()
            database.close()

    return asyncio.run(drive())


class Stage:
    def __init__(self, workers, at_work, access, account_no):
        self.workers = workers
        self.at_work = at_work
        self.access = access
        self.account_no = account_no

    async def accept(self, *runs):
        accepted = await self.access.write(Writer.accept, runs, self.account_no)
        self.at_work.wake()
        return accepted.run_ids

    async def until(self, **counts):
        async with asyncio.timeout(10):
            while await self.access.read(Reader.counts) != counts:  # noqa: ASYNC110  (no event tells)
                await asyncio.sleep(0.005)

    async def run(self, run_id):
        return await self.access.read(Reader.run, run_id, self.account_no)


def test_runs_are_answered_and_their_output_stored():
    async def scenario(stage):
        (run_id,) = await stage.accept(new_run("Who?"))
        await stage.until(completed=1)
        run = await stage.run(run_id)
        return msgspec.json.decode(await stage.access.read(Reader.output, run.run_no))

    assert run_workers(Engine(), scenario) == ANSWER


def test_one_thread_answers_in_the_order_of_acceptance():
    engine = Engine()

    async def scenario(stage):
        await stage.accept(*(new_run(str(i)) for i in range(50)))
        await stage.until(completed=50)

    run_workers(engine, scenario, threads=1)

    assert [question.input for question in engine.asked] == [str(i) for i in range(50)]


def test_a_long_run_among_short_ones_is_at_work():
    go_on = threading.Event()

    def do(question, tell):
        if question.input == "long":
            go_on.wait(10)
        return ANSWER

    async def scenario(stage):
        await stage.accept(*(new_run(str(i)) for i in range(200)))
        await stage.until(completed=200)
        (run_id,) = await stage.accept(new_run("long"))
        await stage.until(completed=200, running=1)
        assert json.loads((await stage.run(run_id)).state)["status"] == "running"
        go_on.set()
        await stage.until(completed=201)

    run_workers(Engine(do), scenario)


def test_a_question_has_its_spec_in_full_form():
    engine = Engine()
    spec = b'{"output_schema":"One word","input_schema":null}'

    async def scenario(stage):
        await stage.accept(new_run("a", spec=spec), new_run("b"))
        await stage.until(completed=2)

    run_workers(engine, scenario, threads=1)

    assert [question.output_schema for question in engine.asked] == [
        {"type": "text", "description": "One word"},
        {"type": "auto"},
    ]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ResearchError("Nothing is known of it."), "Nothing is known of it."),
        (ValueError("secret path"), "Task execution failed"),
        (RecursionError(), "Task execution failed"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_an_engine_raises_fails_its_run_alone(error, message):
    def do(question, tell):
        if question.input == "bad":
            raise error
        return ANSWER

    async def scenario(stage):
        run_id, _ = await stage.accept(new_run("bad"), new_run("good"))
        await stage.until(completed=1, failed=1)
        return await stage.run(run_id)

    run = run_workers(Engine(do), scenario)

    told = msgspec.json.decode(run.error)
    assert told["message"] == message
    assert "secret path" not in str(told)


def test_an_output_that_is_no_json_fails_its_run():
    async def scenario(stage):
        await stage.accept(new_run("x"))
        await stage.until(failed=1)

    run_workers(Engine(lambda question, tell: {"content": object()}), scenario)


def test_slow_runs_are_claimed_only_when_a_thread_is_free():
    go = threading.Event()

    async def scenario(stage):
        await stage.accept(*(new_run(str(i)) for i in range(20)))
        await stage.until(running=2, queued=18)
        await asyncio.sleep(0.1)
        counts = await stage.access.read(Reader.counts)
        go.set()
        await stage.until(completed=20)
        return counts

    counts = run_workers(Engine(lambda question, tell: (go.wait(10), ANSWER)[1]), scenario)

    assert counts == {"running": 2, "queued": 18}


def test_fast_runs_are_claimed_many_at_a_time():
    async def scenario(stage):
        claims = []
        write = stage.access.write

        async def counted(verb, *args, **kwargs):
            answer = await write(verb, *args, **kwargs)
            if verb is Writer.claim and answer:
                claims.append(len(answer))
            return answer

        stage.access.write = counted
        await stage.accept(*(new_run(str(i)) for i in range(2_000)))
        await stage.until(completed=2_000)
        return claims

    claims = run_workers(Engine(), scenario)

    assert sum(claims) == 2_000
    assert len(claims) < 200


def test_stopping_lets_runs_at_work_end_and_puts_the_others_back():
    go, begun = threading.Event(), threading.Semaphore(0)

    def answer(question, tell):
        begun.release()
        go.wait(10)
        return ANSWER

    async def scenario(stage):
        await stage.accept(*(new_run(str(i)) for i in range(5)))
        await stage.until(running=2, queued=3)
        # Claimed is not begun: what no thread took yet would be put back as well.
        for _ in range(2):
            assert await asyncio.to_thread(begun.acquire, timeout=10)
        stopping = asyncio.create_task(stage.workers.stop(5.0))
        await asyncio.sleep(0)
        go.set()
        await stopping
        counts = await stage.access.read(Reader.counts)
        stage.workers.stop = _nothing
        return counts

    counts = run_workers(Engine(answer), scenario)

    assert counts == {"completed": 2, "queued": 3}


def test_a_processor_with_a_limit_leaves_threads_to_others():
    go = threading.Event()

    def do(question, tell):
        if question.processor == "ultra":
            go.wait(10)
        return ANSWER

    async def scenario(stage):
        deep = [new_run(str(i), processor="ultra") for i in range(5)]
        await stage.accept(*deep, *(new_run(str(i)) for i in range(20)))
        await stage.until(running=1, queued=4, completed=20)
        go.set()
        await stage.until(completed=25)

    run_workers(Engine(do), scenario, at_once={"ultra": 1})


async def _nothing(_):
    pass


def test_progress_is_kept_while_a_run_is_at_work():
    said = threading.Event()
    go = threading.Event()

    def do(question, tell):
        tell(Message(kind="plan", text="First look"))
        said.set()
        go.wait(10)
        return ANSWER

    async def scenario(stage):
        (run_id,) = await stage.accept(new_run("x", events=True))
        await asyncio.to_thread(said.wait, 10)
        messages = [message.text for _, message in stage.at_work.progress[run_id].messages]
        go.set()
        await stage.until(completed=1)
        return messages, dict(stage.at_work.progress)

    assert run_workers(Engine(do), scenario) == (["First look"], {})
