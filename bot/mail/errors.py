"""What keeps a mailbox from being read, for people: never a password, never the server's own words."""

from __future__ import annotations

import socket
import ssl
from typing import Literal

from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError

Kind = Literal["refused", "certificate", "unreachable", "silent", "folder", "protocol"]

_BUSY = (
    "[UNAVAILABLE]",
    "[INUSE]",
    "[LIMIT]",
    "[SERVERBUG]",
    "[OVERQUOTA]",
    "THROTTLED",
    "SERVER UNAVAILABLE",
)
"""In answers that say nothing of the password, the folder or the mail: the codes of RFC 5530, what Google
answers beyond its bandwidth, and what Microsoft answers beyond its own."""


class MailError(Exception):
    """The mailbox could not be read.

    `kind` tells machines: the login was refused, the certificate is not trusted, nobody answers at the
    address, the server fell silent, a folder is not there, or the server says what IMAP does not know.
    `what` happened and the `mend` are a sentence each.
    """

    def __init__(self, kind: Kind, what: str, mend: str) -> None:
        super().__init__(f"{what} {mend}")
        self.kind = kind
        self.what = what
        self.mend = mend


class HungUp(MailError):
    """The server closed the line in the middle of something."""


def told(error: BaseException, host: str, port: int, *, by_token: bool = False) -> MailError | None:
    """What went wrong at the server `host`, for people. None for what is no fault of the mailbox.

    `by_token`: it was given an access token, and no password.
    """
    where = f"{host}:{port}"
    match error:
        case MailError():
            return error
        case LoginError():
            return _not_let_in(error, where, by_token)
        case ssl.SSLCertVerificationError():
            return MailError(
                "certificate",
                f"The certificate of {where} is not trusted ({error.verify_message.rstrip('.')}).",
                "Correct MAILBOX_HOST, or name the authority that signed it in MAILBOX_CA.",
            )
        case ssl.SSLError():
            return MailError(
                "certificate",
                f"{where} does not speak TLS from the first byte.",
                "Correct MAILBOX_PORT, or set MAILBOX_SECURITY=starttls.",
            )
        case CapabilityError():
            return MailError(
                "certificate",
                f"{where} offers no STARTTLS.",
                "Set MAILBOX_SECURITY=tls and MAILBOX_PORT=993.",
            )
        case TimeoutError():
            return MailError("silent", f"{where} does not answer.", "Check the server and the network.")
        case socket.gaierror():
            return MailError("unreachable", f"There is no server named {host}.", "Correct MAILBOX_HOST.")
        case ConnectionRefusedError():
            return MailError(
                "unreachable", f"Nobody listens at {where}.", "Correct MAILBOX_HOST and MAILBOX_PORT."
            )
        case OSError() | IMAPClientAbortError() | EOFError():
            return _hung_up(where)
        case IMAPClientError() if is_busy(error):
            return busy(host, port)
        case IMAPClientError() | ValueError() | LookupError() | TypeError() | AttributeError():
            name = type(error).__name__
            said = f"{where} answers in a way that Watchbell does not understand ({name})."
            return MailError("protocol", said, "Check that it is an IMAP server.")
    return None


def is_busy(error: BaseException) -> bool:
    """Whether the server says that it answers nobody, or this user, for a while."""
    said = str(error).upper()
    return isinstance(error, IMAPClientError) and any(each in said for each in _BUSY)


def busy(host: str, port: int) -> MailError:
    """The server is there and answers nothing for now."""
    return MailError(
        "unreachable", f"{host}:{port} answers no requests for now.", "Watchbell goes on trying."
    )


def _not_let_in(error: LoginError, where: str, by_token: bool) -> MailError:
    if isinstance(error.__context__, IMAPClientAbortError):  # the library makes a lost line a refusal
        return _hung_up(where)
    if is_busy(error):
        return MailError("unreachable", f"{where} lets nobody in now.", "Watchbell goes on trying.")
    if by_token:
        return MailError(
            "refused",
            "The mail server refuses the access token.",
            "Check that MAILBOX_USER is the mailbox's address, and that the application may read it by IMAP.",
        )
    return MailError(
        "refused",
        "The mail server refuses user and password.",
        "Set MAILBOX_USER and MAILBOX_PASSWORD anew; many servers want an app password.",
    )


def _hung_up(where: str) -> HungUp:
    return HungUp("unreachable", f"{where} hung up.", "Check the server and the network.")
