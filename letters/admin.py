"""The admin site: read-only for whatever has a history; what it may do, it does by the verbs."""

from contextlib import contextmanager
from functools import wraps
from importlib import import_module

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from letters import permissions
from letters.accounts import forget_short_password
from letters.authentication import reauthentication_needed
from letters.forms import Address, Line, LockForm
from letters.forms.fields import refuse
from letters.models import (
    DeadlineRequest,
    Event,
    ImportReport,
    Invitee,
    Letter,
    Membership,
    Notice,
    Office,
    OfficeEvent,
    OfficeImage,
    PlaceInvitation,
    ProposedEdit,
    Recess,
    Rendition,
    Revision,
    Signature,
    Suppression,
    User,
    WorkingCopy,
)
from letters.workflow import Refused, bouncing, locking, offices, people
from letters.workflow.refusal import unless_open

admin.site.site_header = admin.site.site_title = "cosign administration"
admin.site.login = secure_admin_login(admin.site.login)
admin_view = admin.site.admin_view


def with_fresh_proof(view, cacheable=False):
    """Whatever changes something here wants a fresh proof of who is at the keyboard."""
    guarded = admin_view(view, cacheable)

    @wraps(guarded)
    def proved(request, *args, **kwargs):
        changes = request.method == "POST" and request.user.is_staff
        return (reauthentication_needed(request) if changes else None) or guarded(request, *args, **kwargs)

    return proved


admin.site.admin_view = with_fresh_proof


class Claims(admin.SimpleListFilter):
    """Places asked for in offices that nobody runs yet: a site admin decides."""

    title, parameter_name = "claims", "claims"

    def lookups(self, request, model_admin):
        return [("open", "To decide")]

    def queryset(self, request, queryset):
        return queryset.claims() if self.value() == "open" else queryset


@contextmanager
def said(model_admin, request, done):
    """Run a verb and say what became of it."""
    try:
        yield
        model_admin.message_user(request, done, messages.SUCCESS)
    except Refused as refusal:
        model_admin.message_user(request, str(refusal), messages.ERROR)


class KeptAdmin(admin.ModelAdmin):
    """Rows that people refer to: never deleted."""

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(KeptAdmin):
    list_select_related = True

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ["email", "first_name", "last_name", "is_staff", "is_active"]
    add_fieldsets = [(None, {"fields": ["username", "email", "usable_password", "password1", "password2"]})]
    formfield_overrides = {models.EmailField: {"form_class": Address}}

    def get_fieldsets(self, request, obj=None):
        found = super().get_fieldsets(request, obj)
        return [(name, {**parts, "fields": [field for field in parts["fields"] if field != "password"]}) for name, parts in found]

    def user_change_password(self, request, id, form_url=""):
        raise PermissionDenied("People set their own passwords; whoever forgot one signs in by mailed code.")

    def get_readonly_fields(self, request, obj=None):
        """Only the person can show that another address is theirs."""
        rights = [] if request.user.is_superuser else ["is_staff", "is_superuser", "groups", "user_permissions"]
        return ["email", "last_login", "date_joined", *rights] if obj else []

    def has_delete_permission(self, request, obj=None):
        return False


# Providers come from the environment; addresses, sessions and second factors from the person, with no secret shown here.
for app in ("account", "mfa", "socialaccount", "usersessions"):
    import_module(f"allauth.{app}.admin")  # before Django finds them, so that what they registered can be taken back
