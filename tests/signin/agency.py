"""The agency's identity provider in the settings, as it is there when the environment names one."""


def set_up(settings, url):
    app = {
        "provider_id": "agency",
        "name": "your agency account",
        "client_id": "cosign",
        "secret": "s",
        "settings": {"server_url": url},
    }
    ours = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**ours, "APPS": [app]}}
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = [*directives["form-action"], url]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, "form-action": allowed}}
