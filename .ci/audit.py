"""Look the locked packages up in the database of known vulnerabilities.

    .venv/bin/python .ci/audit.py requirements.lock

Ends with 1 when one of them is known to be vulnerable, else with 0: a database that cannot be reached says
nothing about the packages, so that is told in a line and fails nothing. pip-audit itself counts a package
that it could not look up as fine; here it counts as not looked up.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

WITHIN = 300
"""Seconds for the whole audit."""


def verdict(report: dict[str, Any] | None) -> tuple[int, list[str]]:
    """(exit code, lines) for pip-audit's JSON report; None where it wrote none."""
    known = report["dependencies"] if report else []
    looked_up = [each for each in known if "skip_reason" not in each]
    bad = [each for each in looked_up if each["vulns"]]
    lines = [
        f"{each['name']} {each['version']}: {vulnerability['id']}, mended in "
        f"{', '.join(vulnerability['fix_versions']) or 'no version yet'}"
        for each in bad
        for vulnerability in each["vulns"]
    ]
    if bad:
        return 1, [*lines, f"Known to be vulnerable: {len(bad)} of {len(looked_up)}."]
    if not looked_up:
        return 0, ["Not audited: the database of known vulnerabilities cannot be reached from here."]
    skipped = [each["name"] for each in known if "skip_reason" in each]
    lines = [f"Packages looked up: {len(looked_up)}. None is known to be vulnerable."]
    if skipped:
        lines.append(f"Not looked up: {', '.join(skipped)}.")
    return 0, lines


def audit(lock: str) -> dict[str, Any] | None:
    """pip-audit's report on a lock file, None where it wrote none."""
    command = [sys.executable, "-m", "pip_audit", "-r", lock, "--require-hashes", "--disable-pip"]
    try:
        ran = subprocess.run(  # noqa: S603 - our own words and a file's name
            [*command, "--progress-spinner", "off", "--format", "json", "--timeout", "20"],
            capture_output=True,
            text=True,
            timeout=WITHIN,
            check=False,
        )
        found: dict[str, Any] = json.loads(ran.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return found


def main() -> int:
    if find_spec("pip_audit") is None:
        sys.stdout.write("Not audited: pip-audit is not installed.\n")
        return 0
    code, lines = verdict(audit(sys.argv[1] if len(sys.argv) > 1 else "requirements.lock"))
    sys.stdout.write("\n".join(lines) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
