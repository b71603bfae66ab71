"""A real mail server on loopback: Dovecot, started by the current user, with TLS and without.

It has hundreds of empty mailboxes, so that each test takes one that nobody else has. Without Dovecot the
tests are skipped with the reason; with CI=true that is a failure.
"""

from __future__ import annotations

import contextlib
import grp
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import imapclient
import pytest
from harness import TUESDAY, free_port

from bot.settings.mailbox import MailboxSecrets

_ADDRESS = "support{}@small.example"
PASSWORD = "PLANTED pass wörd 5f1c"
_numbers = itertools.count(1)
_ids = itertools.count(1)


def dovecot() -> str:
    """The server's program."""
    found = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        message = "Dovecot is not installed (Debian: apt-get install dovecot-imapd)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@dataclass(eq=False)
class PostOffice:
    """The server. `folder` holds its settings, certificate, log and mails.

    `judge` is the address at which it asks whose an access token is (RFC 7662); without one it takes none.
    """

    folder: Path
    judge: str = ""
    plain_port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    def start(self) -> None:
        self._process = subprocess.Popen(
            [dovecot(), "-F", "-c", str(self.folder / "dovecot.conf")], stderr=subprocess.DEVNULL
        )
        give_up = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError, imapclient.exceptions.IMAPClientError):
                imapclient.IMAPClient("127.0.0.1", self.plain_port, ssl=False, timeout=2).logout()
                return
            assert time.monotonic() < give_up, self.log()
            assert self._process.poll() is None, self.log()
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def box(self) -> Box:
        """A new mailbox that nobody else has."""
        return Box(self, _ADDRESS.format(next(_numbers)))


@dataclass(eq=False)
class Box:
    """One mailbox, as its owner's mail program has it."""

    office: PostOffice
    user: str

    def secrets(self, **changes: Any) -> MailboxSecrets:
        usual: dict[str, Any] = {
            "host": "127.0.0.1",
            "user": self.user,
            "password": PASSWORD,
            "port": self.office.tls_port,
            "security": "tls",
            "authority": self.office.certificate,
        }
        return MailboxSecrets(**{**usual, **changes})

    @contextlib.contextmanager
    def owner(self, folder: str | None = None) -> Iterator[Any]:
        """The owner's own program, which may write."""
        with imapclient.IMAPClient("127.0.0.1", self.office.plain_port, ssl=False, timeout=10) as client:
            client.plain_login(self.user, PASSWORD)
            if folder is not None:
                client.select_folder(folder)
            yield client

    def put(self, raw: bytes | EmailMessage, folder: str = "INBOX", at: datetime = TUESDAY) -> None:
        """A mail comes in at an instant."""
        told = raw if isinstance(raw, bytes) else raw.as_bytes()
        with self.owner() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.append(folder, told, msg_time=at)

    def flags(self, folder: str = "INBOX") -> list[set[bytes]]:
        with self.owner() as client:
            client.select_folder(folder, readonly=True)
            return [set(each) for each in client.get_flags(client.search()).values()]

    def validity(self) -> int:
        """The inbox's UIDVALIDITY."""
        with self.owner() as client:
            return int(client.select_folder("INBOX", readonly=True)[b"UIDVALIDITY"])

    def renumber(self, to: int | None = None) -> tuple[int, int]:
        """The inbox gets another UIDVALIDITY, as after a restored backup; the one before and the one now."""
        before = self.validity()
        home = self.office.folder / "mail" / self.user
        for each in home.glob("dovecot*"):
            each.unlink()
        uids = home / "dovecot-uidlist"
        uids.write_text(f"3 V{to or before + 7} N1 G0123456789abcdef0123456789abcdef\n")
        os.chown(uids, _owner().pw_uid, _owner().pw_gid)
        return before, self.validity()


def mail(
    text: str,
    *,
    by: str = "Dana Reyes <dana@customer.example>",
    to: str = "Support <support@small.example>",
    subject: str = "A question",
    at: datetime = TUESDAY,
    id_: str | None = None,
    after: str | None = None,
    **fields: str,
) -> EmailMessage:
    """An ordinary mail. `after` is the id of the one it answers; `fields` are further ones of its head."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = by, to, subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{id_ or f'mail-{next(_ids):06}@customer.example'}>"
    if after is not None:
        made["In-Reply-To"] = made["References"] = f"<{after}>"
    for name, value in fields.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


@contextlib.contextmanager
def opened(**changes: Any) -> Iterator[PostOffice]:
    """A server that runs; its folder goes with it."""
    dovecot()
    folder = Path(tempfile.mkdtemp(prefix="watchbell-post-"))
    try:
        office = PostOffice(folder, **changes)
        _furnish(office)
        office.start()
        try:
            yield office
        finally:
            office.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> pwd.struct_passwd:
    """Whose the mails are: Dovecot keeps none for root."""
    return pwd.getpwnam("dovecot") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


def _furnish(office: PostOffice) -> None:
    folder = office.folder
    folder.chmod(0o755)
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    owner, group = _owner().pw_name, _owner().pw_gid
    if os.getuid() == 0:
        for name in ("state", "mail"):
            os.chown(folder / name, _owner().pw_uid, group)
        users = ""
    else:
        users = "\n".join(
            [
                f"default_internal_user = {owner}",
                f"default_login_user = {owner}",
                f"default_internal_group = {grp.getgrgid(group).gr_name}",
                "service anvil {\n  chroot =\n}",
                "service imap-login {\n  chroot =\n}",
            ]
        )
    _certify(folder)
    by_token = ""
    if office.judge:
        (folder / "tokens.conf").write_text(
            f"introspection_mode = get\nintrospection_url = {office.judge}\nforce_introspection = yes\n"
            "username_attribute = username\nactive_attribute = active\nactive_value = true\n",
            encoding="utf-8",
        )
        by_token = f"""
auth_mechanisms = plain login xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/tokens.conf
}}
"""
    people = "".join(f"{_ADDRESS.format(number)}:{{PLAIN}}{PASSWORD}\n" for number in range(1, 500))
    (folder / "people").write_text(people, encoding="utf-8")
    (folder / "dovecot.conf").write_text(
        f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
{users}
first_valid_uid = 1
mail_uid = {owner}
mail_gid = {group}
mail_location = maildir:{folder}/mail/%u
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
default_vsz_limit = 0
{by_token}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/people
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {office.plain_port}
  }}
  inet_listener imaps {{
    port = {office.tls_port}
    ssl = yes
  }}
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
}}
""",
        encoding="utf-8",
    )


def _certify(folder: Path) -> None:
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
            ),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem"), "-days", "30"),
            *("-subj", "/CN=The post office of a test", "-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
