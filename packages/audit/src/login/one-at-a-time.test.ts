import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BrowserJar } from '../network/cookies/jar.ts'
import type { Visit } from '../network/pages/navigate.ts'
import { oneAtATime, type SignIn } from './sign-in.ts'

test('a login begins when the one before it has ended, also where that failed', async () => {
  const said: string[] = []
  const ends: (() => void)[] = []
  const login = async (): Promise<Visit> => {
    said.push('begins')
    await new Promise<void>((resolve) => ends.push(resolve))
    said.push('ends')
    throw new Error('no')
  }
  const { login: inTurn } = oneAtATime({ login } as unknown as SignIn)
  const both = [inTurn?.(new BrowserJar()), inTurn?.(new BrowserJar())].map((each) => each?.catch(() => {}))
  for (const at of [0, 1]) {
    while (ends.length <= at) await new Promise(setImmediate)
    ends[at]?.()
  }
  await Promise.all(both)
  assert.deepEqual(said, ['begins', 'ends', 'begins', 'ends'])
})

test('one that is to be beside others waits for none', async () => {
  const ends: (() => void)[] = []
  const login = async (): Promise<Visit> => {
    await new Promise<void>((resolve) => ends.push(resolve))
    return {} as Visit
  }
  const { login: inTurn } = oneAtATime({ login } as unknown as SignIn)
  const first = inTurn?.(new BrowserJar())
  const beside = inTurn?.(new BrowserJar(), { atOnce: true })
  while (ends.length < 2) await new Promise(setImmediate)
  for (const end of ends) end()
  await Promise.all([first, beside])
})
