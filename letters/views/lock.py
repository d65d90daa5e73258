"""Review and lock."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone

from letters import permissions
from letters.authentication import reauthentication_needed
from letters.workflow import locking

from .access import get_or_post, letter_to_watch, trying
from .desk import page


@get_or_post
def lock_review(request, code):
    """The checks, the text and the list, and one button. The lead sees the page; only a person who may lock has the button."""
    letter = letter_to_watch(request, code)
    if letter.is_draft:
        messages.error(request, "The letter is still a draft. It has to be circulated first.")
        return redirect("desk", code=code)
    checks = locking.review(letter, now=timezone.now())
    reasons = {check.name: request.POST.get(f"reason-{check.name}", "")[:1000] for check in checks}
    if request.method == "POST":
        if not permissions.may_lock(request.user, letter):
            raise PermissionDenied("Only an administrator locks a letter. Ask one to open this page.")
        if proof := reauthentication_needed(request):
            return proof
        with trying(request) as done:
            head = request.POST.get("head_hash", "")
            locking.lock(letter, request.user, head_hash=head, reasons=reasons, now=timezone.now())
        if done.ok:
            messages.success(request, "The letter is locked. Its final PDF is being made.")
            return redirect("desk", code=code)
    rows = [(check, reasons[check.name]) for check in checks]
    more = {
        "checks": rows,
        "barred": any(check.level == locking.RED for check in checks),
        "signers": letter.signatures.printed().in_order(letter),
        "revision": letter.revision,
        "texts": letter.revisions.filter(number__gte=letter.first_shown().number).order_by("number"),
        "tab": "lock",
    }
    return page(request, letter, "letters/desk/lock.html", status=409 if request.method == "POST" else 200, **more)
