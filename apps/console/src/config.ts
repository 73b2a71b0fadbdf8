import { z } from 'zod'
import {
  type DatabaseSetting,
  databaseForms,
  parseDatabaseUrl,
  parseSessionStore,
  type SessionsSetting,
  sessionForms,
} from './backends/settings.ts'
import { nameKey, namePattern } from './data/users.ts'
import { parseProxies, proxyForms } from './security/proxies.ts'

export interface Config {
  readonly port: number
  readonly host: string
  readonly database: DatabaseSetting
  readonly sessions: SessionsSetting
  readonly allowPrivate: boolean
  /** Audits may start a browser on this machine. */
  readonly mayUseBrowser: boolean
  /** The operator did not decide about private addresses, and the console is for this machine only. */
  readonly allowedByDefault: boolean
  /** Only this machine can ask, and not through a proxy. */
  readonly loopback: boolean
  /** Addresses and CIDR blocks of the proxies before it. */
  readonly trustedProxies: readonly string[]
  /** The names of administrators, in lower case. */
  readonly admins: ReadonlySet<string>
  readonly logLevel: string | null
}

const flag = z.enum(['0', '1'], 'must be 0 or 1').optional()
const variables = z.object({
  PORT: z.coerce
    .number('must be a port')
    .int('must be a port')
    .min(0, 'must be a port')
    .max(65_535, 'must be a port')
    .default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  LATCHKEY_DATA: z.string().min(1).optional(),
  DATABASE_URL: z.string().transform(orIssue(parseDatabaseUrl, databaseForms)).optional(),
  SESSION_STORE: z.string().transform(orIssue(parseSessionStore, sessionForms)).optional(),
  LATCHKEY_ALLOW_PRIVATE: flag,
  LATCHKEY_AUDIT_BROWSER: flag,
  LATCHKEY_TRUST_PROXY: z.string().default('0').transform(orIssue(parseProxies, proxyForms)),
  LATCHKEY_ADMINS: z
    .string()
    .transform(orIssue(parseNames, 'must be user names with commas between'))
    .optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).optional(),
})

/** A zod transformation; what cannot be parsed is refused without being repeated. */
function orIssue<T>(parse: (text: string) => T | null, message: string) {
  return (text: string, context: z.RefinementCtx): T => {
    const setting = parse(text)
    if (setting !== null) return setting
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  }
}

function parseNames(text: string): string[] | null {
  const names = text.split(',').map((name) => name.trim())
  return names.every((name) => namePattern.test(name)) ? names : null
}

/** @throws Error naming the variable that cannot be used */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const { data, error } = variables.safeParse(given)
  if (!data) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new Error(`Cannot start. ${problems.join('; ')}.`)
  }
  if (data.LATCHKEY_DATA !== undefined && data.DATABASE_URL !== undefined) {
    throw new Error(
      'Cannot start. LATCHKEY_DATA: must be left out with DATABASE_URL, which says where the data are.',
    )
  }
  const trustedProxies = data.LATCHKEY_TRUST_PROXY
  // Behind a proxy the console is for others, whatever it listens on.
  const isBehindProxy = trustedProxies.length > 0
  const loopback = !isBehindProxy && /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(data.HOST)
  const allowedByDefault = loopback && data.LATCHKEY_ALLOW_PRIVATE === undefined
  return {
    port: data.PORT,
    host: data.HOST,
    database: data.DATABASE_URL ?? {
      kind: 'sqlite',
      path: data.LATCHKEY_DATA ?? 'data/console.sqlite',
      variable: 'LATCHKEY_DATA',
    },
    sessions: data.SESSION_STORE ?? { kind: 'database' },
    allowPrivate: allowedByDefault || data.LATCHKEY_ALLOW_PRIVATE === '1',
    mayUseBrowser: (data.LATCHKEY_AUDIT_BROWSER ?? (loopback ? '1' : '0')) === '1',
    allowedByDefault,
    loopback,
    trustedProxies,
    admins: new Set(data.LATCHKEY_ADMINS?.map(nameKey)),
    logLevel: data.LOG_LEVEL ?? null,
  }
}
