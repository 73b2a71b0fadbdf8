import type { IncomingMessage, ServerResponse } from 'node:http'

// What the adapter uses of Fastify 5, by its form: Latchkey has no dependencies.

export interface FastifyRequest<Raw = IncomingMessage> {
  readonly raw: Raw
}

export interface FastifyReply {
  readonly raw: ServerResponse
  code(status: number): this
  headers(fields: Readonly<Record<string, string>>): this
  removeHeader(name: string): this
  send(body: string): this
}

/** Passes the body on. */
export type Worded = (error: null, body: unknown) => void

type Hook<Raw, More extends unknown[], Result> = (
  request: FastifyRequest<Raw>,
  reply: FastifyReply,
  ...more: More
) => Result

export interface FastifyApp<Raw = IncomingMessage> {
  hasRequestDecorator(name: string): boolean
  decorateRequest(name: string, property: { getter(this: FastifyRequest<Raw>): unknown }): this
  addHook(name: 'onRequest', hook: Hook<Raw, [], Promise<FastifyReply | undefined>>): this
  addHook(name: 'onError', hook: Hook<Raw, [Error, () => void], void>): this
  addHook(name: 'onSend', hook: Hook<Raw, [unknown, Worded], void>): this
}

/** Whether a body is what Fastify says of an error that no handler has found words for. */
export function isOwnWording(body: unknown, error: Error): boolean {
  if (typeof body !== 'string' || !body.startsWith('{"statusCode":')) return false
  const own = JSON.parse(body) as Record<string, unknown>
  return 'error' in own && own.message === error.message && Object.keys(own).length <= 4
}

/** As fastify-plugin marks it: the instance that registers it has its hooks, and not a child of that. */
export function asPlugin<Plugin extends object>(plugin: Plugin): Plugin {
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'latchkey',
    [Symbol.for('plugin-meta')]: { name: 'latchkey', fastify: '5.x' },
  })
}

export const takenText = (name: string) =>
  `request.${name} is taken: write app.register(session.plugin) once; beside another plugin of that property, fastifySession(sessions, { as: 'latchkey' }).`
