"""A PostgreSQL server of a test's own: stopped, restarted, frozen without disturbing anybody."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from harness import free_port

USER = "postgres"


class OwnPostgres:
    """One cluster in a folder, listening on a free port of the loopback address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.server = f"postgresql://{USER}@127.0.0.1:{self.port}"

    def make(self) -> None:
        self._run("initdb", "--auth=trust", f"--username={USER}", "--no-sync", "-D", str(self._data))

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} -c max_connections=120"
        self._run(
            "pg_ctl", "-D", str(self._data), "-w", "-o", options, "-l", str(self.folder / "log"), "start"
        )

    def stop(self, mode: str = "fast") -> None:
        """`fast` breaks every connection off; `immediate` is a crash."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", mode, "stop")

    def restart(self, mode: str = "fast") -> None:
        self.stop(mode)
        self.start()

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """The server and all its sessions hold their breath: connections stay, nothing is answered."""
        stopped = self._processes()
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in stopped:
                os.kill(process, signal.SIGCONT)

    def new_database(self, name: str = "watchbell") -> str:
        """The address of an empty database."""
        with psycopg.connect(f"{self.server}/postgres", autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{name}"')
        return f"{self.server}/{name}"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _processes(self) -> list[int]:
        main = int((self._data / "postmaster.pid").read_text().split()[0])
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(main)], capture_output=True, text=True)
        return [main, *(int(each) for each in listed.stdout.split())]

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(_programs() / program), *arguments]
        if os.geteuid() == 0:
            # The server refuses to run as root.
            command = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups", *command]
        log = self.folder / "commands"
        with log.open("ab") as output:
            done = subprocess.run(
                command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd=self.folder
            )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {log.read_text()[-2000:]}")


@contextlib.contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """A running server; it and its folder are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="watchbell-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, USER, USER)
    server = OwnPostgres(folder)
    try:
        server.make()
        server.start()
        yield server
    finally:
        with contextlib.suppress(RuntimeError):
            server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Where initdb and pg_ctl are: on the PATH, or where Debian puts them."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: each.parts[4])
    if not installed:
        raise RuntimeError("PostgreSQL's server programs are not installed (Debian: apt install postgresql).")
    return installed[-1].parent
