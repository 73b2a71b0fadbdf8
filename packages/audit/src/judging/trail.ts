import type { EvidenceFile, Exchange } from '../evidence/evidence.ts'

/** More than this nobody follows by hand. */
const MOST = 8

type Known = Pick<EvidenceFile, 'exchanges'> & {
  readonly evidence: Pick<EvidenceFile['evidence'], 'cookies'>
}

/**
 * The requests to send, in order, to see it again: those that prove it and, for each value of a cookie that they carry,
 * the answer that gave it and the sign-in and sign-out that were made with it. Earlier ones give way where it gets long.
 */
export function trailOf(
  proof: readonly number[],
  { exchanges, evidence: { cookies } }: Known,
): readonly number[] {
  const proving = exchanges.filter(({ id }) => proof.includes(id))
  const carried = proving.flatMap((exchange) =>
    Object.entries(exchange.sentCookies).map(([name, print]) => ({ name, print, before: exchange.id })),
  )
  const given = cookies.status === 'gathered' ? cookies.value : []
  const steps = carried.flatMap(({ name, print, before }) => {
    const source = given.find(
      (cookie) => cookie.name === name && cookie.value === print && cookie.exchange < before,
    )
    const used = exchanges.filter(
      (exchange) => exchange.id < before && isBoundary(exchange) && exchange.sentCookies[name] === print,
    )
    return [...(source ? [source.exchange] : []), ...used.map(({ id }) => id)]
  })
  const earlier = [...new Set(steps)].filter((id) => !proof.includes(id)).toSorted((a, b) => a - b)
  const room = Math.max(0, MOST - proving.length)
  const kept = room === 0 ? [] : earlier.slice(-room)
  return [...kept, ...proving.map(({ id }) => id)].toSorted((a, b) => a - b)
}

/** Where a session begins or ends. */
function isBoundary({ phase, method }: Exchange): boolean {
  return phase === 'logout' || (phase === 'login' && method !== 'GET')
}
