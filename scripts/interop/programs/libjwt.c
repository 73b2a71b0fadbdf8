/* libjwt 1, with the key as PEM: signature, issuer and audience; the time is the caller's to judge. */
#include <errno.h>
#include <jwt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* argv: token, PEM file, issuer, audience */
int main(int argc, char **argv) {
  static unsigned char key[16384];
  jwt_t *jwt = NULL;
  FILE *file;
  size_t length;
  int failed;
  if (argc != 5 || !(file = fopen(argv[2], "r"))) return 2;
  length = fread(key, 1, sizeof key, file);
  fclose(file);
  failed = jwt_decode(&jwt, argv[1], key, (int)length);
  if (failed) {
    printf("no: %s\n", strerror(failed));
    return 0;
  }
  if (jwt_get_alg(jwt) != JWT_ALG_ES256 && jwt_get_alg(jwt) != JWT_ALG_RS256) {
    printf("no: algorithm\n");
  } else if (!jwt_get_grant(jwt, "iss") || strcmp(jwt_get_grant(jwt, "iss"), argv[3])) {
    printf("no: issuer\n");
  } else if (!jwt_get_grant(jwt, "aud") || strcmp(jwt_get_grant(jwt, "aud"), argv[4])) {
    printf("no: audience\n");
  } else if (jwt_get_grant_int(jwt, "exp") <= time(NULL)) {
    printf("no: expired\n");
  } else {
    printf("%s\n", jwt_get_grant(jwt, "sub"));
  }
  jwt_free(jwt);
  return 0;
}
