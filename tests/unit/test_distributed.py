"""What shards come to together, without an engine."""

import io
import pickle
from collections import Counter

import pyarrow as pa
import pytest

from enrich import pipeline
from enrich.cli import cli
from enrich.distributed.order import (
    Ending,
    buy_shard,
    ended_of,
    finish,
    order_of,
    plan_shard,
    raise_first,
    together,
)
from enrich.distributed.spark import run as run_on_spark
from enrich.errors import ConfigError, FatalApiError, LedgerError
from enrich.job import load_job
from enrich.pipeline import Plan
from enrich.progress import Events, Extent, Quiet
from enrich.records import Shard
from enrich.runs import Ended
from enrich.summary import plan_lines
from tests.fakes.buying import accepted
from tests.fakes.server_process import ServerProcess
from tests.fakes.victims import DISTINCT, write_job


def ending(index, **members):
    return Ending(shard=Shard(index, 3), **members)


def quiet(plan):
    return Quiet(Extent(runs=plan.to_buy))


def test_shards_bought_apart_are_one_job(tmp_path, monkeypatch):
    """What an engine does, one after the other; the order and its endings can be sent."""
    monkeypatch.setenv("PARALLEL_API_KEY", "s3cr3t")
    with ServerProcess() as server:
        job = write_job(tmp_path, server.url)
        order = pickle.loads(pickle.dumps(order_of(job, 3)))
        plans = pickle.loads(pickle.dumps([plan_shard(order, index) for index in range(3)]))
        whole = together([each.plan for each in plans])
        assert accepted(server.url) == 0
        endings = [buy_shard(order, index, progress=quiet) for index in range(3)]
        assert not (tmp_path / "out.csv").exists()
        report = finish(order, pickle.loads(pickle.dumps(endings)))

        again = finish(order, [buy_shard(order, index, progress=quiet) for index in range(3)])
        bought = accepted(server.url)

    prepared = pipeline.prepare(load_job(write_job(tmp_path / "alone", server.url)))
    with pipeline.open_ledgers(prepared.job) as ledgers:
        alone = pipeline.plan(prepared, ledgers)
    assert [*plan_lines(prepared, whole)] == [*plan_lines(prepared, alone)]
    assert bought == DISTINCT == report.plan.to_buy == whole.to_buy
    assert again.plan.to_buy == 0
    assert report.exit_code == again.exit_code == 0
    assert report.merged.rows == len((tmp_path / "out.csv").read_text().splitlines()) - 1
    assert report.spent_usd == pytest.approx(DISTINCT * 0.01)
    assert "s3cr3t" not in repr(order)


def test_what_each_shard_counts_over_the_whole_table_is_counted_once():
    def plan(to_buy, waiting):
        first = Plan(rows=9, asked=to_buy, to_buy=to_buy, micro_usd_per_run=10_000, sends=("a",))
        later = Plan(rows=9, waiting=waiting, micro_usd_per_run=50_000, sends=("b",))
        skipped = Counter({"empty": 2})
        return Plan(rows=9, to_buy=to_buy, waiting=waiting, skipped=skipped, tasks=[first, later])

    made = together([plan(4, 7), plan(3, 7)])

    assert (made.rows, made.to_buy, made.waiting, made.skipped) == (9, 7, 7, {"empty": 2})
    assert made.cost_usd == pytest.approx(7 * 0.01 + 7 * 0.05)


def test_a_shard_that_cannot_be_planned_is_an_ending(tmp_path):
    job = write_job(tmp_path, "http://127.0.0.1:1", more="budget: {max_runs: 2}\n")
    order = order_of(job, 3)

    ended = plan_shard(order, 2)

    assert (ended.exit_code, ended.plan) == (2, None)
    assert ended.error
    assert "2 runs cannot be divided among 3 shards" in ended.error


