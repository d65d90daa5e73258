"""The two groups that a site admin puts people in. They exist after every migrate; nobody is put in them here."""

AUDITORS, LOCKERS = "Auditors", "Lock letters"
GROUPS = {AUDITORS: "audit_letter", LOCKERS: "lock_letter"}


def make(sender, using="default", **kwargs):
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    create_permissions(sender, using=using, verbosity=0)  # Django's own turn comes after ours
    for name, codename in GROUPS.items():
        group, made = Group.objects.using(using).get_or_create(name=name)
        if made:
            group.permissions.add(Permission.objects.using(using).get(content_type__app_label="letters", codename=codename))
