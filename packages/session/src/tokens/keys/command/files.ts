import { randomUUID } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import type { KeyDocument } from '../key-set.ts'
import { parsed } from '../sources.ts'

/** The text of a key file. */
export function documentText(document: KeyDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`
}

/**
 * Writes keys that nobody else can read. Who reads the file meanwhile has the old keys or the new ones, also after a
 * crash.
 * @throws Error EEXIST where the file is there and must not be
 */
export function writeKeyFile(
  path: string,
  document: KeyDocument,
  { mayReplace }: { mayReplace: boolean },
): void {
  const aside = `${path}.${randomUUID()}.new`
  try {
    const file = openSync(aside, 'wx', 0o600)
    try {
      writeSync(file, documentText(document))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    if (mayReplace) renameSync(aside, path)
    // A link, unlike a rename, never takes the place of a file.
    else linkSync(aside, path)
  } finally {
    rmSync(aside, { force: true })
  }
}

/** One at a time: of two rotations, the second would drop the keys of the first. */
export async function withLock<T>(path: string, act: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`
  let file: number
  try {
    file = openSync(lock, 'wx', 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new Error(`${lock} is there: another rotation is under way. If none is, remove that file`)
  }
  try {
    return await act()
  } finally {
    closeSync(file)
    rmSync(lock, { force: true })
  }
}

export function readKeyFile(path: string): KeyDocument {
  return parsed(readFileSync(path, 'utf8'))
}
