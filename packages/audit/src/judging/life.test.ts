import assert from 'node:assert/strict'
import test from 'node:test'
import { carriedBy, cookie, fileOf, gathered, goodEvidence, held, saw } from '../../test/sample-evidence.ts'
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
