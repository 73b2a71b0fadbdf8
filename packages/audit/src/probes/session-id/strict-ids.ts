import type { Control, FixationTrial, StrictIdsEvidence } from '../../evidence/evidence.ts'
import { type Credential, frozenJar } from '../../network/cookies/jar.ts'
import type { Answer } from '../../network/http.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import { underLabel } from '../carrier/renamed.ts'
import { type ProbeContext, secretValues } from '../context.ts'
import { isSamePage } from '../known-page.ts'
import { sameShape } from '../value.ts'
import { isToVisitor } from './first-ids.ts'
import { useBefore } from './use-before-login.ts'

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
    const used = open && contact.kept === null ? await useBefore(context, credential, login) : null
    if (used !== null) {
      exchanges.push(...used)
      return trial(
        'use',
        false,
        'the login took the token of its own page with an ID that was never issued, and refused it with another',
      )
    }
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
async function makeContact(context: ProbeContext, credential: Credential): Promise<Contact> {
  const { name, value } = credential
  const page = issuingPage(context, name)
  if (page === null) return { kept: null, issuedToVisitors: false, controls: [] }
  const send = (id: string): Promise<Answer> =>
    context.http.send({ url: page.url, phase: 'replay', jar: frozenJar([{ ...credential, value: id }]) })
  const issuedBy = (answer: Answer) => issuedValue(context, answer, name)
  /** Sending back the ID that was sent is keeping it. */
  const isReplaced = (answer: Answer, sent: string): boolean => {
    const given = issuedBy(answer)
    return given !== null && given !== sent
  }
  let foreign = 0
  // That an ID was kept is shown by the page it came with, and by no other answer that sets no cookie.
  const ask = async (id: string): Promise<Answer> => {
    const isIt = (seen: Answer) => isReplaced(seen, id) || isSamePage(context, page, seen)
    const seen = await send(id)
    const again = isIt(seen) ? seen : await send(id)
    if (!isIt(again)) foreign += 1
    return again
  }
  // What a visitor is given may look different from what a signed-in user has.
  const shape = issuedBy(page) ?? value
  const unissued = sameShape(shape)
  const replaced: Contact = { kept: 'replaced', issuedToVisitors: true, controls: [] }
  const first = await ask(unissued)
  if (isReplaced(first, unissued)) return replaced
  const second = await ask(unissued)
  if (isReplaced(second, unissued)) return replaced
  const known = await ask(shape)
  const control: Control = {
    name: 'an ID issued to a visitor is kept',
    expected: 'no new ID',
    seen: isReplaced(known, shape) ? 'a new ID' : 'no new ID',
    held: !isReplaced(known, shape),
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
  const kept = isReplaced(malformed, '!') ? 'validation' : null
  return { kept, issuedToVisitors: true, controls }
}

/** The page, if any, on which visitors without this cookie were given it; that of the login if it is one. */
function issuingPage(context: ProbeContext, name: string): Answer | null {
  const { http, signIn, start, oracle } = context
  const given = http.answers.filter((answer) => answer.method === 'GET' && isToVisitor(context, answer))
  const issuing = given.filter((answer) => issuedValue(context, answer, name) !== null)
  const likely = [signIn.entry, start, oracle.url].map(({ href }) =>
    issuing.findLast(({ url }) => url.href === href),
  )
  return likely.find((answer) => answer !== undefined) ?? null
}

function issuedValue({ renamings }: ProbeContext, { cookies }: Answer, name: string): string | null {
  const given = cookies.findLast((cookie) => underLabel(cookie.name, renamings) === name && !cookie.deletion)
  return given?.value ?? null
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
