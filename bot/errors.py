"""Errors whose words are meant for people."""

from __future__ import annotations

from collections.abc import Sequence


class UserError(Exception):
    """A refusal or failure that a rep should read: one or two sentences, what happened and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(UserError):
    """Refused because of who asks, not because of what. The audit log keeps it."""


class ConfigError(Exception):
    """A setting that keeps the bot from running.

    `setting` names it as the user knows it (an environment variable, or a key with its line in
    watchbell.toml), `problem` says what is wrong, `mend` what to do. The command line prints one sentence
    and exits with 2.
    """

    def __init__(self, setting: str, problem: str, mend: str) -> None:
        super().__init__(f"{setting}: {problem} {mend}")
        self.setting = setting
        self.problem = problem
        self.mend = mend

    @property
    def each(self) -> tuple[ConfigError, ...]:
        """The settings that are wrong, one by one."""
        return (self,)


class ConfigErrors(ConfigError):
    """Several settings that are wrong: it names the first, and its words are a line for each."""

    def __init__(self, errors: Sequence[ConfigError]) -> None:
        first = errors[0]
        super().__init__(first.setting, first.problem, first.mend)
        self.args = ("\n".join(str(error) for error in errors),)
        self._errors = tuple(errors)

    @property
    def each(self) -> tuple[ConfigError, ...]:
        return self._errors
