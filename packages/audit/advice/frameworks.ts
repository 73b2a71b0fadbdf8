import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { fileURLToPath } from 'node:url'
import { type ChangeableAccount, changeableAccount } from '../twins/serve/account.ts'
import { runProgram } from '../twins/serve/child.ts'
import { listen } from '../twins/serve/listen.ts'
import type { CheckId, Running } from '../twins/twin.ts'
import { cookieSessionSite } from './apps/cookie-session.ts'
import { expressSessionSite } from './apps/express-session.ts'
import { fastifySessionSite } from './apps/fastify-session.ts'
import { honoSessionsSite } from './apps/hono-sessions.ts'
import { ironSessionSite } from './apps/iron-session.ts'
import { koaSessionSite } from './apps/koa-session.ts'

/** A small site on a real framework, which follows the auditor's advice in one of its forms. */
export interface Framework {
  /** As `fixes` has it. */
  readonly name: string
  /** What it runs on; the versions are stated. */
  readonly packages: readonly string[]
  /** Null for a package that is not installed. */
  versionOf(name: string): string | null
  readonly install: string
  start(form: string): Promise<Running>
  /** By form in which the advice is not followed: the checks that fail, and pass in the form `followed`. */
  readonly forms: Readonly<Record<string, readonly CheckId[]>>
}

// What settings and views decide, whatever keeps the sessions.
const anySession: readonly CheckId[] = [
  ...(['cookie-httponly', 'cookie-secure', 'cookie-samesite', 'cookie-scope', 'cookie-lifetime'] as const),
  ...(['default-name', 'transport', 'caching', 'logout-get', 'cross-site-request', 'login-csrf'] as const),
]
const anyServerSession: readonly CheckId[] = [
  ...(['fixation', 'password-change-rotation', 'password-change-sessions'] as const),
  ...anySession,
]

// One has no default, and the other one that any site might choose.
const isNotName = (id: CheckId): boolean => id !== 'default-name'

export const frameworks: readonly Framework[] = [
  npm('express-session', ['express', 'express-session', 'helmet', 'csrf-sync'], expressSessionSite, {
    plain: ['logout', 'id-length', ...anyServerSession],
    kept: ['reauthentication', 'cookie-tossing'],
  }),
  npm('cookie-session', ['express', 'cookie-session', 'helmet', 'csrf-csrf'], cookieSessionSite, {
    plain: ['logout', 'password-change-rotation', 'password-change-sessions', ...anySession],
    kept: ['reauthentication', 'cookie-tossing'],
  }),
  npm(
    'fastify-session',
    ['fastify', '@fastify/session', '@fastify/csrf-protection', '@fastify/helmet'],
    fastifySessionSite,
    { plain: ['logout', ...anyServerSession], kept: ['id-length', 'reauthentication', 'cookie-tossing'] },
  ),
  npm('koa-session', ['koa', 'koa-session', 'koa-csrf', 'koa-helmet'], koaSessionSite, {
    // Its IDs are UUIDs, and signed: who guesses must guess the signature too.
    plain: anyServerSession,
    stateless: ['logout'],
    kept: ['reauthentication', 'cookie-tossing'],
  }),
  npm('iron-session', ['iron-session'], ironSessionSite, {
    plain: [
      'logout',
      'password-change-rotation',
      'password-change-sessions',
      'cookie-tossing',
      'late-answer',
      ...anySession.filter(isNotName),
    ],
  }),
  npm('hono-sessions', ['hono', '@hono/node-server', 'hono-sessions'], honoSessionsSite, {
    plain: ['id-length', ...anyServerSession.filter(isNotName)],
    stateless: ['logout', 'late-answer'],
    kept: ['reauthentication', 'cookie-tossing'],
  }),
  debian('php', ['php8.2-cli'], '/usr/bin/php', phpArguments, {
    plain: ['logout', 'strict-ids', 'id-length', ...anyServerSession],
    kept: ['reauthentication', 'cookie-tossing'],
  }),
  debian(
    'flask',
    ['python3-flask', 'python3-flask-session', 'python3-flaskext.wtf'],
    '/usr/bin/python3',
    () => ['-B', app('flask_site.py')],
    {
      cookie: ['logout', 'password-change-sessions', ...anySession],
      server: ['fixation', 'password-change-rotation', 'strict-ids', 'id-length', 'late-answer'],
      kept: ['reauthentication', 'cookie-tossing'],
    },
  ),
  debian('django', ['python3-django'], '/usr/bin/python3', () => ['-B', app('django_site.py')], {
    cookie: ['logout'],
    own: anyServerSession,
    kept: ['reauthentication', 'cookie-tossing'],
  }),
  debian('rails', ['ruby-rails', 'puma'], '/usr/bin/ruby', () => [app('rails_site.rb')], {
    cookie: ['logout', 'late-answer', ...anySession],
    server: anyServerSession,
    kept: ['reauthentication', 'cookie-tossing'],
  }),
  debian(
    'laravel',
    ['php8.2-cli', 'php-laravel-framework'],
    '/usr/bin/php',
    (port) => ['-S', `127.0.0.1:${port}`, app('laravel_site.php')],
    // Each answer has its ID encrypted anew, so that whether a second login kept it cannot be told from outside.
    { plain: ['logout', 'cookie-tossing', 'late-answer', ...anyServerSession] },
  ),
]

