"""Reading the scenario's four files. A truth file from elsewhere can take the place of the scenario's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sandbox.monday import scenario as s

HERE = Path(__file__).resolve().parent

T = TypeVar("T")
Json = dict[str, Any]


class ScenarioError(Exception):
    """A scenario file that cannot be used; the text names the file, the place and the problem."""


def load(folder: Path = HERE, *, truth: Path | None = None) -> s.Monday:
    """The scenario in `folder`; `truth` replaces its truth.json. Raises ScenarioError."""
    script = _read(folder / "script.json", lambda raw: raw)
    return s.Monday(
        zone=ZoneInfo(script["zone"]),
        start=_instant(script["start"]),
        end=_instant(script["end"]),
        slack=_read(folder / "slack.json", _slack),
        intercom=_read(folder / "intercom.json", lambda raw: raw),
        script=_read(folder / "script.json", _script),
        truth=_read(truth or folder / "truth.json", read_truth),
    )


def _read(path: Path, build: Callable[[Json], T]) -> T:
    try:
        return build(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be read ({error.strerror}).") from error
    except json.JSONDecodeError as error:
        raise ScenarioError(f"{path}, line {error.lineno}: not JSON ({error.msg}).") from error
    except KeyError as error:
        raise ScenarioError(f"{path}: {error} is missing.") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise ScenarioError(f"{path}: {error}.") from error


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    return instant.astimezone(UTC)


def _maybe(text: str | None) -> datetime | None:
    return None if text is None else _instant(text)


def _make(kind: type[T], raw: Mapping[str, Any], **readers: Callable[[Any], Any]) -> T:
    """A `kind` from JSON: `as` becomes `who`, named fields go through readers, unknown keys are refused."""
    values = {("who" if key == "as" else key): value for key, value in raw.items()}
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(values.keys() - known):
        raise ValueError(f"unknown key {unknown[0]!r} in {_where(raw)}")
    for name, reader in readers.items():
        if name in values:
            values[name] = reader(values[name])
    try:
        return kind(**values)
    except TypeError as error:
        raise ValueError(f"{error} in {_where(raw)}") from error


def _where(raw: Mapping[str, Any]) -> str:
    named = next((raw[key] for key in ("id", "event", "story", "conversation", "name") if raw.get(key)), raw)
    return repr(named)


def _slack(raw: Json) -> s.SlackCast:
    return s.SlackCast(
        seed=dict(raw["seed"]),
        viewer=raw["viewer"],
        people=tuple(_make(s.Person, one) for one in raw["people"]),
        channels=tuple(
            _make(s.Channel, one, members=frozenset, shared_team_ids=tuple) for one in raw["channels"]
        ),
        usergroups=tuple(_make(s.Usergroup, one, members=tuple) for one in raw["usergroups"]),
        messages=tuple(_make(s.Said, one, at=_instant) for one in raw["messages"]),
    )


def _script(raw: Json) -> s.Script:
    return s.Script(tuple(_make(s.Event, one, at=_instant) for one in raw["events"]))


def read_truth(raw: Json) -> s.Truth:
    """A truth file's content as values. Raises KeyError and ValueError for what is missing or unknown."""
    return s.Truth(
        start=_instant(raw["start"]),
        end=_instant(raw["end"]),
        tolerance=timedelta(minutes=raw["tolerance_minutes"]),
        clocks=tuple(_make(s.ClockFact, one, since=_maybe, due=_maybe) for one in raw["clocks"]),
        alerts=tuple(
            _make(s.AlertFact, one, since=_instant, due=_instant, levels=_levels, ends=_ending)
            for one in raw["alerts"]
        ),
        never_alerted=frozenset(raw["never_alerted"]),
        threads=tuple(_thread(one) for one in raw["threads"]),
        claims=tuple(_make(s.ClaimFact, one, any_of=frozenset) for one in raw["claims"]),
        refusals=tuple(_make(s.RefusalFact, one) for one in raw["refusals"]),
        sent=tuple(_make(s.SentFact, one) for one in raw["sent"]),
        notes=tuple(_make(s.NoteFact, one) for one in raw["notes"]),
        snoozes=tuple(_make(s.SnoozeFact, one, until=_instant) for one in raw["snoozes"]),
        monday=_monday(raw["monday"]),
        at_end=_make(
            s.EndFact,
            raw["at_end"],
            snoozed=frozenset,
            closed_this_morning=frozenset,
            late=frozenset,
            due_soon=frozenset,
        ),
        hostile=dict(raw["hostile"]),
    )


def _levels(raw: list[Json]) -> tuple[s.Level, ...]:
    return tuple(_make(s.Level, one, at=_instant) for one in raw)


def _ending(raw: Json | None) -> s.Ending | None:
    return None if raw is None else _make(s.Ending, raw, at=_instant)


def _thread(raw: Json) -> s.ThreadFact:
    return s.ThreadFact(
        account=raw["account"],
        name=raw["name"],
        since=_instant(raw["from"]),
        issues=frozenset(frozenset(issue) for issue in raw["issues"]),
        may_also_show=frozenset(raw["may_also_show"]),
    )


def _monday(raw: Json) -> s.MondayFact:
    first = raw["handle_first"]
    return s.MondayFact(
        at=_instant(raw["at"]),
        open=raw["open"],
        snoozed=raw["snoozed"],
        late=frozenset(raw["late"]),
        due_by=_instant(raw["due_by"]),
        due=frozenset(raw["due"]),
        waiting_on_customer=frozenset(raw["waiting_on_customer"]),
        limit=first["limit"],
        must_include=tuple(_make(s.AtRisk, one, kinds=frozenset) for one in first["must_include"]),
        may_include=tuple(_make(s.Named, one) for one in first["may_include"]),
        never=tuple(_make(s.Named, one) for one in first["never"]),
        usage_not_known=tuple(_make(s.Named, one) for one in raw["usage_not_known"]),
        silent=tuple(
            _make(s.SilentFact, one, last_sent_at=_instant, paused_at=_instant) for one in raw["silent"]
        ),
    )
