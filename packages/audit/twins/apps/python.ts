import { fileURLToPath } from 'node:url'
import { runProgram } from '../serve/child.ts'
import type { Running } from '../twin.ts'

export type PythonFault = 'cookie-httponly' | 'fixation' | 'logout' | 'caching' | 'id-length'

export interface PythonSite {
  readonly fault: PythonFault | null
}

const SCRIPT = fileURLToPath(new URL('app.py', import.meta.url))

/** Python's http.server with a table of sessions. */
export function pythonSite(site: PythonSite): Promise<Running> {
  return runProgram({
    command: process.env.PYTHON ?? 'python3',
    install: 'Debian and Ubuntu: apt-get install python3',
    arguments: () => ['-B', SCRIPT],
    environment: { TWIN_FAULT: site.fault ?? '' },
  })
}
