"""Dockerfile, compose.yml and the systemd unit: what they name exists, and nothing in them is careless.

No container engine is needed: the files are read, and the commands in them that can run here are run.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import container_files as files
import pytest
import yaml
from harness import OpenHouse, free_port
from shared_files import ROOT
from small_office import scenario

from bot.cli import main
from bot.settings.secrets import Secrets, load_secrets

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
IGNORE = (ROOT / ".dockerignore").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yml").read_text(encoding="utf-8")
BALANCER = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy" / "watchbell.service").read_text(encoding="utf-8")

VALUES = {
    "database_url": "postgresql://watchbell:p@postgres/watchbell",
    "slack_bot_token": "xoxb-1",
    "slack_app_token": "xapp-1",
    "slack_signing_secret": "signing",
    "intercom_token": "intercom",
    "intercom_client_secret": "client",
}


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    names: set[str]

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().get(key, default)


def variables() -> set[str]:
    environ = Asked(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", INTERCOM_TOKEN="x")
    environ.names = set()
    load_secrets(environ)
    return {name for name in environ.names if not name.endswith("_FILE")}


def read_with_secrets(environment: dict[str, str], folder: Path) -> Secrets:
    """What the bot makes of an environment whose files are in `folder` instead."""
    for name, value in VALUES.items():
        (folder / name).write_text(value + "\n", encoding="utf-8")
    moved = {
        name: str(folder / Path(value).name) if name.endswith("_FILE") else value
        for name, value in environment.items()
    }
    return load_secrets(moved)


# -- the image


def test_the_image_is_built_with_care():
    assert files.image_faults(DOCKERFILE, IGNORE) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("python:3.11.11-slim-bookworm AS", "python:latest AS", "not pinned"),
        ("--require-hashes ", "", "without its hashes"),
        ("--require-hashes --no-deps", "--require-hashes", "not in the lock"),
        ("USER 10001:10001", "USER root", "runs as root"),
        ('ENTRYPOINT ["watchbell"]', "ENTRYPOINT watchbell", "SIGTERM"),
        ("COPY jobs jobs", "COPY job jobs", "job is not there"),
        ("COPY jobs jobs", "COPY tests tests", "tests is kept out"),
        ("PORT=3000", "SLACK_BOT_TOKEN=x", "SLACK_BOT_TOKEN would stay"),
        ("--from=build", "--from=built", "no stage built"),
        ("HEALTHCHECK", "LABEL", "nothing looks"),
    ],
)
def test_control_each_carelessness_in_the_image_would_be_found(old: str, new: str, fault: str):
    assert old in DOCKERFILE
    found = files.image_faults(DOCKERFILE.replace(old, new), IGNORE)
    assert any(fault in each for each in found), found


@pytest.mark.parametrize(
    "path", [".env", "deploy/secrets/slack_bot_token", ".watchbell/watchbell.db", ".git/config", "tests/x.py"]
)
def test_nothing_private_reaches_the_build(path: str):
    assert files.ignored(path, IGNORE)
    assert not files.ignored("bot/cli.py", IGNORE)


def test_what_is_copied_is_enough_to_build_the_command(tmp_path: Path):
    for source in files.copied(files.dockerfile(DOCKERFILE)):
        place = tmp_path / "src" / source
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            place.parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / source, place)
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "out")],
        cwd=tmp_path / "src",
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "out").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    migrations = {
        str(path.relative_to(ROOT)) for path in (ROOT / "bot/store/migrations/versions").glob("*.py")
    }
    assert migrations <= set(names)
    assert "sandbox/monday/truth.json" in names
    entry = next(name for name in names if name.endswith("entry_points.txt"))
    assert "watchbell = bot.cli:main" in zipfile.ZipFile(wheel).read(entry).decode()


def test_what_is_started_exists():
    stage = files.last_stage(files.dockerfile(DOCKERFILE))
    (entry,), (command,) = files.of(stage, "ENTRYPOINT"), files.of(stage, "CMD")
    assert files.exec_form(entry) == ["watchbell"]
    name, *options = files.exec_form(command)
    run = main.commands[name]
    run.make_context(name, list(options))
    context = run.make_context(name, [])
    assert context.params["host"] == "127.0.0.1", "the default outside of containers stays the loopback"


async def test_the_health_check_tells_a_bot_that_answers_from_none(build: OpenHouse):
    (check,) = files.of(files.last_stage(files.dockerfile(DOCKERFILE)), "HEALTHCHECK")
    words = files.exec_form(check.partition("CMD ")[2])
    assert words[0] == "python"
    house, port = await build(data=scenario("1001"), http=True), free_port()

    async def healthy() -> bool:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *words[1:],
            env={"PORT": str(port)},
            stderr=asyncio.subprocess.DEVNULL,
        )
        return await process.wait() == 0

    assert not await healthy()
    await house.stop_bot()
    await house.start_bot(port=port)
    assert await healthy()


# -- two replicas


def test_the_composition_is_put_together_with_care():
    assert files.compose_faults(COMPOSE, variables(), DOCKERFILE) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"127.0.0.1:8080:8080"', '"8080:8080"', "open to everybody"),
        ("postgres:15.10-bookworm", "postgres", "not pinned"),
        ("SLACK_BOT_TOKEN_FILE", "SLACK_TOKEN_FILE", "does not know SLACK_TOKEN_FILE"),
        (
            "POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password",
            "POSTGRES_PASSWORD: hunter2",
            "not in a file",
        ),
        ("secrets: [postgres_password]", "secrets: []", "not given to it"),
        ("./deploy/Caddyfile:/", "./deploy/nginx.conf:/", "nginx.conf is not there"),
        ("networks: [data]", "networks: [date]", "no network date"),
        ("depends_on: [bot-1, bot-2]", "depends_on: [bot-1, bot-3]", "no service bot-3"),
        ("  restart: unless-stopped\n  stop_grace", "  stop_grace", "not started again"),
        ("/data:uid=10001,gid=10001,mode=0700", "/data", "tmpfs over /data is root's"),
        ("/data:uid=10001,", "/data:uid=1000,", "tmpfs over /data is root's"),
    ],
)
def test_control_each_carelessness_in_the_composition_would_be_found(old: str, new: str, fault: str):
    assert old in COMPOSE
    found = files.compose_faults(COMPOSE.replace(old, new), variables(), DOCKERFILE)
    assert any(fault in each for each in found), found


def test_the_folder_the_bot_works_in_is_given_to_its_user():
    stage = files.last_stage(files.dockerfile(DOCKERFILE))
    (folder,), (user,) = files.of(stage, "WORKDIR"), files.of(stage, "USER")
    assert files.given(stage) == {folder: user.split(":")[0]}


def test_two_replicas_share_a_postgresql_of_15_or_newer():
    services = yaml.safe_load(COMPOSE)["services"]
    bots = [each for each in services.values() if "build" in each]
    assert len(bots) == 2
    assert bots[0] == bots[1]
    found = re.match(r"postgres:(\d+)\.", services["postgres"]["image"])
    assert found
    assert int(found[1]) >= 15
    assert "ports" not in services["postgres"]
    assert yaml.safe_load(COMPOSE)["networks"]["data"]["internal"] is True


def test_the_bot_understands_the_environment_of_its_replicas(tmp_path: Path):
    bot = yaml.safe_load(COMPOSE)["services"]["bot-1"]
    environment = {
        name: re.sub(r"\$\{\w+:-(\w*)\}", r"\1", value) for name, value in bot["environment"].items()
    }
    image = dict(
        each.split("=", 1)
        for rest in files.of(files.last_stage(files.dockerfile(DOCKERFILE)), "ENV")
        for each in rest.split()
    )
    secrets = read_with_secrets(image | environment, tmp_path)
    assert not secrets.socket_mode
    assert secrets.port == 3000
    assert secrets.database_url == VALUES["database_url"]
    assert secrets.intercom_client_secret == "client"
    assert secrets.heartbeat_url is None
    mounted = [volume.split(":")[1] for volume in bot["volumes"]]
    assert str(secrets.config) in mounted


async def test_the_balancer_passes_on_what_the_bot_answers_and_nothing_else(build: OpenHouse):
    services = yaml.safe_load(COMPOSE)["services"]
    house = await build(data=scenario("1001"), http=True)
    answered = {route.path for route in house.bot.web.routes}  # type: ignore[attr-defined]
    (passed,) = re.findall(r"@ours path (.*)", BALANCER)
    (upstreams,) = re.findall(r"reverse_proxy (.*) \{", BALANCER)
    (health,) = re.findall(r"health_uri (\S+)", BALANCER)
    assert set(passed.split()) == {"/slack/events", "/intercom/webhook"}
    assert set(passed.split()) | {health} <= answered
    bots = {name for name, service in services.items() if "build" in service}
    assert set(upstreams.split()) == {f"{name}:3000" for name in bots}
    inside = services["balancer"]["ports"][0].split(":")[2]
    assert re.search(rf"^:{inside} \{{", BALANCER, re.M)
    assert BALANCER.count("{") == BALANCER.count("}")


def test_secrets_stay_out_of_the_repository():
    kept = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    folders = {Path(each["file"]).parent for each in yaml.safe_load(COMPOSE)["secrets"].values()}
    assert all(f"{folder}/" in kept for folder in folders), folders


# -- systemd


def test_the_unit_locks_the_bot_in():
    found = files.unit(UNIT)
    wanted = {
        "NoNewPrivileges": "true",
        "ProtectSystem": "strict",
        "ProtectHome": "true",
        "PrivateTmp": "true",
        "CapabilityBoundingSet": "",
        "UMask": "0077",
        "StateDirectoryMode": "0700",
        "User": "watchbell",
    }
    assert {name: found[name][-1] for name in wanted} == wanted


def test_the_bot_understands_the_environment_of_the_unit(tmp_path: Path):
    found = files.unit(UNIT)
    loaded = {each.split(":")[0] for each in found["LoadCredential"]}
    environment = dict(each.split("=", 1) for each in found["Environment"])
    named = {Path(value).name for name, value in environment.items() if name.endswith("_FILE")}
    assert named == loaded
    assert not any(re.search("TOKEN$|SECRET$", name) for name in environment)
    secrets = read_with_secrets(environment, tmp_path)
    assert secrets.socket_mode
    state = f"/var/lib/{found['StateDirectory'][0]}"
    assert secrets.database_url == f"sqlite:///{state}/watchbell.db"
    assert found["WorkingDirectory"] == [state]
    program, *arguments = found["ExecStart"][0].split()
    assert program.endswith("/.venv/bin/watchbell")
    assert arguments == ["run"]


def test_systemd_itself_has_nothing_to_say_against_the_unit(tmp_path: Path):
    """Where systemd is installed it judges the unit: no unknown word, and little that it could do outside."""
    program = shutil.which("systemd-analyze")
    unit = tmp_path / "watchbell.service"
    unit.write_text(re.sub("^ExecStart=.*$", "ExecStart=/bin/true", UNIT, flags=re.M), encoding="utf-8")
    if program is None:
        assert files.unit(UNIT)["Type"] == ["exec"]
        return
    verified = subprocess.run([program, "verify", "--man=no", str(unit)], capture_output=True, text=True)
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")
    exposed = subprocess.run(
        [program, "security", "--offline=true", "--no-pager", "--threshold=20", str(unit)],
        capture_output=True,
        text=True,
    )
    assert exposed.returncode == 0, exposed.stdout[-300:]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become the service's user")
def test_a_command_beside_the_service_has_its_settings_its_tokens_and_its_user(tmp_path: Path):
    """deploy/watchbell reads the unit itself, so that nothing has to be told twice."""
    secrets, home, program = tmp_path / "secrets", tmp_path / "home", tmp_path / "program"
    secrets.mkdir()
    home.mkdir()
    for name in ("slack_bot_token", "slack_app_token", "intercom_token"):
        (secrets / name).write_text(f"told-{name}\n", encoding="utf-8")
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$(id -un)" "$PWD" "$#" "$2"\nenv\n', encoding="utf-8")
    program.chmod(0o755)
    unit = tmp_path / "watchbell.service"
    unit.write_text(
        UNIT.replace("/etc/watchbell/secrets", str(secrets))
        .replace("User=watchbell", "User=root")
        .replace("WorkingDirectory=/var/lib/watchbell", f"WorkingDirectory={home}")
        .replace("ExecStart=/opt/watchbell/.venv/bin/watchbell", f"ExecStart={program}"),
        encoding="utf-8",
    )
    ran = subprocess.run(
        [ROOT / "deploy" / "watchbell", "outbox", "two words"],
        env={"PATH": os.environ["PATH"], "WATCHBELL_UNIT": str(unit)},
        capture_output=True,
        text=True,
        check=True,
    )
    user, folder, words, last, *environment = ran.stdout.splitlines()
    assert (user, folder, words, last) == ("root", str(home), "2", "two words")
    settings = {
        each.partition("=")[0]: each.partition("=")[2]
        for each in files.unit(UNIT)["Environment"]
        if "%d" not in each
    }
    told = dict(line.split("=", 1) for line in environment if "=" in line)
    assert settings.items() <= told.items()
    assert told["SLACK_BOT_TOKEN"] == "told-slack_bot_token"
    assert told["INTERCOM_TOKEN"] == "told-intercom_token"
    assert not any(name.endswith("_FILE") for name in told)
