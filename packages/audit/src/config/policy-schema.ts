import { z } from 'zod'
import { must, text } from './fields.ts'

const seconds = () => z.number(must('a number of seconds')).min(0, must('a number of seconds'))
const flag = () => z.boolean(must('true or false'))
const count = () => z.int(must('a whole number above 0')).min(1, must('a whole number above 0'))

const times = z
  .strictObject(
    {
      idleTimeout: seconds(),
      absoluteTimeout: seconds(),
      renewalInterval: seconds().nullable().describe('null: the secret is never replaced'),
      renewalOverlap: seconds(),
      reuseTolerance: seconds(),
      persistent: flag().describe('browsers keep the cookie until the absolute timeout'),
    },
    must('an object'),
  )
  .partial()

const cookie = z
  .strictObject(
    {
      name: text(),
      secure: flag(),
      httpOnly: flag(),
      sameSite: z.enum(['Strict', 'Lax', 'None'], must('"Strict", "Lax" or "None"')),
      path: text(),
      domain: text().nullable().describe('null: this host alone'),
      partitioned: flag(),
    },
    must('an object'),
  )
  .partial()

const refresh = z
  .strictObject({ policy: text(), repeatFor: seconds(), perSession: count() }, must('an object'))
  .partial()

/**
 * `latchkey-policy/1`: what an application declares of its sessions, as `latchkey/policy` serves it. An application in
 * another language may leave out what it does not know. Nothing else is let through: what is written in it and not
 * understood would be held by nobody.
 */
export const policySchema = z.strictObject(
  {
    $schema: z.string(must('the address of the schema')).optional(),
    schema: z.literal('latchkey-policy/1', must('"latchkey-policy/1", which this version reads')),
    cookie: cookie.optional(),
    policies: z.record(z.string(), times, must('an object of policies by name')).optional(),
    sessionsPerUser: z
      .strictObject(
        { max: count(), atCap: z.enum(['evict', 'refuse'], must('"evict" or "refuse"')).optional() },
        must('null, or an object with max'),
      )
      .nullable()
      .optional(),
    tokenReuseEnds: z.enum(['session', 'user'], must('"session" or "user"')).optional(),
    tokens: z
      .strictObject(
        { lifetime: seconds().optional(), refresh: refresh.nullable().optional() },
        must('an object'),
      )
      .nullable()
      .optional(),
  },
  must('an object'),
)

export type Policy = z.output<typeof policySchema>
