"""PyJWT, with the key that it finds in the key set by the token's kid."""
import json
import sys

import jwt

case = json.load(open(sys.argv[1]))
answers = {}
for name, text in case["tokens"].items():
    try:
        kid = jwt.get_unverified_header(text)["kid"]
        key = next(key for key in jwt.PyJWKSet.from_dict(case["jwks"]).keys if key.key_id == kid)
        claims = jwt.decode(
            text, key.key, algorithms=["EdDSA", "ES256", "RS256"], audience=case["audience"], issuer=case["issuer"]
        )
        answers[name] = claims["sub"]
    except Exception as error:
        answers[name] = "no: " + type(error).__name__
print(json.dumps({"version": jwt.__version__, "answers": answers}))
