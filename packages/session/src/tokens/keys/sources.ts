import { readFileSync } from 'node:fs'
import type { KeyDocument } from './key-set.ts'

/** Extension point: where the keys of tokens are kept. */
export interface KeySource {
  /** What it is, for messages: `the file keys.json`. */
  readonly name: string
  /** Whether they may change while this process runs, by a rotation; they are then read again every 30 s. */
  readonly changes: boolean
  /** The keys as they are now. Rejects when they cannot be read. */
  read(): KeyDocument | Promise<KeyDocument>
}

/** The file that `latchkey-keys new` has made. A rotation acts within 30 s, without a restart. */
export function keysFromFile(path: string): KeySource {
  return {
    name: `the file ${path}`,
    changes: true,
    read: () => parsed(readFileSync(path, 'utf8')),
  }
}

/**
 * The text that `latchkey-keys new` prints, in an environment variable: a rotation is a new value, and a restart.
 * @param name of the variable. Default LATCHKEY_KEYS
 */
export function keysFromEnvironment(name = 'LATCHKEY_KEYS'): KeySource {
  return {
    name: `the environment variable ${name}`,
    changes: false,
    read() {
      const text = process.env[name]
      if (!text) throw new Error('it is not set')
      return parsed(text)
    },
  }
}

/** A source as it is, or an object with keys as one. */
export function sourceOf(keys: KeySource | KeyDocument): KeySource {
  if (typeof keys === 'object' && keys !== null && 'read' in keys && typeof keys.read === 'function')
    return keys as KeySource
  return { name: 'keys', changes: false, read: () => keys as KeyDocument }
}

/** JSON.parse names what it met, which may be a part of a key. */
export function parsed(text: string): KeyDocument {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('it is no JSON')
  }
}
