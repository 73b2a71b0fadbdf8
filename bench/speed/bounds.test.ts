import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundsOf } from './bounds.ts'
import { type Group, groups } from './groups.ts'
import { keyOf, type Rounds } from './measure.ts'
import { resultsOf } from './results.ts'

const rows: Group['rows'] = [
  { name: 'header', label: 'floor', kind: 'floor' },
  { name: 'latchkey-memory', label: 'memory', kind: 'latchkey' },
  { name: 'express-session', label: 'peer', kind: 'peer' },
]

/** Rounds in which bare takes 10 µs, reading a header 13, and the others what is given. */
function roundsOf(framework: string, memory: number, peer: number): Rounds {
  const pair = (cpu: number) => ({
    own: { cpu, perSecond: 1_000_000 / cpu },
    bare: { cpu: 10, perSecond: 100_000 },
  })
  const pairs = { header: pair(13), 'latchkey-memory': pair(memory), 'express-session': pair(peer) }
  return new Map(Object.entries(pairs).map(([name, each]) => [keyOf(framework, name), [each, each, each]]))
}

const verdicts = (framework: string, memory: number, peer: number) =>
  boundsOf(resultsOf([{ framework, rows }], roundsOf(framework, memory, peer))).map(({ met }) => met)

test('a bound is a share of what the peer adds beyond the floor', () => {
  assert.deepEqual(verdicts('express', 13 + 15, 13 + 100), [true])
  assert.deepEqual(verdicts('express', 13 + 16, 13 + 100), [false])
})

test('a peer that adds nothing is no measure, and one that was not measured gives no bound', () => {
  assert.deepEqual(verdicts('express', 14, 12), [false])
  assert.deepEqual(verdicts('koa', 14, 100), [])
})

test('an adapter may add half more than that of node:http', () => {
  const verdictsBeside = (onNode: number, onKoa: number) => {
    const rounds = new Map([...roundsOf('node', 13 + onNode, 100), ...roundsOf('koa', 13 + onKoa, 100)])
    const measured = ['node', 'koa'].map((framework) => ({ framework, rows }))
    return boundsOf(resultsOf(measured, rounds)).map(({ met }) => met)
  }
  assert.deepEqual(verdictsBeside(10, 15), [true])
  assert.deepEqual(verdictsBeside(10, 16), [false])
})

test('each framework has one by its peer, if it has one, and one by node:http', () => {
  const pair = { own: { cpu: 2, perSecond: 1 }, bare: { cpu: 1, perSecond: 1 } }
  const rounds = new Map(
    groups.flatMap(({ framework, rows }) =>
      rows.map(({ name }) => [keyOf(framework, name), [pair]] as const),
    ),
  )
  const names = boundsOf(resultsOf(groups, rounds)).map(({ what }) => what.slice(0, what.indexOf(':')))
  assert.deepEqual(names, [
    'node',
    'express',
    'express',
    'fastify',
    'fastify',
    'koa',
    'koa',
    'nest',
    'h3',
    'h3',
    'hono',
    'hono',
  ])
})
