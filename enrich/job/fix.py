"""Mending a job's schemas where they stand: comments and layout of the files survive."""

from __future__ import annotations

import codecs
import difflib
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enrich.errors import ConfigError
from enrich.job.document import parse_document, read_text
from enrich.job.edits import Edits
from enrich.job.load import load_job
from enrich.job.source import json_parts, yaml_parts
from enrich.job.task import inner_schema, schema_file
from enrich.spec import mend, mend_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.job.document import KeyPath
    from enrich.job.model import Asked, Job
    from enrich.records import Json, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A file that was, or could be, mended.

    Attributes:
        path: The file.
        before: Its text.
        after: Its text when it is mended.
    """

    path: Path
    before: str
    after: str

    @property
    def diff(self) -> list[str]:
        """What is changed, as ``diff -u`` prints it."""
        lines = difflib.unified_diff(
            self.before.splitlines(),
            self.after.splitlines(),
            str(self.path),
            str(self.path),
            lineterm="",
        )
        return list(lines)

    def write(self) -> None:
        """Put the mended file in the place of the other, whole or not at all.

        Raises:
            ConfigError: It cannot be written.
        """
        target = Path(os.path.realpath(self.path))
        beside = target.with_name(f".{target.name}.mended")
        try:
            has_mark = target.read_bytes().startswith(codecs.BOM_UTF8)
            beside.write_bytes(codecs.BOM_UTF8 * has_mark + self.after.encode())
            shutil.copymode(target, beside)
            beside.replace(target)
        except OSError as error:
            with suppress(OSError):
                beside.unlink()
            message = f"it cannot be written: {error.strerror or error}"
            raise ConfigError(message, path=self.path) from None


def mended(path: Path | str) -> list[Mended]:
    """Return the files of a job whose schemas can be mended without changing what is asked.

    Fields are required, objects closed, and constraints that the API does not take are
    said in descriptions: in the shorthand, in an inline JSON Schema, and in its own file.

    Raises:
        ConfigError: The job does not load, or one of its schemas cannot be mended where
            it stands; nothing was changed.
    """
    path = Path(path)
    job = load_job(path)
    made = [each for asked in job.asked if (each := _schema_file(job, asked)) is not None]
    text = read_text(path)
    edits = Edits(text)
    wanted: Json = parse_document(path, text).values
    for key, before, after in _inline(job):
        root = yaml_parts(text)
        part = root.at(key) if root is not None else None
        if part is None:
            raise _cannot(path, job, key)
        try:
            edits.turn(part, before, after)
        except KeyError:  # a member that stands elsewhere, and is merged in
            raise _cannot(path, job, key) from None
        wanted = _replaced(wanted, key, after)
    if edits.made:
        after_all = edits.applied()
        try:
            is_right = _plain(parse_document(path, after_all).values) == _plain(wanted)
        except ConfigError:
            is_right = False
        if not is_right:
            raise _cannot(path, job, ("task",) if job.tasks is None else ("tasks",))
        made.insert(0, Mended(path=path, before=text, after=after_all))
    return list({each.path: each for each in made}.values())


def _inline(job: Job) -> Iterator[tuple[KeyPath, JsonObject, JsonObject]]:
    """Yield each schema or shorthand in the job file that can be mended, and what it becomes."""
    for asked in job.asked:
        output = asked.task.output
        steps = [int(part) if part.isdecimal() else part for part in asked.key.split(".")]
        key: KeyPath = (*steps, "output")
        if not isinstance(output, dict) or output.keys() in ({"pydantic"}, {"text"}):
            continue
        if output.keys() == {"json_schema"}:
            schema = output["json_schema"]
            if isinstance(schema, dict) and (after := mend(schema)[0]) != schema:
                yield (*key, "json_schema"), schema, after
        elif (fields := mend_fields(output)) != output:
            yield key, output, fields


def _schema_file(job: Job, asked: Asked) -> Mended | None:
    path = schema_file(job, asked)
    if path is None:
        return None
    try:
        text = read_text(path)
        root = json_parts(text)
        whole = json.loads(text)
    except (ConfigError, ValueError):
        return None  # which the check tells
    if not isinstance(whole, dict):
        return None
    schema = inner_schema(whole)
    after, _ = mend(schema)
    if after == schema:
        return None
    edits = Edits(text, is_json=True)
    edits.turn(root if schema is whole else root.members["json_schema"], schema, after)
    changed = edits.applied()
    if inner_schema(json.loads(changed)) != after:
        raise ConfigError("it cannot be mended where it stands; mend it by hand", path=path)
    return Mended(path=path, before=text, after=changed)


def _cannot(path: Path, job: Job, key: KeyPath) -> ConfigError:
    message = (
        "this cannot be mended where it stands, perhaps for an alias or a merge in it; "
        "mend it by hand"
    )
    return ConfigError(message, path=path, line=job.line_of(key), key=".".join(map(str, key)))


def _replaced(value: Json, key: KeyPath, new: Json) -> Any:
    if not key:
        return new
    copied = list(value) if isinstance(value, list) else dict(value)
    copied[key[0]] = _replaced(copied[key[0]], key[1:], new)  # type: ignore[index]
    return copied


def _plain(value: Json) -> Json:
    """Return a value with the white space of its texts made one, which a layout may change."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return value