function app(name: string): string {
  return fileURLToPath(new URL(`apps/${name}`, import.meta.url))
}

/** A site in this process. */
function npm<Form extends string>(
  name: string,
  packages: readonly string[],
  site: (form: Form, account: ChangeableAccount) => RequestListener | Promise<RequestListener>,
  forms: Readonly<Partial<Record<Form, readonly CheckId[]>>>,
): Framework {
  return {
    name,
    packages,
    install: 'npm ci',
    versionOf: npmVersion,
    forms: forms as Framework['forms'],
    start: async (form) => listen(await site(form as Form, changeableAccount())),
  }
}

// PHP's settings are its php.ini, which is where the advice wants them.
function phpArguments(port: number, folder: string, form: string): readonly string[] {
  const followed = {
    'session.name': '__Host-session',
    'session.cookie_secure': '1',
    'session.cookie_httponly': '1',
    'session.cookie_samesite': 'Lax',
    'session.cookie_lifetime': '0',
    'session.use_strict_mode': '1',
    'session.use_only_cookies': '1',
    'session.use_trans_sid': '0',
    'session.cache_limiter': 'nocache',
    'session.sid_length': '32',
  }
  const plain = {
    'session.cookie_domain': 'tidewater.test',
    'session.cookie_lifetime': '31536000',
    'session.cache_limiter': '',
    'session.use_strict_mode': '0',
  }
  const settings = { 'session.save_path': folder, ...(form === 'followed' ? followed : plain) }
  return [
    ...Object.entries(settings).flatMap(([name, value]) => ['-d', `${name}=${value}`]),
    ...['-S', `127.0.0.1:${port}`, app('php_site.php')],
  ]
}

/** A site that an interpreter of the distribution runs. */
function debian(
  name: string,
  packages: readonly string[],
  command: string,
  given: (port: number, folder: string, form: string) => readonly string[],
  forms: Framework['forms'],
): Framework {
  const install = `apt-get install ${packages.join(' ')}`
  return {
    name,
    packages,
    install,
    versionOf: debianVersion,
    forms,
    start: (form) =>
      runProgram({
        command,
        install,
        arguments: (port, folder) => given(port, folder, form),
        environment: { ADVICE_FORM: form },
      }),
  }
}

function npmVersion(name: string): string | null {
  const file = new URL(`../../../node_modules/${name}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

function debianVersion(name: string): string | null {
  const { stdout } = spawnSync('dpkg', ['--status', name], { encoding: 'utf8' })
  if (!/^Status: .* installed$/m.test(stdout ?? '')) return null
  return /^Version: (.+)$/m.exec(stdout)?.[1] ?? null
}
