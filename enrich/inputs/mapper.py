"""A batch of rows to what each of them asks."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

import jsonschema_rs

from enrich.errors import ConfigError
from enrich.inputs.cells import AS_JSON, UnfitError
from enrich.inputs.condition import Condition
from enrich.inputs.field import input_schema
from enrich.inputs.fingerprint import Fingerprinter, canonical
from enrich.inputs.nearest import did_you_mean
from enrich.inputs.template import Template
from enrich.records import Mapped, Request
from enrich.spec import SizeCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from enrich.inputs.field import InputField
    from enrich.records import Json, JsonObject, Task
    from enrich.tables.base import Batch

NOT_ASKED = Mapped(skipped="only_if is false for this row")
NOTHING_LEFT = Mapped(skipped="no input is left: all of its cells are empty")


def mapping_problems(
    fields: Sequence[InputField],
    only_if: str | None,
    columns: Sequence[str] | None,
    *,
    only_if_key: str = "task.only_if",
) -> list[ConfigError]:
    """Return everything that keeps these inputs from being mapped from a table.

    Args:
        fields: The declared inputs.
        only_if: The condition, if there is one.
        columns: The table's columns; None where they are not known, and templates and the
            condition are only read.
        only_if_key: Where the condition stands in the job file.

    Returns:
        Errors that are not raised yet, in the order of the inputs, each with its key.
    """
    found: list[ConfigError] = []
    read: list[tuple[str, Sequence[str]]] = []
    for field in fields:
        try:
            part = "column" if field.template is None else "template"
            read.append((f"{field.key}.{part}", _Source(field).columns))
        except ConfigError as error:
            found.append(error)
    if fields and not found and not any(names for _, names in read):
        message = "no input takes a column, so all rows would be one"
        if (text := fields[0].template) in (columns or ()):
            message += f"; write [{text}] for the column"
        found.append(ConfigError(message, key=fields[0].key))
    if only_if is not None:
        try:
            read.append((only_if_key, Condition.parse(only_if, key=only_if_key).columns))
        except ConfigError as error:
            found.append(error)
    return found if columns is None else found + _not_in_table(read, columns)


def _not_in_table(
    read: Sequence[tuple[str, Sequence[str]]], columns: Sequence[str]
) -> list[ConfigError]:
    known = set(columns)
    return [
        ConfigError(f"the table has no column `{name}`{did_you_mean(name, columns)}", key=key)
        for key, names in read
        for name in names
        if name not in known
    ]


class Mapper:
    """Turns batches into requests, for one task and one table.

    Attributes:
        columns: The table's columns that are read, each once.
        sent: Those of them that leave the machine; the others only ``only_if`` reads.
    """

    columns: tuple[str, ...]
    sent: tuple[str, ...]

    def __init__(
        self,
        task: Task,
        fields: Sequence[InputField],
        only_if: str | None,
        columns: Sequence[str],
    ) -> None:
        """Prepare all that is the same for every row.

        Args:
            task: What is asked; its processor, spec and deciding members enter the fingerprint.
            fields: The declared inputs.
            only_if: A condition (see ``enrich.inputs.condition``); None asks every row.
            columns: The table's columns.

        Raises:
            ConfigError: A column that the table has not, with the nearest that it has, or
                a template or condition that cannot be read; all of them, one a line.
        """
        if problems := mapping_problems(fields, only_if, columns):
            first, *others = problems
            if not others:
                raise first
            message = "\n".join([first.message, *map(str, others)])
            raise ConfigError(message, key=first.key)
        self._sources = sorted((_Source(field) for field in fields), key=lambda s: s.name)
        self._condition = Condition.parse(only_if) if only_if is not None else None
        # In the order of declaration, which is the order that a person expects to read.
        self.sent = _unique(name for field in fields for name in _Source(field).columns)
        asked = self._condition.columns if self._condition else ()
        self.columns = _unique([*self.sent, *asked])
        self._name = Fingerprinter(task)
        self._size = SizeCheck(task.spec)
        self._form = _form(self._sources)
        self._valid = _validator(task, fields)

    def map(self, batch: Batch) -> list[Mapped]:
        """Return what each row of a batch asks, in order; a row's fault is a value.

        Shape:
            One Mapped a row. ``only_if`` comes first: a row that it leaves out is skipped,
            whatever else is wrong with it. Then a cell that does not convert refuses the
            row, and a missing required input skips it.
        """
        unfit: dict[int, str] = {}
        pieces = [source.pieces(batch, unfit) for source in self._sources]
        asked = self._asked(batch)
        mapped = []
        for index, row in enumerate(zip(*pieces, strict=True)):
            if asked is not None and not asked[index]:
                mapped.append(NOT_ASKED)
            elif index in unfit:
                mapped.append(Mapped(refused=unfit[index]))
            elif None in row:
                mapped.append(self._sparse(row))
            else:
                mapped.append(self._request(self._form % row))
        return mapped

    def _asked(self, batch: Batch) -> list[bool] | None:
        condition = self._condition
        if condition is None:
            return None
        if not condition.columns:
            return [condition.holds(())] * len(batch)
        cells = [batch.column(name) for name in condition.columns]
        return [condition.holds(row) for row in zip(*cells, strict=True)]

    def _request(self, written: str) -> Mapped:
        try:
            body = written.encode()
        except UnicodeEncodeError:
            return Mapped(refused="an input holds half a character (a lone surrogate)")
        if self._valid is not None and (fault := self._valid(body)) is not None:
            return Mapped(refused=fault)
        if (over := self._size.refuses(body)) is not None:
            return Mapped(refused=over)
        return Mapped(request=Request(fingerprint=self._name(body), input=body))

    def _sparse(self, row: tuple[str | None, ...]) -> Mapped:
        """Ask with the inputs that a row has; it lacks at least one."""
        members = []
        own = False
        for source, piece in zip(self._sources, row, strict=True):
            own = own or (piece is not None and bool(source.columns))
            written = piece if piece is not None else source.default
            if written is not None:
                members.append((source, written))
            elif source.field.required:
                return Mapped(skipped=source.lacking)
        # A constant or a default alone would buy the same answer for every such row.
        if not own:
            return NOTHING_LEFT
        form = _form([source for source, _ in members])
        return self._request(form % tuple(written for _, written in members))


class _Source:
    """Where one input's values come from."""

    def __init__(self, field: InputField) -> None:
        self.field = field
        self.name = field.name if field.name is not None else ""
        self.template = (
            Template.parse(field.template, key=f"{field.key}.template")
            if field.template is not None
            else None
        )
        self.columns = self.template.columns if self.template else (str(field.column),)
        self.default = _default(field)
        self._convert = AS_JSON[field.type]

    @property
    def lacking(self) -> str:
        """Why a row without this input is skipped."""
        of = "column" if len(self.columns) == 1 else "one of the columns"
        names = ", ".join(f"'{name}'" for name in self.columns)
        named = f"input '{self.name}'" if self.name else "the input"
        return f"{named} is missing: {of} {names} is empty"

    def pieces(self, batch: Batch, unfit: dict[int, str]) -> list[str | None]:
        """Return each row's value as JSON text, None when missing; note what is unfit."""
        cells: Sequence[object]
        if self.template is None:
            cells = batch.column(self.columns[0])
        else:
            cells = self._rendered(self.template, batch, unfit)
        convert = self._convert
        try:
            return [convert(cell) for cell in cells]  # hardly ever is a cell unfit
        except UnfitError:
            return [self._one(index, cell, unfit) for index, cell in enumerate(cells)]

    def _one(self, index: int, cell: object, unfit: dict[int, str]) -> str | None:
        try:
            return self._convert(cell)
        except UnfitError as error:
            self._note(index, error, unfit)
            return None

    def _rendered(
        self, template: Template, batch: Batch, unfit: dict[int, str]
    ) -> list[str | None]:
        if not template.columns:
            return [template.render(())] * len(batch)
        rows = zip(*(batch.column(name) for name in template.columns), strict=True)
        found: list[str | None] = []
        for index, row in enumerate(rows):
            try:
                found.append(template.render(row))
            except UnfitError as error:
                self._note(index, error, unfit)
                found.append(None)
        return found

    def _note(self, index: int, error: UnfitError, unfit: dict[int, str]) -> None:
        where = f"column '{self.field.column}'" if self.template is None else f"'{self.name}'"
        unfit.setdefault(index, f"{where}: {error}")


