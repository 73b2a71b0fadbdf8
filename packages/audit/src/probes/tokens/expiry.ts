import { type ExpiredToken, isTaken } from '../../evidence/tokens.ts'
import type { ProbeContext } from '../context.ts'
import { endedADayAgo } from './claims.ts'
import type { Maker } from './forgeries.ts'
import { type HeldToken, heldTokens } from './jws.ts'
import { type Sending, statusOf } from './sending.ts'

/** Seconds that a genuine token's end is waited for at most. */
const MOST_WAIT = 30
/** Seconds after its end: clocks are dated in whole seconds, on both sides. */
const AFTER = 3
/** Verifiers allow for clocks that differ by minutes (RFC 7519, 4.1.4); five is the longest default that we know of. */
export const LEEWAY = 310

/**
 * What becomes of a token after its end: one that was forged in an accepted way, a genuine one of an earlier login that
 * has ended for longer than any clock can explain, or the one in use where it ends soon. Null where none can be had.
 */
export async function tryExpired(
  context: ProbeContext,
  sending: Sending,
  token: HeldToken,
  maker: Maker | null,
): Promise<ExpiredToken | null> {
  if (maker !== null) {
    const claims = endedADayAgo(token.jws.claims, Date.now() / 1000)
    const seen = await sending.attempt(token, maker(claims))
    return { how: 'forged', secondsAgo: 86_400, ...seen }
  }
  const earlier = await tryEarlier(context, sending)
  return earlier ?? (await tryOwn(context, sending))
}

/** Only that it is let in says something: what is refused may have been ended by a logout. */
async function tryEarlier(context: ProbeContext, sending: Sending): Promise<ExpiredToken | null> {
  const now = siteClock(context)
  const ended = context.issued
    .map((values) => values.get(sending.name))
    .filter((value) => value !== undefined)
    .find((value) => now !== null && (endOf(value) ?? now) + LEEWAY < now)
  if (ended === undefined || !sending.alone) return null
  const tried = await replayed(context, sending, ended)
  return tried !== null && isTaken(tried) ? tried : null
}

async function tryOwn(context: ProbeContext, sending: Sending): Promise<ExpiredToken | null> {
  const [end, now] = [endOf(sending.value), siteClock(context)]
  if (end === null || now === null || end + AFTER - now > MOST_WAIT) return null
  await context.wait(Math.max(0, end + AFTER - now) * 1000)
  return await replayed(context, sending, sending.value)
}

/** Null where the site's clock, which is the one that ends its tokens, does not say that it has ended. */
async function replayed(
  context: ProbeContext,
  sending: Sending,
  value: string,
): Promise<ExpiredToken | null> {
  const seen = await sending.send(value)
  const again = seen.state === 'signed-in' ? await sending.send(value) : null
  const [end, then] = [endOf(value), siteClock(context)]
  if (end === null || then === null || then <= end) return null
  return { how: 'waited', secondsAgo: Math.floor(then - end), seen, status: statusOf(context, seen), again }
}

function endOf(value: string): number | null {
  const end = heldTokens(value)[0]?.jws.claims.exp
  return typeof end === 'number' ? end : null
}

/** In seconds; null where the last answer does not tell. */
export function siteClock({ http }: ProbeContext): number | null {
  const date = Date.parse(http.answers.at(-1)?.headers.date ?? '')
  return Number.isNaN(date) ? null : date / 1000
}

/** Whether the copies that were replayed after the logout were refused; null where that is not known. */
export function endsAtLogout({ gathered }: ProbeContext, name: string): boolean | null {
  const { logout } = gathered
  if (logout?.status !== 'gathered' || logout.value.controls.some(({ held }) => !held)) return null
  const own = logout.value.replays.filter(({ set }) => set.includes(name))
  const latest = Math.max(...own.map(({ afterMs }) => afterMs))
  const last = own.filter(({ afterMs }) => afterMs === latest).map(({ seen }) => seen.state)
  if (last.includes('signed-in')) return false
  return last.length > 0 && last.every((state) => state === 'anonymous') ? true : null
}
