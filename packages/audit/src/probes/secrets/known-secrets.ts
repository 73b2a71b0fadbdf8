import { fingerprint } from '../../network/redaction/secrets.ts'

/** What people write where a secret belongs while they try things out. */
const WORDS = `secret supersecret super-secret super_secret supersecretkey super-secret-key mysecret my-secret my_secret
mysecretkey my-secret-key my_secret_key my-super-secret my-super-secret-key mysupersecret mysupersecretkey topsecret
top-secret verysecret very-secret very_secret verysecretkey shhh shhhh shhhhh shhhhhared-secret shared-secret sharedsecret
sssh ssh sshhh notsosecret not-so-secret nosecret no-secret secret1 secret12 secret123 secret1234 secret12345 secret123456
secretkey secret-key secret_key secretKey SecretKey SECRET SECRET_KEY secretstring secret_string secret-string secretsecret
secretpassword secret-password secret_password secrettoken secret-token secret_token secretphrase secretcode
yoursecret your-secret your_secret yoursecretkey your-secret-key your_secret_key your-secret-key-here your-secret-here
your_secret_key_here yourSecretKey yoursecrethere your-256-bit-secret your-384-bit-secret your-512-bit-secret
your-super-secret-key your-jwt-secret your_jwt_secret your_jwt_secret_key your-session-secret your_session_secret
jwt jwtsecret jwt-secret jwt_secret jwtSecret jwtsecretkey jwt-secret-key jwt_secret_key jwtkey jwt-key jwt_key JWT_SECRET
jwtprivatekey jwtPrivateKey mysecretjwt myjwtsecret my-jwt-secret my_jwt_secret jwt_token_secret token tokensecret
token-secret token_secret accesstoken access-token-secret access_token_secret accesssecret refresh-token-secret
refresh_token_secret refreshsecret ACCESS_TOKEN_SECRET REFRESH_TOKEN_SECRET TOKEN_SECRET authsecret auth-secret auth_secret
session sessionsecret session-secret session_secret sessionkey session-key session_key SESSION_SECRET cookie cookiesecret
cookie-secret cookie_secret cookiekey cookie-key COOKIE_SECRET key key1 key2 key123 mykey my-key my_key privatekey
private-key private_key signingkey signing-key signing_key signing-secret encryptionkey encryption-key hmackey hmac-key
apikey api-key api_key appkey app-key app_key appsecret app-secret app_secret clientsecret client-secret client_secret
password Password PASSWORD password1 password12 password123 password1234 Password1 Password123 passw0rd p@ssw0rd P@ssw0rd
passphrase passwd pass pass123 mypassword my-password changeme change-me change_me changeit changethis change-this
change_this changemenow changeme123 change-me-now please-change-me please_change_me replaceme replace-me replace_me
replace-this replacethis insecure insecure-key insecure-secret insecure-secret-key unsafe unsafe-secret default
defaultsecret default-secret default_secret defaultkey default-key none null undefined nil empty todo dev devel develop
development developmentsecret development-secret development_secret dev-secret dev_secret devsecret dev-key devkey
dev-secret-key test test1 test123 testing tests testsecret test-secret test_secret testkey test-key test_key test-secret-key
demo demosecret demo-secret example example-key example-secret examplesecret sample samplekey sample-secret local localhost
staging prod production prod-secret foo bar baz foobar foo-bar abc abcd abcdef abc123 abcdefg asdf asdfgh asdfasdf qwerty
qwerty123 qwertyuiop admin admin123 administrator root toor user guest letmein welcome hello hello123 helloworld
hello-world 1 12 123 1234 12345 123456 1234567 12345678 123456789 1234567890 0123456789 0123456789abcdef 00000000 111111
xxx xxxx xxxxxxxx x a aaaa aaaaaaaa random randomstring random-string random_string somerandomstring some-random-string
randomkey random-key a-random-string a_random_string somesecret some-secret some_secret somekey some-key anything whatever
something somethingsecret hush hushhush sesame opensesame open-sesame monkey dragon ninja cat dog keyboard keyboardcat
keyboard-cat keyboard_cat kitty hunter2 swordfish express node nodejs react flask django rails laravel spring springboot
fastify koa next nextauth next-auth starlette fastapi phoenix symfony codeigniter yii`

