"""Reading the files with which Watchbell is run elsewhere, and what is wrong with them, a sentence each."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from shared_files import ROOT

_SECRET_WORDS = re.compile(r"TOKEN|SECRET|PASSWORD|HEARTBEAT", re.IGNORECASE)
_PINNED = re.compile(r"[a-z0-9./-]+:\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?")


@dataclass(frozen=True)
class Step:
    """One instruction of a Dockerfile."""

    word: str
    rest: str


def dockerfile(text: str) -> list[Step]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    return [Step(*line.split(None, 1)) for line in joined.splitlines()]


def of(steps: Iterable[Step], word: str) -> list[str]:
    return [step.rest for step in steps if step.word == word]


def last_stage(steps: list[Step]) -> list[Step]:
    start = max(number for number, step in enumerate(steps) if step.word == "FROM")
    return steps[start:]


def exec_form(text: str) -> list[str]:
    """The words of a command without a shell. Raises ValueError for any other."""
    found = json.loads(text[text.index("[") :] if text.startswith("--") else text)
    assert isinstance(found, list)
    return [str(each) for each in found]


def copied(steps: list[Step]) -> list[str]:
    """What is taken from the folder of the build."""
    sources = []
    for rest in of(steps, "COPY"):
        if not rest.startswith("--from="):
            sources.extend(rest.split()[:-1])
    return sources


def ignored(path: str, text: str) -> bool:
    """Whether a .dockerignore keeps a path out, by the last pattern that matches it or a folder of it."""
    out = False
    for line in text.splitlines():
        if line and not line.startswith("#"):
            back, pattern = line.startswith("!"), line.removeprefix("!").removeprefix("**/")
            parts = Path(path).parts
            heads = ["/".join(parts[: end + 1]) for end in range(len(parts))]
            names = [*heads, *parts] if "**/" in line else heads
            if any(fnmatch.fnmatchcase(name, pattern) for name in names):
                out = not back
    return out


def image_faults(text: str, ignore: str) -> list[str]:
    """What is wrong with the Dockerfile."""
    steps = dockerfile(text)
    stages = {rest.split()[2] for rest in of(steps, "FROM") if " AS " in rest}
    faults = [f"{rest} is not pinned" for rest in of(steps, "FROM") if not _PINNED.fullmatch(rest.split()[0])]
    faults += [f"{path} is not there" for path in copied(steps) if not (ROOT / path).exists()]
    faults += [f"{path} is kept out by .dockerignore" for path in copied(steps) if ignored(path, ignore)]
    for rest in of(steps, "COPY"):
        stage = re.match(r"--from=(\S+)", rest)
        if stage and stage[1] not in stages:
            faults.append(f"there is no stage {stage[1]}")
    for rest in [*of(steps, "ENV"), *of(steps, "ARG")]:
        names = [each.partition("=")[0] for each in rest.split()]
        faults += [f"{name} would stay in a layer" for name in names if _SECRET_WORDS.search(name)]
    for rest in of(steps, "RUN"):
        for command in rest.split("&&"):
            if "pip install" in command and "-r " in command and "--require-hashes" not in command:
                faults.append("the lock is installed without its hashes")
            if "pip install" in command and "--no-deps" not in command:
                faults.append("something is installed that is not in the lock")
    users = of(last_stage(steps), "USER")
    if not users or not users[-1].split(":")[0].isdigit() or users[-1].split(":")[0] == "0":
        faults.append("it runs as root")
    for word in ("ENTRYPOINT", "CMD"):
        if not all(rest.startswith("[") for rest in of(last_stage(steps), word)):
            faults.append(f"{word} has a shell, which keeps SIGTERM to itself")
    if not of(last_stage(steps), "HEALTHCHECK"):
        faults.append("nothing looks whether it lives")
    return faults


def given(steps: Iterable[Step]) -> dict[str, str]:
    """The folders that an image gives to a user of its own, and the user's number."""
    made = re.compile(r"install --directory --owner=(\d+) [^&]*?(/\S+)")
    return {path: owner for rest in of(steps, "RUN") for owner, path in made.findall(rest)}


def compose_faults(text: str, variables: set[str], image: str) -> list[str]:
    """What is wrong with compose.yml; `variables` are what the bot knows in its environment, and `image` is
    the Dockerfile of its image."""
    folders = given(last_stage(dockerfile(image)))
    told = yaml.safe_load(text)
    services: dict[str, dict[str, Any]] = told["services"]
    faults = []
    for name, service in services.items():
        faults += [f"{name}: {fault}" for fault in _service_faults(told, services, service)]
        if "build" in service:
            faults += [f"{name}: {fault}" for fault in _bot_faults(service, variables, folders)]
    used = {each for service in services.values() for each in service.get("secrets", [])}
    faults += [f"the secret {each} is for nobody" for each in told["secrets"].keys() - used]
    return faults


def _service_faults(
    told: Mapping[str, Any], services: Mapping[str, Any], service: dict[str, Any]
) -> list[str]:
    faults = []
    if "build" not in service and not _PINNED.fullmatch(service["image"]):
        faults.append(f"{service['image']} is not pinned")
    faults += [
        f"{port} is open to everybody"
        for port in service.get("ports", [])
        if not port.startswith("127.0.0.1:")
    ]
    faults += [f"no secret {each}" for each in service.get("secrets", []) if each not in told["secrets"]]
    faults += [f"no network {each}" for each in service.get("networks", []) if each not in told["networks"]]
    faults += [f"no service {each}" for each in service.get("depends_on", []) if each not in services]
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if source.startswith("./") and not (ROOT / source).exists():
            faults.append(f"{source} is not there")
        if not source.startswith("./") and source not in told["volumes"]:
            faults.append(f"no volume {source}")
    for name, value in service.get("environment", {}).items():
        if name.endswith("_FILE") and Path(value).name not in service.get("secrets", []):
            faults.append(f"{name} names {value}, which is not given to it")
        if not name.endswith("_FILE") and re.search(r"TOKEN|SECRET|PASSWORD", name):
            faults.append(f"{name} is a secret and not in a file")
    if service.get("restart") != "unless-stopped":
        faults.append("is not started again")
    if "build" not in service and "healthcheck" not in service:
        faults.append("nothing looks whether it lives")
    return faults


def _bot_faults(service: dict[str, Any], variables: set[str], folders: Mapping[str, str]) -> list[str]:
    known = variables | {f"{name}_FILE" for name in variables}
    faults = [f"the bot does not know {name}" for name in service["environment"] if name not in known]
    for mount in service.get("tmpfs", []):
        path, _, options = mount.partition(":")
        owner = folders.get(path)
        if owner is not None and f"uid={owner}" not in options.split(","):
            faults.append(f"the tmpfs over {path} is root's, and the image gives it to {owner}")
    return faults


def unit(text: str) -> dict[str, list[str]]:
    """The settings of a systemd unit by name, in order."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, is_one, value = line.partition("=")
        if is_one and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found
