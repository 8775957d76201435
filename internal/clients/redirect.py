"""Sends requests for Zenodo and for doi.org to an emulator.

The clients are not changed: they ask https://zenodo.org, are answered with links
that begin with that, and follow these. Only where a request is put on the wire it
goes to the address in ZENODO_EMULATOR instead. Any other host is refused.
"""

import os
import urllib.request
from urllib.parse import urlsplit, urlunsplit

import httpx2
import requests

EMULATOR = urlsplit(os.environ["ZENODO_EMULATOR"])


def local(url):
    """The address at the emulator for one of Zenodo's, or of a DOI."""
    parts = urlsplit(url)
    path = parts.path
    if parts.netloc == "doi.org":
        path = "/doi" + path
    elif parts.netloc not in ("zenodo.org", EMULATOR.netloc):
        raise RuntimeError(f"the client asked for {parts.netloc}, which is not emulated")
    return urlunsplit((EMULATOR.scheme, EMULATOR.netloc, path, parts.query, ""))


send = requests.adapters.HTTPAdapter.send


def send_there(self, request, **kwargs):
    moved = request.copy()
    moved.url = local(request.url)
    response = send(self, moved, **kwargs)
    response.url, response.request = request.url, request
    return response


requests.adapters.HTTPAdapter.send = send_there

handle_request = httpx2.HTTPTransport.handle_request


def handle_there(self, request):
    there = httpx2.Request(
        request.method, local(str(request.url)), headers=request.headers,
        stream=request.stream, extensions=request.extensions,
    )
    return handle_request(self, there)


httpx2.HTTPTransport.handle_request = handle_there

retrieve = urllib.request.urlopen


def open_there(url, *args, **kwargs):
    if isinstance(url, urllib.request.Request):
        url.full_url = local(url.full_url)
    else:
        url = local(url)
    return retrieve(url, *args, **kwargs)


urllib.request.urlopen = open_there
