import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Config } from './config-schema.ts'

/** What is looked for in the working folder. */
export const CONFIG_FILE = 'latchkey.audit.json'

export interface FoundConfig {
  readonly path: string
  /** Paths in it are read from its folder. */
  readonly config: Config
}

/**
 * Reads the configuration.
 * @param given the file that was named; false: none is to be read; undefined: the one of the working folder, if there is one
 * @throws AuditError `usage`
 */
export async function readConfig(given: string | false | undefined): Promise<FoundConfig | null> {
  if (given === false || (given === undefined && !existsSync(CONFIG_FILE))) return null
  const [{ configSchema }, { readChecked }] = await Promise.all([
    import('./config-schema.ts'),
    import('./read-checked.ts'),
  ])
  const path = given ?? CONFIG_FILE
  const config = await readChecked(path, configSchema, 'the configuration')
  return { path, config: withPaths(config, dirname(resolve(path))) }
}

const PATHS = ['loginFrom', 'recoveryFile', 'baseline', 'output', 'har', 'saveEvidence'] as const

function withPaths(config: Config, folder: string): Config {
  const where = (given: string) =>
    given.replace(/^file:(.*)$/s, (_, path: string) => `file:${resolve(folder, path)}`)
  const each = (texts: Record<string, string>) =>
    Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, where(value)]))
  const inFolder = (files: Record<string, string>) =>
    Object.fromEntries(Object.entries(files).map(([format, path]) => [format, resolve(folder, path)]))
  const paths = PATHS.flatMap((name) => {
    const path = config[name]
    return path === undefined ? [] : [[name, resolve(folder, path)] as const]
  })
  const secrets = (
    ['password', 'secondPassword', 'totpSecret', 'cookie', 'policyToken', 'loginBody'] as const
  ).flatMap((name) => {
    const secret = config[name]
    return secret === undefined ? [] : [[name, where(secret)] as const]
  })
  const { headers, fields, policy, reports, resume } = config
  return {
    ...config,
    ...Object.fromEntries([...paths, ...secrets]),
    ...(headers && { headers: each(headers) }),
    ...(fields && { fields: each(fields) }),
    ...(reports && { reports: inFolder(reports) }),
    ...(resume && { resume: { file: resolve(folder, resume.file), passphrase: where(resume.passphrase) } }),
    ...(policy !== undefined && { policy: /^https?:\/\//i.test(policy) ? policy : resolve(folder, policy) }),
  }
}
