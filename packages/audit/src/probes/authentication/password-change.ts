import type { PasswordChangeEvidence, SavedReplay } from '../../evidence/authentication.ts'
import type { Control, Observation } from '../../evidence/evidence.ts'
import { expectState } from '../../evidence/observation.ts'
import { findPasswordChange, offerOn, type PasswordChange } from '../../login/password/password-change.ts'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import { ProbeError } from '../../options/errors.ts'
import { notSignedIn } from '../carrier/carrier.ts'
import { carrierValues, isCompanion, liveJar, type ProbeContext, replay, signInAgain } from '../context.ts'
import { type Account, restorePassword, signsIn } from './password-restore.ts'
import { writeRecoveryFile } from './recovery-file.ts'
import { isRotated, replaySaved, type Saved } from './saved-session.ts'
import { temporaryPassword } from './temporary-password.ts'

/** What it takes at least to see anything after the change; putting back has an allowance of its own. */
const LEAST_REQUESTS = 30
const LEAST_LOGINS = 2

/**
 * What a change of the password does to the session that made it and to another one of the account. Both are
 * saved, the password is changed as a user would, and the saved ones are sent alone from clean clients.
 *
 * The new password is on disk before the site hears of it, and the old one is put back whatever happens in
 * between: a stop, an error, a spent budget. Throws AuditError `password_not_restored` when that did not work.
 */
export async function probePasswordChange(context: ProbeContext): Promise<PasswordChangeEvidence> {
  const { http, options, start, oracle, landed } = context
  const other = await liveJar(context)
  const { jar } = await signInAgain(context)
  const search = { http, options, jar, start, known: knownPages(oracle.url, landed?.final.url) }
  const way = await findPasswordChange(search)
  const temporary = newPassword(context, way)
  const before = await observeBoth(context, jar, other)

  const account: Account = { context, way, own: options.password ?? '', temporary, jar, endOthers: false }
  http.budget.demand(LEAST_REQUESTS, LEAST_LOGINS)
  const kept = { username: options.username ?? '', origin: start.origin, password: temporary }
  const file = await writeRecoveryFile(kept, options.recoveryFile)
  let seen: Seen | null = null
  let failed: unknown = null
  try {
    seen = await changeAndLook(account, before)
  } catch (error) {
    failed = error
  }
  const wantsChoice = seen !== null && way.choice !== null && survives(seen.others)
  const uncertain = seen === null || seen.controls.some(({ held }) => !held)
  await restorePassword({ ...account, endOthers: wantsChoice }, file, uncertain)
  if (seen === null) throw failed
  const taken =
    wantsChoice && before.others ? ((await replaySaved(context, [before.others]))[0] ?? null) : null
  return evidenceOf(context, way, before, seen, taken)
}

/** A password for a while. Throws ProbeError where the form says that it, or then the own one, is not taken. */
function newPassword({ http, options }: ProbeContext, way: PasswordChange): string {
  const temporary = temporaryPassword(way.maxLength)
  http.secrets.addCredential('temporary password', temporary)
  for (const password of [temporary, options.password ?? '']) {
    if (way.accepts(password)) continue
    const which = password === temporary ? 'a temporary' : 'the account’s own'
    throw new ProbeError(
      `the password was not changed: the form would not take ${which} password as a new one (minlength, maxlength or pattern)`,
    )
  }
  return temporary
}

interface Before {
  readonly own: Saved
  /** Null when the site allows one session at a time. */
  readonly others: Saved | null
  readonly controls: readonly Control[]
}

interface Seen {
  readonly browserAfter: Observation
  readonly rotated: boolean
  readonly own: readonly SavedReplay[]
  readonly others: readonly SavedReplay[] | null
  readonly offer: string | null
  readonly controls: readonly Control[]
}

/** Saves both sessions, and makes sure that the copies work now. */
async function observeBoth(context: ProbeContext, jar: BrowserJar, other: BrowserJar): Promise<Before> {
  const [own, others] = [carrierValues(context, jar), carrierValues(context, other)]
  const mine = await replay(context, own)
  if (mine.state !== 'signed-in') throw new ProbeError('signing in again did not work')
  const theirs = await replay(context, others)
  return {
    own,
    others: theirs.state === 'anonymous' ? null : others,
    controls: [
      expectState('the copy of the session that changes it, before', 'signed-in', mine),
      ...(theirs.state === 'anonymous'
        ? []
        : [expectState('the copy of another session, before', 'signed-in', theirs)]),
      notSignedIn('no cookies', await replay(context, [])),
    ],
  }
}

/** Everything that is looked at before a login, which might itself end a session. */
async function changeAndLook(account: Account, before: Before): Promise<Seen> {
  const { context, way, own, temporary, jar } = account
  // Once begun it is not stopped half-way, or nobody would know which password holds.
  const answered = await context.http.budget.finishing(() =>
    way.change(jar, { current: own, next: temporary }),
  )
  const browserAfter = await context.oracle.observe(jar, 'signed-in')
  const saved = before.others ? [before.own, before.others] : [before.own]
  const [mine = [], theirs = null] = await replaySaved(context, saved)
  return {
    browserAfter,
    rotated: isRotated(secrets(context, before.own), carrierValues(context, jar)),
    own: mine,
    others: theirs,
    offer: way.offer ?? offerOn(answered),
    controls: [await works(account, 'temporary'), await works(account, 'own')],
  }
}

/** The change is known to have happened only by this: the new password signs in, and the old one does not. */
async function works(account: Account, which: 'own' | 'temporary'): Promise<Control> {
  const isIn = (await signsIn(account, account[which])) !== null
  const [name, wanted] =
    which === 'own'
      ? ['the old password after the change', false]
      : ['the new password after the change', true]
  const words = (yes: boolean): string => (yes ? 'signs in' : 'does not sign in')
  return { name, expected: words(wanted), seen: words(isIn), held: isIn === wanted }
}

function evidenceOf(
  { http }: ProbeContext,
  way: PasswordChange,
  before: Before,
  seen: Seen,
  taken: readonly SavedReplay[] | null,
): PasswordChangeEvidence {
  return {
    how: {
      method: way.method,
      url: http.secrets.redactUrl(way.url.href),
      found: way.found,
      fields: way.fields,
    },
    browserAfter: seen.browserAfter,
    rotated: seen.rotated,
    own: seen.own,
    others: seen.others,
    noOthers: before.others ? null : 'the site allows one session at a time: signing in ended the one before',
    choice: way.choice && { ...way.choice, taken },
    offer: seen.offer,
    controls: [...before.controls, ...seen.controls],
  }
}

function secrets(context: ProbeContext, saved: Saved): Saved {
  return saved.filter(({ name }) => !isCompanion(context, name))
}

function survives(replays: readonly SavedReplay[] | null): boolean {
  return replays?.some(({ seen }) => seen.state === 'signed-in') === true
}

function knownPages(...urls: readonly (URL | undefined)[]): URL[] {
  return urls.filter((url) => url !== undefined)
}
