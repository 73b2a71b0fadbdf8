import type { CheckId } from '../twin.ts'

/** How a scanner did on one check, over all sites. */
export interface Score {
  readonly planted: number
  readonly found: number
  readonly missed: number
  readonly falsePositives: number
}

/** What one scanner said of one site. */
export interface Said {
  readonly planted: readonly CheckId[]
  readonly failed: readonly CheckId[]
}

export function scoreOf(check: CheckId, said: readonly Said[]): Score {
  const planted = said.filter((one) => one.planted.includes(check))
  const found = planted.filter(({ failed }) => failed.includes(check)).length
  const falsePositives = said.filter(
    (one) => !one.planted.includes(check) && one.failed.includes(check),
  ).length
  return { planted: planted.length, found, missed: planted.length - found, falsePositives }
}

/** The sum of scores. */
export function total(scores: readonly Score[]): Score {
  const sum = (of: (score: Score) => number) => scores.reduce((all, score) => all + of(score), 0)
  return {
    planted: sum(({ planted }) => planted),
    found: sum(({ found }) => found),
    missed: sum(({ missed }) => missed),
    falsePositives: sum(({ falsePositives }) => falsePositives),
  }
}
