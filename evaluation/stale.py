"""Two editions of one page in one corpus: the newer must win, and what lost must be named."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any, Final

from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Question
from evaluation import documents, packages
from evaluation.asking import Answer
from scripts import make_sample_data as layout

if TYPE_CHECKING:
    from evaluation.entities import Entity

FOLDER: Final = packages.HOME / "stale"
EDITIONS: Final = {2015: "2015-07-01", 2025: "2025-07-01"}
_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "population": {"type": ["integer", "null"], "description": "Total number of inhabitants."}
    },
}
_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+")
_APART: Final = 0.01


def ask_all(countries: list[Entity]) -> list[Answer]:
    """Return the answers about countries whose population the editions state otherwise.

    ``right`` is whether the newer edition's figure is answered, ``cited`` whether the older one's
    is named in the reasoning.
    """
    codes = {url: code for code, (url, _) in documents.factbook_pages(2025).items()}
    stated = {edition: _populations(edition) for edition in EDITIONS}
    asked = []
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for country in countries:
        code = next((codes[url] for url in country.pages if url in codes), "")
        old, new = (stated[edition].get(code) for edition in EDITIONS)
        if not old or not new or abs(old - new) <= _APART * new:
            continue
        asked.append((country, old, new))
        for edition, day in EDITIONS.items():
            profile = _with_plain_notes(packages.factbook(edition)[code])
            title = documents.title_of(profile) or country.name
            url = documents.BASE.format(edition=edition, slug=documents.slug(title))
            page = layout.page(documents.slug(title), title, profile, left_out=frozenset(), url=url)
            dated = page.replace("<head>", f'<head>\n<meta name="date" content="{day}">', 1)
            (FOLDER / f"{code}-{edition}.html").write_text(dated, encoding="utf-8")
    engine = ResearchEngine(ResearchSettings(corpus=(FOLDER,)))
    answers = [_answer(engine, *one) for one in asked]
    engine.close()
    return answers


def _answer(engine: ResearchEngine, country: Entity, old: int, new: int) -> Answer:
    question = Question(
        input={"country": country.name},
        output_schema={"type": "json", "json_schema": _SCHEMA},
        processor="core",
    )
    output = engine.answer(question)
    value, entry = output["content"]["population"], output["basis"][0]
    named = f"{old:,}" in entry["reasoning"] or str(old) in entry["reasoning"]
    return Answer(
        group="stale", split=country.split, kind="country", key="population", asked="population",
        entity=country.name, value=value, gold=new, level=entry["confidence"], right=value == new, stated=True,
        cited=named, verbatim=None, cpu_ms=0.0, reasoning=entry["reasoning"],
    )  # fmt: skip


def _with_plain_notes(profile: dict[str, Any]) -> dict[str, Any]:
    """Return a profile whose notes are texts, as the newer edition has them."""

    def text(value: Any) -> str:
        return str((value.get("text") if isinstance(value, dict) else value) or "")

    def plain(fact: Any) -> Any:
        if not isinstance(fact, dict):
            return None
        if "text" in fact:
            return {"text": text(fact), "note": text(fact.get("note"))}
        return {key: {"text": text(value)} for key, value in fact.items() if text(value)}

    return {
        section: {topic: plain(fact) for topic, fact in topics.items()}
        for section, topics in profile.items()
    }


def _populations(edition: int) -> dict[str, int]:
    found = {}
    for code, profile in packages.factbook(edition).items():
        fact = profile.get("People and Society", {}).get("Population", {})
        text = (fact.get("total") or fact).get("text") or ""
        if figure := _FIGURE.search(text):
            found[code] = int(figure.group().replace(",", ""))
    return found
