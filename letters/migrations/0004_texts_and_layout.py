import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from letters.models import guards


def remove_guards(apps, schema_editor):
    guards.remove(schema_editor.connection)


def every_text_its_own_substance(apps, schema_editor):
    """Until now each change of the text asked every signer anew."""
    apps.get_model("letters", "Revision").objects.update(substance=models.F("number"))


class Migration(migrations.Migration):
    dependencies = [("letters", "0003_people_and_authority")]

    operations = [
        # The triggers name tables and columns that change here; the end of the migration puts them in place again.
        migrations.RunPython(remove_guards, migrations.RunPython.noop),
        migrations.RemoveConstraint("signatureimage", "one_signature_image_on_file"),
        migrations.RenameModel("SignatureImage", "OfficeImage"),
        migrations.AddField(
            "officeimage",
            "kind",
            models.CharField(choices=[("signature", "signature image"), ("seal", "seal")], default="signature", max_length=9),
        ),
        migrations.AddField("revision", "substance", models.PositiveIntegerField(default=1), preserve_default=False),
        migrations.RunPython(every_text_its_own_substance, migrations.RunPython.noop),
        migrations.CreateModel(
            name="ImportReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[("word", "a Word file"), ("file", "a text file"), ("paste", "pasted text")], max_length=5
                    ),
                ),
                ("name", models.CharField(blank=True, help_text="The file's name.", max_length=200)),
                (
                    "changes",
                    models.CharField(
                        blank=True,
                        choices=[("accepted", "All tracked changes accepted"), ("rejected", "All tracked changes rejected")],
                        max_length=8,
                    ),
                ),
                ("doubts", models.JSONField(default=list, help_text="Sentences.")),
                ("signers", models.JSONField(default=list, help_text="Pairs of name and title as found; offered, never signed.")),
                ("imported_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ProposedEdit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.CharField(max_length=2000, verbose_name="words in the text")),
                (
                    "new",
                    models.CharField(
                        blank=True, help_text="Empty to strike the old ones.", max_length=2000, verbose_name="words instead"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("asked_at", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("taken", "Taken into the next text"),
                            ("answered", "Not taken"),
                            ("taken_back", "Taken back by the office"),
                        ],
                        max_length=10,
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=1000)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="WorkingCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date_line", models.CharField(blank=True, max_length=100)),
                ("addressees", models.TextField(blank=True)),
                ("subject", models.CharField(blank=True, help_text="What follows “Re:”.", max_length=500)),
                ("salutation", models.CharField(blank=True, max_length=1000)),
                ("body", models.TextField(blank=True)),
                ("closing", models.CharField(blank=True, max_length=200)),
                ("cc", models.TextField(blank=True)),
                ("enclosures", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField()),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="letter",
            name="columns",
            field=models.CharField(
                choices=[("across", "Across, then down"), ("down", "Down the left column, then the right")],
                default="across",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="asked_again_at",
            field=models.DateTimeField(blank=True, help_text="Signatures given before were asked for anew.", null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="running_head",
            field=models.BooleanField(default=False, help_text="Pages after the first begin with the addressee's name."),
        ),
        migrations.AddField(
            model_name="letter",
            name="seal",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="letters.officeimage"
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="space",
            field=models.CharField(
                choices=[("pen", "With space to sign by hand"), ("typed", "Names only")], default="pen", max_length=5
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="cc",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="revision",
            name="enclosures",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="revision",
            name="subject",
            field=models.CharField(blank=True, help_text="What follows “Re:”.", max_length=500),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("created", "made the letter"),
                    ("revised", "changed the text"),
                    ("corrected", "corrected the text"),
                    ("edit-proposed", "proposed an edit"),
                    ("edit-decided", "answered a proposed edit"),
                    ("arranged", "changed how signers are ordered and shown"),
                    ("circulated", "circulated the letter"),
                    ("invited", "invited"),
                    ("signed", "signed on"),
                    ("entered", "entered the yes of"),
                    ("reaffirmed", "re-affirmed"),
                    ("asked-again", "asked early signers again"),
                    ("confirmed", "confirmed the signature of"),
                    ("refused", "did not confirm the signature of"),
                    ("withdrew", "withdrew"),
                    ("declined", "declined"),
                    ("condition", "would sign if"),
                    ("deadline-asked", "asked for more time"),
                    ("deadline-decided", "answered a request for more time"),
                    ("deadline-moved", "moved the deadline"),
                    ("locked", "locked the letter"),
                    ("sealed", "stored the final PDF"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("invitation", "Invitation"),
                    ("reminder", "Reminder"),
                    ("receipt", "Receipt"),
                    ("withdrawal", "Withdrawal receipt"),
                    ("reaffirm", "Text changed: please re-affirm"),
                    ("asked-again", "Is it still a yes?"),
                    ("awaiting", "Signature to confirm"),
                    ("confirmed", "Signature confirmed"),
                    ("refused", "Signature not confirmed"),
                    ("request-received", "Request for more time"),
                    ("corrected", "Text corrected"),
                    ("edit-proposed", "Proposed edit"),
                    ("edit-decided", "Answer to a proposed edit"),
                    ("request-decided", "Answer to a request"),
                    ("deadline-moved", "Deadline moved"),
                    ("locked", "Letter locked"),
                    ("join-request", "Someone asks to join the office"),
                    ("join-decided", "Answer to a request to join"),
                    ("claim", "Someone claims an office"),
                    ("place-invitation", "Invitation to join the office"),
                    ("place-taken", "Invitation accepted"),
                    ("entered", "Yes to confirm"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="revision",
            name="body",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="revision",
            name="closing",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddConstraint(
            model_name="officeimage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)), fields=("office", "kind"), name="one_image_of_a_kind_on_file"
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(("substance__gte", 1), ("substance__lte", models.F("number"))),
                name="substance_is_no_later_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(condition=models.Q(("body", ""), _negated=True), name="revision_has_text"),
        ),
        migrations.AddField(
            model_name="importreport",
            name="checked_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="importreport",
            name="imported_by",
            field=models.ForeignKey(
                help_text="Empty for a command.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="importreport",
            name="letter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="import_reports", to="letters.letter"
            ),
        ),
        migrations.AddField(
            model_name="proposededit",
            name="asked_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="proposededit",
            name="decided_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="proposededit",
            name="letter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="proposed_edits", to="letters.letter"
            ),
        ),
        migrations.AddField(
            model_name="proposededit",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="proposed_edits", to="letters.office"
            ),
        ),
        migrations.AddField(
            model_name="proposededit",
            name="revision",
            field=models.ForeignKey(
                help_text="The text that was read.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="letters.revision",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="proposed_edit",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="letters.proposededit"
            ),
        ),
        migrations.AddField(
            model_name="workingcopy",
            name="base",
            field=models.ForeignKey(
                help_text="The published text that it goes on from.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="letters.revision",
            ),
        ),
        migrations.AddField(
            model_name="workingcopy",
            name="letter",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="working_copy", to="letters.letter"
            ),
        ),
        migrations.AddField(
            model_name="workingcopy",
            name="saved_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name="importreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_at", None), ("checked_by", None)),
                    models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                    _connector="OR",
                ),
                name="import_checked_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposededit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("decision", "")),
                    models.Q(
                        ("decided_at__gte", models.F("asked_at")),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("decision", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="edit_decided_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposededit",
            constraint=models.CheckConstraint(
                condition=models.Q(("old", models.F("new")), _negated=True), name="edit_changes_something"
            ),
        ),
        migrations.AlterField(
            model_name="officeevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("entered", "entered the office"),
                    ("accepted", "accepted the office"),
                    ("asked", "asked for a place"),
                    ("invited", "invited"),
                    ("invitation-ended", "ended the invitation of"),
                    ("joined", "accepted the invitation as"),
                    ("given", "gave a place to"),
                    ("confirmed", "confirmed the place of"),
                    ("refused", "refused a place to"),
                    ("role", "changed the role of"),
                    ("ended", "ended the place of"),
                    ("left", "left the office"),
                    ("signers", "decided who may sign"),
                    ("signing-name", "changed how the Member signs"),
                    ("image", "put an image on file"),
                    ("image-removed", "took an image off file"),
                ],
                max_length=20,
            ),
        ),
        # Undoing begins here, at the end.
        migrations.RunPython(migrations.RunPython.noop, remove_guards),
    ]
