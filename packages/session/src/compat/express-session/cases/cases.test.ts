import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { answerCases } from './answer.cases.test-helper.ts'
import type { Case } from './case.test-helper.ts'
import { connectionCases } from './connection.cases.test-helper.ts'
import { cookieCases } from './cookie.cases.test-helper.ts'
import { formerCases } from './former.cases.test-helper.ts'
import { methodCases } from './method.cases.test-helper.ts'
import { openingCases } from './opening.cases.test-helper.ts'
import { optionCases } from './option.cases.test-helper.ts'
import { sessionCookieCases } from './session-cookie.cases.test-helper.ts'

const sessionCases: readonly Case[] = [
  ...openingCases,
  ...answerCases,
  ...connectionCases,
  ...optionCases,
  ...methodCases,
  ...sessionCookieCases,
  ...formerCases,
]

for (const [of, cases] of [
  ['session', sessionCases],
  ['cookie', cookieCases],
] as const) {
  for (const { of: at, what, instead, run } of cases)
    test(`express-session, ${of} ${at}: ${what}${instead ? ` (${instead})` : ''}`, async (t) =>
      void (await run(t)))
}

const numbers = (cases: readonly Case[]) => cases.map(({ of }) => of).sort((a, b) => a - b)
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)

test('each of its 142 cases for sessions and 18 for cookies is here once', () => {
  assert.deepEqual(numbers(sessionCases), upTo(142))
  assert.deepEqual(numbers(cookieCases), upTo(18))
})

test('the guide lists those that are not kept, and no others', () => {
  const guide = readFileSync(
    new URL('../../../../../../docs/guides/express-session.md', import.meta.url),
    'utf8',
  )
  const listed = [...guide.matchAll(/^\| (\d+) \| (.+?) \| (.+?) \|$/gm)].map(([, at, what, instead]) => [
    Number(at),
    what,
    instead,
  ])
  const stated = sessionCases
    .filter(({ instead }) => instead)
    .sort((a, b) => a.of - b.of)
    .map(({ of, what, instead }) => [of, what, instead])
  assert.deepEqual(listed, stated)
})
