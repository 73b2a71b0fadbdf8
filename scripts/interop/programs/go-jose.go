// go-jose 2, with the whole key set.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	jose "gopkg.in/square/go-jose.v2"
	"gopkg.in/square/go-jose.v2/jwt"
)

type given struct {
	Tokens   map[string]string  `json:"tokens"`
	Jwks     jose.JSONWebKeySet `json:"jwks"`
	Issuer   string             `json:"issuer"`
	Audience string             `json:"audience"`
}

func subject(in given, token string) (string, error) {
	parsed, err := jwt.ParseSigned(token)
	if err != nil {
		return "", err
	}
	keys := in.Jwks.Key(parsed.Headers[0].KeyID)
	if len(keys) != 1 {
		return "", errors.New("no key")
	}
	switch parsed.Headers[0].Algorithm {
	case "EdDSA", "ES256", "RS256":
	default:
		return "", errors.New("algorithm")
	}
	var claims jwt.Claims
	if err := parsed.Claims(keys[0].Key, &claims); err != nil {
		return "", err
	}
	expected := jwt.Expected{Issuer: in.Issuer, Audience: jwt.Audience{in.Audience}, Time: time.Now()}
	return claims.Subject, claims.Validate(expected)
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var in given
	if err := json.Unmarshal(text, &in); err != nil {
		panic(err)
	}
	answers := map[string]string{}
	for name, token := range in.Tokens {
		sub, err := subject(in, token)
		if err != nil {
			answers[name] = "no: " + err.Error()
		} else {
			answers[name] = sub
		}
	}
	out, _ := json.Marshal(map[string]interface{}{"answers": answers})
	fmt.Println(string(out))
}
