import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installed } from '../installed.ts'
import { askApache } from './apache.ts'
import { algorithmOf, type Case, type CaseName, kidOf } from './case.ts'

/** What a verifier said of each token: the user it saw, or `no: why`. */
export type Answers = Readonly<Record<string, string>>

export interface Verifier {
  readonly name: string
  readonly language: string
  /** Debian packages that bring it; none for those of npm, which `npm ci` of this folder brings. */
  readonly packages: readonly string[]
  /** The version, where no package tells it. */
  version?(): string
  /** Good tokens that it is known to refuse, and why. */
  readonly refuses: Readonly<Partial<Record<CaseName, string>>>
  ask(folder: string, file: string, given: Case): Answers | Promise<Answers>
}

const noEd25519 = { 'EdDSA, at+jwt': 'knows no Ed25519' } as const
const checksTyp = (why: string) =>
  ({ 'EdDSA, at+jwt': why, 'ES256, at+jwt': why, 'RS256, at+jwt': why }) as const

const program = (name: string) => join(import.meta.dirname, 'programs', name)

/** Runs a program that prints `{ answers }` as its last line. */
function said(command: string, args: readonly string[], cwd?: string, env?: NodeJS.ProcessEnv): Answers {
  const printed = execFileSync(command, args, {
    encoding: 'utf8',
    timeout: 300_000,
    cwd,
    env: { ...process.env, ...env },
  })
  return JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '').answers
}

// Debian's own, whatever other Python the machine has.
const python = (name: string) => (_: string, file: string) => said('/usr/bin/python3', [program(name), file])

const golang = (name: string) => (folder: string, file: string) => {
  // The packages of Debian lie where Go before modules looks for them.
  const env = { GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: join(folder, 'go') }
  return said('go', ['run', program(name), file], folder, env)
}

const npmFolder = () => join(installed('scripts/interop'), '..')

function npm(name: string, wanted: string, refuses: Verifier['refuses'] = {}): Verifier {
  const [packageName = ''] = wanted.split(',')
  return {
    name: wanted,
    language: 'JavaScript',
    packages: [],
    version: () =>
      JSON.parse(
        execFileSync('cat', [join(npmFolder(), 'node_modules', packageName, 'package.json')], {
          encoding: 'utf8',
        }),
      ).version,
    refuses,
    ask: (_, file) => said(process.execPath, [program(name), file, wanted], npmFolder()),
  }
}

/** One program for each token, that prints what it saw. */
function oneByOne(given: Case, ask: (token: string, kid: string) => string): Answers {
  return Object.fromEntries(
    Object.entries(given.tokens).map(([name, token]) => [name, ask(token, kidOf(token))]),
  )
}

function libjwt(folder: string, _: string, given: Case): Answers {
  const compiled = join(folder, 'libjwt')
  execFileSync('gcc', ['-Wall', '-o', compiled, program('libjwt.c'), '-ljwt'])
  return oneByOne(given, (token, kid) => {
    const key = join(folder, 'key.pem')
    writeFileSync(key, given.pem[kid] ?? '')
    return execFileSync(compiled, [token, key, given.issuer, given.audience], { encoding: 'utf8' }).trim()
  })
}

