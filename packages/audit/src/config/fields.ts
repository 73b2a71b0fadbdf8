import { z } from 'zod'

const inSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** Messages follow the path of what they are about. */
export const must = (what: string) => ({ error: `must be ${what}` })

export const text = () => z.string(must('text')).min(1, must('text that is not empty'))
export const flag = () => z.boolean(must('true or false'))
export const count = () => z.int(must('a whole number')).positive(must('a whole number above 0'))

/** What other users of a machine or of a repository must not read. */
export const secret = () =>
  z
    .string(must('env:NAME or file:PATH'))
    .regex(
      /^(?:env|file):\S/,
      must('env:NAME or file:PATH, which say where the secret is; a secret itself has no place in this file'),
    )

/** Whole seconds, or a number with a unit; in seconds afterwards. */
export const duration = (what = 'a time such as "30m", "8h" or "90s", or a number of seconds') =>
  z
    .union(
      [
        z.int(must(what)).positive(must(what)),
        z.string(must(what)).regex(/^\d+(?:\.\d+)?[smhd]$/, must(what)),
      ],
      must(what),
    )
    .transform((given) => (typeof given === 'number' ? given : secondsOf(given)))

function secondsOf(given: string): number {
  const unit = given.slice(-1) as keyof typeof inSeconds
  return Math.round(Number(given.slice(0, -1)) * inSeconds[unit])
}
