"""What can go wrong, grouped by what the catcher can do about it.

::

    EnrichError
    ├── ConfigError                 mend the job file                       exit 2
    │   ├── SpecError               carries every violation, not the first
    │   └── LayoutError             an output column meets an existing one
    ├── TableError                  mend the table                          exit 2
    │   └── CellError               carries row and column
    ├── ApiError                    carries status and the API's ref id     exit 3
    │   ├── RetryableApiError       nothing was created: wait, send again
    │   ├── AmbiguousApiError       runs were perhaps created: reconcile
    │   ├── RefusedApiError         this body cannot succeed (400, 413, 422)
    │   ├── NotFoundApiError        the API does not know this id
    │   └── FatalApiError           no request can succeed (401, 402, 403)
    ├── LedgerError                 another API's, newer, corrupt or locked exit 4
    └── Interrupted                 stopped on request; run again to go on  exit 130

Every message is one or more sentences for the person who has to act: it names
the file, line, key or row, and what to do. A row's failure is a value and never
one of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from enrich.records import Violation


class EnrichError(Exception):
    """The base of every error that this package raises on purpose.

    Attributes:
        exit_code: What the command line leaves with.
    """

    exit_code = 2


class ConfigError(EnrichError):
    """The job must be mended; nothing was spent.

    Attributes:
        path: The job file, if there is one.
        line: Line in it, from 1, if it is known.
        key: Dotted path of the key, such as ``task.output.ceo``.
    """

    def __init__(
        self,
        message: str,
        *,
        path: Path | str | None = None,
        line: int | None = None,
        key: str | None = None,
    ) -> None:
        self.message = message
        self.path = path
        self.line = line
        self.key = key
        super().__init__(self.__str__())

    def __str__(self) -> str:
        where = ""
        if self.path is not None:
            where = f"{self.path}:{self.line}: " if self.line else f"{self.path}: "
        return f"{where}{self.key}: {self.message}" if self.key else f"{where}{self.message}"


class SpecError(ConfigError):
    """The task spec breaks published rules; carries all of them.

    Attributes:
        violations: Every violation found, errors first.
    """

    def __init__(
        self,
        violations: Sequence[Violation],
        *,
        path: Path | str | None = None,
        line: int | None = None,
        key: str | None = None,
    ) -> None:
        self.violations = tuple(violations)
        message = "\n".join(str(violation) for violation in self.violations)
        super().__init__(message, path=path, line=line, key=key)

    def __str__(self) -> str:
        """Return one line for each violation, each with its own place in the job file."""
        lines = []
        for violation in self.violations:
            line = violation.line or self.line
            path = violation.file or self.path
            where = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
            key = f"{self.key}: " if self.key else ""
            lines.append(f"{where}{key}{violation}")
        return "\n".join(lines)


class LayoutError(ConfigError):
    """An output column has the name of a column that is there already."""


class TableError(EnrichError):
    """The table, or the place where it is to be written, must be mended."""


class CellError(TableError):
    """One cell cannot be read or written.

    Attributes:
        row: Number of the row, from 1, without the header.
        column: Name of the column.
    """

    def __init__(self, message: str, *, row: int, column: str) -> None:
        self.row = row
        self.column = column
        super().__init__(f"row {row}, column '{column}': {message}")


class ApiError(EnrichError):
    """The Task API did not do what was asked.

    Attributes:
        status: HTTP status, if there was an answer.
        ref_id: The API's own id of the failure, for its support.
        detail: The ``detail`` member of the API's error, as it came.
        retry_after_s: Seconds that the API asked to wait, if it did.
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        ref_id: str | None = None,
        detail: object = None,
        retry_after_s: float | None = None,
    ) -> None:
        self.message = message
        self.status = status
        self.ref_id = ref_id
        self.detail = detail
        self.retry_after_s = retry_after_s
        reference = f" (reference {ref_id})" if ref_id else ""
        super().__init__(f"{message}{reference}")


class RetryableApiError(ApiError):
    """Nothing was created or changed; the same request may be sent again later."""


class AmbiguousApiError(ApiError):
    """Runs were perhaps created: sending again without looking could pay twice."""


class RefusedApiError(ApiError):
    """The API refuses this body for what is in it; others may pass."""


class NotFoundApiError(ApiError):
    """The API does not know this run or group (or the run failed, for a result)."""


class FatalApiError(ApiError):
    """The API refuses everything: key, credit or processor."""


class LedgerError(EnrichError):
    """The ledger cannot be used: it belongs to another API, is newer, corrupt or locked."""

    exit_code = 4


class Interrupted(EnrichError):
    """Stopped on request; the same command goes on."""

    exit_code = 130
