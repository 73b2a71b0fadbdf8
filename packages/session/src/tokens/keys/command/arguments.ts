import { parseArgs } from 'node:util'
import { UsageError, usageErrorOf } from '../../../command/usage-error.ts'
import type { Duration } from '../../../policies/duration.ts'
import type { Algorithm } from '../algorithms.ts'

export interface Wish {
  readonly deed: 'new' | 'rotate'
  /** Null for stdout. */
  readonly file: string | null
  readonly algorithms: readonly Algorithm[] | undefined
  readonly lifetime: Duration | undefined
  readonly atOnce: boolean
  readonly compromised: boolean
}

export const help = `latchkey-keys new [file] [options]
latchkey-keys rotate <file> [options]

new       makes keys for tokens: one that signs, and the next one. Without a file they are printed, for an
          environment variable (LATCHKEY_KEYS). A file that is there is never overwritten.
rotate    the next key signs, the one that signed verifies until its last token is gone, and a new next one is made.
          Servers that have the file read it again within 30 s.

  --alg <names>     for new: EdDSA (Ed25519, the default), ES256, RS256, HS256; several with commas
  --lifetime <time> for new: how long a token of these keys lives at most, default 5m
  --at-once         for rotate: also when the next key is so new that verifiers may not have heard of it
  --compromised     for rotate: somebody has a copy. The keys that sign and signed are dropped, and every token with them
  --help            this text

Files are made readable by you alone (0600). The package jose must be installed.

Exit codes: 0 done, 1 failed, 2 wrong use.
`

/**
 * What is asked for; null for the help text.
 * @throws UsageError
 */
export function parseWish(args: readonly string[]): Wish | null {
  const { values, positionals } = parsed(args)
  if (values.help) return null
  const [deed, file = null, ...more] = positionals
  if ((deed !== 'new' && deed !== 'rotate') || more.length > 0)
    throw new UsageError('say new or rotate, and at most one file')
  if (deed === 'rotate' && file === null) throw new UsageError('say which file is to be rotated')
  if (deed === 'rotate' && (values.alg !== undefined || values.lifetime !== undefined))
    throw new UsageError('--alg and --lifetime are for new')
  if (deed === 'new' && (values['at-once'] || values.compromised))
    throw new UsageError('--at-once and --compromised are for rotate')
  return {
    deed,
    file,
    // What they are is checked where keys are made.
    algorithms: values.alg?.split(',') as readonly Algorithm[] | undefined,
    lifetime: values.lifetime as Duration | undefined,
    atOnce: values['at-once'],
    compromised: values.compromised,
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        alg: { type: 'string' },
        lifetime: { type: 'string' },
        'at-once': { type: 'boolean', default: false },
        compromised: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw usageErrorOf(error)
  }
}
