import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Budget } from './budget.ts'

const spent = { code: 'budget_spent' }
const drain = (spend: () => void): number => {
  for (let count = 0; count < 500; count += 1) {
    try {
      spend()
    } catch {
      return count
    }
  }
  return 500
}

test('requests and logins are counted, and end at the budget', () => {
  const budget = new Budget({ url: '', maxRequests: 3, maxLogins: 2 })
  assert.deepEqual([drain(() => budget.spendRequest()), drain(() => budget.spendLogin())], [3, 2])
  assert.deepEqual([budget.requests, budget.logins], [3, 2])
  assert.throws(() => budget.spendLogin(), /login budget of 2 spent; raise it with --max-logins/)
})

test('what is demanded is refused now, not half-way, and costs nothing', () => {
  const budget = new Budget({ url: '', maxRequests: 10, maxLogins: 2 })
  budget.demand(10, 2)
  assert.throws(() => budget.demand(11, 0), spent)
  assert.throws(() => budget.demand(0, 3), spent)
  assert.equal(budget.requests, 0)
})

test('finishing goes past a spent budget and a stop, to an end, in one allowance for the whole audit', async () => {
  const control = new AbortController()
  const budget = new Budget({ url: '', maxRequests: 1, maxLogins: 1, signal: control.signal })
  control.abort()
  assert.throws(() => budget.spendRequest(), { code: 'aborted' })
  const twice = [1, 2].map(() =>
    budget.finishing(async () => {
      assert.equal(budget.signal, undefined)
      return [drain(() => budget.spendRequest()), drain(() => budget.spendLogin())]
    }),
  )
  assert.deepEqual(await Promise.all(twice), [
    [61, 9],
    [0, 0],
  ])
  assert.equal(budget.signal, control.signal)
  assert.throws(() => budget.spendRequest(), { code: 'aborted' })
})

test('finishing ends with its work, also when that fails', async () => {
  const budget = new Budget({ url: '', maxRequests: 1 })
  budget.spendRequest()
  await assert.rejects(
    budget.finishing(async () => {
      budget.spendRequest()
      throw new Error('broken')
    }),
  )
  assert.throws(() => budget.spendRequest(), spent)
})

test('the time limit ends it as a spent budget does, also before a wait that would pass it', () => {
  let now = 5000
  const budget = new Budget({ url: '', timeLimit: 10 }, () => now)
  now += 4000
  budget.spendRequest()
  budget.demandTime(5999)
  assert.equal(budget.milliseconds, 6000)
  assert.throws(() => budget.demandTime(6000), /time limit of 10 s reached; raise it with --time-limit/)
  now += 6000
  assert.throws(() => budget.demandTime(0), spent)
  assert.equal(budget.overtime()?.code, 'budget_spent')
})

test('what must be put back is not stopped by the time limit', async () => {
  let now = 0
  const budget = new Budget({ url: '', timeLimit: 1 }, () => now)
  now = 2000
  await budget.finishing(async () => {
    budget.demandTime(0)
    assert.equal(budget.overtime(), null)
    assert.ok(budget.milliseconds > 1)
  })
  assert.throws(() => budget.demandTime(0), spent)
})
