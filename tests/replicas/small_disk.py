"""A disk that is soon full, and empty again on demand."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path


class SmallDisk:
    """A file system of `size` bytes of its own, mounted in memory."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        self.size = size
        self._ballast = folder / "ballast"

    def fill(self, leave: int = 0) -> None:
        """Take all free space but `leave` bytes."""
        with open(self._ballast, "ab", buffering=0) as file, contextlib.suppress(OSError):
            while self.free > leave:
                file.write(b"\0" * min(4096, self.free - leave))

    def give_room(self) -> None:
        self._ballast.unlink()

    @property
    def free(self) -> int:
        told = os.statvfs(self.folder)
        return told.f_bavail * told.f_frsize


@contextlib.contextmanager
def small_disk(folder: Path, size: int = 8 * 1024 * 1024) -> Iterator[SmallDisk]:
    """Mount one on `folder`. Needs the right to mount, as root in a container of one's own has."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True, capture_output=True
    )
    try:
        yield SmallDisk(folder, size)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, capture_output=True)
