"""Authlib, with the whole key set."""
import json
import sys

import authlib
from authlib.jose import JsonWebKey, JsonWebToken

case = json.load(open(sys.argv[1]))
keys = JsonWebKey.import_key_set(case["jwks"])
answers = {}
for name, text in case["tokens"].items():
    try:
        claims = JsonWebToken(["EdDSA", "ES256", "RS256"]).decode(
            text,
            key=keys,
            claims_options={
                "iss": {"essential": True, "value": case["issuer"]},
                "aud": {"essential": True, "value": case["audience"]},
                "exp": {"essential": True},
            },
        )
        claims.validate()
        answers[name] = claims["sub"]
    except Exception as error:
        answers[name] = "no: " + type(error).__name__
print(json.dumps({"version": authlib.__version__, "answers": answers}))
