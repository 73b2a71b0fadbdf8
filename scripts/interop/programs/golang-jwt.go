// golang-jwt, with the keys as PEM.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/golang-jwt/jwt"
)

type given struct {
	Tokens   map[string]string `json:"tokens"`
	Pem      map[string]string `json:"pem"`
	Issuer   string            `json:"issuer"`
	Audience string            `json:"audience"`
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
		parser := jwt.Parser{ValidMethods: []string{"EdDSA", "ES256", "RS256"}}
		claims := jwt.MapClaims{}
		_, err := parser.ParseWithClaims(token, claims, func(t *jwt.Token) (interface{}, error) {
			pem := []byte(in.Pem[fmt.Sprint(t.Header["kid"])])
			switch t.Method.Alg() {
			case "EdDSA":
				return jwt.ParseEdPublicKeyFromPEM(pem)
			case "ES256":
				return jwt.ParseECPublicKeyFromPEM(pem)
			case "RS256":
				return jwt.ParseRSAPublicKeyFromPEM(pem)
			}
			return nil, errors.New("no key")
		})
		if err == nil && !claims.VerifyAudience(in.Audience, true) {
			err = errors.New("audience")
		}
		if err == nil && !claims.VerifyIssuer(in.Issuer, true) {
			err = errors.New("issuer")
		}
		if err != nil {
			answers[name] = "no: " + err.Error()
		} else {
			answers[name] = fmt.Sprint(claims["sub"])
		}
	}
	out, _ := json.Marshal(map[string]interface{}{"answers": answers})
	fmt.Println(string(out))
}
