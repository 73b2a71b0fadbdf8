import { createRequire } from 'node:module'
import type express from 'express'
import type { Express, RequestHandler } from 'express'
import type { expressSession } from '../express.ts'
import { applicationOn } from './express.test-helper.ts'
import type { Served } from './served.test-helper.ts'

// It has no types of its own; what is used of it is as in Express 5.
export const express4: typeof express = createRequire(import.meta.url)('express-4')

type Handle = (...given: Parameters<RequestHandler>) => Promise<unknown>

/** Express 4 looks at no promise: what an asynchronous handler rejects with would end the process. */
export const passing =
  (handle: Handle): RequestHandler =>
  (req, res, next) =>
    void handle(req, res, next).catch(next)

/** The application of the adapter laws on Express 4. */
export function express4Application(adapter: typeof expressSession, ...served: Served): Express {
  return applicationOn(express4, passing, adapter, ...served)
}
