"""Names in the environment: what is set and does nothing, and what nobody reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.doctor.finding import Finding, fails, ok
from bot.doctor.patient import Patient
from bot.settings.secrets import unknown_names


async def idle(patient: Patient) -> list[Finding]:
    """Settings that wait for another one. Nothing is said where there are none."""
    return [_idle(switch, names) for switch, names in patient.secrets.idle]


def _idle(switch: str, names: tuple[str, ...]) -> Finding:
    one = len(names) == 1
    named = names[0] if one else f"{', '.join(names[:-1])} and {names[-1]}"
    return fails(
        "Unused settings",
        f"{named} {'is' if one else 'are'} set and {'does' if one else 'do'} nothing: {switch} is not set.",
        f"Set {switch}, or take {'it' if one else 'them'} out.",
    )


def unknown(environ: Mapping[str, str], dotenv: Path) -> list[Finding]:
    """Names that begin like settings. Other programs have some too, so only what is hardly one fails."""
    check, found = "Unknown settings", unknown_names(environ, dotenv)
    slips = [
        fails(
            check,
            f"{each.name} is in the environment and is not a setting of Watchbell.",
            f"Did you mean {each.meant}?",
        )
        for each in found
        if each.close
    ]
    others = [each.name for each in found if not each.close]
    told = f"in the environment, and not read by Watchbell: {', '.join(others)}"
    return [*slips, *([ok(check, told)] if others else [])]
