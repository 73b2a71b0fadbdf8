import type { IncomingMessage, RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import type { RequestHandler } from 'express'
import type pg from 'pg'

/**
 * The peers that ship without types, given just the types that the measurements use.
 * Locally rather than by an ambient module, which would decide for the whole repository.
 */
const require = createRequire(import.meta.url)

/** What express-session puts on the request: the application's own values beside the methods. */
export interface ExpressSessionObject {
  [key: string]: unknown
  regenerate(done: (error?: Error) => void): void
  destroy(done: (error?: Error) => void): void
}

export interface ExpressSessionOptions {
  readonly secret: string
  readonly resave: boolean
  readonly saveUninitialized: boolean
  readonly store?: unknown
}

type ExpressSession = (options: ExpressSessionOptions) => RequestHandler

export const expressSession: ExpressSession = require('express-session')

export interface PgSimpleOptions {
  readonly pool: pg.Pool
  readonly createTableIfMissing: boolean
  readonly disableTouch?: boolean
}

/** Makes the class of connect-pg-simple's store. */
export const connectPgSimple: (session: ExpressSession) => new (options: PgSimpleOptions) => object =
  require('connect-pg-simple')

/** What koa-session puts on the context; null ends the session. */
export interface KoaSessionObject {
  [key: string]: unknown
  regenerate(): Promise<void>
}

export interface KoaContext {
  readonly req: IncomingMessage
  readonly res: import('node:http').ServerResponse
  readonly url: string
  readonly path: string
  readonly state: object
  status: number
  body: unknown
  session: KoaSessionObject | null
  get(header: string): string
  set(fields: Record<string, string>): void
}

export interface KoaApp {
  keys: string[]
  use(middleware: (ctx: KoaContext, next: () => Promise<void>) => Promise<void>): KoaApp
  callback(): RequestListener
}

export const Koa: new () => KoaApp = require('koa')

/** What @fastify/session puts on the request, without the module augmentation that types the values. */
export interface FastifySessionObject {
  get(key: string): unknown
  set(key: string, value: unknown): void
  regenerate(keep?: string[]): Promise<void>
  destroy(): Promise<void>
}
