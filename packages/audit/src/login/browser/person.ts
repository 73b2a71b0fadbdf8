import type { ElementHandle, Page } from 'playwright-core'
import { AuditError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import { asksRemember } from '../form/fill-form.ts'
import { findLoginForm, findUsernameForm, type LoginForm } from '../form/find-form.ts'
import type { LoginChoices } from '../sign-in.ts'
import { saysDanger, saysOther, saysProvider, saysSignIn } from '../words.ts'
import type { Watch } from './gate.ts'
import { type Patience, settled, until } from './patience.ts'
import { type Link, type Rendered, readRendered } from './rendered.ts'
import type { Wire } from './wire.ts'

/** A login form as it is shown. */
export interface Shown {
  readonly found: LoginForm
  readonly rendered: Rendered
}

export interface Visitor {
  readonly page: Page
  readonly wire: Wire
  readonly patience: Patience
  readonly options: AuditOptions
}

const MOST_LINKS = 3
const SOON = 1500
const LATER = 6000

/** The login form that the page shows, or shows once what leads to it is pressed; null when there is none. */
export async function openLoginForm(visitor: Visitor): Promise<Shown | null> {
  const shown = (await formShown(visitor, SOON)) ?? (await slowlyShown(visitor))
  if (shown) return shown
  for (let link = 0; link < MOST_LINKS; link += 1) {
    const { leading, rendered } = await linksShown(visitor)
    const chosen = leading[link]
    const element = chosen && (await rendered.element(chosen))
    if (!element) return null
    await press(visitor, element)
    const next = await formShown(visitor, SOON, 'led')
    if (next) return next
  }
  return null
}

/** Where nothing leads to a form yet, the page's scripts may still be at work. */
async function slowlyShown(visitor: Visitor): Promise<Shown | null> {
  const limit = Math.min(visitor.patience.limit, LATER)
  const found = await until(visitor.wire, { ...visitor.patience, limit }, async () => {
    const { leading } = await linksShown(visitor)
    if (leading.length > 0) return 'a link' as const
    return formShown(visitor, 0)
  })
  return found === 'a link' ? null : found
}

async function linksShown({ page }: Visitor): Promise<{ leading: readonly Link[]; rendered: Rendered }> {
  const rendered = await readRendered(page.mainFrame())
  return { leading: rendered.links.filter(({ text }) => saysSignIn(text) && !isOther(text)), rendered }
}

/** Types the account into a form and sends it. Throws AuditError `sign_in_failed` when nothing was sent. */
export async function fillAndSend(
  visitor: Visitor,
  shown: Shown,
  watching: Watch,
  { password = visitor.options.password ?? '', remember = false }: LoginChoices,
): Promise<void> {
  let now: Shown | null = shown
  await type(now, now.found.username, visitor.options.username ?? '')
  if (now.found.password === null) {
    await send(visitor, now)
    now = await formShown(visitor, visitor.patience.limit, 'must ask')
    if (now === null) throw failed('no field for the password came after the user name')
    const again = now.found.username
    if (again?.value === '') await type(now, again, visitor.options.username ?? '')
  }
  await type(now, now.found.password, password)
  for (const box of now.found.form.fields) {
    const isWanted = box.type === 'checkbox' && asksRemember(box) && box.checked !== remember
    if (isWanted) await (await now.rendered.element(box))?.evaluate('(box) => box.click()')
  }
  watching.arm()
  await send(visitor, now)
  const { wire, patience } = visitor
  const left = await until(wire, patience, async () => (watching.isSubmitted ? true : null))
  if (left === null) throw failed('the page sent nothing when its login form was submitted')
  await settled(wire, patience)
}

async function formShown(
  visitor: Visitor,
  limit: number,
  how: 'led' | 'must ask' | null = null,
): Promise<Shown | null> {
  const { page, wire, patience, options } = visitor
  await settled(wire, patience)
  return until(wire, { ...patience, limit }, async () => {
    for (const frame of page.frames()) {
      if (!URL.canParse(frame.url())) continue
      // The page may be about to give way to the next.
      const rendered = await readRendered(frame).catch(() => null)
      if (rendered === null) continue
      const first = how !== 'must ask' && findUsernameForm(rendered, options, how === 'led')
      const found = findLoginForm(rendered, options) ?? (first || null)
      if (found) return { found, rendered }
    }
    return null
  })
}

async function type({ rendered }: Shown, field: LoginForm['username'], text: string): Promise<void> {
  const element = field && (await rendered.element(field))
  if (element) await element.fill(text)
}

/** Presses the form's button as it is now: some are only pressed once all is typed. */
async function send(visitor: Visitor, { found, rendered }: Shown): Promise<void> {
  const again = await formShown({ ...visitor, patience: { ...visitor.patience, limit: 0 } }, 0).catch(
    () => null,
  )
  const current = again?.rendered.url.href === rendered.url.href ? again : { found, rendered }
  const { button } = current.found
  const pressed = button && !isOther(button.text) ? await current.rendered.element(button) : null
  if (pressed) return press(visitor, pressed)
  const field = current.found.password ?? current.found.username
  const element = field && (await current.rendered.element(field))
  await element?.press('Enter', { noWaitAfter: true })
  await settled(visitor.wire, visitor.patience)
}

export async function press({ wire, patience }: Visitor, element: ElementHandle): Promise<void> {
  await element.click({ noWaitAfter: true, timeout: patience.limit })
  await settled(wire, patience)
}

function isOther(text: string): boolean {
  return saysOther(text) || saysProvider(text) || saysDanger(text)
}

export function failed(message: string): AuditError {
  return new AuditError('sign_in_failed', message)
}
