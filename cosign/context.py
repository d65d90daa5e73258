from django.conf import settings


def site(request):
    return {"LOCAL": settings.LOCAL, "SITE_URL": settings.SITE_URL}
