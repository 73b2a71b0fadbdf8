import type { Stack } from './site.ts'
import { expressSessionStack } from './stacks/express-session.ts'
import { fastifySessionStack } from './stacks/fastify-session.ts'
import { honoSessionsStack } from './stacks/hono-sessions.ts'
import { koaSessionStack } from './stacks/koa-session.ts'
import { latchkeyStacks } from './stacks/latchkey.ts'

/** A column of the table: one library on one setting, over one or several servers. */
export interface Column {
  readonly id: string
  /** Two short lines for the head of the table. */
  readonly head: readonly [string, string]
  /** What the head leaves out. */
  readonly setup: string
  readonly ours: boolean
  readonly stacks: readonly Stack[]
}

const everyAdapter = 'defaults, over node:http, Express, Hono and fetch: the sum of the four'

export const columns: readonly Column[] = [
  ours('latchkey-memory', 'memory', latchkeyStacks('memory'), `memoryStore, ${everyAdapter}`),
  ours('latchkey-sqlite', 'SQLite', latchkeyStacks('sqlite'), `sqliteStore on a file, ${everyAdapter}`),
  peer(
    'express-session',
    ['express-s.', 'resave no'],
    expressSessionStack({ resave: false, saveUninitialized: false }),
    'express-session, MemoryStore, resave and saveUninitialized false, which it recommends',
  ),
  peer(
    'express-session-default',
    ['express-s.', 'default'],
    expressSessionStack({ resave: true, saveUninitialized: true }),
    'express-session, MemoryStore, its default values (resave true)',
  ),
  peer(
    'fastify-session',
    ['@fastify/s.', 'default'],
    fastifySessionStack({}),
    '@fastify/session, its memory store and defaults (rolling true)',
  ),
  peer(
    'fastify-session-not-rolling',
    ['@fastify/s.', 'no rolling'],
    fastifySessionStack({ rolling: false }),
    '@fastify/session, its memory store, rolling false',
  ),
  peer(
    'koa-session',
    ['koa-s.', 'default'],
    koaSessionStack({}),
    'koa-session, external store (a Map of JSON), defaults (rolling false)',
  ),
  peer(
    'koa-session-rolling',
    ['koa-s.', 'rolling'],
    koaSessionStack({ rolling: true }),
    'koa-session, external store (a Map of JSON), rolling true',
  ),
  peer(
    'hono-sessions',
    ['hono-s.', 'JSON store'],
    honoSessionsStack('serialising'),
    'hono-sessions, a store that serialises, as any outside the process does',
  ),
  peer(
    'hono-sessions-memory',
    ['hono-s.', 'MemoryStore'],
    honoSessionsStack('memory'),
    'hono-sessions, its MemoryStore: requests share one live object, so no write needs saving',
  ),
]

function ours(id: string, store: string, stacks: readonly Stack[], setup: string): Column {
  return { id, head: ['latchkey', store], setup: `latchkey, ${setup}`, ours: true, stacks }
}

function peer(id: string, head: readonly [string, string], stack: Stack, setup: string): Column {
  return { id, head, setup, ours: false, stacks: [stack] }
}
