"""python-jose, with the whole key set."""
import json
import sys

import jose
from jose import jwt

case = json.load(open(sys.argv[1]))
answers = {}
for name, text in case["tokens"].items():
    try:
        claims = jwt.decode(
            text, case["jwks"], algorithms=["ES256", "RS256"], audience=case["audience"], issuer=case["issuer"]
        )
        answers[name] = claims["sub"]
    except Exception as error:
        answers[name] = "no: " + type(error).__name__
print(json.dumps({"version": jose.__version__, "answers": answers}))