/** As the documentation of frameworks, their templates and their tutorials print it. */
const PHRASES = [
  'keyboard cat',
  'my keyboard cat',
  'keyboard cat 123',
  'your secret key',
  'your secret here',
  'your secret',
  'my secret',
  'my secret key',
  'my super secret',
  'my super secret key',
  'super secret',
  'super secret key',
  'some secret',
  'some secret hurr',
  'a secret',
  'a secret key',
  'a very secret string',
  'very secret',
  'top secret',
  'the secret',
  'this is a secret',
  'this is secret',
  'this is my secret',
  'this is a secret key',
  'this is the secret key',
  'not a secret',
  'no secret',
  'not secret',
  'secret cat',
  'secret key',
  'secret keys',
  'session secret',
  'cookie secret',
  'change me',
  'please change me',
  'change this',
  'change this secret',
  'change this to something secret',
  'change this in production',
  'change-this-in-production',
  'change-me-in-production',
  'changeme-in-production',
  'i like turtles',
  'im a newer secret',
  'i like turtle',
  "i'm a secret",
  'shhhh, very secret',
  'shhhh, secret',
  'shhh very secret',
  "shh, it's a secret",
  "it's a secret",
  "it's a secret to everybody",
  'hello world',
  'cats are great',
  'cat on keyboard',
  'the quick brown fox',
  'correct horse battery staple',
  'correcthorsebatterystaple',
  'open sesame',
  'none of your business',
  'secret!',
  'secret?',
  'Secret!',
  'you-will-never-guess',
  'you will never guess',
  'hard to guess string',
  'hard-to-guess',
  'hard-to-guess-string',
  'a hard to guess string',
  'this-really-needs-to-be-changed',
  'a-long-random-string',
  'a long random string',
  'some-long-random-string',
  'some_random_string',
  'secret-key-goes-here',
  'secret_key_goes_here',
  'insert-secret-here',
  'insert secret here',
  'put-your-secret-here',
  'put your secret here',
  'enter-your-secret-here',
  'CHANGE_ME',
  'CHANGEME',
  'CHANGE ME',
  'REPLACE_ME',
  'django-insecure',
  'SECRET_KEY_BASE',
  'secret_key_base',
  'SomeRandomString',
  'SomeRandomStringSomeRandomString',
  'SomeRandomStringWith32Characters',
  'YourSecretKey!!!',
  'YourSecretKey123',
  'ThisTokenIsNotSoSecretChangeIt',
  'ThisIsASecret',
  'thisisasecret',
  'thisismysecret',
  'thisisasecretkey',
  'thisismysecretkey',
  'thisIsMySecret',
  'thisshouldbeasecret',
  'thisisnotsecret',
  'averylongsecret',
  'a-very-long-secret',
  'averyverylongsecret',
  'complex_password_at_least_32_characters_long',
  'complex-password-at-least-32-characters-long',
  'a secret with minimum length of 32 characters',
  'averylogphrasebiggerthanthirtytwochars',
  'this-is-a-secret-value-with-at-least-32-characters',
  'a-secret-of-at-least-32-characters-long',
  'password_at_least_32_characters_long',
  'password-at-least-32-characters-long',
  'this is a secret of at least 32 characters',
  'this-is-a-very-long-secret-key-of-32-characters',
  'my-32-character-ultra-secure-and-ultra-long-secret',
  'my-32-character-secret-key-123456',
  'your-32-character-secret-key-here',
  'your-secret-key-at-least-32-characters',
  'at-least-32-characters-long-secret',
  'supersecretsupersecretsupersecret',
  'secretsecretsecretsecretsecretsecret',
  'abcdefghijklmnopqrstuvwxyz',
  'abcdefghijklmnopqrstuvwxyz123456',
  'abcdefghijklmnopqrstuvwxyz012345',
  'abcdefghijklmnop',
  '12345678901234567890123456789012',
  '1234567890123456',
  '0123456789abcdef0123456789abcdef',
  '0123456789012345',
  '01234567890123456789012345678901',
  'a'.repeat(16),
  'a'.repeat(32),
  'x'.repeat(32),
  '0'.repeat(16),
  '0'.repeat(32),
  'A'.repeat(32),
  // The base64 of 32 zeros.
  `${'A'.repeat(43)}=`,
] as const

/** Secrets that everybody knows: a list of our own, the likelier ones in no special order. */
export const KNOWN_SECRETS: readonly string[] = [...new Set([...WORDS.split(/\s+/), ...PHRASES])]

/** A secret of the list, as evidence names it: never itself. */
export interface KnownSecret {
  /** Its place in the list, from 1. */
  readonly place: number
  readonly of: number
  /** The first 8 hex digits of its SHA-256, so that whoever set it can recognise it. */
  readonly hash: string
}

/** The first secret of the list that fits; null where none does. */
export function knownSecret(fits: (secret: string) => boolean): KnownSecret | null {
  const at = KNOWN_SECRETS.findIndex(fits)
  const secret = KNOWN_SECRETS[at]
  return secret === undefined ? null : { place: at + 1, of: KNOWN_SECRETS.length, hash: fingerprint(secret) }
}
