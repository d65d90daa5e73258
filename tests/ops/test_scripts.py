"""The commands of the README: their form, and that each lock says the same."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = {"bin/setup": "sh", "bin/run": "sh", "bin/test": "sh", ".ci/run": "bash"}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_can_be_started_and_parses_in_its_shell(script):
    path = ROOT / script
    shell = SCRIPTS[script]
    assert os.access(path, os.X_OK)
    assert path.read_text(encoding="utf-8").splitlines()[0] == f"#!/bin/{shell}"
    shells = [shell, "dash"] if shell == "sh" and shutil.which("dash") else [shell]
    for each in shells:
        subprocess.run([each, "-n", str(path)], check=True)


def test_setup_names_an_option_it_does_not_know_and_changes_nothing():
    result = subprocess.run([ROOT / "bin/setup", "--prod"], capture_output=True, text=True)
    assert result.returncode == 2
    assert "--prod" in result.stderr
    assert "--dev and --postgres" in result.stderr


def test_setup_says_what_to_do_when_there_is_no_python(tmp_path):
    tools = ("dirname", "sh", "cat", "cksum", "uname", "id", "tr")
    for tool in tools:
        (tmp_path / tool).symlink_to(shutil.which(tool))
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python3").chmod(0o755)
    result = subprocess.run([ROOT / "bin/setup"], env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert result.returncode == 1
    assert "cosign needs Python 3.11 or newer" in result.stderr


def pins(lock):
    return set(re.findall(r"^([\w.-]+==[^ \\]+)", (ROOT / lock).read_text(encoding="utf-8"), re.M))


@pytest.mark.parametrize("lock", ["requirements-dev.lock", "requirements-postgres.lock"])
def test_the_larger_locks_hold_the_very_versions_of_the_small_one(lock):
    assert pins("requirements.lock")
    assert pins("requirements.lock") - pins(lock) == set()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-postgres.lock"])
def test_a_lock_names_no_place_to_download_from_and_every_package_has_a_hash(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--index-url|--find-links|file:", text)
    for block in re.split(r"^(?=[\w.-]+==)", text, flags=re.M)[1:]:
        assert "--hash=sha256:" in block, block.split()[0]
