import { readFileSync } from 'node:fs'

/** The version in this package's manifest, which sits above the folder of the sources and of the build. */
export const version: string = readVersion(new URL('../../package.json', import.meta.url))

function readVersion(manifest: URL): string {
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'))
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) return String(parsed.version)
  throw new Error('the manifest of @latchkey/audit names no version')
}
