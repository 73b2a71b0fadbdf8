import assert from 'node:assert/strict'
import test from 'node:test'
import type { Config } from '../config/config-schema.ts'
import { besideTyped, flagsOf } from './from-config.ts'

const file: Config = {
  url: 'https://example.com/',
  username: 'alice',
  password: 'env:SHOP_PASSWORD',
  fields: { tenant: 'south' },
  headers: { 'X-Gate': 'env:GATE' },
  loginOrigins: ['https://id.example.com'],
  protectedUrl: '/account',
  changePassword: true,
  insecure: false,
  browser: false,
  failOn: 'low',
  reports: { html: 'r.html' },
  idleTimeout: 1800,
  resume: { file: '/ci/sessions', passphrase: 'env:RESUME' },
  streams: ['/events'],
  secondUsername: 'bob',
  puzzleRequests: ['POST /forgot user={{username}}'],
  logoutEverywhereUrl: '/sessions/end',
  action: {
    url: '/note',
    change: { note: 'x' },
    undo: { note: '' },
    readUrl: '/account',
    find: 'field:note',
  },
}

test('the words of the file are those of the command line', () => {
  assert.deepEqual(flagsOf(file), {
    username: 'alice',
    password: 'env:SHOP_PASSWORD',
    field: { tenant: 'south' },
    header: { 'X-Gate': 'env:GATE' },
    loginOrigin: ['https://id.example.com'],
    protectedUrl: '/account',
    changePassword: true,
    browser: false,
    failOn: 'low',
    report: [{ format: 'html', file: 'r.html' }],
    stream: ['/events'],
    secondUsername: 'bob',
    puzzleRequest: ['POST /forgot user={{username}}'],
    logoutEverywhereUrl: '/sessions/end',
    idleTimeout: '1800s',
    resume: '/ci/sessions',
    resumePassphrase: 'env:RESUME',
    action: 'POST /note',
    actionSet: { note: 'x' },
    actionUndo: { note: '' },
    actionRead: '/account',
    actionFind: 'field:note',
  })
})

test('what was typed wins, and takes along what says the same in another way', () => {
  const names = (typed: Parameters<typeof besideTyped>[1]) => Object.keys(besideTyped(flagsOf(file), typed))
  const all = Object.keys(flagsOf(file))
  const without = (...gone: readonly string[]) => all.filter((name) => !gone.includes(name))
  assert.deepEqual(names({}), all)
  assert.deepEqual(names({ failOn: 'high' }), without('failOn'))
  assert.deepEqual(names({ username: 'bob' }), without('username', 'password'))
  assert.deepEqual(names({ passwordStdin: true }), without('password'))
  assert.deepEqual(names({ protectedRequest: 'POST /me' }), without('protectedUrl'))
  assert.deepEqual(names({ logoutEverywhere: true }), without('logoutEverywhereUrl'))
  const ofLogin = [
    ...['username', 'password', 'field', 'browser', 'changePassword'],
    ...['idleTimeout', 'resume', 'resumePassphrase', 'secondUsername', 'puzzleRequest'],
  ]
  const ofAction = ['action', 'actionSet', 'actionUndo', 'actionRead', 'actionFind']
  for (const typed of [
    { cookie: 'a=b' },
    { passive: true },
    { loginCommand: 'x' },
    { loginFrom: 'x' },
  ] as const)
    assert.deepEqual(names(typed), without(...ofLogin, ...ofAction))
  assert.deepEqual(names({ action: 'POST /x' }), without(...ofAction))
})
