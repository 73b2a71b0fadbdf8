import { z } from 'zod'

export interface Config {
  readonly port: number
  readonly host: string
  readonly dataPath: string
  readonly allowPrivate: boolean
  /** The operator did not decide about private addresses, and the console is for this machine only. */
  readonly allowedByDefault: boolean
  /** Only this machine can ask, and not through a proxy. */
  readonly loopback: boolean
  readonly trustProxy: boolean
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
  LATCHKEY_DATA: z.string().min(1).default('data/console.sqlite'),
  LATCHKEY_ALLOW_PRIVATE: flag,
  LATCHKEY_TRUST_PROXY: flag,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).optional(),
})

/** @throws Error naming the variable that cannot be used */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const { data, error } = variables.safeParse(given)
  if (!data) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new Error(`Cannot start. ${problems.join('; ')}.`)
  }
  const trustProxy = data.LATCHKEY_TRUST_PROXY === '1'
  // Behind a proxy the console is for others, whatever it listens on.
  const loopback = !trustProxy && /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(data.HOST)
  const allowedByDefault = loopback && data.LATCHKEY_ALLOW_PRIVATE === undefined
  return {
    port: data.PORT,
    host: data.HOST,
    dataPath: data.LATCHKEY_DATA,
    allowPrivate: allowedByDefault || data.LATCHKEY_ALLOW_PRIVATE === '1',
    allowedByDefault,
    loopback,
    trustProxy,
    logLevel: data.LOG_LEVEL ?? null,
  }
}
