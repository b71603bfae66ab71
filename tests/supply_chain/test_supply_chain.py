"""What is installed is what was locked, is written down, and is looked up among known vulnerabilities."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from shared_files import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
SBOM = runpy.run_path(str(ROOT / ".ci" / "sbom.py"))
AUDIT = runpy.run_path(str(ROOT / ".ci" / "audit.py"))


def small_wheel(folder: Path) -> Path:
    """A package of one line, as a wheel."""
    name = "smallbell-1.0.dist-info"
    files = {
        "smallbell.py": b"RINGS = True\n",
        f"{name}/METADATA": b"Metadata-Version: 2.1\nName: smallbell\nVersion: 1.0\n",
        f"{name}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }

    def entry(path: str, content: bytes) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        return f"{path},sha256={digest},{len(content)}"

    record = "\n".join([*(entry(*each) for each in files.items()), f"{name}/RECORD,,"])
    wheel = folder / "smallbell-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, content in {**files, f"{name}/RECORD": record.encode()}.items():
            archive.writestr(path, content)
    return wheel


def install(folder: Path, digest: str) -> subprocess.CompletedProcess[str]:
    """Install the wheel as `make setup` installs: with hashes required. Nothing outside is asked."""
    requirements = folder / "requirements.lock"
    requirements.write_text(f"smallbell==1.0 \\\n    --hash=sha256:{digest}\n")
    asked = [
        *(sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--isolated"),
        *("--no-index", "--find-links", str(folder), "--require-hashes", "--no-deps"),
        *("--target", str(folder / "there"), "-r", str(requirements)),
    ]
    return subprocess.run(asked, capture_output=True, text=True, timeout=100, check=False)


def test_a_wheel_with_another_hash_is_not_installed(tmp_path: Path) -> None:
    wheel = small_wheel(tmp_path)
    good = hashlib.sha256(wheel.read_bytes()).hexdigest()
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("extra.py", b"import os\n")
    refused = install(tmp_path, good)
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert not (tmp_path / "there").exists()


def test_control_the_same_wheel_untouched_is_installed(tmp_path: Path) -> None:
    wheel = small_wheel(tmp_path)
    done = install(tmp_path, hashlib.sha256(wheel.read_bytes()).hexdigest())
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "there" / "smallbell.py").exists()


def test_the_makefile_installs_with_hashes_only() -> None:
    lines = [line for line in (ROOT / "Makefile").read_text().splitlines() if "pip install" in line]
    from_locks = [line for line in lines if "-r " in line]
    assert len(from_locks) >= 2
    assert all("--require-hashes" in line and "--no-deps" in line for line in from_locks)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    packages = SBOM["packages"](text)
    pins = re.findall(r"^[A-Za-z0-9._-]+==", text, flags=re.M)
    assert len(packages) == len(pins) > 50
    assert sum(len(each["hashes"]) for each in packages) == text.count("--hash=sha256:")


@pytest.mark.parametrize(
    "fault", ["somewhere==1.0\n", "somewhere>=1.0\n", "git+https://somewhere.example/x\n"]
)
def test_a_lock_with_a_loose_pin_is_refused(fault: str) -> None:
    with pytest.raises(ValueError, match=r"without a hash|not a pin"):
        SBOM["packages"](fault)


def made() -> dict[str, Any]:
    command = [sys.executable, str(ROOT / ".ci" / "sbom.py"), str(ROOT / "requirements.lock")]
    first, second = (subprocess.run(command, capture_output=True, check=True).stdout for _ in range(2))
    assert first == second, "the same lock gives the same bytes"
    found: dict[str, Any] = json.loads(first)
    return found


def test_the_list_of_parts_names_every_locked_package_with_its_hashes_and_licence() -> None:
    bom = made()
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    locked = {each["name"]: each for each in SBOM["packages"]((ROOT / "requirements.lock").read_text())}
    assert {each["name"] for each in bom["components"]} == set(locked)
    for each in bom["components"]:
        hashes = {digest["content"] for place in each["externalReferences"] for digest in place["hashes"]}
        assert hashes == set(locked[each["name"]]["hashes"])
        assert each["purl"] == f"pkg:pypi/{each['name']}@{each['version']}"
    stated = [each for each in bom["components"] if "licenses" in each]
    assert len(stated) >= len(locked) - 3
    assert bom["dependencies"][0]["dependsOn"] == [each["bom-ref"] for each in bom["components"]]


def looked_up(name: str, *vulnerabilities: str) -> dict[str, Any]:
    vulns = [{"id": each, "fix_versions": ["2.0"]} for each in vulnerabilities]
    return {"name": name, "version": "1.0", "vulns": vulns}


SKIPPED = {"name": "b", "skip_reason": "Dependency not found and could not be audited: b (1.0)"}


@pytest.mark.parametrize(
    ("report", "code", "said"),
    [
        ({"dependencies": [looked_up("a")]}, 0, "Packages looked up: 1. None is known"),
        ({"dependencies": [looked_up("a", "GHSA-1")]}, 1, "a 1.0: GHSA-1, mended in 2.0"),
        ({"dependencies": [looked_up("a", "GHSA-1"), SKIPPED]}, 1, "Known to be vulnerable: 1 of 1."),
        ({"dependencies": [looked_up("a"), SKIPPED]}, 0, "Not looked up: b."),
        ({"dependencies": [SKIPPED]}, 0, "Not audited"),
        (None, 0, "Not audited"),
    ],
)
def test_a_known_vulnerability_fails_and_a_database_out_of_reach_does_not(
    report: dict[str, Any] | None, code: int, said: str
) -> None:
    found, lines = AUDIT["verdict"](report)
    assert found == code
    assert said in "\n".join(lines)
