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
