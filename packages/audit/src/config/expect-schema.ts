import { z } from 'zod'
import { MOST_SESSIONS } from '../options/expectations.ts'
import { duration, must, text } from './fields.ts'

const LIFETIME = '"session", for a cookie that ends with the browser, or a time such as "8h"'

/** What a team declares of its sessions. */
export const expectSchema = z
  .strictObject(
    {
      sameSite: z
        .enum(['Strict', 'Lax', 'None'], must('"Strict", "Lax" or "None"'))
        .describe('SameSite of the session cookie'),
      cookiePrefix: z
        .enum(['__Host-', '__Secure-'], must('"__Host-" or "__Secure-"'))
        .describe('what the name of the session cookie starts with'),
      cookieName: text().describe('name of the session cookie'),
      cookieLifetime: z
        .union([z.literal('session'), duration(LIFETIME)], must(LIFETIME))
        .transform((given) => (given === 'session' ? 0 : given))
        .describe('how long a browser may keep the session cookie'),
      concurrentSessions: z
        .int(must(`a whole number from 1 to ${MOST_SESSIONS}`))
        .min(1, must(`a whole number from 1 to ${MOST_SESSIONS}`))
        .max(MOST_SESSIONS, must(`a whole number from 1 to ${MOST_SESSIONS}`))
        .describe('most sessions that a user may have at a time'),
      idleTimeout: duration().describe('how long a session that is not used lives'),
      absoluteTimeout: duration().describe('how long a session lives in all'),
      tokenLifetime: duration().describe('how long a token that carries the session may be good'),
    },
    must('an object'),
  )
  .partial()
