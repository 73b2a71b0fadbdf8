import { fileURLToPath } from 'node:url'
import type { CheckId } from '../twins/twin.ts'

/** A small site on a real framework of the distribution, which follows the auditor's advice in one of its forms. */
export interface Framework {
  /** As `fixes` has it. */
  readonly name: string
  readonly command: string
  /** Debian's packages; their versions are stated. */
  readonly packages: readonly string[]
  arguments(port: number, folder: string): readonly string[]
  /** By form in which the advice is not followed: the checks that fail, and pass in the form `followed`. */
  readonly forms: Readonly<Record<string, readonly CheckId[]>>
}

const app = (name: string): string => fileURLToPath(new URL(`apps/${name}`, import.meta.url))

// What settings and views decide, whatever keeps the sessions.
const anySession: readonly CheckId[] = [
  ...(['cookie-httponly', 'cookie-secure', 'cookie-samesite', 'cookie-scope', 'cookie-lifetime'] as const),
  ...(['default-name', 'transport', 'caching', 'logout-get', 'cross-site-request'] as const),
]

export const frameworks: readonly Framework[] = [
  {
    name: 'flask',
    command: '/usr/bin/python3',
    packages: ['python3-flask', 'python3-flask-session', 'python3-flaskext.wtf'],
    arguments: () => ['-B', app('flask_site.py')],
    forms: {
      cookie: ['logout', 'password-change-sessions', ...anySession],
      server: ['fixation', 'password-change-rotation', 'strict-ids', 'id-length'],
      kept: ['reauthentication'],
    },
  },
  {
    name: 'django',
    command: '/usr/bin/python3',
    packages: ['python3-django'],
    arguments: () => ['-B', app('django_site.py')],
    forms: {
      cookie: ['logout'],
      own: ['fixation', 'password-change-rotation', 'password-change-sessions', ...anySession],
      kept: ['reauthentication'],
    },
  },
]
