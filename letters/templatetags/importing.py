"""Sentences of an import, for reading: many of one kind together."""

import re

from django import template

register = template.Library()
# What differs between two sentences of one kind: quoted words, and numbers.
OWN = re.compile(r"“[^”]*”|\d+")


@register.filter
def alike(sentences):
    """Lists of sentences of one kind, in the order in which each kind came first."""
    kinds = {}
    for sentence in sentences:
        kinds.setdefault(OWN.sub("…", sentence), []).append(sentence)
    return list(kinds.values())