def test_a_dataset_opens_its_ledgers_once_in_each_worker(tmp_path, monkeypatch):
    from enrich.distributed.ray_data import _merged

    opened: list[dict[str, bool]] = []
    open_ledgers = pipeline.open_ledgers

    def counted(*args, **how):
        opened.append(how)
        return open_ledgers(*args, **how)

    monkeypatch.setattr(pipeline, "open_ledgers", counted)
    with ServerProcess() as server:
        job = load_job(write_job(tmp_path, server.url))
        pipeline.run(pipeline.prepare(job), progress=quiet)
    opened.clear()
    batches = [pa.table({"Company": names}) for names in (["Ada", "Bell"], ["Curie"], ["Ada"])]

    made = [_merged(batch, job, "one") for batch in batches]
    again = _merged(batches[0], job, "another")

    assert [each["company"].to_pylist() for each in made] == [["Ada", "Bell"], ["Curie"], ["Ada"]]
    assert again == made[0]
    assert opened == [{"read_only": True}] * 2


def test_the_gravest_error_of_a_shard_is_the_jobs():
    ends = [
        ending(0, plan=Plan(), ended=Ended.SETTLED),
        ending(1, error="locked", exit_code=4),
        ending(2, error="no credit", exit_code=3),
    ]

    with pytest.raises(FatalApiError, match=r"shard 2/3 \(and 1 more\): no credit"):
        raise_first(ends)
    with pytest.raises(LedgerError, match="shard 1/3: locked"):
        raise_first(ends[:2])
    raise_first(ends[:1])


def test_buying_ended_for_what_kept_a_shard_from_its_end():
    settled = ending(0, ended=Ended.SETTLED)

    assert ended_of([settled]) is Ended.SETTLED
    assert ended_of([settled, ending(1, ended=Ended.DEADLINE)]) is Ended.DEADLINE
    assert ended_of([ending(1, ended=Ended.DEADLINE), ending(2, ended=Ended.BUDGET)]) is (
        Ended.BUDGET
    )


def test_a_job_that_is_wrong_is_found_before_a_worker_is_asked(tmp_path):
    job = write_job(tmp_path, "http://127.0.0.1:1", more="tusk: {}\n")

    with pytest.raises(ConfigError, match="unknown key; did you mean `task`"):
        order_of(job, 3)


class Session:
    """What is asked of a Spark session before its job is looked at."""

    def __init__(self, **settings):
        self.sparkContext = self
        self.getConf = lambda: settings


@pytest.mark.parametrize(
    ("session", "said"),
    [
        (object(), "a remote Spark session .Spark Connect. runs no shards"),
        (Session(**{"spark.speculation": "true"}), "spark.speculation begins shards twice"),
    ],
)
def test_a_spark_session_that_cannot_run_shards_is_a_sentence(session, said):
    with pytest.raises(ConfigError, match=said):
        run_on_spark("job.yaml", session)


def test_how_far_others_are_is_shown_when_it_moves():
    stream = io.StringIO()
    shown = Events(Extent(runs=0), stream)
    for _ in range(2):
        shown.far(10, 4, 2, 1)

    assert stream.getvalue().splitlines() == [
        '{"event": "bought", "runs": 4, "bought": 4}',
        '{"event": "settled", "settled": 2, "failed": 1, "of": 10}',
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--shards", "3"], "for one of them say --shard I/N"),
        (["--on", "ray", "--shard", "0/3"], "goes with neither --shard nor --watch"),
        (["--on", "ray", "--watch"], "goes with neither --shard nor --watch"),
        (["--on", "spark"], "'spark' is not 'ray'"),
    ],
)
def test_options_that_contradict_each_other_are_a_sentence(tmp_path, options, said):
    from click.testing import CliRunner

    job = write_job(tmp_path, "http://127.0.0.1:1")
    result = CliRunner().invoke(cli, ["run", str(job), *options])

    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())


def test_ray_that_is_not_installed_is_a_sentence(tmp_path):
    from enrich.distributed.ray import run

    if _has("ray"):
        pytest.skip("Ray is installed here")
    with pytest.raises(ConfigError, match=r"pip install 'enrich\[ray\]'"):
        run(write_job(tmp_path, "http://127.0.0.1:1"))


def _has(name):
    import importlib.util

    return importlib.util.find_spec(name) is not None
