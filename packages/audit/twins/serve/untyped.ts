import type { RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import type { RequestHandler } from 'express'

/**
 * The packages that ship without types, given just the types that the twins use.
 * Locally rather than by an ambient module, which would decide for the whole repository.
 */
const require = createRequire(import.meta.url)

/** What express-session puts on the request. */
export interface ServerSession {
  readonly id: string
  user?: string
  csrf?: string
  /** {@link ChangeableAccount.generation} when it began. */
  generation?: number
  regenerate(done: (error?: Error) => void): void
  save(done: (error?: Error) => void): void
  destroy(done: (error?: Error) => void): void
}

/** What express-session puts beside it. */
export interface ServerSessionStore {
  destroy(id: string, done: (error?: Error) => void): void
}

/** What cookie-session and koa-session put on the request: plain data, null to end it. */
export interface CookieData {
  user?: string
  csrf?: string
  ticket?: string
}

export interface CookieOptions {
  httpOnly?: boolean
  secure?: boolean
  sameSite?: 'lax' | 'strict' | 'none'
  maxAge?: number
  path?: string
  domain?: string
}

export interface ExpressSessionOptions {
  secret: string
  resave: boolean
  saveUninitialized: boolean
  rolling?: boolean
  name?: string
  genid?: () => string
  cookie: CookieOptions
}

export const expressSession: (options: ExpressSessionOptions) => RequestHandler = require('express-session')

export const cookieSession: (options: CookieOptions & { name?: string; keys: string[] }) => RequestHandler =
  require('cookie-session')

/** The part of a Koa context that a small site needs. */
export interface KoaContext {
  readonly method: string
  readonly path: string
  readonly req: import('node:http').IncomingMessage
  status: number
  type: string
  body: unknown
  session: (CookieData & { regenerate(): Promise<void> }) | null
  set(name: string, value: string): void
  redirect(location: string): void
}

export interface KoaApp {
  keys: string[]
  proxy: boolean
  use(middleware: (ctx: KoaContext, next: () => Promise<void>) => Promise<void>): KoaApp
  callback(): RequestListener
}

export const Koa: new () => KoaApp = require('koa')
