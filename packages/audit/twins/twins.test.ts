import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runProgram } from './serve/child.ts'
import { complaints, judge, tryTwin } from './trial.ts'
import { CHECKS, type CheckId, NotInstalled } from './twin.ts'
import { twins } from './twins.ts'

describe('the list of twins', () => {
  test('has a vulnerable twin for each check, and a hardened one on the same site', () => {
    for (const check of CHECKS) {
      const vulnerable = twins.filter((twin) => twin.check === check)
      assert.notEqual(vulnerable.length, 0, `no twin is about ${check}`)
    }
    for (const { framework } of twins.filter(({ role }) => role === 'vulnerable')) {
      const hardened = twins.some((twin) => twin.framework === framework && twin.role === 'hardened')
      assert.ok(hardened, `${framework} has no hardened twin`)
    }
  })

  test('has no name twice', () => {
    assert.equal(new Set(twins.map(({ name }) => name)).size, twins.length)
  })
})

describe('a verdict is held against what was planted', () => {
  const wrongOf = (planted: readonly CheckId[], id: string, verdict: 'pass' | 'fail' | 'inconclusive') =>
    judge({ planted }, [{ id, verdict, reason: '' }]).find(({ check }) => check === id)?.wrong

  test('a fail that was not planted is a false positive, also of a check that no twin knows', () => {
    assert.equal(wrongOf([], 'logout', 'fail'), 'false-positive')
    assert.equal(wrongOf([], 'some-new-check', 'fail'), 'false-positive')
    assert.equal(wrongOf([], 'logout', 'inconclusive'), null)
  })

  test('a planted fault that is not failed is a false negative, also when it is inconclusive or missing', () => {
    assert.equal(wrongOf(['logout'], 'logout', 'fail'), null)
    assert.equal(wrongOf(['logout'], 'logout', 'pass'), 'false-negative')
    assert.equal(wrongOf(['logout'], 'logout', 'inconclusive'), 'false-negative')
    const missing = judge({ planted: ['logout'] }, []).filter(({ wrong }) => wrong !== null)
    assert.deepEqual(
      missing.map(({ check, mark }) => [check, mark]),
      [['logout', 'missing']],
    )
  })
})

test('a twin whose interpreter is missing says so instead of passing', async () => {
  const command = 'no-such-interpreter'
  const missing = runProgram({ command, install: 'nowhere', arguments: () => [], environment: {} })
  await assert.rejects(missing, (error) => error instanceof NotInstalled && error.command === command)
})

describe('the auditor finds what was planted in a twin and nothing else', { concurrency: 2 }, () => {
  for (const twin of twins) {
    test(`${twin.name}: ${twin.planted.join(', ') || 'nothing'}`, async (t) => {
      const trial = await tryTwin(twin)
      if (trial.notRun !== null) {
        t.skip(`NOT RUN: ${trial.notRun}`)
        return
      }
      assert.deepEqual(complaints(trial), [])
    })
  }
})
