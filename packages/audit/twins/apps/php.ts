import { fileURLToPath } from 'node:url'
import { runProgram } from '../serve/child.ts'
import type { Running } from '../twin.ts'

/**
 * `defaults`: session settings as PHP itself has them, and a login that only sets the user.
 * `chosen-id`: no strict mode, and the session starts (without rotation) at the login.
 * `cross-site-request`: reads `$_REQUEST`, so that a link of another site will do, and asks for no token.
 * `reauthentication`: a login by who is signed in already keeps the ID.
 * `old-id-kept`: `session_regenerate_id()` without deleting the old one.
 */
export type PhpFault =
  | 'defaults'
  | 'chosen-id'
  | 'old-id-kept'
  | 'fixation'
  | 'strict-ids'
  | 'id-in-url'
  | 'caching'
  | 'logout'
  | 'cookie-httponly'
  | 'cross-site-request'
  | 'logout-get'
  | 'reauthentication'
  | 'password-change-rotation'
  | 'password-change-sessions'

export interface PhpSite {
  readonly fault: PhpFault | null
  /** Whether a session starts with the first page, or with the login. Default true. */
  readonly visitors?: boolean
}

const SCRIPT = fileURLToPath(new URL('app.php', import.meta.url))

/** PHP's own sessions behind its built-in server. */
export function phpSite(site: PhpSite): Promise<Running> {
  return runProgram({
    command: process.env.PHP ?? 'php',
    install: 'Debian and Ubuntu: apt-get install php-cli',
    arguments: (port, folder) => [
      ...Object.entries(settings(site, folder)).flatMap(([name, value]) => ['-d', `${name}=${value}`]),
      '-S',
      `127.0.0.1:${port}`,
      SCRIPT,
    ],
    environment: { TWIN_FAULT: site.fault ?? '', TWIN_VISITORS: site.visitors === false ? '' : '1' },
  })
}

function settings({ fault }: PhpSite, folder: string): Record<string, string> {
  const defaults = {
    'session.save_path': folder,
    'session.name': 'PHPSESSID',
    'session.sid_length': '32',
    'session.sid_bits_per_character': '4',
    'session.cookie_httponly': '0',
    'session.cookie_samesite': '',
    'session.use_strict_mode': '0',
    'session.use_only_cookies': '1',
    'session.use_trans_sid': '0',
    'session.cache_limiter': 'nocache',
    expose_php: '0',
  }
  if (fault === 'defaults') return defaults
  return {
    ...defaults,
    'session.name': 'quay',
    'session.cookie_httponly': fault === 'cookie-httponly' ? '0' : '1',
    'session.cookie_samesite': 'Lax',
    'session.use_strict_mode': fault === 'strict-ids' || fault === 'chosen-id' ? '0' : '1',
    'session.use_only_cookies': fault === 'id-in-url' ? '0' : '1',
    'session.use_trans_sid': fault === 'id-in-url' ? '1' : '0',
    'session.cache_limiter': fault === 'caching' ? '' : 'nocache',
  }
}
