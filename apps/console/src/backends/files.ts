import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Opens an SQLite file; its folder is made.
 * @throws Error in one line that names the setting, when it cannot be opened
 */
export function openFile<T>(variable: string, path: string, open: (path: string) => T): T {
  try {
    mkdirSync(dirname(path), { recursive: true })
    return open(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const example = variable === 'LATCHKEY_DATA' ? 'file' : 'sqlite:file'
    throw new Error(`Cannot open the data (${reason}). Choose another file: ${variable}=${example} npm start`)
  }
}
