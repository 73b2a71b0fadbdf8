import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

/** What a process has loaded that imports an entry. */
function loadedBy(entry: string): string[] {
  const script = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    await import(${JSON.stringify(new URL(entry, import.meta.url).href)})
    console.log(JSON.stringify(loaded))`
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }),
  )
}

test('an application without tokens loads nothing of them', () => {
  const isOfTokens = (url: string) => url.includes('/src/tokens/')
  assert.deepEqual(loadedBy('../../index.ts').filter(isOfTokens), [])
  assert.ok(loadedBy('../index.ts').some(isOfTokens))
})
