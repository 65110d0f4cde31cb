"""Any OpenAI-compatible server: one question, one JSON object of an agreed shape."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec
import openai

if TYPE_CHECKING:
    from enrich.records import JsonObject

OPENAI_URL: Final = "https://api.openai.com/v1"
MAX_ANSWER_BYTES: Final = 1 << 20
REST_S: Final = 30.0
"""How long an endpoint that failed is left alone, so that a thousand rows do not each wait for it."""


AT_ONCE: Final = 4
"""Questions under way at a time: a server of one's own answers few, and time runs while others wait there."""


class ModelFailed(Exception):
    """The model gave no usable answer; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """Which model, where.

    Attributes:
        name: As the endpoint knows it.
        url: The endpoint, with ``/v1``.
        key: Its key; local servers need none.
        timeout_s: Seconds for one try.
        retries: Further tries after a lost connection, 408, 409, 429 and 5xx.
        usd_per_million_in: Price of a million tokens that it reads.
        usd_per_million_out: And of those that it writes.
    """

    name: str
    url: str = OPENAI_URL
    key: str = field(default="", repr=False)
    timeout_s: float = 60.0
    retries: int = 2
    usd_per_million_in: float = 0.0
    usd_per_million_out: float = 0.0


@dataclass(slots=True)
class Usage:
    """What a run used of a model.

    Attributes:
        calls: Answers that came.
        failed: Questions that got none.
        tokens_in: Tokens read.
        tokens_out: Tokens written.
    """

    calls: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    def usd(self, settings: ModelSettings) -> float:
        """Return what it cost."""
        spent = self.tokens_in * settings.usd_per_million_in
        return (spent + self.tokens_out * settings.usd_per_million_out) / 1e6


class _Tokens(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Said(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Said
    finish_reason: str | None = None


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    usage: _Tokens | None = None


_completion: Final = msgspec.json.Decoder(_Completion)


class Endpoint:
    """A model; thread-safe."""

    def __init__(self, settings: ModelSettings) -> None:
        self.settings = settings
        self._client = openai.OpenAI(
            base_url=settings.url,
            api_key=settings.key or "none",
            timeout=settings.timeout_s,
            max_retries=settings.retries,
        )
        self._lock = threading.Lock()
        self._room = threading.Semaphore(AT_ONCE)
        self._rests: tuple[float, str] = (0.0, "")
        self._schemas = True

    def ask(
        self, system: str, user: str, schema: JsonObject, *, max_tokens: int, usage: Usage
    ) -> JsonObject:
        """Return the model's answer; that it has the schema's shape is for the caller to check.

        Raises:
            ModelFailed: There is none, or it is no JSON object.
        """
        with self._room:
            with self._lock:
                until, why = self._rests
            if time.monotonic() < until:
                raise ModelFailed(f"{why} (a moment ago)")
            try:
                return _object(self._answer(system, user, schema, max_tokens), usage)
            except ModelFailed:
                usage.failed += 1
                raise

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def _answer(self, system: str, user: str, schema: JsonObject, max_tokens: int) -> bytes:
        try:
            return self._post(system, user, schema, max_tokens)
        except openai.BadRequestError as error:
            if not self._schemas:
                raise ModelFailed(f"it refuses the request: {_short(error)}") from error
            # Not every server takes a schema; the prompt says the shape, and answers are checked anyway.
            self._schemas = False
            return self._answer(system, user, schema, max_tokens)
        except openai.APIStatusError as error:
            raise self._resting(f"it answered {error.status_code}") from error
        except openai.APITimeoutError as error:
            raise self._resting(
                f"it did not answer within {self.settings.timeout_s:g} s"
            ) from error
        except openai.OpenAIError as error:
            raise self._resting(f"it cannot be reached: {_short(error)}") from error

    def _post(self, system: str, user: str, schema: JsonObject, max_tokens: int) -> bytes:
        """Post one question; the answer is read by hand, so that it has an end in time and size."""
        more: dict[str, Any] = {}
        if self._schemas:
            named = {"name": "answer", "strict": True, "schema": schema}
            more["response_format"] = {"type": "json_schema", "json_schema": named}
        until = time.monotonic() + self.settings.timeout_s * (self.settings.retries + 1)
        with self._client.chat.completions.with_streaming_response.create(
            model=self.settings.name,
            messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
            temperature=0,
            max_tokens=max_tokens,
            **more,
        ) as response:
            data = bytearray()
            for piece in response.iter_bytes():
                data += piece
                if len(data) > MAX_ANSWER_BYTES:
                    raise ModelFailed("its answer has no end")
                if time.monotonic() > until:
                    raise self._resting("its answer takes too long")
            return bytes(data)

    def _resting(self, why: str) -> ModelFailed:
        with self._lock:
            self._rests = time.monotonic() + REST_S, why
        return ModelFailed(why)


def _object(data: bytes, usage: Usage) -> JsonObject:
    try:
        completion = _completion.decode(data)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise ModelFailed("it answered something else than a completion") from error
    tokens = completion.usage or _Tokens()
    usage.tokens_in += tokens.prompt_tokens
    usage.tokens_out += tokens.completion_tokens
    if not completion.choices:
        raise ModelFailed("it answered nothing")
    choice = completion.choices[0]
    text = (choice.message.content or "").strip()
    # Servers without schemas like to wrap it.
    text = text.removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        cut = choice.finish_reason == "length"
        raise ModelFailed("its answer was cut short" if cut else "it answered no JSON") from error
    if not isinstance(found, dict):
        raise ModelFailed("it answered no object")
    usage.calls += 1
    return found


def _short(error: Exception) -> str:
    return str(error).replace("\n", " ")[:200]
