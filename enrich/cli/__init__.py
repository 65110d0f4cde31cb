"""The command line: arguments, printing and exit codes, and nothing else.

Data goes to stdout, talk to stderr. Heavy imports wait until a command needs them.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import TYPE_CHECKING, Final

import click

from enrich._version import __version__
from enrich.cli import asking, health, jobs, reporting, running, serving, starting
from enrich.cli.printing import say
from enrich.errors import EnrichError, SpecError
from enrich.progress import unwritten

if TYPE_CHECKING:
    from types import FrameType

EXIT_STOPPED: Final = 130
EXIT_UNWRITTEN: Final = 1


class _InOrder(click.Group):
    """Lists its commands as they stand here, which is the order in which a person meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        del ctx
        return list(self.commands)


@click.group(
    cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="enrich")
def cli() -> None:
    """Add researched columns to a table, with their evidence, and never pay twice for a row."""


for _command in (
    starting.init,
    running.run,
    jobs.plan,
    jobs.check,
    jobs.merge,
    jobs.status,
    reporting.report,
    asking.ask,
    serving.serve,
    serving.work,
    health.doctor,
    jobs.schema,
):
    cli.add_command(_command)


def _error_lines(error: EnrichError) -> list[str]:
    """Return what is wrong, one problem a line; of a spec, each with its line in the job."""
    if not isinstance(error, SpecError) or error.path is None:
        return str(error).splitlines()
    return [
        f"{found.file or error.path}:{found.line}: {found}"
        if found.line
        else f"{found.file or error.path}: {found}"
        for found in error.violations
    ]


def _on_sigterm(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Answers are reckoned side by side already: numpy's own threads would only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    signal.signal(signal.SIGTERM, _on_sigterm)
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as leave:
        code = leave.exit_code
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(file=shown)
        say(shown.getvalue().splitlines())
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        say(["Stopped. The same command goes on from here."])
        code = EXIT_STOPPED
    except EnrichError as error:
        lines = [*_error_lines(error), *getattr(error, "__notes__", ())]
        say(f"enrich: {line}" for line in lines)
        code = error.exit_code
    for reason in unwritten[:1]:
        say([f"enrich: not all that was to be printed is written: {reason}"])
        code = code or EXIT_UNWRITTEN
    sys.exit(code or 0)
