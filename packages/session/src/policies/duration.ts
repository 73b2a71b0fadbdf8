import { SessionError } from '../errors.ts'

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

type Unit = keyof typeof unitMs

/** Milliseconds, or a whole or decimal number with a unit: `'30m'`, `'8h'`, `'1.5h'`, `'90s'`, `'30d'`, `'250ms'`. */
export type Duration = number | `${number}${Unit}`

/**
 * Milliseconds of a duration.
 * @throws SessionError `config_invalid` unless it is a finite number of at least 1 ms
 */
export function parseDuration(value: Duration, option: string): number {
  const ms = typeof value === 'number' ? value : parseText(value)
  if (!Number.isFinite(ms) || ms < 1) {
    throw new SessionError(
      'config_invalid',
      `${option}: ${JSON.stringify(value)} is not a duration. Write milliseconds (1800000) or a number with a unit ('30m', '8h', '90s', '30d').`,
    )
  }
  return Math.floor(ms)
}

function parseText(text: unknown): number {
  const match = typeof text === 'string' ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) : null
  return match ? Number(match[1]) * unitMs[match[2] as Unit] : Number.NaN
}
