import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

interface Advisory {
  readonly id: string
  readonly what: string
  readonly mendedIn: string
}

/** What is published against versions that may be installed here, of sessions alone. */
const advisories: Readonly<Record<string, Advisory>> = {
  '@fastify/session': {
    id: 'CVE-2026-117499',
    what: 'a late save revives a destroyed session',
    mendedIn: '11.1.6',
  },
  'better-auth': {
    id: 'CVE-2026-134321',
    what: 'revoked sessions live on',
    mendedIn: '1.7.16',
  },
}

const folders = ['node_modules', 'bench/node_modules', 'bench/conduct/peers/node_modules'].toReversed()

/** `name 1.2.3` as it is installed, with the CVE that this version is known for. */
export function versionOf(name: string): string {
  const file = folders.map((folder) => resolve(folder, name, 'package.json')).find(existsSync)
  if (!file) return `${name}, not installed`
  const { version } = JSON.parse(readFileSync(file, 'utf8'))
  const advisory = advisories[name]
  return advisory && isBefore(version, advisory.mendedIn)
    ? `${name} ${version} (${advisory.id}: ${advisory.what}; mended in ${advisory.mendedIn})`
    : `${name} ${version}`
}

/** Of numbers between dots; what follows a hyphen is before the version itself. */
export function isBefore(version: string, other: string): boolean {
  const [numbers, others] = [version, other].map((text) => text.split('-')[0]?.split('.').map(Number) ?? [])
  for (const [at, number] of (others ?? []).entries()) {
    const own = numbers?.[at] ?? 0
    if (own !== number) return own < number
  }
  return version.includes('-') && !other.includes('-')
}
