import { type Group, floor as header, peer, type Row } from '../speed/groups.ts'

/**
 * Stores outside the process, each beside its floor: the same client in the same handler of the same framework, with
 * one GET of a value as large as a session or one SELECT of such a row. The near cache stands beside the memory store.
 */
export const storeGroups: readonly Group[] = [
  {
    framework: 'node',
    rows: [
      header,
      floor('redis', 'one GET, node-redis'),
      latchkey('redis', 'latchkey Redis, node-redis', 'floor-redis'),
      floor('ioredis', 'one GET, ioredis'),
      latchkey('ioredis', 'latchkey Redis, ioredis', 'floor-ioredis'),
      floor('postgres', 'one SELECT, pg'),
      latchkey('postgres', 'latchkey PostgreSQL, pg', 'floor-postgres'),
      floor('mysql', 'one SELECT, mysql2'),
      latchkey('mysql', 'latchkey MariaDB, mysql2', 'floor-mysql'),
      floor('sqlite', 'one SELECT, node:sqlite'),
      latchkey('sqlite', 'latchkey SQLite', 'floor-sqlite'),
      latchkey('memory', 'latchkey memory'),
      latchkey('cached-redis', 'latchkey near cache, Redis', 'latchkey-memory'),
      latchkey('cached-postgres', 'latchkey near cache, PostgreSQL', 'latchkey-memory'),
      peer('iron-session', 'iron-session (all in the cookie)'),
    ],
  },
  {
    framework: 'express',
    rows: [
      floor('redis', 'one GET, node-redis'),
      latchkey('redis', 'latchkey Redis', 'floor-redis'),
      peer('express-session-redis', 'express-session, connect-redis', 'floor-redis'),
      floor('postgres', 'one SELECT, pg'),
      latchkey('postgres', 'latchkey PostgreSQL', 'floor-postgres'),
      peer('express-session-postgres', 'express-session, connect-pg-simple', 'floor-postgres'),
      peer('express-session-postgres-no-touch', 'the same, disableTouch', 'floor-postgres'),
      latchkey('cached-redis', 'latchkey near cache, Redis'),
    ],
  },
  {
    framework: 'fastify',
    rows: [
      floor('redis', 'one GET, node-redis'),
      latchkey('redis', 'latchkey Redis', 'floor-redis'),
      peer('fastify-session-redis', '@fastify/session, connect-redis', 'floor-redis'),
      peer('fastify-session-redis-not-rolling', 'the same, rolling: false', 'floor-redis'),
      latchkey('cached-redis', 'latchkey near cache, Redis'),
    ],
  },
  {
    framework: 'hono',
    rows: [
      floor('redis', 'one GET, node-redis'),
      latchkey('redis', 'latchkey Redis', 'floor-redis'),
      peer('better-auth-redis', 'better-auth, Redis secondary storage', 'floor-redis'),
      floor('sqlite', 'one SELECT, node:sqlite'),
      latchkey('sqlite', 'latchkey SQLite', 'floor-sqlite'),
      peer('better-auth-sqlite', 'better-auth, SQLite', 'floor-sqlite'),
      peer('better-auth-cookie-cache', 'better-auth, SQLite, cookie cache', 'floor-sqlite'),
      latchkey('cached-redis', 'latchkey near cache, Redis'),
    ],
  },
]

/** What a JWT costs beside a session that can be ended. */
export const jwtGroup: Group = {
  framework: 'node',
  rows: [
    floor('redis', 'one GET, node-redis'),
    latchkey('memory', 'latchkey memory'),
    latchkey('redis', 'latchkey Redis', 'floor-redis'),
    latchkey('cached-redis', 'latchkey near cache, Redis'),
    peer('jwt-least', 'JWT HS256, least code'),
    peer('jwt-least-blocklist', 'JWT HS256, least code, Redis blocklist', 'floor-redis'),
    peer('jwt-jose', 'JWT HS256, jose'),
    peer('jwt-jose-blocklist', 'JWT HS256, jose, Redis blocklist', 'floor-redis'),
  ],
}

/** How the peers are set up, for those who read the table. */
export const notes: readonly string[] = [
  'latchkey: its defaults; near cache: cached(store, { maxStale: "5s" }).',
  'express-session: resave and saveUninitialized false, as its stores ask; connect-redis and connect-pg-simple with',
  '  their defaults (both write the expiry at each request); "disableTouch" leaves that out, so that no session is',
  '  kept alive by use.',
  '@fastify/session: its default (rolling, saves at each request), and rolling: false.',
  'better-auth: email and password, defaults, read by auth.api.getSession; SQLite through node:sqlite in WAL mode.',
  '  Its sessions hold no values of the application.',
  'iron-session: its defaults, the values in the sealed cookie; it cannot end a session on the server.',
  'JWT: sub, jti and roles in a cookie, 15 minutes; without a blocklist it cannot be ended before that.',
]

function floor(name: string, label: string): Row {
  return { name: `floor-${name}`, label, kind: 'floor' }
}

function latchkey(name: string, label: string, floor?: string): Row {
  return { name: `latchkey-${name}`, label, kind: 'latchkey', ...(floor !== undefined && { floor }) }
}
