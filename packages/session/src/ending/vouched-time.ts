/** Milliseconds. Less is a clock that is set right, more is one that jumps. */
const tolerance = 60_000
/** Milliseconds that a clock must stay where it jumped to before that is believed. */
const believedAfter = 3_600_000

/**
 * The time that may be acted upon where the act cannot be undone. A clock that runs ahead, as after a wrong answer of a
 * time server, would make every session look ended. So what it says is held against a clock that only counts: where it
 * jumped ahead, time goes on from where it was, until the clock is back or has stayed ahead for an hour, as it does
 * after a machine was suspended. One that steps back is believed at once, for that ends nothing.
 *
 * @param now milliseconds since the epoch
 * @param elapsed milliseconds on a clock that never jumps
 * @returns the time; asked for now and then, at least every few minutes. NaN where `now` is no number
 */
export function createVouchedTime(now: () => number, elapsed: () => number): () => number {
  let vouched = now()
  let lookedAt = elapsed()
  /** How far the clock is ahead, and since when; null when it is not. */
  let jump: { readonly by: number; readonly since: number } | null = null

  return () => {
    const [time, at] = [now(), elapsed()]
    if (!Number.isFinite(time)) return Number.NaN
    vouched += at - lookedAt
    lookedAt = at
    const ahead = time - vouched
    if (ahead > tolerance && (!jump || Math.abs(jump.by - ahead) > tolerance)) jump = { by: ahead, since: at }
    if (ahead > tolerance && jump && at - jump.since < believedAfter) return vouched
    jump = null
    vouched = time
    return time
  }
}
