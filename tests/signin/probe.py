"""The site with one page more, which asks for a fresh proof and notes what reaches it."""

from django.http import HttpResponse
from django.urls import include, path

from letters.authentication import recently_proved

reached = []


@recently_proved
def probe(request):
    reached.append((request.method, request.POST.get("said"), request.GET.get("q"), request.user.signed_in_with))
    return HttpResponse("done")


urlpatterns = [path("probe/", probe, name="probe"), path("", include("cosign.urls"))]
