import type { SavedReplay } from '../../evidence/authentication.ts'
import { type BrowserJar, type Credential, pick } from '../../network/cookies/jar.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { carrierValues, type ProbeContext, replay } from '../context.ts'
import { LATER, SOON } from '../second-look.ts'

/** What carried a session when it was saved. */
export type Saved = readonly Credential[]

/** Sends each carrier set of each saved session alone from a clean client: at once, and again after a while. */
export async function replaySaved(context: ProbeContext, saved: readonly Saved[]): Promise<SavedReplay[][]> {
  const { afterMs, again } = await replayTwice(context, saved)
  await context.wait(afterMs)
  return await again()
}

/** The same, where the while is for others to wait. */
export async function replayTwice(
  context: ProbeContext,
  saved: readonly Saved[],
): Promise<{
  readonly afterMs: number
  readonly isDead: boolean
  readonly again: () => Promise<SavedReplay[][]>
}> {
  const first = await replayAll(context, saved, 0)
  const alive = first.some((replays) => replays.some(({ seen }) => seen.state === 'signed-in'))
  const isDead = first.every((replays) => replays.every(({ seen }) => seen.state === 'anonymous'))
  const afterMs = alive ? LATER : SOON
  return {
    afterMs,
    isDead,
    async again() {
      const second = await replayAll(context, saved, afterMs)
      return first.map((replays, at) => [...replays, ...(second[at] ?? [])])
    },
  }
}

async function replayAll(
  context: ProbeContext,
  saved: readonly Saved[],
  afterMs: number,
): Promise<SavedReplay[][]> {
  const trials = saved.map((one) =>
    context.carrier.sets.filter((set) => pick(one, set).length >= set.length).map((set) => ({ one, set })),
  )
  return await sideBySide(
    ...trials.map(
      (each) => () =>
        sideBySide(
          ...each.map(({ one, set }) => async (): Promise<SavedReplay> => {
            return { set, afterMs, seen: await replay(context, pick(one, set)) }
          }),
        ),
    ),
  )
}

/**
 * The session's own carriers as a browser holds them: without a remember-me cookie, which is a credential of
 * its own, and without the Authorization header, which a script keeps and no answer replaces.
 */
export function sessionCookies(context: ProbeContext, jar: BrowserJar): Saved {
  const { remembered = [] } = context.carrier
  return carrierValues(context, jar).filter(
    ({ kind, name }) => kind === 'cookie' && !remembered.includes(name),
  )
}

/** Whether a browser now holds other values than were saved. */
export function isRotated(saved: Saved, now: Saved): boolean {
  return saved.some(({ name, value }) => !now.some((held) => held.name === name && held.value === value))
}
