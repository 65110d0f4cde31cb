"""What a run's stream tells.

Source: protocol reference, sections 8.2 and 18.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.server import wire
from enrich.server.sse import interrupted
from enrich.taskapi.models import ACTIVE_STATUSES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from enrich.research.question import Sources
    from enrich.server.feed import Feed, Progress
    from enrich.server.lanes import Access
    from enrich.server.sse import Silence
    from enrich.server.store.reader import Reader
    from enrich.server.store.rows import RunRow

MAX_RUN_STREAM_S: Final = 570.0


async def run_events(
    access: Access,
    feed: Feed,
    progress: dict[str, Progress],
    *,
    run_id: str,
    account_no: int,
    silence: Silence,
) -> AsyncGenerator[bytes]:
    """Tell how a run stands, what it says at work, and at last its output."""
    told = _Told()
    said: Progress | None = None
    greeted = False

    def look(reader: Reader) -> tuple[RunRow, str | None]:
        run = reader.run(run_id, account_no)
        assert run is not None  # noqa: S101  (it was found before, and runs are kept)
        return run, reader.output(run.run_no) if run.status == "completed" else None

    with feed.listen(run_id) as rung:
        while not silence.over:
            rung.clear()
            # Kept when the run ends meanwhile: what it said last is told before its output.
            said = progress.get(run_id) or said
            run, output = await access.read(look)
            chunk = b""
            if not greeted and run.status in ACTIVE_STATUSES:
                greeted = True
                chunk = wire.run_frame(run)
            if said is not None and greeted:
                chunk += told.news(said)
            if run.status not in ACTIVE_STATUSES:
                yield chunk + wire.run_frame(run, output)
                return
            if chunk:
                yield chunk
            if feed.closing:
                # It has no cursors: who comes again hears it all again.
                yield interrupted("reconnect to hear it from the start")
                return
            if not await silence.broken(rung) and not silence.over:
                yield wire.KEEPALIVE


class _Told:
    """How much of a run's progress one stream has told."""

    def __init__(self) -> None:
        self._messages = 0
        self._sources: Sources | None = None

    def news(self, said: Progress) -> bytes:
        """Frames for what was said since; only the newest statistics are told."""
        frames = []
        messages = list(said.messages)
        for at, message in messages[max(0, self._messages - said.dropped) :]:
            type_ = f"task_run.progress_msg.{message.kind}"
            frames.append(
                wire.frame(
                    type_,
                    wire.encode({"type": type_, "message": message.text, "timestamp": at}),
                )
            )
        self._messages = max(self._messages, said.dropped + len(messages))
        sources = said.sources
        if sources is not None and sources is not self._sources:
            self._sources = sources
            frames.append(_sources_frame(sources))
        return b"".join(frames)


def _sources_frame(sources: Sources) -> bytes:
    return wire.frame(
        "task_run.progress_stats",
        wire.encode(
            {
                "type": "task_run.progress_stats",
                "source_stats": {
                    "num_sources_considered": sources.considered,
                    "num_sources_read": sources.read,
                    "sources_read_sample": list(sources.sample),
                },
                "progress_meter": float(sources.progress),
            }
        ),
    )
