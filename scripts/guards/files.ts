import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

export interface TrackedFile {
  readonly path: string
  readonly text: string
}

/** Files that git tracks or would track, read as text; images are left out. */
export function trackedFiles(pattern: RegExp): TrackedFile[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  })
  const paths = listed.split('\n').filter((path) => pattern.test(path) && existsSync(path))
  return paths.map((path) => ({ path, text: readFileSync(path, 'utf8') }))
}
