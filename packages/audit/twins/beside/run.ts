import { spawnSync } from 'node:child_process'
import { CHECKS, NotInstalled, type Twin } from '../twin.ts'
import { twins } from '../twins.ts'
import { type Both, tryBoth } from './both.ts'
import { CLAIMED } from './claims.ts'
import { loopbackProxy } from './proxy.ts'
import { type Said, type Score, scoreOf, total } from './score.ts'
import { versionOf } from './wapiti.ts'

/** `npm run twins -- --beside wapiti [part-of-a-name]`: true when every site was tried by both. */
export async function showBeside(wanted: readonly string[]): Promise<boolean> {
  const version = (await versionOf()) ?? (install() ? await versionOf() : null)
  if (version === null) {
    console.error('wapiti is not installed: install the package wapiti, or set WAPITI to its path')
    return false
  }
  const chosen = twins.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  const proxy = await loopbackProxy()
  const done: Both[] = []
  const notRun: string[] = []
  try {
    for (const twin of chosen) {
      const both = await tryBoth(twin, proxy.url).catch((error: unknown) => reasonOf(error, twin))
      if (typeof both === 'string') notRun.push(both)
      else done.push(both)
      process.stderr.write(`\r${done.length + notRun.length} of ${chosen.length} sites`)
    }
  } finally {
    await proxy.close()
  }
  process.stderr.write('\n')
  console.log(
    `latchkey-audit beside wapiti ${version}, on ${done.length} sites, each started anew for each of them\n`,
  )
  console.log(table(done))
  for (const line of [...closing(done), ...notRun]) console.log(line)
  return notRun.length === 0 && done.length > 0
}

/** As npm test does for the programs that it needs. */
function install(): boolean {
  if (process.getuid?.() !== 0) return false
  const got = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'wapiti'])
  return got.status === 0
}

function reasonOf(error: unknown, { name }: Twin): string {
  if (error instanceof NotInstalled) return `NOT RUN: ${name}: ${error.message}`
  throw error
}

function table(done: readonly Both[]): string {
  const rows = CHECKS.map((check) => ({
    name: check as string,
    ours: scoreOf(check, saidBy(done, 'ours')),
    theirs: scoreOf(check, saidBy(done, 'theirs')),
    has: CLAIMED.includes(check),
  }))
  const all = {
    name: 'all',
    ours: total(rows.map(({ ours }) => ours)),
    theirs: total(rows.map(({ theirs }) => theirs)),
    has: true,
  }
  const lines = [...rows, all].map(({ name, ours, theirs, has }) =>
    [name, String(ours.planted), inWords(ours), has ? inWords(theirs) : 'has no such check'].join(' | '),
  )
  return ['| check | planted | latchkey-audit: found, false | wapiti: found, false |', '|---|---|---|---|']
    .concat(lines.map((line) => `| ${line} |`))
    .join('\n')
}

function inWords({ found, falsePositives }: Score): string {
  return `${found}, ${falsePositives}`
}

function saidBy(done: readonly Both[], who: 'ours' | 'theirs'): readonly Said[] {
  return done.map((both) => ({ planted: both.twin.planted, failed: both[who].failed }))
}

function closing(done: readonly Both[]): readonly string[] {
  const counted = done.filter(({ ours, theirs }) => ours.requests !== null && theirs.requests !== null)
  const mean = (who: 'ours' | 'theirs', of: 'requests' | 'milliseconds') =>
    counted.reduce((sum, both) => sum + (both[who][of] ?? 0), 0) / counted.length
  const each = (who: 'ours' | 'theirs') =>
    `${mean(who, 'requests').toFixed(1)} requests and ${(mean(who, 'milliseconds') / 1000).toFixed(2)} s`
  const forms = done.filter(({ theirs }) => theirs.signedIn).length
  const noise = done.reduce((sum, { theirs }) => sum + theirs.noise, 0)
  const failures = done.filter(({ theirs }) => theirs.failure !== null)
  return [
    '',
    `A site took latchkey-audit ${each('ours')}, wapiti ${each('theirs')} (means of the ${counted.length} sites that count).`,
    `wapiti was signed in on ${forms} of ${done.length} sites; ${noise} of its findings were about cookies that carry no session.`,
    ...failures.map(({ twin, theirs }) => `wapiti said nothing of ${twin.name}: ${theirs.failure}`),
  ]
}
