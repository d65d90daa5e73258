from django.db import migrations

from letters.models import guards


def install(apps, schema_editor):
    guards.install_where_complete(schema_editor.connection)


def remove(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
