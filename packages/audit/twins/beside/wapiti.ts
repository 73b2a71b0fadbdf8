import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findProgram, type Program, programPath } from '../../../../servers/programs.ts'
import type { Claim } from './claims.ts'

const run = promisify(execFile)

export const wapiti: Program = { program: 'wapiti', variable: 'WAPITI' }
/** Those of its modules that speak of sessions, cookies and requests of other sites. */
const MODULES = 'cookieflags,csrf,http_headers'
/** Seconds for one site: a hundred times what it takes as a rule. */
const LIMIT = 120

export interface Site {
  readonly url: string
  /** The page with the login form, and one that only a user sees; null where there is no form or none is known. */
  readonly login: string | null
  readonly inside: string | null
  readonly account: { readonly username: string; readonly password: string }
  /** Where names that no resolver knows are known. */
  readonly proxy: string
}

export interface Scan {
  readonly claims: readonly Claim[]
  readonly signedIn: boolean
  readonly milliseconds: number
  /** Why there is no report; null when there is one. */
  readonly failed: string | null
}

export async function versionOf(): Promise<string | null> {
  if (findProgram(wapiti) === null) return null
  const { stdout } = await run(programPath(wapiti), ['--version'])
  return /Wapiti\D*([\d.]+)/.exec(stdout)?.[1] ?? 'of an unknown version'
}

/** Scans a site as its documentation says: signed in by the form where there is one, from the pages that are known. */
export async function scan(site: Site): Promise<Scan> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-wapiti-'))
  const started = performance.now()
  const done = (claims: readonly Claim[], signedIn: boolean, failed: string | null): Scan => {
    return { claims, signedIn, failed, milliseconds: performance.now() - started }
  }
  try {
    const report = join(folder, 'report.json')
    const { stdout } = await run(programPath(wapiti), argumentsFor(site, folder, report), {
      timeout: LIMIT * 1000,
      maxBuffer: 1 << 26,
    })
    return done(claimsIn(JSON.parse(await readFile(report, 'utf8'))), /^Login success/m.test(stdout), null)
  } catch (error) {
    // Its arguments hold the password, and an error of execFile repeats them.
    return done(
      [],
      false,
      error instanceof SyntaxError ? 'its report is no JSON' : 'it ended without a report',
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function argumentsFor({ url, login, inside, account, proxy }: Site, folder: string, report: string) {
  const { username, password } = account
  return [
    ...['-u', `${url}/`, '--scope', 'domain', '-m', MODULES, '-p', proxy, '--verify-ssl', '0'],
    ...(login === null ? [] : ['-s', login, '--auth-type', 'post', '-a', `${username}%${password}`]),
    ...(inside === null ? [] : ['-s', inside]),
    ...[
      '--flush-session',
      '--store-session',
      join(folder, 'session'),
      '--store-config',
      join(folder, 'config'),
    ],
    ...['-f', 'json', '-o', report, '--no-bugreport'],
  ]
}

/** What its JSON report says, one claim for each finding. */
export function claimsIn(report: unknown): readonly Claim[] {
  const { vulnerabilities = {} } = report as {
    vulnerabilities?: Record<string, readonly { method: string; path: string; info: string }[]>
  }
  return Object.entries(vulnerabilities).flatMap(([category, found]) =>
    found.map(({ method, path, info }) => ({ category, method, path, info })),
  )
}
