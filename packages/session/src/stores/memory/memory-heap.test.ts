import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

// Law 1 for what a core dump of the process holds: V8 keeps the text that a slice was taken from, so a sid that is
// cut out of a token keeps the secret in memory with it.
test('law 1: the memory of the process holds no secret of the sessions in it', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-heap-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const snapshot = join(folder, 'heap.heapsnapshot')
  const script = `
    import { writeSync } from 'node:fs'
    import { writeHeapSnapshot } from 'node:v8'
    import { createSessions, memoryStore } from ${JSON.stringify(new URL('../../index.ts', import.meta.url).href)}
    import { testBrowser } from ${JSON.stringify(new URL('../../testing/index.ts', import.meta.url).href)}
    const store = memoryStore()
    const sessions = createSessions({ store, sweepInterval: false })
    async function signIn(user) {
      const browser = testBrowser()
      const visit = await browser.visit(sessions)
      await visit.session.login(user)
      visit.respond()
      writeSync(1, browser.cookie.split('=')[1] + '\\n')
    }
    for (let n = 0; n < 20; n++) await signIn('tidewater-' + n)
    gc()
    writeHeapSnapshot(process.env.SNAPSHOT)
    if ((await store.list('tidewater-7')).length !== 1) process.exit(1)
  `
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-e', script],
    {
      env: { ...process.env, SNAPSHOT: snapshot },
      encoding: 'utf8',
    },
  )
  assert.equal(status, 0)
  const tokens = stdout.trim().split('\n')
  const heap = readFileSync(snapshot, 'latin1')
  assert.equal(tokens.length, 20)
  assert.ok(
    tokens.every((_, n) => heap.includes(`tidewater-${n}`)),
    'the users are not in it: this looks at nothing',
  )
  assert.equal(tokens.filter((token) => heap.includes(token.slice(20))).length, 0, 'secrets in the heap')
})
