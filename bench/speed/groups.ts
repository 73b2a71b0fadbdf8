import type { Environment } from './child.ts'

/** What is compared: servers of one framework, each with its bare server. */
export interface Group {
  readonly framework: string
  readonly rows: readonly Row[]
}

export interface Row {
  /** The server's name; see `servers/`. */
  readonly name: string
  readonly label: string
  readonly kind: 'floor' | 'latchkey' | 'peer'
  /** The server that it runs beside, in the same seconds; without one it is set against "reads one header". */
  readonly floor?: string
  /** What its process gets to know beside the others' environment. */
  readonly environment?: Environment
  /** The server of that name in another checkout. */
  readonly elsewhere?: { readonly checkout: string; readonly name: string }
}

export const floor: Row = { name: 'header', label: 'bare, reads one header', kind: 'floor' }
const latchkey: readonly Row[] = [
  { name: 'latchkey-memory', label: 'latchkey memory', kind: 'latchkey' },
  { name: 'latchkey-sqlite', label: 'latchkey SQLite', kind: 'latchkey' },
]

export const groups: readonly Group[] = [
  { framework: 'node', rows: [floor, ...latchkey, peer('least-code', 'a session in the least code')] },
  {
    framework: 'express',
    rows: [floor, ...latchkey, peer('express-session', 'express-session MemoryStore')],
  },
  {
    framework: 'fastify',
    rows: [
      floor,
      ...latchkey,
      peer('fastify-session', '@fastify/session memory'),
      peer('fastify-session-not-rolling', '@fastify/session, rolling: false'),
    ],
  },
  { framework: 'koa', rows: [floor, ...latchkey, peer('koa-session', 'koa-session, Map of JSON')] },
  { framework: 'nest', rows: [floor, ...latchkey] },
  { framework: 'h3', rows: [floor, ...latchkey, peer('h3-session', 'h3 useSession, sealed cookie')] },
  {
    framework: 'hono',
    rows: [
      floor,
      ...latchkey,
      peer('hono-sessions', 'hono-sessions memory'),
      peer('hono-sessions-encrypted', 'hono-sessions, encryptionKey'),
    ],
  },
]

/** Another library's server, set against the floor of that name where one is given. */
export function peer(name: string, label: string, floor?: string): Row {
  return { name, label, kind: 'peer', ...(floor !== undefined && { floor }) }
}
