import assert from 'node:assert/strict'
import test from 'node:test'
import { goodBulkRevoke, goodInFlight, goodStreams, goodTrial } from '../../test/in-flight-evidence.ts'
import { carriedBy, cookie, fileOf, gathered, goodEvidence, held, saw } from '../../test/sample-evidence.ts'
import { soundTimeouts, timed, unused } from '../../test/sample-timeouts.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { judge } from './judge.ts'

const at = { finishedAt: '2026-11-29T09:00:00.000Z' }
const lifeOf = (changes: Partial<Evidence> = {}) => judge(fileOf(changes), at).life ?? []

test('a sound site: nothing is bad, and what happened is in order of its requests', () => {
  const life = lifeOf()
  assert.deepEqual(new Set(life.map(({ state }) => state)), new Set(['plain', 'good']))
  const ids = life.map(({ exchange }) => exchange)
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => a - b),
  )
  assert.deepEqual(
    new Set(life.map(({ lane }) => lane)),
    new Set(['visitor', 'sign-in', 'use', 'sign-out', 'replay']),
  )
})

test('a copy that outlives the sign-out is bad, and says for how long', () => {
  const { logout } = goodEvidence
  assert.ok(logout.status === 'gathered')
  const replays = [{ set: ['sid'], afterMs: 2000, seen: saw('signed-in', 12) }]
  const bad = lifeOf({ logout: gathered({ ...logout.value, replays }) }).filter(
    ({ state }) => state === 'bad',
  )
  assert.deepEqual(
    bad.map(({ lane, what, check, exchange }) => [lane, what, check, exchange]),
    [['replay', 'a copy from before the sign-out opens the account 2 s later', 'logout', 12]],
  )
})

test('without a verdict a moment shows nothing, and a skipped check has none', () => {
  const trials = [
    {
      variant: 'chosen' as const,
      names: ['sid'],
      rotated: false,
      replay: saw('signed-in', 9),
      controls: [{ ...held, held: false }],
    },
  ]
  const unclear = lifeOf({ fixation: gathered({ noneBeforeLogin: true, trials }) })
  assert.equal(unclear.find(({ check }) => check === 'fixation')?.state, 'unclear')
  const skipped = lifeOf({ fixation: { status: 'skipped', reason: 'x' } })
  assert.ok(!skipped.some(({ check }) => check === 'fixation'))
})

test('any other failed check stands where its first proof was seen', () => {
  const life = lifeOf({
    carrier: gathered(carriedBy('sid')),
    cookies: gathered([cookie('sid', { httpOnly: false })]),
  })
  const bad = life.find(({ check }) => check === 'cookie-httponly')
  assert.deepEqual([bad?.lane, bad?.exchange, bad?.state], ['sign-in', 4, 'bad'])
})

test('what outlives the sign-out, and what ends sessions besides, is in the picture', () => {
  const of = (changes: Partial<Evidence>, check: string) =>
    lifeOf(changes)
      .filter((moment) => moment.check === check)
      .map(({ lane, what, state }) => [lane, state, what])
  assert.deepEqual(of({}, 'idle-timeout'), [['use', 'good', 'a session unused for 31 minutes has ended']])
  const alive = unused(timed('signed-in', 31), timed('signed-in', 35))
  assert.deepEqual(of({ timeouts: gathered({ ...soundTimeouts, sessions: [alive] }) }, 'idle-timeout'), [
    ['use', 'bad', 'a session unused for 31 minutes is alive'],
  ])
  assert.deepEqual(of({}, 'absolute-timeout'), [
    ['use', 'good', 'a session signed in for 8 hours 2 minutes has ended'],
  ])

  const back = { ...goodTrial, meanwhile: { browser: saw('anonymous', 10), copy: saw('anonymous', 11) } }
  const trial = { ...back, copy: saw('signed-in', 12), browser: saw('signed-in', 13) }
  const inFlight = gathered({ ...goodInFlight, trials: [trial, trial] })
  assert.deepEqual(of({ inFlight }, 'logout-in-flight'), [
    ['replay', 'bad', 'a copy, once late requests were answered, opens the account'],
  ])
  assert.deepEqual(of({ inFlight }, 'late-answer'), [
    ['sign-out', 'bad', 'a late answer signs the browser in again'],
  ])

  const [stream] = goodStreams.streams
  assert.ok(stream)
  const streams = gathered({ ...goodStreams, streams: [{ ...stream, after: 3 }] })
  assert.deepEqual(of({ streams }, 'stream-outlives-logout'), [
    ['sign-out', 'bad', 'an open stream goes on after the sign-out'],
  ])

  const lives = [200, 2000].map((afterMs) => ({ afterMs, seen: saw('signed-in', 12) }))
  const others = [...goodBulkRevoke.others, lives]
  assert.deepEqual(of({ bulkRevoke: gathered({ ...goodBulkRevoke, others }) }, 'bulk-revoke'), [
    ['replay', 'bad', 'another session, after signing out everywhere, opens the account'],
  ])
  assert.deepEqual(of({}, 'remember-me'), [
    ['replay', 'good', 'what “remember me” gave, after the sign-out, opens nothing'],
  ])
  assert.deepEqual(of({}, 'two-users'), [
    ['replay', 'good', 'another user’s session shows nothing of this user'],
  ])
})
