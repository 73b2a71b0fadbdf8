import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { installed } from '../../scripts/installed.ts'

// Peers that bring a framework along: in a folder with a lock of its own, installed when one of them is measured.
const folder = resolve(import.meta.dirname, 'peers')

/** A module of such a peer. They are untyped here: `npm ci` at the root does not bring them. */
export async function peerModule<T>(name: string): Promise<T> {
  installed(folder)
  const { resolve: find } = createRequire(resolve(folder, 'package.json'))
  return import(pathToFileURL(find(name)).href)
}
