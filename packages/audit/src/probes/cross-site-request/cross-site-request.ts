import type { Control, CrossSiteRequestEvidence } from '../../evidence/evidence.ts'
import { type ReversibleAction, readFind } from '../../options/action.ts'
import { ProbeError } from '../../options/errors.ts'
import { liveJar, type ProbeContext, signInAgain } from '../context.ts'
import { type Way, waysFor } from './action-forged.ts'
import { openForm, placesOf, sendableByAnyone } from './action-own.ts'
import { ActionStage, NotRestored, RESTORE } from './action-stage.ts'
import { tryWay, type Values, withoutSession } from './action-trial.ts'

type Trial = CrossSiteRequestEvidence['trials'][number]

/**
 * Whether a page of another site can make the one change that the user named. The site's own page makes it first
 * and takes it back; then each way that another site has is tried with the cookies a browser would add, the
 * value is read back, and put back. Whatever happens in between, the value at the end is what it was.
 */
export async function probeCrossSiteRequest(context: ProbeContext): Promise<CrossSiteRequestEvidence> {
  const { options, http, start } = context
  const { action } = options
  if (action === undefined) throw new ProbeError('no action was named')
  const places = placesOf(action, start)
  // Another session shows which hidden fields anyone with an account knows.
  const theirs = await openForm(http, await liveJar(context), action, places, action.change)
  const stage = new ActionStage(context, action, places, (await signInAgain(context)).jar)
  const mine = await openForm(http, stage.jar, action, places, action.change)
  const sendable = sendableByAnyone(mine, theirs, action.change, options.password)
  const ways = waysFor(action, places, { sendable, multipart: mine.multipart })

  const original = await presentValue(stage)
  http.budget.demand(RESTORE.requests, RESTORE.logins)
  const controls: Control[] = []
  const trials: Trial[] = []
  let failure: unknown = null
  try {
    const changed = await ownChange(stage, original, controls)
    if (changed !== null) await tryAll(context, stage, ways, { original, changed }, trials, controls)
  } catch (error) {
    failure = error ?? new ProbeError('unknown error')
  }
  const end = await stage.restore(original)
  if (failure !== null) throw end.held ? failure : leftBehind(action, failure)
  return { action: describe(context, action, stage), trials, controls: [...controls, end] }
}

/** What is there now. Nothing has been sent that changes anything, and nothing is if this cannot be put back. */
async function presentValue(stage: ActionStage): Promise<string> {
  const { find, undo, readUrl } = stage.action
  const first = await stage.read()
  const second = await stage.read()
  if (first.value === null) throw new ProbeError(`nothing was found at ${readUrl} by ${find}`)
  if (first.value !== second.value) {
    throw new ProbeError(`what ${find} finds at ${readUrl} changes by itself, so nothing can be read from it`)
  }
  const by = readFind(find)
  const back = by.kind === 'match' || !Object.hasOwn(undo, by.name) ? undefined : undo[by.name]
  if (typeof back === 'string' && back !== first.value) {
    throw new ProbeError(
      `--action-undo ${find.replace(/^\w+:/, '')}=… is not what is there now, so it would not undo the change; nothing was changed`,
    )
  }
  return first.value
}

/** The value after the site's own page made the change; null when it cannot be made or taken back. */
async function ownChange(stage: ActionStage, original: string, controls: Control[]): Promise<string | null> {
  await stage.change(stage.action.change)
  const { value } = await stage.read()
  const made = value !== null && value !== original
  controls.push({
    name: 'the change made by the site’s own page',
    expected: 'another value',
    seen: made ? 'another value' : value === null ? 'a value that cannot be read' : 'the value from before',
    held: made,
  })
  if (!made) return null
  return (await putBack(stage, original, 'the change taken back by the site’s own page', controls))
    ? value
    : null
}

async function putBack(
  stage: ActionStage,
  original: string,
  name: string,
  controls: Control[],
): Promise<boolean> {
  await stage.change(stage.action.undo)
  const { value } = await stage.read()
  const held = value === original
  const expected = 'the value from before'
  controls.push({ name, expected, seen: held ? expected : 'another value', held })
  return held
}

async function tryAll(
  context: ProbeContext,
  stage: ActionStage,
  ways: readonly Way[],
  values: Values,
  trials: Trial[],
  controls: Control[],
): Promise<void> {
  for (const way of ways) {
    if (trials.some(({ how, readBack }) => how === way.after && readBack === 'changed')) continue
    for (const unspecified of ['none', 'lax'] as const) {
      const trial = await tryWay(context, stage, way, unspecified, values)
      // What more cookies could not do, fewer cannot either.
      if (trial === null) break
      const first = trials.every(({ readBack }) => readBack !== 'changed')
      trials.push(trial)
      if (trial.readBack === 'unchanged') break
      if (!(await putBack(stage, values.original, `put back after ${way.how}`, controls))) return
      if (trial.readBack === 'changed' && first) {
        controls.push(await withoutSession(context, stage, way, values))
        if (!(await putBack(stage, values.original, 'put back after no cookies', controls))) return
      }
    }
  }
}

function describe(
  { http }: ProbeContext,
  { method = 'POST', change, find }: ReversibleAction,
  { places }: ActionStage,
): CrossSiteRequestEvidence['action'] {
  return {
    method,
    url: http.secrets.redactUrl(places.action.href),
    fields: Object.keys(change),
    readUrl: http.secrets.redactUrl(places.read.href),
    find,
  }
}

function leftBehind({ undo, url }: ReversibleAction, failure: unknown): NotRestored {
  const why = failure instanceof Error ? failure.message : String(failure)
  return new NotRestored(
    `${why}; and the change could not be taken back: send ${Object.keys(undo).join(', ')} of --action-undo to ${url} yourself`,
    { cause: failure },
  )
}