for model in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    admin.site.unregister(model)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ["email", "user", "verified", "primary"]
    search_fields = ["email"]


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """May be deleted, for somebody who has lost theirs."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    search_fields = ["user__email"]
    exclude = ["data"]

    def has_delete_permission(self, request, obj=None):
        return request.user.has_perm("mfa.delete_authenticator")

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        forget_short_password(obj.user)

    def delete_queryset(self, request, queryset):
        people = [row.user for row in queryset.select_related("user")]
        super().delete_queryset(request, queryset)
        for person in people:
            forget_short_password(person)


@admin.register(SocialAccount)
class AgencyAccountAdmin(ReadOnlyAdmin):
    list_display = ["user", "provider", "uid", "last_login", "date_joined"]
    search_fields = ["user__email"]
    exclude = ["extra_data"]


@admin.register(Office)
class OfficeAdmin(KeptAdmin):
    """The roster's fields are the roster's; an office that is not in it is kept by hand."""

    list_display = ["printed_name", "chamber", "seat", "party", "left_on", "entered_by", "accepted_at"]
    list_filter = [
        "chamber",
        "state",
        *[(field, admin.EmptyFieldListFilter) for field in ("left_on", "entered_at", "accepted_at")],
    ]
    list_select_related = ["entered_by"]
    actions = ["accept"]
    search_fields = ["name", "signing_name", "last_name", "state", "bioguide"]
    ordering = ["last_name", "first_name", "state"]
    fields = [
        "signing_name",
        "signing_title",
        "bioguide",
        "chamber",
        "name",
        "first_name",
        "last_name",
        "state",
        "district",
        "party",
        "serving_since",
        "left_on",
    ]
    formfield_overrides = {models.CharField: {"form_class": Line}}

    def get_readonly_fields(self, request, obj=None):
        decided = [] if permissions.is_site_admin(request.user) else self.fields[:2]
        return [*decided, *(self.fields[2:] if obj and obj.bioguide else ["bioguide"])]

    def save_model(self, request, obj, form, change):
        """How the Member signs is changed by the verb, which keeps it in the office's history."""
        signs = {"name": obj.signing_name, "title": obj.signing_title}
        if change:
            obj.signing_name, obj.signing_title = Office.objects.values_list("signing_name", "signing_title").get(pk=obj.pk)
        super().save_model(request, obj, form, change)
        if change and permissions.is_site_admin(request.user):
            offices.sign_as(obj, request.user, now=timezone.now(), **signs)

    @admin.action(permissions=["change"], description="Accept offices that are not in the roster")
    def accept(self, request, queryset):
        for office in queryset:
            with said(self, request, f"{office}: accepted."):
                offices.accept(office, request.user, now=timezone.now())


