import type { Control, FixationTrial, StrictIdsEvidence } from '../../evidence/evidence.ts'
import { type Credential, frozenJar, NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import type { Answer } from '../../network/http.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import { type ProbeContext, secretValues } from '../context.ts'
import { askKnown, isAsVisitorsKnow, isSamePage } from '../known-page.ts'
import { sameShape } from '../value.ts'

type Trial = StrictIdsEvidence['trials'][number]

/**
 * Whether the site takes on a session ID that it never issued. A missing Set-Cookie alone shows nothing: a
 * site may well ignore an unknown ID. So adoption is claimed only where something shows it (see `adoptedBy`).
 */
export async function probeStrictIds(context: ProbeContext): Promise<StrictIdsEvidence> {
  const fixation = context.gathered.fixation
  const chosen =
    fixation?.status === 'gathered' ? fixation.value.trials.filter(({ variant }) => variant === 'chosen') : []
  const trials: Trial[] = []
  for (const credential of secretValues(context, context.jar)) {
    if (credential.kind === 'header') continue
    const login = chosen.find(({ names }) => names.includes(credential.name)) ?? null
    trials.push(await judgeOne(context, credential, login))
  }
  return { trials }
}

async function judgeOne(
  context: ProbeContext,
  credential: Credential,
  login: FixationTrial | null,
): Promise<Trial> {
  const before = context.http.exchanges.length
  const { name } = credential
  const contact = await makeContact(context, credential)
  const exchanges = context.http.exchanges.slice(before).map(({ id }) => id)
  if (login) exchanges.push(login.replay.exchange)
  const atLogin = login?.controls ?? []
  const trial = (adoptedBy: Trial['adoptedBy'], refused: boolean, detail: string): Trial => ({
    name,
    adoptedBy,
    refused,
    detail,
    exchanges,
    // What the login shows does not rest on what a visitor saw.
    controls: adoptedBy === 'login' ? atLogin : [...atLogin, ...contact.controls],
  })
  if (login?.replay.state === 'signed-in' && login.controls.every(({ held }) => held)) {
    return trial(
      'login',
      false,
      'an ID that was never issued, planted before the login, was signed in after it',
    )
  }
  if (contact.kept === 'state') {
    return trial('state', false, 'the site kept a token under an ID that it never issued')
  }
  if (contact.kept === 'validation') {
    return trial(
      'validation',
      false,
      'the site replaced a malformed ID, but kept an unissued one of the right shape',
    )
  }
  if (contact.kept === 'replaced')
    return trial(null, true, 'the site replaced the unissued ID at first contact')
  if (login?.replay.state === 'anonymous') {
    const open = contact.issuedToVisitors && login.rotated
    const detail = open
      ? 'the login replaced the unissued ID; whether it was in use until then is not shown'
      : 'the unissued ID, planted before a login, opens nothing after it'
    return trial(null, !open && login.controls.every(({ held }) => held), detail)
  }
  return trial(null, false, 'nothing shows that the unissued ID was adopted, nor that it was refused')
}

interface Contact {
  readonly kept: 'state' | 'validation' | 'replaced' | null
  readonly issuedToVisitors: boolean
  readonly controls: readonly Control[]
}

/** What a visitor with an unissued ID sees, beside one with none and one with a malformed ID. */
async function makeContact(context: ProbeContext, { kind, name, value }: Credential): Promise<Contact> {
  const page = await issuingPage(context, name)
  if (page === null) return { kept: null, issuedToVisitors: false, controls: [] }
  const send = (id: string): Promise<Answer> =>
    context.http.send({ url: page.url, phase: 'replay', jar: frozenJar([{ kind, name, value: id }]) })
  let foreign = 0
  // That an ID was kept is shown by the page it came with, and by no other answer that sets no cookie.
  const ask = async (id: string): Promise<Answer> => {
    const isIt = (seen: Answer) => isReplaced(seen, name, id) || isSamePage(context, page, seen)
    const seen = await send(id)
    const again = isIt(seen) ? seen : await send(id)
    if (!isIt(again)) foreign += 1
    return again
  }
  // What a visitor is given may look different from what a signed-in user has.
  const shape = issuedValue(page, name) ?? value
  const unissued = sameShape(shape)
  const first = await ask(unissued)
  const second = await ask(unissued)
  if (isReplaced(first, name, unissued) || isReplaced(second, name, unissued)) {
    return { kept: 'replaced', issuedToVisitors: true, controls: [] }
  }
  const known = await ask(shape)
  const control: Control = {
    name: 'an ID issued to a visitor is kept',
    expected: 'no new ID',
    seen: isReplaced(known, name, shape) ? 'a new ID' : 'no new ID',
    held: !isReplaced(known, name, shape),
  }
  const controls = [control]
  if (foreign > 0) {
    const another: Control = {
      name: 'the page for a visitor with an unissued ID',
      expected: 'as for others',
      seen: 'another',
      held: false,
    }
    return { kept: null, issuedToVisitors: true, controls: [another] }
  }
  if (!control.held) return { kept: null, issuedToVisitors: true, controls }

  if (sharesToken(unissued, first, second, await ask(sameShape(shape))))
    return { kept: 'state', issuedToVisitors: true, controls }
  const malformed = await send('!')
  const replaced = isReplaced(malformed, name, '!')
  return { kept: replaced ? 'validation' : null, issuedToVisitors: true, controls }
}

/** The page, if any, on which a visitor without cookies is given this one. */
async function issuingPage(context: ProbeContext, name: string): Promise<Answer | null> {
  const { signIn, start, oracle } = context
  const about = {
    phase: 'anonymous' as const,
    isIt: (answer: Answer) => issuedValue(answer, name) !== null || isAsVisitorsKnow(context, answer),
  }
  const urls = new Map([signIn.entry, start, oracle.url].map((url) => [url.href, url]))
  for (const url of urls.values()) {
    const answer = await askKnown(context, url, NO_CREDENTIALS, about)
    if (issuedValue(answer, name) !== null) return answer
  }
  return null
}

function issuedValue({ cookies }: Answer, name: string): string | null {
  return cookies.findLast((cookie) => cookie.name === name && !cookie.deletion)?.value ?? null
}

/** Sending back the ID that was sent is keeping it. */
function isReplaced(answer: Answer, name: string, sent: string): boolean {
  const value = issuedValue(answer, name)
  return value !== null && value !== sent
}

/** The same hidden value twice under one ID and another under another: it is kept per session. */
function sharesToken(id: string, first: Answer, second: Answer, other: Answer): boolean {
  const elsewhere = hiddenValues(other)
  const again = hiddenValues(second)
  for (const [name, value] of hiddenValues(first)) {
    const differs = elsewhere.has(name) && elsewhere.get(name) !== value
    const own = value.length >= 8 && !id.includes(value) && !value.includes(id)
    if (own && again.get(name) === value && differs) return true
  }
  return false
}

function hiddenValues(answer: Answer): Map<string, string> {
  const page = pageOf(answer)
  const fields = page.forms.flatMap(({ fields }) => fields).filter(({ type }) => type === 'hidden')
  const values = new Map(fields.map(({ name, value }) => [name, value]))
  if (page.csrf) values.set('meta csrf', page.csrf.token)
  return values
}
