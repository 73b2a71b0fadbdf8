import assert from 'node:assert/strict'
import test from 'node:test'
import { Command } from 'commander'
import { type ActionFlags, actionFrom, withActionOptions } from './action.ts'

function read(...args: readonly string[]) {
  const command = withActionOptions(new Command()).exitOverride()
  return actionFrom(command.parse([...args], { from: 'user' }).opts<ActionFlags>())
}

const where = ['--action-read', '/me', '--action-find', 'field:a']

test('nothing named, nothing to do', () => {
  assert.deepEqual(read(), {})
})

test('what was typed', () => {
  const typed = ['--action', 'patch /me', '--action-set', 'a=b=c', '--action-set', 'd=', '--action-undo', 'a']
  assert.deepEqual(read(...typed, ...where, '--action-form', '/edit', '--action-format', 'json'), {
    action: {
      method: 'PATCH',
      url: '/me',
      change: { a: 'b=c', d: '' },
      undo: { a: null },
      readUrl: '/me',
      find: 'field:a',
      formUrl: '/edit',
      format: 'json',
    },
  })
  assert.deepEqual(read('--action', '/me', ...where), {
    action: { url: '/me', change: {}, undo: {}, readUrl: '/me', find: 'field:a' },
  })
})

test('what cannot be meant is wrong usage', () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['--action-set', 'a=b'], /--action-set needs --action/],
    [['--action', '/me', '--action-read', '/me'], /--action needs --action-read and --action-find/],
    [['--action', 'POST /a b', ...where], /a method and an address/],
    [['--action', '/me', '--action-undo', '=b', ...where], /written NAME=VALUE/],
  ]
  for (const [args, message] of wrong) assert.throws(() => read(...args), { code: 'usage', message })
})
