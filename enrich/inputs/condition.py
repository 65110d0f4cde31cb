"""``only_if``: a small safe expression over a row's columns; true means the row is asked.

::

    Country == 'US' and (Employees >= 50 or `Founded in` is null)
    not (Status in ['closed', 'merged']) and contains(Name, 'Ltd')

Columns stand bare, or in backticks when they are not one word. Literals are texts in
either quote (written twice to stand for itself), numbers, ``true``, ``false`` and
``null``. From weakest to strongest: ``or``; ``and``; ``not``; one of ``== != < <= > >=``,
``in […]``, ``not in […]``, ``is null``, ``is not null``. ``contains(a, b)`` and
``startswith(a, b)`` look at text, and case counts. A column by itself is a condition:
true when its cell is true.

Two sides are compared as numbers when one of them is a number, as booleans when one is a
boolean, else as text; a side that cannot be read so is unequal and not ordered. A missing
cell (null, or blank text) equals only null, and is neither less nor greater than anything.

Parsed by recursive descent, a method for each level of strength, into closures; nothing
is evaluated as Python.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from enrich.inputs import comparison
from enrich.inputs.cells import is_missing
from enrich.inputs.tokens import Token, tokenize, wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.errors import ConfigError

    Row = Sequence[object]
    Value = Callable[[Row], object]
    Test = Callable[[Row], bool]

MAX_DEPTH: Final = 50
"""Of parentheses and nots; a person's condition has three."""

