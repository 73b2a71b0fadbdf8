import { html } from 'hono/html'
import type { HistoryEvent } from '../data/history.ts'
import { ago } from '../format.ts'
import type { Html } from '../html.ts'

interface Words {
  readonly text: string
  /** How it is marked: something began, ended, or wants to be looked at. */
  readonly tone?: 'good' | 'muted' | 'bad'
}

// By the event and, where that says more, its reason.
const words: Readonly<Record<string, Words>> = {
  session_created: { text: 'Signed in', tone: 'good' },
  'session_created remembered': { text: 'Signed in, to stay signed in', tone: 'good' },
  session_renewed: { text: 'New token' },
  'session_renewed login': { text: 'Signed in', tone: 'good' },
  'session_renewed renewal': { text: 'New token, as every hour in use' },
  'session_renewed reauthenticate': { text: 'Password confirmed, new token' },
  'session_renewed elevate': { text: 'Began to administer' },
  'session_renewed drop': { text: 'Stopped administering' },
  session_expired: { text: 'Ended', tone: 'muted' },
  'session_expired idle': { text: 'Ended: not used for too long', tone: 'muted' },
  'session_expired absolute': { text: 'Ended: its time was up', tone: 'muted' },
  'session_expired revoked': { text: 'Ended from elsewhere', tone: 'muted' },
  'session_expired reuse': { text: 'Ended, because a copy of its token was used', tone: 'bad' },
  'session_expired excess': { text: 'Ended: one session too many', tone: 'muted' },
  session_logout: { text: 'Signed out', tone: 'muted' },
  session_use_after_expire: { text: 'Asked for after its end', tone: 'muted' },
  authn_token_reuse: { text: 'An outdated token was used: somebody may have copied it', tone: 'bad' },
  authn_password_change: { text: 'Password changed' },
  sessions_ended_all: { text: 'An administrator ended all sessions', tone: 'muted' },
}

/** What happened, newest first. */
export function eventList(events: readonly HistoryEvent[], now: number, { withClient = true } = {}): Html {
  if (events.length === 0) return html`<p class="hint">Nothing yet.</p>`
  return html`<ol class="events">${events.map((event) => {
    const { text, tone = '' } = wordsFor(event)
    const client = withClient && event.sid !== null ? (event.client ?? 'Unknown browser') : ''
    return html`<li class="${tone}"><span class="dot" aria-hidden="true"></span><span class="text">${text}</span>
<span class="meta">${client}${client && ', '}${ago(event.at, now)}</span></li>`
  })}</ol>`
}

function wordsFor({ kind, reason }: HistoryEvent): Words {
  return words[`${kind} ${reason}`] ?? words[kind] ?? { text: kind }
}
