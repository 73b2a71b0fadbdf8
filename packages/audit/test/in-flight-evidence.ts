import type { BulkRevokeEvidence } from '../src/evidence/bulk-revoke.ts'
import type { Control, Evidence } from '../src/evidence/evidence.ts'
import type { BegunRequest, InFlightEvidence, InFlightTrial } from '../src/evidence/in-flight.ts'
import type { StreamsEvidence } from '../src/evidence/streams.ts'

const held: Control = { name: 'no cookies', expected: 'anonymous', seen: 'anonymous', held: true }

export const begun: BegunRequest = {
  how: 'held',
  method: 'POST',
  url: 'https://app.example.com/login',
  exchange: 11,
  overlapped: true,
  state: null,
  sets: [],
  restores: [],
}

export const goodTrial: InFlightTrial = {
  begun: [begun],
  before: { state: 'signed-in', exchange: 9 },
  meanwhile: null,
  copy: { state: 'anonymous', exchange: 12 },
  browser: null,
  controls: [held],
}

export const goodInFlight: InFlightEvidence = {
  trials: [goodTrial],
  noLogin: 'visitors have no cookie that the login replaces',
  login: null,
}

const ended = [{ afterMs: 200, seen: { state: 'anonymous', exchange: 12 } }] as const

export const goodBulkRevoke: BulkRevokeEvidence = {
  notTried: null,
  how: { method: 'POST', url: 'https://app.example.com/logout/all', found: 'a form on /me' },
  others: [ended, ended, ended],
  own: { state: 'signed-in', exchange: 13 },
  controls: [held],
}

export const goodStreams: StreamsEvidence = {
  notTried: null,
  streams: [
    {
      kind: 'events',
      url: 'https://app.example.com/events',
      status: 200,
      visitorStatus: 401,
      exchange: 13,
      before: 2,
      after: 0,
      visitor: 0,
    },
  ],
  waitedMs: 5000,
  browserAfter: { state: 'anonymous', exchange: 12 },
  controls: [held],
}

export const goodRaces: Pick<Evidence, 'inFlight' | 'streams' | 'bulkRevoke'> = {
  inFlight: { status: 'gathered', value: goodInFlight },
  streams: { status: 'gathered', value: goodStreams },
  bulkRevoke: { status: 'gathered', value: goodBulkRevoke },
}
