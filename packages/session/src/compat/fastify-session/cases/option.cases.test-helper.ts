import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { FastifyTakeOver } from '../fastify-session.ts'
import { formerSession } from '../former.test-helper.ts'
import { type Case, site } from './case.test-helper.ts'

const store = new formerSession.MemoryStore()

/** What signed the cookies of before, taken or refused. */
const told = (of: number, what: string, secret: unknown, refusal: RegExp | null, instead?: string): Case => ({
  of,
  what,
  ...(instead && { instead }),
  async run(t) {
    const takeOver = { store, secret } as FastifyTakeOver
    if (refusal) await assert.rejects(site(t, { takeOver }), { code: 'config_invalid', message: refusal })
    else await site(t, { takeOver })
  },
})

const random = (bytes: number) => randomBytes(bytes).toString('hex')
const believed = 'is taken: what has signed the cookies of before is what it is'

export const optionCases: readonly Case[] = [
  told(1, 'no secret for them is refused', undefined, /^fastifySession: takeOver\.secret/),
  told(2, 'a secret of 32 characters is taken', random(16), null),
  told(3, 'a shorter one is refused', random(16).slice(0, 31), null, believed),
  told(4, 'in a list it is taken', [random(16).slice(0, 31)], null),
  told(5, 'a list of several is taken', [random(16), random(15)], null),
  told(6, 'an empty list is refused', [], /takeOver\.secret/),
  told(7, 'bytes are refused', randomBytes(32), null, 'are taken, as every HMAC takes them'),
  told(8, 'a signer that cannot unsign is refused', { sign: String, unsign: true }, /unsign/),
  told(
    9,
    'a signer that cannot sign is refused',
    { unsign: () => true },
    null,
    'is taken: nothing is signed any more',
  ),
]
