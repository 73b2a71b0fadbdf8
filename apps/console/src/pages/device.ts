import { html } from 'hono/html'
import type { SessionSummary } from 'latchkey'
import type { ConsoleContext, SessionData } from '../context.ts'
import { ago, exactly } from '../format.ts'
import type { Html } from '../html.ts'
import { staysSignedIn } from '../policies.ts'
import { csrfField } from '../security/csrf.ts'
import { describeUserAgent } from '../user-agent.ts'

export interface DeviceCard {
  /** It is the session of this very request. */
  readonly isThis: boolean
  /** Where its history is; null for nowhere. */
  readonly historyAt: string | null
  /** Where the form that ends it goes. */
  readonly endAt: string
  /** The page of the list that it is on, to come back to. */
  readonly page: number
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** A live session: where it is, since when, and how to end it. */
export function deviceCard(
  c: ConsoleContext,
  session: SessionSummary<SessionData>,
  { isThis, historyAt, endAt, page, now }: DeviceCard,
): Html {
  const name = browserOf(session)
  const label = isThis ? 'Sign out of this device' : `End the session of ${name}`
  return html`<li class="${isThis ? 'card device own' : 'card device'}">
<div class="what"><h2>${name}${isThis ? html` <span class="badge">This device</span>` : ''}${session.policy === staysSignedIn ? html` <span class="badge muted">Stays signed in</span>` : ''}</h2>
${deviceFacts(session, now)}</div>
<div class="actions">${historyAt ? html`<a class="button" href="${historyAt}" aria-label="History of the session of ${name}">History</a>` : ''}
<form method="post" action="${endAt}">${csrfField(c)}<input type="hidden" name="sid" value="${session.sid}">${page > 1 ? html`<input type="hidden" name="page" value="${page}">` : ''}
<button class="button" aria-label="${label}">${isThis ? 'Sign out' : 'End'}</button></form></div>
</li>`
}

/** The browser that used the session last. */
export function browserOf({ clients: [last] }: SessionSummary<SessionData>): string {
  return describeUserAgent(last?.userAgent)
}

export function deviceFacts(session: SessionSummary<SessionData>, now: number): Html {
  const signedInAt = session.authenticatedAt ?? session.createdAt
  const [last, ...earlier] = session.clients
  return html`<dl><div><dt>Address</dt><dd>${last?.address ?? 'unknown'}</dd></div>
<div><dt>Password given</dt><dd>${ago(signedInAt, now)}</dd></div>
<div><dt>Last used</dt><dd>${ago(session.lastSeenAt, now)}</dd></div>
${earlier.map(({ userAgent, address, lastSeenAt }) => html`<div><dt>Earlier</dt><dd>${describeUserAgent(userAgent)}, ${address ?? 'unknown'}, ${ago(lastSeenAt, now)}</dd></div>`)}
${session.policy === staysSignedIn ? html`<div><dt>Ends</dt><dd>${exactly(session.expiresAt)}, or later if used</dd></div>` : ''}</dl>`
}
