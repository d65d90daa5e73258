"""The compose file is held to rules here, since a container engine is not at hand where the tests run."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES = yaml.safe_load(COMPOSE)["services"]
OURS = ("web", "worker", "beat")


def test_the_services_are_those_of_the_plan():
    assert set(SERVICES) == {"migrate", "web", "worker", "beat", "postgres", "redis", "mailpit"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_a_service_that_stays_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_migrate_runs_once_and_nobody_serves_before_it_is_done():
    assert "migrate" in SERVICES["migrate"]["command"]
    assert SERVICES["migrate"]["restart"] == "on-failure"
    assert "migrate" not in SERVICES["migrate"]["depends_on"]
    for name in OURS:
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", OURS)
def test_ours_share_one_image_and_the_folder_of_the_pdfs(name):
    assert SERVICES[name]["image"] == SERVICES["web"]["image"]
    assert SERVICES[name]["volumes"] == ["media:/media"]
    assert "ENV" in (dockerfile := (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    assert "MEDIA_ROOT=/media" in dockerfile


def test_beat_is_started_exactly_once():
    commands = {name: " ".join(service.get("command", [])) for name, service in SERVICES.items()}
    assert [name for name, command in commands.items() if re.search(r"\bbeat\b|\s-B\b", command)] == ["beat"]
    assert "deploy" not in SERVICES["beat"]
    assert "scale" not in SERVICES["beat"]


def test_the_database_redis_and_the_pdfs_outlive_their_containers():
    assert set(yaml.safe_load(COMPOSE)["volumes"]) == {"database", "redis", "media"}
    assert SERVICES["postgres"]["volumes"] == ["database:/var/lib/postgresql/data"]
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]


def test_redis_keeps_what_it_was_given():
    command = " ".join(SERVICES["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


@pytest.mark.parametrize("variable", ["SECRET_KEY", "SITE_URL", "POSTGRES_PASSWORD", "EMAIL_URL"])
def test_what_must_be_chosen_has_no_default_and_says_how_to_choose(variable):
    uses = re.findall(rf"\$\{{{variable}([^}}]*)\}}", COMPOSE)
    assert uses
    assert all(use.startswith(f":?Set {variable} to ") for use in uses)


def test_only_the_web_server_and_the_demo_mailbox_are_reachable_and_only_from_this_machine():
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:${PORT:-8000}:8000"], "mailpit": ["127.0.0.1:8025:8025"]}
    assert SERVICES["mailpit"]["profiles"] == ["demo"]


def test_every_setting_passed_to_the_containers_is_one_that_the_settings_read():
    settings = (ROOT / "cosign" / "settings.py").read_text(encoding="utf-8")
    for variable in SERVICES["beat"]["environment"]:
        assert f'"{variable}"' in settings, variable


def test_the_image_does_not_run_as_root_and_holds_no_secret():
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    last_user = re.findall(r"^USER (\w+)$", dockerfile, re.M)[-1]
    assert last_user not in ("root", "0")
    assert not re.search(r"^(ENV|ARG) .*(SECRET|PASSWORD|DATABASE_URL)", dockerfile, re.M)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".env", ".git", "var", ".venv"} <= set(ignored)