_WORDS: Final = frozenset({"and", "or", "not", "in", "is", "null", "true", "false"})
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_FUNCTIONS: Final[dict[str, Callable[[str, str], bool]]] = {
    "contains": lambda whole, part: part in whole,
    "startswith": lambda whole, part: whole.startswith(part),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed ``only_if``.

    Attributes:
        columns: The columns that it reads, each once, in order.
    """

    columns: tuple[str, ...]
    _test: Test

    @classmethod
    def parse(cls, source: str, *, key: str | None = "task.only_if") -> Condition:
        """Read an expression.

        Raises:
            ConfigError: It is none; the message names the character, from 1.
        """
        parser = _Parser(source, key)
        return cls(*parser.whole())

    def holds(self, cells: Row) -> bool:
        """Say whether it is true of one row; never raises.

        Args:
            cells: The row's cells of ``columns``, in that order.
        """
        return self._test(cells)


@dataclass(frozen=True, slots=True)
class _Node:
    """Part of an expression: a value, or a condition if ``test`` is set."""

    place: int
    value: Value | None = None
    test: Test | None = None
    bare: bool = False  # a column or a boolean literal, which may stand as a condition


class _Parser:
    def __init__(self, source: str, key: str | None) -> None:
        self._key = key
        self._tokens = tokenize(source, key=key)
        self._at = 0
        self._depth = 0
        self._columns: list[str] = []

    def whole(self) -> tuple[tuple[str, ...], Test]:
        test = self._condition(self._or())
        token = self._peek()
        if token.kind != "end":
            raise self._wrong(token, f"`{token.text}` is not expected here")
        return tuple(self._columns), test

    # Precedence, weakest first.

    def _or(self) -> _Node:
        return self._chain("or", self._and, any)

    def _and(self) -> _Node:
        return self._chain("and", self._not, all)

    def _chain(
        self, word: str, part: Callable[[], _Node], join: Callable[[list[bool]], bool]
    ) -> _Node:
        first = part()
        if not self._is_word(word):
            return first
        tests = [self._condition(first)]
        while self._take_word(word):
            tests.append(self._condition(part()))
        stop = join is any
        return _Node(first.place, test=lambda row: _joined(tests, row, stop=stop))

    def _not(self) -> _Node:
        token = self._peek()
        if not self._take_word("not"):
            return self._comparison()
        self._deeper(token)
        test = self._condition(self._not())
        self._depth -= 1
        return _Node(token.place, test=lambda row: not test(row))

    def _comparison(self) -> _Node:
        left = self._operand()
        token = self._peek()
        made: Test
        if token.kind == "sign" and token.text in _COMPARE:
            self._at += 1
            made = _compared(token.text, self._value(left), self._value(self._operand()))
        elif self._take_word("is"):
            made = self._is(left)
        elif self._is_word("in") or self._is_word("not"):
            made = self._in(left)
        else:
            return left
        after = self._peek()
        if after.kind == "sign" and after.text in _COMPARE:
            raise self._wrong(after, "comparisons do not chain; join them with `and`")
        return _Node(left.place, test=made)

    def _is(self, left: _Node) -> Test:
        value = self._value(left)
        negated = self._take_word("not")
        if not self._take_word("null"):
            raise self._wrong(self._peek(), "`is` is followed by `null` or `not null`")
        return lambda row: is_missing(value(row)) is not negated

    def _in(self, left: _Node) -> Test:
        value = self._value(left)
        negated = self._take_word("not")
        if not self._take_word("in"):
            raise self._wrong(self._peek(), "`in` is expected behind `not`")
        self._expect("[")
        members = [self._value(self._operand())]
        while self._take_sign(","):
            members.append(self._value(self._operand()))
        self._expect("]")
        return lambda row: (
            any(comparison.equal(value(row), member(row)) for member in members) is not negated
        )

    def _operand(self) -> _Node:
        token = self._peek()
        self._at += 1
        if token.kind == "number":
            return _constant(token, Decimal(token.text))
        if token.kind == "text":
            quote = token.text[0]
            return _constant(token, token.text[1:-1].replace(quote * 2, quote))
        if token.kind == "column":
            return self._column(token, token.text[1:-1].replace("``", "`"))
        if token.kind == "word":
            return self._word(token)
        if token.text == "(":
            self._deeper(token)
            inner = self._or()
            self._expect(")")
            self._depth -= 1
            return inner
        self._at -= 1
        seen = "the end" if token.kind == "end" else f"`{token.text}`"
        raise self._wrong(token, f"a column or a value is expected, not {seen}")

    def _word(self, token: Token) -> _Node:
        word = token.text.lower()
        if word in {"true", "false"}:
            found = word == "true"
            return _Node(token.place, value=lambda _: found, bare=True)
        if word == "null":
            return _Node(token.place, value=lambda _: None)
        if word in _WORDS:
            self._at -= 1
            raise self._wrong(
                token,
                f"a column or a value is expected, not `{token.text}`; a column of that name stands in backticks",
            )
        if self._peek().text == "(" and self._peek().kind == "sign":
            return self._call(token)
        return self._column(token, token.text)

    def _call(self, token: Token) -> _Node:
        look = _FUNCTIONS.get(token.text)
        if look is None:
            raise self._wrong(
                token, f"there is no function `{token.text}`; there are contains and startswith"
            )
        self._expect("(")
        whole = self._value(self._operand())
        self._expect(",")
        part = self._value(self._operand())
        self._expect(")")
        return _Node(token.place, test=lambda row: comparison.looked(look, whole(row), part(row)))

    def _column(self, token: Token, name: str) -> _Node:
        if name not in self._columns:
            self._columns.append(name)
        return _Node(token.place, value=operator.itemgetter(self._columns.index(name)), bare=True)

    # What a node may stand for.

    def _condition(self, node: _Node) -> Test:
        if node.test is not None:
            return node.test
        if node.value is None or not node.bare:
            raise self._wrong_at(node.place, "a condition is expected, such as Country == 'US'")
        value = node.value
        return lambda row: comparison.truth(value(row)) is True

    def _value(self, node: _Node) -> Value:
        if node.value is None:
            raise self._wrong_at(node.place, "a column or a value is expected, not a condition")
        return node.value

    # Tokens.

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _is_word(self, word: str) -> bool:
        token = self._peek()
        return token.kind == "word" and token.text.lower() == word

    def _take_word(self, word: str) -> bool:
        found = self._is_word(word)
        self._at += found
        return found

    def _take_sign(self, sign: str) -> bool:
        token = self._peek()
        found = token.kind == "sign" and token.text == sign
        self._at += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._take_sign(sign):
            raise self._wrong(self._peek(), f"`{sign}` is expected")

    def _deeper(self, token: Token) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._wrong(token, f"more than {MAX_DEPTH} levels of parentheses and nots")

    def _wrong(self, token: Token, message: str) -> ConfigError:
        return self._wrong_at(token.place, message)

    def _wrong_at(self, place: int, message: str) -> ConfigError:
        return wrong(place, message, key=self._key)


def _constant(token: Token, value: object) -> _Node:
    return _Node(token.place, value=lambda _: value)


def _joined(tests: list[Test], row: Row, *, stop: bool) -> bool:
    for test in tests:
        if test(row) is stop:
            return stop
    return not stop


def _compared(sign: str, left: Value, right: Value) -> Test:
    if sign == "==":
        return lambda row: comparison.equal(left(row), right(row))
    if sign == "!=":
        return lambda row: not comparison.equal(left(row), right(row))
    order = _COMPARE[sign]
    return lambda row: comparison.ordered(order, left(row), right(row))
