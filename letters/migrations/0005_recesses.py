from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0004_texts_and_layout")]

    operations = [
        migrations.CreateModel(
            name="Recess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "chamber",
                    models.CharField(
                        blank=True, choices=[("", "Both chambers"), ("house", "House"), ("senate", "Senate")], max_length=6
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="As people call it, for instance: August district work period", max_length=100),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
            ],
            options={
                "verbose_name_plural": "recesses",
                "ordering": ["-first_day"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first_day__lte", models.F("last_day"))),
                        name="recess_ends_after_it_begins",
                        violation_error_message="The last day comes before the first. Correct one of them.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("chamber__in", ["", "house", "senate"])), name="recess_of_a_chamber"
                    ),
                ],
            },
        ),
    ]
