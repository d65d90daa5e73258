"""The one built file: made from the source beside it, the same bytes everywhere, and leading nowhere."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE, BUILT = ROOT / "frontend", ROOT / "static" / "js"
PRODUCTS = ("editor.js", "editor.LICENSES.txt")
# Words only, which nothing fetches: the example in a sentence of ours, and a hint that ProseMirror writes for programmers.
WORDS = {"https://www.congress.gov.", "https://prosemirror.net/docs/guide/"}


def run(*command, cwd):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=240)


@pytest.mark.slow
def test_the_built_file_is_what_its_source_gives(tmp_path):
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("Node and npm are not installed, so the editor is not built anew here (Debian: apt install npm)")
    home = shutil.copytree(SOURCE, tmp_path / "frontend", ignore=shutil.ignore_patterns("node_modules"))
    found = run("npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-progress", cwd=home)
    if found.returncode and re.search(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network", found.stderr):
        pytest.skip("The package registry cannot be reached, so the editor is not built anew here")
    assert found.returncode == 0, found.stderr
    made = run("node", "build.js", str(tmp_path / "built"), cwd=home)
    assert made.returncode == 0, made.stderr
    for name in PRODUCTS:
        assert (tmp_path / "built" / name).read_bytes() == (BUILT / name).read_bytes(), (
            f"run npm run build: {name} is not up to date"
        )


def test_versions_are_exact_and_the_lock_names_no_registry():
    package = json.loads((SOURCE / "package.json").read_text())
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert [version for version in wanted.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    lock = (SOURCE / "package-lock.json").read_text()
    assert "://" not in lock
    locked = json.loads(lock)["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in entry for name, entry in locked.items() if name)


def test_the_built_file_names_no_address_and_no_map():
    text = (BUILT / "editor.js").read_text()
    assert set(re.findall(r"(?:https?|wss?)://[\w.-]+[\w/.-]*", text)) <= WORDS
    assert "sourceMappingURL" not in text
    assert not re.search(r"\b(?:localStorage|sessionStorage|indexedDB|eval\(|new Function)", text)


def test_each_package_in_the_built_file_has_its_licence_beside_it():
    licences = (BUILT / "editor.LICENSES.txt").read_text()
    package = json.loads((SOURCE / "package.json").read_text())
    assert [name for name, version in package["dependencies"].items() if f"{name} {version} (MIT)" not in licences] == []
    assert "Permission is hereby granted" in licences
