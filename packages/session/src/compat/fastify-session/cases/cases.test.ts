import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { baseCases } from './base.cases.test-helper.ts'
import type { Case } from './case.test-helper.ts'
import { cookieCases } from './cookie.cases.test-helper.ts'
import { methodCases } from './method.cases.test-helper.ts'
import { optionCases } from './option.cases.test-helper.ts'
import { pathCases } from './path.cases.test-helper.ts'
import { savingCases } from './saving.cases.test-helper.ts'
import { expirationCases, idCases, memoryCases, storeCases } from './store.cases.test-helper.ts'

/** By its files; how many it has in each. */
const suites: readonly (readonly [string, number, readonly Case[]])[] = [
  ['base', 17, baseCases],
  ['cookie', 30, cookieCases],
  ['expiration', 1, expirationCases],
  ['options', 9, optionCases],
  ['ID', 2, idCases],
  ['memory store', 8, memoryCases],
  ['session', 44, [...methodCases, ...savingCases]],
  ['store', 5, storeCases],
  ['path', 10, pathCases],
]

for (const [file, , cases] of suites) {
  for (const { of, what, instead, run } of cases)
    test(`@fastify/session, ${file} ${of}: ${what}${instead ? ` (${instead})` : ''}`, async (t) =>
      void (await run(t)))
}

test('each of its 126 cases is here once', () => {
  let all = 0
  for (const [file, count, cases] of suites) {
    const numbers = cases.map(({ of }) => of).sort((a, b) => a - b)
    assert.deepEqual(
      numbers,
      Array.from({ length: count }, (_, at) => at + 1),
      file,
    )
    all += count
  }
  assert.equal(all, 126)
})

test('the guide lists those that are not kept, and no others', () => {
  const guide = readFileSync(
    new URL('../../../../../../docs/guides/fastify-session.md', import.meta.url),
    'utf8',
  )
  const listed = [...guide.matchAll(/^\| ([\w ]+ \d+) \| (.+?) \| (.+?) \|$/gm)].map(([, ...row]) => row)
  const stated = suites.flatMap(([file, , cases]) =>
    cases
      .filter(({ instead }) => instead)
      .sort((a, b) => a.of - b.of)
      .map(({ of, what, instead }) => [`${file} ${of}`, what, instead]),
  )
  assert.deepEqual(listed, stated)
})
