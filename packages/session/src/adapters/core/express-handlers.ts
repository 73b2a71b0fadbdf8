import type { IncomingMessage, ServerResponse } from 'node:http'

/** Middleware of Express 5, by what node:http has of its requests and responses. */
export type Middleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => Promise<void>

/** Express knows it by its four parameters. */
export type ErrorHandler = (
  error: unknown,
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void
