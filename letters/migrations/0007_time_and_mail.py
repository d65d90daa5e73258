import django.db.models.deletion
import letters.models.letter
from django.conf import settings
from django.db import migrations, models

from letters.models import guards


def remove_guards(apps, schema_editor):
    guards.remove(schema_editor.connection)


def known_by_their_code(apps, schema_editor):
    """Until now a letter's code stood in its history too, and no link was ever replaced."""
    apps.get_model("letters", "Letter").objects.update(ref=models.F("code"))


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0006_calendar_feeds"),
    ]

    operations = [
        # The triggers name tables and columns that change here; the end of the migration puts them in place again.
        migrations.RunPython(remove_guards, migrations.RunPython.noop),
        migrations.AddField("letter", "ref", models.CharField(editable=False, max_length=32, null=True)),
        migrations.RunPython(known_by_their_code, migrations.RunPython.noop),
        migrations.AlterField(
            "letter",
            "ref",
            models.CharField(default=letters.models.letter.new_code, editable=False, max_length=32, unique=True),
        ),
        migrations.CreateModel(
            name="Circular",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("to_all", models.BooleanField(default=False, help_text="Also to invited offices that had answered.")),
                ("sent_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="MailSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "muted",
                    models.CharField(
                        blank=True, help_text="Kinds of mail that are not sent, with spaces between.", max_length=200
                    ),
                ),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                ("zone", models.CharField(default="America/New_York", max_length=64)),
                (
                    "away_until",
                    models.DateTimeField(blank=True, help_text="Until then others of the office get its mail.", null=True),
                ),
            ],
            options={
                "verbose_name_plural": "mail settings",
            },
        ),
        migrations.CreateModel(
            name="MutedLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("muted_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="OfficeList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="The committee's code in the roster, for instance HSAG15.", max_length=10
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Outage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("began_at", models.DateTimeField(unique=True)),
                ("ended_at", models.DateTimeField()),
                (
                    "settled_at",
                    models.DateTimeField(blank=True, help_text="When every deadline that it touched had been moved.", null=True),
                ),
            ],
            options={
                "ordering": ["began_at"],
            },
        ),
        migrations.CreateModel(
            name="RetiredLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32, unique=True)),
                ("retired_at", models.DateTimeField()),
                ("for_any", models.BooleanField(help_text="Any office could open the letter by it when it was replaced.")),
            ],
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=254)),
                ("began_at", models.DateTimeField()),
                ("because", models.CharField(max_length=500)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Uptime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("began_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(db_index=True)),
                (
                    "after_clock_change",
                    models.BooleanField(default=False, help_text="The clock jumped before it, so the gap was none."),
                ),
            ],
            options={
                "ordering": ["began_at"],
            },
        ),
        migrations.AddField(
            model_name="invitee",
            name="condition_answer",
            field=models.CharField(blank=True, max_length=1000),
        ),
        migrations.AddField(
            model_name="invitee",
            name="condition_answered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invitee",
            name="condition_answered_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="invitee",
            name="condition_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invitee",
            name="condition_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="invitee",
            name="condition_met",
            field=models.BooleanField(blank=True, help_text="What the lead answered; empty while it has not.", null=True),
        ),
        migrations.AddField(
            model_name="invitee",
            name="opened_at",
            field=models.DateTimeField(blank=True, help_text="When somebody of the office first had the letter open.", null=True),
        ),
        migrations.AddField(
            model_name="invitee",
            name="to_invite",
            field=models.BooleanField(default=False, help_text="Is invited when the draft is circulated."),
        ),
        migrations.AddField(
            model_name="letter",
            name="circulate_at",
            field=models.DateTimeField(blank=True, help_text="When the draft circulates by itself.", null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="circulate_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="lock_announced_at",
            field=models.DateTimeField(blank=True, help_text="When the signers were told of the lock to come.", null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="lock_announced_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="lock_announced_text",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="letters.revision"
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="lock_expected_at",
            field=models.DateTimeField(blank=True, help_text="Not locked before, as the signers were told.", null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="reminder_steps",
            field=models.CharField(blank=True, default="3d 1d 3h", help_text="Before each office's deadline.", max_length=60),
        ),
        migrations.AddField(
            model_name="membership",
            name="alternate",
            field=models.BooleanField(default=False, help_text="Gets the office's mail only while nobody else of it can."),
        ),
        migrations.AddField(
            model_name="notice",
            name="again_of",
            field=models.ForeignKey(
                blank=True,
                help_text="Sent again by hand.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="letters.notice",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="bounced_at",
            field=models.DateTimeField(blank=True, help_text="When it came back after it was sent.", null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="bounced_because",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="notice",
            name="event_no",
            field=models.PositiveIntegerField(
                blank=True, help_text="The newest event of the letter that a digest tells.", null=True
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="invitee",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="letters.invitee"
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="refused",
            field=models.BooleanField(default=False, help_text="Dropped because the mail server does not take the address."),
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
                    ("listed", "chose whom to invite"),
                    ("scheduled", "scheduled the circulation"),
                    ("invited", "invited"),
                    ("link-replaced", "replaced the link"),
                    ("wrote", "wrote to the offices"),
                    ("reminders", "chose when to remind"),
                    ("signed", "signed on"),
                    ("entered", "entered the yes of"),
                    ("reaffirmed", "re-affirmed"),
                    ("asked-again", "asked early signers again"),
                    ("confirmed", "confirmed the signature of"),
                    ("refused", "did not confirm the signature of"),
                    ("withdrew", "withdrew"),
                    ("declined", "declined"),
                    ("condition", "would sign if"),
                    ("condition-answered", "answered the condition of"),
                    ("deadline-asked", "asked for more time"),
                    ("deadline-decided", "answered a request for more time"),
                    ("deadline-moved", "moved the deadline"),
                    ("outage", "had time added after an outage"),
                    ("lock-announced", "announced the lock"),
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
                    ("condition-received", "Would sign if …"),
                    ("condition-answered", "Answer to a condition"),
                    ("scheduled", "Scheduled circulation"),
                    ("circular", "Dear Colleague"),
                    ("outage", "Time added after an outage"),
                    ("lock-pending", "The letter will be locked"),
                    ("digest", "Digest"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="invitee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("condition_answer", ""),
                        ("condition_answered_at", None),
                        ("condition_answered_by", None),
                        ("condition_met", None),
                    ),
                    models.Q(
                        ("condition_answered_at__isnull", False),
                        ("condition_answered_by__isnull", False),
                        ("condition_met__isnull", False),
                        models.Q(("condition", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="condition_answered_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("circulate_at", None), ("circulate_by", None)),
                    models.Q(
                        ("circulate_at__isnull", False),
                        ("circulate_by__isnull", False),
                        ("deadline_at__gt", models.F("circulate_at")),
                        ("status", "draft"),
                    ),
                    _connector="OR",
                ),
                name="scheduled_letter_is_a_draft_with_a_later_deadline",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("lock_announced_at", None),
                        ("lock_announced_by", None),
                        ("lock_announced_text", None),
                        ("lock_expected_at", None),
                    ),
                    models.Q(
                        ("lock_announced_at__isnull", False),
                        ("lock_announced_by__isnull", False),
                        ("lock_announced_text__isnull", False),
                        ("lock_expected_at__gt", models.F("lock_announced_at")),
                    ),
                    _connector="OR",
                ),
                name="announced_lock_is_whole",
            ),
        ),
        migrations.AddField(
            model_name="circular",
            name="letter",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="circulars", to="letters.letter"),
        ),
        migrations.AddField(
            model_name="circular",
            name="sent_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="notice",
            name="circular",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="letters.circular"
            ),
        ),
        migrations.AddField(
            model_name="mailsettings",
            name="person",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="mail_settings", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="mutedletter",
            name="letter",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="letters.letter"),
        ),
        migrations.AddField(
            model_name="mutedletter",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="muted_letters", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="officelist",
            name="changed_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="officelist",
            name="keeper",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="lists", to="letters.office"
            ),
        ),
        migrations.AddField(
            model_name="officelist",
            name="offices",
            field=models.ManyToManyField(blank=True, related_name="listed_in", to="letters.office"),
        ),
        migrations.AddConstraint(
            model_name="outage",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at__gt", models.F("began_at"))), name="outage_ends_after_it_begins"
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="outage",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="letters.outage"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("bounced_at", None), ("sent_at__isnull", False), _connector="OR"),
                name="only_sent_mail_comes_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("refused", False), ("dropped_at__isnull", False), _connector="OR"),
                name="refused_mail_is_dropped",
            ),
        ),
        migrations.AddField(
            model_name="retiredlink",
            name="letter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="retired_links", to="letters.letter"
            ),
        ),
        migrations.AddField(
            model_name="retiredlink",
            name="retired_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="suppression",
            name="lifted_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="notice",
            field=models.ForeignKey(
                blank=True,
                help_text="What came back.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="letters.notice",
            ),
        ),
        migrations.AddConstraint(
            model_name="uptime",
            constraint=models.CheckConstraint(
                condition=models.Q(("seen_at__gte", models.F("began_at"))), name="uptime_ends_after_it_begins"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_from", None), ("quiet_until", None)),
                    models.Q(
                        ("quiet_from__isnull", False),
                        ("quiet_until__isnull", False),
                        models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="quiet_hours_begin_and_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="mutedletter",
            constraint=models.UniqueConstraint(fields=("person", "letter"), name="letter_muted_once_by_a_person"),
        ),
        migrations.AddConstraint(
            model_name="officelist",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True), fields=("code",), name="one_list_per_committee"
            ),
        ),
        migrations.AddConstraint(
            model_name="officelist",
            constraint=models.UniqueConstraint(fields=("keeper", "name"), name="one_list_per_keeper_and_name"),
        ),
        migrations.AddConstraint(
            model_name="officelist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("keeper", None), models.Q(("code", ""), _negated=True)),
                    models.Q(("code", ""), ("keeper__isnull", False)),
                    _connector="OR",
                ),
                name="list_of_a_committee_or_an_office",
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at", None)), fields=("address",), name="address_suppressed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.CheckConstraint(
                condition=models.Q(("lifted_by", None), ("lifted_at__isnull", False), _connector="OR"),
                name="suppression_lifted_at_a_time",
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
                    ("alternate", "chose when mail goes to"),
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
        migrations.AlterModelOptions("workingcopy", {"verbose_name_plural": "working copies"}),
        migrations.RunPython(migrations.RunPython.noop, remove_guards),
    ]
