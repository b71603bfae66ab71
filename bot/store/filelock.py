"""A lock file that tells who holds it and vanishes with its process, however that ends."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no flock; a single process is then on the user's word
    fcntl = None  # type: ignore[assignment]


class FileLock:
    """An exclusive `flock` on `path`, released by `release` or by the end of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self) -> str | None:
        """Take the lock; None when taken, else a word on who holds it ("process 4711")."""
        file = open(self._path, "a+", encoding="ascii")  # noqa: SIM115 - held for the life of the process
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip()
                file.close()
                return f"process {holder}" if holder else "an unnamed process"
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        self._file = file
        return None

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def locked_by(path: Path) -> str | None:
    """A word on who holds the lock at `path`, None when nobody does. Leaves the lock as it is."""
    if fcntl is None or not path.exists():
        return None
    with open(path, encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            number = file.read().strip()
            return f"process {number}" if number else "an unnamed process"
    return None