/** The command judges signatures alone; the claims are judged here. */
function joseCommand(folder: string, _: string, given: Case): Answers {
  const keys = join(folder, 'set.json')
  // It knows no Ed25519, and nothing of a set that has one.
  writeFileSync(keys, JSON.stringify({ keys: given.jwks.keys.filter(({ kty }) => kty !== 'OKP') }))
  return oneByOne(given, (token) => {
    const signed = join(folder, 'token')
    writeFileSync(signed, token)
    try {
      if (!['ES256', 'RS256'].includes(algorithmOf(token))) return 'no: algorithm'
      const args = ['jws', 'ver', '-i', signed, '-k', keys, '-O-']
      const claims = JSON.parse(
        execFileSync('jose', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      )
      const isRight =
        claims.iss === given.issuer && claims.aud === given.audience && claims.exp > Date.now() / 1000
      return isRight ? claims.sub : 'no: claims'
    } catch {
      return 'no: signature'
    }
  })
}

export const verifiers: readonly Verifier[] = [
  npm('npm.mjs', 'jose'),
  npm('npm.mjs', 'fast-jwt'),
  npm('npm.mjs', 'jsonwebtoken', noEd25519),
  npm('npm.mjs', 'express-jwt', noEd25519),
  npm('npm.mjs', '@fastify/jwt'),
  npm('npm.mjs', 'jwks-rsa'),
  npm('npm.mjs', 'get-jwks', { 'EdDSA, at+jwt': 'reads no OKP key' }),
  npm('npm.mjs', 'hono', checksTyp('takes JWT alone unless told otherwise')),
  npm('npm.mjs', 'hono, typ at+jwt', { 'ES256, JWT': 'takes at+jwt alone then' }),
  npm('npm.mjs', 'oauth4webapi', { 'ES256, JWT': 'takes at+jwt alone (RFC 9068)' }),
  { name: 'PyJWT', language: 'Python', packages: ['python3-jwt'], refuses: {}, ask: python('with-pyjwt.py') },
  {
    name: 'python-jose',
    language: 'Python',
    packages: ['python3-jose'],
    refuses: { ...noEd25519, 'RS256, at+jwt': 'looks at the first key of the set' },
    ask: python('with-python-jose.py'),
  },
  {
    name: 'jwcrypto',
    language: 'Python',
    packages: ['python3-jwcrypto'],
    refuses: {},
    ask: python('with-jwcrypto.py'),
  },
  {
    name: 'Authlib',
    language: 'Python',
    packages: ['python3-authlib'],
    refuses: {},
    ask: python('with-authlib.py'),
  },
  {
    name: 'ruby-jwt',
    language: 'Ruby',
    packages: ['ruby-jwt', 'ruby-rbnacl'],
    refuses: {},
    ask: (_, file) => said('ruby', [program('ruby-jwt.rb'), file]),
  },
  {
    name: 'golang-jwt',
    language: 'Go',
    packages: ['golang-github-golang-jwt-jwt-dev', 'golang-go'],
    refuses: {},
    ask: golang('golang-jwt.go'),
  },
  {
    name: 'go-jose 2',
    language: 'Go',
    packages: ['golang-gopkg-square-go-jose.v2-dev', 'golang-go'],
    refuses: {},
    ask: golang('go-jose.go'),
  },
  {
    name: 'Crypt::JWT',
    language: 'Perl',
    packages: ['libcrypt-jwt-perl'],
    refuses: {},
    ask: (_, file) => said('perl', [program('crypt-jwt.pl'), file]),
  },
  {
    name: 'erlang-jose',
    language: 'Erlang',
    packages: ['erlang-jose', 'erlang-jiffy', 'erlang-base'],
    refuses: {},
    ask: (_, file) => said('escript', [program('erlang-jose.escript'), file]),
  },
  { name: 'jose (command)', language: 'C', packages: ['jose'], refuses: noEd25519, ask: joseCommand },
  {
    name: 'libjwt 1',
    language: 'C',
    packages: ['libjwt-dev', 'gcc'],
    refuses: { ...noEd25519, ...checksTyp('takes JWT alone') },
    ask: libjwt,
  },
  {
    name: 'mod_auth_openidc',
    language: 'C (Apache)',
    packages: ['libapache2-mod-auth-openidc', 'apache2-bin'],
    refuses: noEd25519,
    ask: (folder, _, given) => askApache(folder, given, 'auth_openidc'),
  },
  {
    name: 'mod_oauth2',
    language: 'C (Apache)',
    packages: ['libapache2-mod-oauth2', 'apache2-bin'],
    refuses: noEd25519,
    ask: (folder, _, given) => askApache(folder, given, 'oauth2'),
  },
]

/** The versions of a verifier's packages, or null where one is not installed. */
export function versionOf({ packages, version }: Verifier): string | null {
  try {
    if (version) return version()
    const [first = ''] = packages.map((name) => {
      const [status = '', installedVersion = ''] = execFileSync(
        'dpkg-query',
        ['-W', '-f', '$' + '{db:Status-Status} $' + '{Version}', name],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
      ).split(' ')
      if (status !== 'installed') throw new Error('not installed')
      return installedVersion
    })
    return first
  } catch {
    return null
  }
}

export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-interop-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
