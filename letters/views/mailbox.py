"""The local mailbox: what would have been mailed. It exists in local mode only."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from letters import mailbox


@login_not_required
@require_safe
def show(request):
    if not settings.LOCAL:
        raise Http404
    return render(request, "letters/mailbox.html", {"mails": mailbox.messages()[:200]})
