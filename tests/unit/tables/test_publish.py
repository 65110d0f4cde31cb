"""A file appears whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys

import pytest

from enrich.errors import TableError
from enrich.tables import Query, Target, check_writable, open_table, open_writer
from enrich.tables.publish import Publication

root_may_everything = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere"
)


def test_the_file_is_beside_until_it_is_whole(tmp_path):
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")

    with Publication(path) as publication:
        publication.file.write(b"new")
        assert path.read_bytes() == b"old"

    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.csv"]


def test_an_existing_files_mode_is_kept(tmp_path):
    path = tmp_path / "out.csv"
    path.touch()
    path.chmod(0o640)

    with Publication(path):
        pass

    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_files_mode_honours_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        with Publication(tmp_path / "out.csv"):
            pass
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o640


def test_a_symbolic_link_stays_one(tmp_path):
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")

    with Publication(tmp_path / "link.csv") as publication:
        publication.file.write(b"new")

    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"new"


def test_two_at_a_time_are_refused(tmp_path):
    with Publication(tmp_path / "out.csv"), pytest.raises(TableError, match="another process"):
        Publication(tmp_path / "out.csv")

    assert (tmp_path / "out.csv").exists()


def test_what_a_killed_process_left_is_taken_over(tmp_path):
    code = (
        "import os, sys; from enrich.tables.publish import Publication\n"
        "p = Publication(sys.argv[1]); p.file.write(b'half'); p.file.flush(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "out.csv"], check=False)
    assert [entry.name for entry in tmp_path.iterdir()] == [".out.csv.part"]

    with Publication(tmp_path / "out.csv") as publication:
        publication.file.write(b"whole")

    assert (tmp_path / "out.csv").read_bytes() == b"whole"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.parametrize("name", ["out.csv", "out.csv.gz", "out.jsonl.zst", "out.parquet"])
def test_a_full_disk_is_one_clear_error(tmp_path, monkeypatch, name):
    (tmp_path / "in.csv").write_text("a\n1\n")
    (tmp_path / name).write_bytes(b"old")
    table = open_table(tmp_path / "in.csv")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    writer = open_writer(tmp_path / name, table, [])
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(TableError, match=r"cannot be written: No space left on device\."), writer:
        pass

    assert (tmp_path / name).read_bytes() == b"old"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["in.csv", name]


@pytest.mark.parametrize(
    "name", ["out.csv", "out.csv.gz", "out.csv.bz2", "out.csv.zst", "out.parquet"]
)
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")  # noqa: PTH110
def test_a_disk_that_fills_up_while_writing_is_one_clear_error(tmp_path, monkeypatch, name):
    (tmp_path / "in.csv").write_text("a,b\n" + "\n".join(f"{i},{i * 7919}" for i in range(99_999)))
    monkeypatch.setattr(
        Publication,
        "_open",
        lambda self: open("/dev/full", "ab", buffering=0),  # noqa: PTH123, SIM115
    )
    table = open_table(tmp_path / "in.csv")

    def fill():
        with open_writer(tmp_path / name, table, []) as writer:
            for batch in table.batches():
                writer.write(batch, [])

    with pytest.raises(TableError, match=r"cannot be written: .*No space left on device"):
        fill()

    assert [entry.name for entry in tmp_path.iterdir()] == ["in.csv"]


def test_missing_folders_are_made_by_writing_and_not_by_looking(tmp_path):
    path = tmp_path / "a" / "b" / "out.csv"
    check_writable(path)
    assert not [*tmp_path.iterdir()]

    with Publication(path):
        pass

    assert path.exists()


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_looking_makes_no_database(tmp_path, kind):
    (tmp_path / "in.csv").write_text("a\n1\n")
    table = open_table(tmp_path / "in.csv")
    target = Target(url=f"{kind}:///{tmp_path}/deep/new.db", table="t")

    check_writable(target, table)
    assert [entry.name for entry in tmp_path.iterdir()] == ["in.csv"]
    with open_writer(target, table, []) as writer:
        for batch in table.batches():
            writer.write(batch, [])

    (batch,) = open_table(Query(url=target.url, query="SELECT * FROM t")).batches()
    assert batch.column("a") == ["1"]


def test_a_disk_too_full_for_the_table_alone_is_an_early_error(tmp_path, monkeypatch):
    (tmp_path / "in.csv").write_text("a\n1\n" * 100)
    table = open_table(tmp_path / "in.csv")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1000, 700, 300))

    with pytest.raises(TableError, match=r"out\.csv: its disk has 300 bytes left, .* than 400\."):
        check_writable(tmp_path / "out.csv", table)
    check_writable(tmp_path / "out.parquet", table)


def test_a_place_that_cannot_be_written_is_an_early_error(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")

    with pytest.raises(TableError, match=r"its folder cannot be made"):
        check_writable(tmp_path / "file" / "out.csv")
    with pytest.raises(TableError, match=r"folder\.csv: is a folder"):
        check_writable(tmp_path / "folder.csv")
    with pytest.raises(TableError, match=r"pipe\.csv: is no regular file"):
        check_writable(tmp_path / "pipe.csv")
    with pytest.raises(TableError, match="its ending names no format"):
        check_writable(tmp_path / "out.xyz")


@root_may_everything
def test_what_is_read_only_is_an_early_error(tmp_path):
    (tmp_path / "out.csv").touch(mode=0o444)

    with pytest.raises(TableError, match=r"out\.csv: is read-only"):
        check_writable(tmp_path / "out.csv")
    tmp_path.chmod(0o555)
    with pytest.raises(TableError, match="its folder is read-only"):
        check_writable(tmp_path / "new.csv")
    tmp_path.chmod(0o755)


@pytest.mark.parametrize("ending", [".csv.gz", ".csv.bz2", ".csv.zst"])
@pytest.mark.parametrize("damage", ["cut", "other"])
def test_a_damaged_compressed_file_is_named(tmp_path, ending, damage):
    (tmp_path / "in.csv").write_text("a\n" + "\n".join(map(str, range(10_000))))
    table = open_table(tmp_path / "in.csv")
    path = tmp_path / f"out{ending}"
    with open_writer(path, table, []) as writer:
        for batch in table.batches():
            writer.write(batch, [])
    path.write_bytes(path.read_bytes()[:-9] if damage == "cut" else b"plain text, not packed")

    with pytest.raises(TableError, match=rf"out{ending}: (is damaged or cut off|cannot be read)"):
        list(open_table(path).batches())
