"""The rooms of the house: who imports whom, who writes to the database, and how long a file may grow."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ROOT / "letters"
MAX_LINES = 500

NOUNS = {"models"}
# What each room may import of ours, besides itself. A room that is not named here may import anything of ours.
MAY_IMPORT = {
    "models": set(),
    "addresses": set(),
    "times": set(),
    "working_days": {"times"},
    "limited": set(),
    "authentication": NOUNS,
    "accounts": NOUNS | {"addresses", "authentication", "text"},
    "middleware": {"authentication"},
    "images": set(),
    "uploads": {"text"},
    "proof": set(),
    "text": {"limited"},
    "apps": NOUNS,
    "migrations": NOUNS,
    "pdf": {"limited", "text", "times"},
    **dict.fromkeys(["permissions", "exports", "roster", "mailbox", "templatetags"], NOUNS | {"text", "times"}),
    "returned": {"limited"},
    "mail": NOUNS | {"limited", "returned", "text", "times"},
    "calendars": NOUNS | {"text", "times"},
    "committees": NOUNS | {"roster"},
    "forms": NOUNS | {"addresses", "images", "text", "times", "working_days"},
    "workflow": NOUNS | {"addresses", "images", "permissions", "text", "working_days"},
    "heartbeat": {"workflow"},
    "tasks": NOUNS | {"limited", "workflow", "pdf", "mail"},
}
ANYTHING = {"views", "admin", "management", "urls", ""}

WRITES = {
    *("save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"),
    *("create_user", "create_superuser", "select_for_update"),
}
# Offices belong to the roster, committees to their files, the demo's people to its command, accounts to the sign-in pages, the
# query that locks a letter to its model, the groups to the migration; pictures are saved in memory, kept files in the cache.
MAY_WRITE = {
    *("letters/roster.py", "letters/management/commands/load_demo.py", "letters/models/letter.py", "letters/accounts.py"),
    *("letters/models/groups.py", "letters/images.py", "letters/views/kept.py", "letters/committees.py"),
}
# They import no models, so what they save and update are files and tables of their own.
KNOW_NO_DATABASE = ("letters/text/", "letters/pdf/")


def sources(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path):
    return str(path.relative_to(ROOT))


def room(dotted):
    """`letters.pdf.render` is in the room `pdf`; `letters` itself in the nameless one."""
    return dotted.partition(".")[2].partition(".")[0]


def module(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path):
    """Dotted names of all modules that the file imports, wherever in the file it does, relative ones made whole."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])]) if node.level else node.module
            )
            yield from (f"{base}.{alias.name}" for alias in node.names)


def rooms_imported(path):
    return {room(dotted) for dotted in imports(path) if dotted.split(".")[0] == "letters"}


@pytest.mark.parametrize("path", sources("letters"), ids=name)
def test_imports_go_downward_only(path):
    own = room(module(path))
    assert own in MAY_IMPORT or own in ANYTHING, f"say in this test what the new room {own!r} may import"
    if own in MAY_IMPORT:
        assert rooms_imported(path) - {own} <= MAY_IMPORT[own]


@pytest.mark.parametrize("path", sources("letters"), ids=name)
def test_the_product_does_not_know_its_wiring(path):
    assert not [dotted for dotted in imports(path) if dotted.split(".")[0] in ("cosign", "tests")]


def test_the_verifier_needs_nothing_but_python():
    assert {dotted.split(".")[0] for dotted in imports(OURS / "proof.py")} <= sys.stdlib_module_names


def test_relative_imports_are_read():
    assert "letters.models.Letter" in set(imports(OURS / "workflow" / "signing.py"))
    assert "workflow" in rooms_imported(OURS / "views" / "letter.py")
    assert "letters.views.access.letter_for" in set(imports(OURS / "views" / "letter.py"))


def verbs_of(path):
    """Names under which the file knows rooms of the workflow: calling `drafting.create` is no write of its own."""
    return {dotted.split(".")[-1] for dotted in imports(path) if dotted.startswith("letters.workflow.")}


def writes(path):
    verbs = verbs_of(path)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            receiver = node.func.value
            if not (isinstance(receiver, ast.Name) and receiver.id in verbs):
                yield f"{name(path)}:{node.lineno} {ast.unparse(node.func)}"


def is_verb(path):
    file = name(path)
    return room(module(path)) in ("workflow", "proof", "migrations") or file in MAY_WRITE or file.startswith(KNOW_NO_DATABASE)


@pytest.mark.parametrize("path", [path for path in sources("letters") if not is_verb(path)], ids=name)
def test_only_verbs_change_state(path):
    assert list(writes(path)) == []


def test_writes_are_found():
    assert any("Signature.objects.create" in write for write in writes(OURS / "workflow" / "signing.py"))


@pytest.mark.parametrize(
    "path",
    [path for path in sources("letters", "cosign", "tests", "bench") if "migrations" not in path.parts],
    ids=name,
)
def test_no_file_becomes_two_rooms(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_no_room_for_everything():
    kinds = {"utils", "helpers", "services", "managers", "base", "common", "misc"}
    assert not [name(path) for path in sources("letters", "cosign", "tests") if path.stem in kinds]


def test_no_comment_in_a_template_is_shown():
    """Django's {# … #} ends with its line; a longer one would stand on the page."""
    lines = [(path, line) for path in (ROOT / "templates").rglob("*.*") for line in path.read_text().splitlines()]
    assert [f"{path}: {line}" for path, line in lines if "{#" in line and "#}" not in line.rpartition("{#")[2]] == []
