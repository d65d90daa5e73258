"""The two groups that a site admin puts people in. They exist after every migrate; nobody is put in them here."""

AUDITORS, LOCKERS = "Auditors", "Lock letters"
GROUPS = {AUDITORS: "audit_letter", LOCKERS: "lock_letter"}


def make(sender, using="default", apps=None, **kwargs):
    from django.contrib.auth.models import Group, Permission

    wanted = Permission.objects.using(using).filter(content_type__app_label="letters", codename__in=GROUPS.values())
    known = {permission.codename: permission for permission in wanted}
    for name, codename in GROUPS.items():
        # While the tables are made step by step, the permissions may be made by a later receiver of the same signal.
        if codename in known:
            group, made = Group.objects.using(using).get_or_create(name=name)
            if made:
                group.permissions.add(known[codename])
