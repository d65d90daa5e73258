"""The site with one page more, which asks for a fresh proof and notes what reaches it."""

from django.http import HttpResponse
from django.urls import include, path

from letters.authentication import reauthentication_needed

reached = []


def probe(request):
    if proof := reauthentication_needed(request):
        return proof
    reached.append((request.method, request.POST.get("said"), request.GET.get("q"), request.user.signed_in_with))
    return HttpResponse("done")


urlpatterns = [path("probe/", probe, name="probe"), path("", include("cosign.urls"))]
