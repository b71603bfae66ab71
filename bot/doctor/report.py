"""Findings for a terminal, line by line as they come, or as one JSON object."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console

from bot.doctor.finding import Finding, State
from bot.durations import plural
from bot.settings.secrets import MASK, Secrets

_STYLES: dict[State, str] = {"ok": "green", "fails": "red", "not checked": "yellow"}
_STATE_WIDTH, _CHECK_WIDTH = 11, 21
_SHORTEST_SECRET = 6
"""Characters; masking anything shorter would only make sentences unreadable."""


class Report:
    """Takes findings in their order. Nothing that is secret gets through, whoever wrote the sentence."""

    def __init__(self, console: Console, *, as_json: bool, secrets: Secrets | None = None) -> None:
        self._console = console
        self._as_json = as_json
        self._hidden = _values(secrets)
        self.findings: list[Finding] = []

    def add(self, found: Sequence[Finding]) -> None:
        for finding in found:
            clean = replace(
                finding,
                told=self._masked(finding.told),
                mend=self._masked(finding.mend),
                about=self._masked(finding.about),
            )
            self.findings.append(clean)
            if not self._as_json:
                self._line(clean)

    @property
    def failures(self) -> int:
        return sum(finding.state == "fails" for finding in self.findings)

    def close(self) -> None:
        """The last line, or the whole as JSON."""
        if self._as_json:
            shown = {
                "fine": self.failures == 0,
                "failures": self.failures,
                "findings": [finding.as_dict() for finding in self.findings],
            }
            self._say(json.dumps(shown, indent=2, ensure_ascii=False))
        elif self.failures:
            self._say(f"{plural(self.failures, 'thing needs', 'things need')} mending.")
        else:
            self._say("All well.")

    def _line(self, finding: Finding) -> None:
        lead = f"{finding.state:<{_STATE_WIDTH}} {finding.check:<{_CHECK_WIDTH}}  "
        told = f"{finding.about}: {finding.told}" if finding.about else finding.told
        self._say(f"{lead}{told}", style=_STYLES[finding.state] if finding.state != "ok" else "")
        if finding.mend:
            self._say(f"{' ' * (_STATE_WIDTH + 1)}→ {finding.mend}")

    def _say(self, words: str, style: str = "") -> None:
        self._console.print(words, style=style, highlight=False, markup=False, emoji=False, soft_wrap=True)

    def _masked(self, words: str) -> str:
        for secret in self._hidden:
            words = words.replace(secret, MASK)
        return words


def _values(secrets: Secrets | None) -> list[str]:
    """Everything secret as it could turn up in a sentence, longest first."""
    hidden = secrets.hidden() if secrets is not None else frozenset()
    return sorted((each for each in hidden if len(each) >= _SHORTEST_SECRET), key=len, reverse=True)
