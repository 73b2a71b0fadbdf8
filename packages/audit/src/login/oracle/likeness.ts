import type { Features } from './features.ts'

/** Two answers of one page have most of their marks in common, whatever news, counts and tokens are on it. */
const MOST = 0.6
/** So many marks that all have, nearly all of them there, are no coincidence, however much else has come up. */
const MANY = 8
const NEARLY_ALL = 0.8

/** Whether an answer is one of these: their status, their redirect, and where there is a page, that page. */
export function isLike(samples: readonly Features[], seen: Features): boolean {
  const same = samples.filter(({ status, redirect }) => status === seen.status && redirect === seen.redirect)
  if (same.length === 0) return false
  if (seen.redirect !== null) return true
  return [same, ...same.map((sample) => [sample])].some((group) => isSamePage(group, seen.marks))
}

function isSamePage(group: readonly Features[], marks: ReadonlySet<string>): boolean {
  const [first, ...rest] = group
  const common = [...(first?.marks ?? [])].filter((mark) => rest.every((other) => other.marks.has(mark)))
  const covered = share(common, (mark) => marks.has(mark))
  if (common.length >= MANY && covered >= NEARLY_ALL) return true
  const known = share([...marks], (mark) => group.some((other) => other.marks.has(mark)))
  return covered >= MOST && known >= MOST
}

/** Of nothing everything is there. */
function share(marks: readonly string[], isThere: (mark: string) => boolean): number {
  return marks.length === 0 ? 1 : marks.filter(isThere).length / marks.length
}