@admin.register(Membership)
class MembershipAdmin(KeptAdmin):
    list_display = ["person", "office", "role", "asked_at", "confirmed_at", "ended_at"]
    list_filter = [Claims, "role", ("confirmed_at", admin.EmptyFieldListFilter), ("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["person", "office"]
    search_fields = ["person__email", "person__last_name", "office__last_name"]
    autocomplete_fields = ["person", "office"]
    actions = ["confirm", "end"]

    def get_fields(self, request, obj=None):
        return super().get_fields(request, obj) if obj else ["person", "office", "role"]

    def has_change_permission(self, request, obj=None):
        return False

    def has_manage_permission(self, request):
        return permissions.is_site_admin(request.user)

    def has_add_permission(self, request):
        return self.has_manage_permission(request)

    def add_view(self, request, form_url="", extra_context=None):
        try:
            return super().add_view(request, form_url, extra_context)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(request.get_full_path())

    def save_model(self, request, obj, form, change):
        obj.pk = people.give_place(obj.person, obj.office, obj.role, request.user, now=timezone.now()).pk

    @admin.action(permissions=["manage"], description="Confirm places")
    def confirm(self, request, queryset):
        for place in queryset.select_related("office", "person"):
            with said(self, request, f"{place}: confirmed."):
                people.confirm(place, request.user, how="by a site administrator", now=timezone.now())

    @admin.action(permissions=["manage"], description="End places")
    def end(self, request, queryset):
        for place in queryset.select_related("office", "person"):
            with said(self, request, f"{place}: ended."):
                people.end(place, request.user, now=timezone.now())


@admin.register(PlaceInvitation)
class PlaceInvitationAdmin(ReadOnlyAdmin):
    list_display = ["address", "office", "role", "invited_at", "invited_by", "expires_at", "accepted_at", "ended_at"]
    search_fields = ["address", "office__last_name"]


@admin.register(OfficeEvent)
class OfficeEventAdmin(ReadOnlyAdmin):
    list_display = ["office", "at", "kind", "by", "person"]
    list_filter = ["kind"]
    search_fields = ["office__last_name", "by__email"]
    ordering = ["-pk"]


@admin.register(OfficeImage)
class OfficeImageAdmin(ReadOnlyAdmin):
    list_display = ["office", "added_at", "added_by", "removed_at", "removed_by"]
    exclude = ["png"]


@admin.register(Recess)
class RecessAdmin(admin.ModelAdmin):
    """A warning is made of them and nothing else, so they may be changed and deleted."""

    list_display = ["name", "chamber", "first_day", "last_day"]
    list_filter = ["chamber"]
    formfield_overrides = {models.CharField: {"form_class": Line}}


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    list_display = ["title", "lead", "status", "deadline_at", "locked_at", "pdf_is_current"]
    list_filter = ["status"]
    list_select_related = ["lead"]
    search_fields = ["title", "code", "lead__last_name"]
    ordering = ["-created_at"]
    actions = ["lock"]

    def has_lock_permission(self, request):
        return permissions.may_lock(request.user, None)

    def has_view_permission(self, request, obj=None):
        return self.has_lock_permission(request) or super().has_view_permission(request, obj)

    @admin.action(permissions=["lock"], description="Lock the selected letter")
    def lock(self, request, queryset):
        """Shows the review first; its form comes back here with the head of the history that was reviewed."""
        if queryset.count() != 1:
            self.message_user(request, "Letters are locked one at a time. Select exactly one.", messages.ERROR)
            return None
        letter, head_hash = queryset.get(), request.POST.get("head_hash")
        try:
            if head_hash is None:
                return self.review(request, letter)
            reasons = {name.removeprefix("reason-"): value[:1000] for name, value in request.POST.items()}
            locking.lock(letter, request.user, head_hash=head_hash, reasons=reasons, now=timezone.now())
        except Refused as refusal:
            if refusal.beside:
                return self.review(request, letter, refusal)
            self.message_user(request, f"Not locked: {refusal}", messages.ERROR)
        else:
            self.message_user(request, f"“{letter}” is locked. Its final PDF is being made.", messages.SUCCESS)
        return None

    def review(self, request, letter, refusal=None):
        unless_open(letter)
        checks = locking.review(letter, now=timezone.now())
        form = LockForm(request.POST if refusal else None, checks=locking.asking(checks))
        if form.is_valid():
            refuse(form, refusal)
        context = {
            **self.admin_site.each_context(request),
            "title": "Lock this letter?",
            "opts": self.opts,
            "letter": letter,
            "form": form,
            "checks": [(check, form[check.name] if check.name in form.fields else None) for check in checks],
            "barred": any(check.level == locking.RED for check in checks),
            "signers": letter.signatures.printed().in_order(letter),
        }
        return TemplateResponse(request, "admin/letters/letter/lock.html", context)


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    list_display = ["letter", "number", "created_at", "created_by", "note"]


@admin.register(WorkingCopy)
class WorkingCopyAdmin(ReadOnlyAdmin):
    list_display = ["letter", "version", "base", "saved_at", "saved_by"]


@admin.register(ImportReport)
class ImportReportAdmin(ReadOnlyAdmin):
    list_display = ["letter", "source", "name", "imported_at", "imported_by", "checked_at", "checked_by"]
    list_filter = ["source", ("checked_at", admin.EmptyFieldListFilter)]


@admin.register(ProposedEdit)
class ProposedEditAdmin(ReadOnlyAdmin):
    list_display = ["letter", "office", "revision", "asked_at", "asked_by", "decision", "decided_at"]
    list_filter = ["decision"]


@admin.register(Invitee)
class InviteeAdmin(ReadOnlyAdmin):
    list_display = ["letter", "office", "invited_at", "co_lead", "declined_at", "deadline_at"]


@admin.register(Signature)
class SignatureAdmin(ReadOnlyAdmin):
    list_display = ["letter", "name", "title", "state", "signed_at", "signed_by", "confirmed_at", "ended"]
    list_filter = ["ended", ("confirmed_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "letter__title"]


@admin.register(DeadlineRequest)
class DeadlineRequestAdmin(ReadOnlyAdmin):
    list_display = ["letter", "office", "wanted_at", "asked_at", "decision", "granted_at"]
    list_filter = ["decision"]


@admin.register(Rendition)
class RenditionAdmin(ReadOnlyAdmin):
    list_display = ["letter", "state_no", "final", "signers", "size", "rendered_at", "sha256"]
    list_filter = ["final"]


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["kind", "letter", "address", "due_at", "state", "attempts", "last_error"]
    list_filter = ["kind"]
    search_fields = ["address", "letter__title"]
    ordering = ["-due_at"]


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    """Addresses that get no mail, since it came back. Codes to sign in are sent to them all the same."""

    list_display = ["address", "began_at", "because", "lifted_at", "lifted_by"]
    list_filter = [("lifted_at", admin.EmptyFieldListFilter)]
    search_fields = ["address"]
    ordering = ["-began_at"]
    actions = ["lift"]

    def has_manage_permission(self, request):
        return permissions.is_site_admin(request.user)

    @admin.action(permissions=["manage"], description="Send mail to these addresses again")
    def lift(self, request, queryset):
        for stopped in queryset:
            with said(self, request, f"{stopped.address} gets mail again."):
                bouncing.lift(stopped.address, request.user, now=timezone.now())


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["letter", "seq", "at", "kind", "person", "office"]
    list_filter = ["kind"]
    ordering = ["-at", "-seq"]
