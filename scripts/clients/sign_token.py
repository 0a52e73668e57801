"""Prints a token of the user of provision.json, signed with the secret that is the argument."""

import base64
import hashlib
import hmac
import json
import sys
import time


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


claims = {
    "sub": "01900000-0000-7000-8000-000000000002",
    "iss": "firstline",
    "aud": "firstline",
    "exp": int(time.time()) + 600,
}
parts = [{"alg": "HS256", "typ": "JWT"}, claims]
signed = ".".join(encoded(json.dumps(part).encode()) for part in parts)
print(signed + "." + encoded(hmac.digest(sys.argv[1].encode(), signed.encode(), hashlib.sha256)))
