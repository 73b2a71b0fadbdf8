import { z } from 'zod'
import { must, text } from './fields.ts'

/** `latchkey-baseline/1`: findings that are known, and accepted until a day. */
export const baselineSchema = z.strictObject(
  {
    $schema: z.string(must('the address of the schema')).optional(),
    schema: z.literal('latchkey-baseline/1', must('"latchkey-baseline/1", which this version reads')),
    accepted: z.array(
      z.strictObject({
        fingerprint: z
          .string(must('a fingerprint of the report'))
          .regex(/^[0-9a-f]{16}$/, must('16 hex digits, as the report has them')),
        check: text(),
        where: text(),
        reason: text().describe('why it is accepted'),
        expires: z.iso.date(must('a day, such as "2027-03-01"')).describe('the last day on which it is'),
      }),
      must('a list'),
    ),
  },
  must('an object'),
)