def _default(field: InputField) -> str | None:
    if field.default is None:
        return None
    try:
        return AS_JSON[field.type](field.default)
    except UnfitError as error:
        raise ConfigError(str(error), key=f"{field.key}.default") from None


def _form(sources: Sequence[_Source]) -> str:
    """Return a format string that makes canonical JSON of the sources' pieces."""
    if len(sources) == 1 and sources[0].field.name is None:
        return "%s"
    members = (f"{encode_basestring(source.name).replace('%', '%%')}:%s" for source in sources)
    return "{" + ",".join(members) + "}"


def _validator(task: Task, fields: Sequence[InputField]) -> Callable[[bytes], str | None] | None:
    """Return a check of inputs against the task's schema, where conversion does not suffice."""
    declared = task.spec.get("input_schema")
    if not isinstance(declared, dict) or declared.get("type") != "json":
        return None
    schema: JsonObject = declared["json_schema"]
    if canonical(schema) == canonical(input_schema(fields).get("json_schema")):
        return None  # each keyword in it is met by how the cells were converted
    try:
        validator = jsonschema_rs.validator_for(schema)
    except jsonschema_rs.ValidationError as error:
        message = f"the input schema is no JSON Schema: {error.message}"
        raise ConfigError(message, key="task.inputs") from None

    def fault(body: bytes) -> str | None:
        value: Json = json.loads(body)
        for error in validator.iter_errors(value):
            where = ".".join(map(str, error.instance_path))
            return f"input '{where}': {error.message}" if where else f"input: {error.message}"
        return None

    return fault


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
