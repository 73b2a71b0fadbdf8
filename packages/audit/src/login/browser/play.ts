import type { Frame, Locator } from 'playwright-core'
import type { Http } from '../../network/http.ts'
import type { AuditOptions } from '../../options/options.ts'
import { type RecordedStep, type StepsRecording, typedIn } from '../../options/recording/recorder.ts'
import type { SignIn } from '../sign-in.ts'
import { browserLogins } from './browser-sign-in.ts'
import { settled, until } from './patience.ts'
import { failed, type Visitor } from './person.ts'

/** Signs in by playing what the Chrome DevTools Recorder recorded, with the account that was given. */
export function playedSignIn(
  http: Http,
  options: AuditOptions,
  start: URL,
  recording: StepsRecording,
): SignIn {
  const { username, password } = typedIn(recording)
  for (const { value } of [username, password].filter((step) => step !== null))
    http.secrets.add('recorded', value)
  if (password) http.secrets.addCredential('recorded password', password.value)
  const first = recording.steps.find(
    ({ type, url }) => type === 'navigate' && URL.parse(url)?.origin === start.origin,
  )
  const entry = first ? new URL(first.url) : start
  entry.hash = ''
  const logins = browserLogins(http, options, async (visitor, watching, choices) => {
    const { page, wire, patience } = visitor
    if (!first) await page.goto(start.href, { waitUntil: 'commit', timeout: patience.limit })
    for (const [at, step] of recording.steps.entries()) {
      const typed =
        step === password
          ? (choices.password ?? options.password ?? step.value)
          : step === username
            ? (options.username ?? step.value)
            : step.value
      await play(visitor, step, typed, at + 1)
      if (step === password) watching.arm()
      await settled(wire, patience)
    }
    const left = await until(wire, patience, async () => (watching.isSubmitted ? true : null))
    if (left === null) throw failed('no login was sent when the recording was played')
    await settled(wire, patience)
  })
  return {
    entry,
    get action() {
      return logins.action() ?? entry
    },
    given: null,
    offersRemember: false,
    login: logins.login,
    get stored() {
      return logins.stored()
    },
    get evidence() {
      const address = (url: URL) => http.secrets.redactUrl(url.href)
      const fields = { usernameField: null, passwordField: null, otherFields: [] }
      return {
        method: 'recording' as const,
        loginUrl: address(entry),
        action: address(logins.action() ?? entry),
        ...fields,
      }
    },
  }
}

async function play(visitor: Visitor, step: RecordedStep, typed: string, number: number): Promise<void> {
  const { page, wire, patience } = visitor
  const timeout = patience.limit
  if (step.type === 'navigate') {
    await page.goto(step.url, { waitUntil: 'commit', timeout })
    return
  }
  if (step.type === 'keyDown') return page.keyboard.down(step.key)
  if (step.type === 'keyUp') return page.keyboard.up(step.key)
  const found = await until(wire, patience, () => locate(visitor, step))
  if (found === null) {
    throw failed(`step ${number} of the recording (${step.type}) found nothing on the page; record it again`)
  }
  if (step.type === 'waitForElement') return
  if (step.type === 'hover') return found.hover({ timeout })
  if (step.type === 'click') return found.click({ timeout, noWaitAfter: true })
  if (step.type === 'doubleClick') return found.dblclick({ timeout, noWaitAfter: true })
  const isChosen = (await found.evaluate('(each) => each.tagName')) === 'SELECT'
  if (isChosen) await found.selectOption(typed, { timeout })
  else await found.fill(typed, { timeout })
}

/** The first element to which one of the recorded ways leads, in any frame. */
async function locate({ page }: Visitor, { selectors }: RecordedStep): Promise<Locator | null> {
  for (const frame of page.frames()) {
    for (const locator of selectors.flatMap((chain) => waysTo(frame, chain))) {
      const count = await locator.count().catch(() => 0)
      if (count > 0) return locator.first()
    }
  }
  return null
}

const ROLES = ['button', 'link', 'textbox', 'checkbox', 'combobox'] as const

/** Selectors as the Recorder writes them, and as Playwright reads them. */
function waysTo(frame: Frame, chain: readonly string[]): Locator[] {
  const [first = ''] = chain
  const aria = /^aria\/(.*?)(?:\[role="(\w+)"\])?$/s.exec(first)
  if (aria) {
    const [, name = '', role] = aria
    const roles = ROLES.filter((each) => role === undefined || each === role)
    const named = roles.map((each) => frame.getByRole(each, { name, exact: true }))
    return role === undefined ? [frame.getByLabel(name, { exact: true }), ...named] : named
  }
  return [frame.locator(chain.map(asPlaywright).join(' >> '))]
}

function asPlaywright(selector: string): string {
  const [, kind, rest = ''] = /^(xpath|pierce|text|css)\/(.*)$/s.exec(selector) ?? []
  if (kind === 'xpath') return `xpath=${rest}`
  if (kind === 'text') return `text=${rest}`
  return `css=${kind === undefined ? selector : rest}`
}
