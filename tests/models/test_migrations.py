"""Migrations run both ways, and leave every trigger in force."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from letters.models import guards

from .test_guards import installed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def migrated_again():
    yield
    call_command("migrate", verbosity=0)


@pytest.mark.usefixtures("migrated_again")
def test_all_migrations_are_undone_and_done_again():
    call_command("migrate", "letters", "zero", verbosity=0)
    assert [table for table in connection.introspection.table_names() if table.startswith("letters_")] == []
    assert installed() == []
    call_command("migrate", verbosity=0)
    assert installed() == sorted(f"guard_{name}" for name, *_ in guards.RULES)


@pytest.mark.usefixtures("migrated_again")
def test_the_newest_step_leaves_the_guards_in_force_from_the_one_before_and_from_the_first():
    """On SQLite a changed table is built anew, and its triggers go with the old one. Midway the tables are not whole."""
    steps = sorted(name for app, name in MigrationExecutor(connection).loader.graph.nodes if app == "letters")
    for step in (steps[-2], steps[0]):
        call_command("migrate", "letters", step, verbosity=0)
        call_command("migrate", "letters", steps[-1], verbosity=0)
        assert installed() == sorted(f"guard_{name}" for name, *_ in guards.RULES)


def test_the_models_have_no_change_without_a_migration():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
