import { fileURLToPath } from 'node:url'
import type { CheckId } from '../twins/twin.ts'

/** A small site on a real framework of the distribution, which follows the auditor's advice in one of its forms. */
export interface Framework {
  /** As `fixes` has it. */
  readonly name: string
  readonly command: string
  /** Debian's packages. */
  readonly packages: readonly string[]
  /** The packages whose versions are stated. */
  readonly stated: readonly string[]
  arguments(port: number, folder: string): readonly string[]
  /** By form in which the advice is not followed: the checks that fail, and pass in the form `followed`. */
  readonly forms: Readonly<Record<string, readonly CheckId[]>>
}

const app = (name: string): string => fileURLToPath(new URL(`apps/${name}`, import.meta.url))

export const frameworks: readonly Framework[] = [
  {
    name: 'flask',
    command: '/usr/bin/python3',
    packages: ['python3-flask', 'python3-flask-session', 'python3-flaskext.wtf'],
    stated: ['python3-flask', 'python3-flask-session', 'python3-flaskext.wtf'],
    arguments: () => ['-B', app('flask_site.py')],
    forms: {
      cookie: [
        'logout',
        'logout-get',
        'cross-site-request',
        'password-change-sessions',
        'cookie-httponly',
        'cookie-secure',
        'cookie-samesite',
        'cookie-scope',
        'cookie-lifetime',
        'caching',
        'default-name',
        'transport',
      ],
      server: ['fixation', 'password-change-rotation', 'strict-ids', 'id-length'],
      kept: ['reauthentication'],
    },
  },
  {
    name: 'django',
    command: '/usr/bin/python3',
    packages: ['python3-django'],
    stated: ['python3-django'],
    arguments: () => ['-B', app('django_site.py')],
    forms: {
      cookie: ['logout'],
      own: [
        'fixation',
        'password-change-rotation',
        'password-change-sessions',
        'logout-get',
        'cross-site-request',
        'cookie-httponly',
        'cookie-secure',
        'cookie-samesite',
        'cookie-scope',
        'cookie-lifetime',
        'caching',
        'default-name',
        'transport',
      ],
      kept: ['reauthentication'],
    },
  },
]
