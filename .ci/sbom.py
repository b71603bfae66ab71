"""Write what Watchbell is made of: a CycloneDX 1.6 list of the locked packages, with hashes and licences.

    python .ci/sbom.py requirements.lock > sbom.cdx.json

Names, versions and hashes come from the lock; licences from what is installed, and are left out where a
package does not state one. The same lock and installation always give the same bytes: no time, no serial
number.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$")
_HASH = re.compile(r"^\s+--hash=sha256:([0-9a-f]{64})")
_CLASSIFIER = "License :: OSI Approved :: "


def packages(lock: str) -> list[dict[str, Any]]:
    """Each pin of a lock with its hashes, and the marker under which it is installed. Raises ValueError."""
    found: list[dict[str, Any]] = []
    for line in lock.splitlines():
        if pin := _PIN.match(line):
            found.append({"name": pin[1], "version": pin[2], "marker": pin[3], "hashes": []})
        elif digest := _HASH.match(line):
            found[-1]["hashes"].append(digest[1])
        elif line.strip() and not line.lstrip().startswith("#"):
            raise ValueError(f"not a pin, a hash or a comment: {line!r}")
    if unsure := [each["name"] for each in found if not each["hashes"]]:
        raise ValueError(f"without a hash: {', '.join(unsure)}")
    return found


def licence(name: str) -> str | None:
    """What an installed package says its licence is: an SPDX expression, else a short name."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    if expression := told.get("License-Expression"):
        return expression
    known = [each for each in told.get_all("Classifier") or () if each.startswith(_CLASSIFIER)]
    if known:
        return " AND ".join(each.removeprefix(_CLASSIFIER) for each in known)
    free = (told.get("License") or "").strip()
    # Some put the whole text there.
    return free if free and len(free) <= 60 and "\n" not in free else None


def component(package: dict[str, Any]) -> dict[str, Any]:
    """A package as CycloneDX has it. Hashes stand at the distributions they are of."""
    purl = f"pkg:pypi/{package['name'].lower().replace('_', '-')}@{package['version']}"
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": package["name"],
        "version": package["version"],
        "purl": purl,
        "externalReferences": [
            {
                "type": "distribution",
                "url": purl,
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
            for digest in package["hashes"]
        ],
    }
    if stated := licence(package["name"]):
        made["licenses"] = [{"license": {"name": stated}}]
    if package["marker"]:
        made["properties"] = [{"name": "watchbell:installed-if", "value": package["marker"]}]
    return made


def sbom(lock: str, project: dict[str, Any]) -> dict[str, Any]:
    """The whole list. `project` is the [project] table of pyproject.toml."""
    itself = f"pkg:pypi/{project['name']}@{project['version']}"
    parts = [component(each) for each in packages(lock)]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": itself,
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
            }
        },
        "components": parts,
        "dependencies": [{"ref": itself, "dependsOn": [each["bom-ref"] for each in parts]}],
    }


def main() -> None:
    lock = Path(sys.argv[1] if len(sys.argv) > 1 else "requirements.lock")
    project = tomllib.loads((lock.parent / "pyproject.toml").read_text("utf-8"))["project"]
    json.dump(sbom(lock.read_text("utf-8"), project), sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
