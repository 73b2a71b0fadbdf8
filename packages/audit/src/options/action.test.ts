import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nicknameAction } from '../../test/action-site.ts'
import { checkAction, type ReversibleAction, readFind } from './action.ts'

const site = new URL('https://app.example.com/start')

test('an action that cannot be what was meant is wrong usage', () => {
  checkAction(nicknameAction, site)
  const wrong: readonly (readonly [Partial<ReversibleAction>, RegExp])[] = [
    [{ method: 'TRACE' as 'GET' }, /method/],
    [{ method: 'GET', format: 'json' }, /no JSON/],
    [{ url: 'https://other.example/x' }, /--action is on another origin/],
    [{ readUrl: 'http://app.example.com/' }, /--action-read is on another origin/],
    [{ formUrl: '//other.example' }, /--action-form/],
    [{ change: {} }, /--action-set/],
    [{ undo: {} }, /--action-undo/],
    [{ undo: nicknameAction.change }, /are the same/],
    [{ find: 'nickname' }, /field:NAME/],
    [{ find: 'field:' }, /field:NAME/],
    [{ find: 'match:(' }, /no regular expression/],
    [{ find: 'match:Nickname' }, /needs a group/],
  ]
  for (const [change, message] of wrong) {
    assert.throws(() => checkAction({ ...nicknameAction, ...change }, site), { code: 'usage', message })
  }
})

test('where a value is', () => {
  assert.deepEqual(readFind('json:profile.name'), { kind: 'json', name: 'profile.name' })
  const by = readFind('match:Name: (.+)')
  assert.equal(by.kind === 'match' && by.pattern.exec('Name: Ada')?.[1], 'Ada')
})
