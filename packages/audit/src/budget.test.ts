import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Budget } from './budget.ts'

const spend = (budget: Budget, times: number) => {
  for (let count = 0; count < times; count += 1) budget.spendRequest()
}

test('what was set aside is for undoing alone, and is within the budget', async () => {
  const budget = new Budget({ url: '', maxRequests: 10, maxLogins: 2 })
  budget.reserve({ requests: 4, logins: 1 })
  spend(budget, 6)
  budget.spendLogin()
  assert.throws(() => budget.spendRequest(), { code: 'budget_spent' })
  assert.throws(() => budget.spendLogin(), { code: 'budget_spent' })
  await budget.undo(async () => {
    spend(budget, 4)
    budget.spendLogin()
    assert.throws(() => budget.spendRequest(), { code: 'budget_spent' })
  })
  assert.deepEqual([budget.requests, budget.logins], [10, 2])
})

test('nothing is begun that could not be undone', () => {
  const budget = new Budget({ url: '', maxRequests: 10 })
  spend(budget, 7)
  assert.throws(() => budget.reserve({ requests: 4, logins: 1 }), { code: 'budget_spent' })
  budget.reserve({ requests: 3, logins: 1 })
  assert.throws(() => budget.spendRequest(), { code: 'budget_spent' })
  budget.release()
  spend(budget, 3)
})

test('a stop ends everything but an undoing, also one that fails', async () => {
  const stop = new AbortController()
  const budget = new Budget({ url: '', signal: stop.signal })
  stop.abort()
  assert.throws(() => budget.spendRequest(), { code: 'aborted' })
  await assert.rejects(
    budget.undo(async () => {
      budget.spendRequest()
      assert.equal(budget.signal, undefined)
      throw new Error('no')
    }),
  )
  assert.throws(() => budget.spendRequest(), { code: 'aborted' })
})
