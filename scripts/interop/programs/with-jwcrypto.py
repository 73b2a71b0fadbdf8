"""jwcrypto, with the whole key set."""
import json
import sys
import time
from importlib.metadata import version

from jwcrypto import jwk, jwt

case = json.load(open(sys.argv[1]))
keys = jwk.JWKSet.from_json(json.dumps(case["jwks"]))
answers = {}
for name, text in case["tokens"].items():
    try:
        token = jwt.JWT(
            jwt=text,
            key=keys,
            algs=["EdDSA", "ES256", "RS256"],
            check_claims={"aud": case["audience"], "iss": case["issuer"], "exp": int(time.time())},
        )
        answers[name] = json.loads(token.claims)["sub"]
    except Exception as error:
        answers[name] = "no: " + type(error).__name__
print(json.dumps({"version": version("jwcrypto"), "answers": answers}))
