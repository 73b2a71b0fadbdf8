import { versionOf } from './published.ts'
import type { Stack } from './site.ts'
import { adonisSessionStack } from './stacks/adonis-session.ts'
import { astroStack } from './stacks/astro.ts'
import { betterAuthStack } from './stacks/better-auth.ts'
import { expressSessionStack } from './stacks/express-session.ts'
import { fastifySessionStack } from './stacks/fastify-session.ts'
import { honoSessionsStack } from './stacks/hono-sessions.ts'
import { koaSessionStack } from './stacks/koa-session.ts'
import { latchkeyStacks } from './stacks/latchkey.ts'
import { reactRouterStack } from './stacks/react-router.ts'
import { remixSessionStack } from './stacks/remix-session.ts'

/** A column of the table: one library on one setting, over one or several servers. */
export interface Column {
  readonly id: string
  /** Two short lines for the head of the table. */
  readonly head: readonly [string, string]
  /** What the head leaves out; begins with the version, once it is installed. */
  readonly setup: () => string
  readonly ours: boolean
  readonly stacks: readonly Stack[]
  /** Races that cannot be run on it, by their id, and why. */
  readonly impossible: Readonly<Record<string, string>>
}

const everyAdapter =
  'defaults, over node:http, Express, Fastify, Koa, h3, Hono and fetch: the sum of the seven'

export const columns: readonly Column[] = [
  ours('latchkey-memory', 'memory', latchkeyStacks('memory'), `memoryStore, ${everyAdapter}`),
  ours('latchkey-sqlite', 'SQLite', latchkeyStacks('sqlite'), `sqliteStore on a file, ${everyAdapter}`),
  peer(
    'express-session',
    ['express-s.', 'resave no'],
    expressSessionStack({ resave: false, saveUninitialized: false }),
    'express-session',
    'MemoryStore, resave and saveUninitialized false, which it recommends',
  ),
  peer(
    'express-session-default',
    ['express-s.', 'default'],
    expressSessionStack({ resave: true, saveUninitialized: true }),
    'express-session',
    'MemoryStore, its default values (resave true)',
  ),
  peer(
    'fastify-session',
    ['@fastify/s.', 'default'],
    fastifySessionStack({}),
    '@fastify/session',
    'its memory store and defaults (rolling true)',
  ),
  peer(
    'fastify-session-not-rolling',
    ['@fastify/s.', 'no rolling'],
    fastifySessionStack({ rolling: false }),
    '@fastify/session',
    'its memory store, rolling false',
  ),
  peer(
    'koa-session',
    ['koa-s.', 'default'],
    koaSessionStack({}),
    'koa-session',
    'external store (a Map of JSON), defaults (rolling false)',
  ),
  peer(
    'koa-session-rolling',
    ['koa-s.', 'rolling'],
    koaSessionStack({ rolling: true }),
    'koa-session',
    'external store (a Map of JSON), rolling true',
  ),
  peer(
    'hono-sessions',
    ['hono-s.', 'JSON store'],
    honoSessionsStack('serialising'),
    'hono-sessions',
    'a store that serialises, as any outside the process does',
  ),
  peer(
    'hono-sessions-memory',
    ['hono-s.', 'MemoryStore'],
    honoSessionsStack('memory'),
    'hono-sessions',
    'its MemoryStore: requests share one live object, so no write needs saving',
  ),
  peer(
    'react-router',
    ['react-r.', 'memory'],
    reactRouterStack,
    'react-router',
    'createMemorySessionStorage; the documented login, which keeps the ID; rotated by a new session with the old values',
  ),
  peer(
    'remix-session',
    ['@remix-run/s.', 'memory'],
    remixSessionStack,
    '@remix-run/session',
    'createMemorySessionStorage, regenerateId(true)',
  ),
  peer(
    'adonis-session',
    ['@adonisjs/s.', 'files'],
    adonisSessionStack,
    '@adonisjs/session',
    'its file store, on its own server',
  ),
  peer(
    'astro',
    ['astro', 'memory'],
    astroStack,
    'astro',
    'its own sessions in an application built for production, the driver in memory',
  ),
  peer(
    'better-auth',
    ['better-auth', 'SQLite'],
    betterAuthStack,
    'better-auth',
    'no cookie cache, values as additional fields; rotated by a sign-in that revokes the session before',
    { 'visitor-id-alive': 'its visitors have no session' },
  ),
]

function ours(id: string, store: string, stacks: readonly Stack[], setup: string): Column {
  return {
    id,
    head: ['latchkey', store],
    setup: () => `latchkey, ${setup}`,
    ours: true,
    stacks,
    impossible: {},
  }
}

function peer(
  id: string,
  head: readonly [string, string],
  stack: Stack,
  name: string,
  settings: string,
  impossible: Column['impossible'] = {},
): Column {
  const setup = () => [versionOf(name), settings, ...Object.values(impossible)].join(', ')
  return { id, head, setup, ours: false, stacks: [stack], impossible }
}
