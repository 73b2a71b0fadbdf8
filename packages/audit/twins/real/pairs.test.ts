import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Pair } from './pair.ts'
import { pairs } from './pairs.ts'
import { lockFolderOf, sourcesOf } from './prepare.ts'
import { isFound, type Seen } from './run.ts'

describe('the list of real versions', () => {
  for (const pair of pairs) {
    test(`${pair.package}: ${pair.cve}`, () => {
      assert.match(pair.cve, /^CVE-\d{4}-\d{4,}$/)
      const { vulnerable, mended } = pair
      assert.ok(mended.isOurs || vulnerable.version !== mended.version, 'one version is not its own mend')
      for (const source of sourcesOf(pair)) assert.ok(existsSync(source), `${source} is missing`)
      for (const form of [vulnerable, mended]) assert.equal(lockedVersion(pair, form), form.version)
    })
  }

  test('has no package twice, and each of its CVEs in the readme', () => {
    assert.equal(new Set(pairs.map(({ cve }) => cve)).size, pairs.length)
    const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
    for (const { cve, package: name } of pairs) {
      assert.ok(readme.includes(cve) && readme.includes(name), `README.md does not tell of ${name}, ${cve}`)
    }
  })
})

/** Exactly that version is asked for, and locked. */
function lockedVersion(pair: Pair, form: Pair['vulnerable']): string {
  const folder = lockFolderOf(pair, form)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  assert.equal(manifest.dependencies[pair.package], form.version)
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
  return lock.packages[`node_modules/${pair.package}`].version
}

describe('found is', () => {
  const seen = (verdict: string, severity: Seen['severity'] = 'high'): Seen => {
    return { verdict, severity, reason: '', failed: [] }
  }
  test('what fails with the fault, and passes without it or fails with less harm', () => {
    assert.ok(isFound({ vulnerable: seen('fail'), mended: seen('pass') }))
    assert.ok(isFound({ vulnerable: seen('fail', 'critical'), mended: seen('fail', 'low') }))
  })

  test('neither what fails in both alike, nor what was not decided', () => {
    assert.ok(!isFound({ vulnerable: seen('fail'), mended: seen('fail') }))
    assert.ok(!isFound({ vulnerable: seen('fail', 'low'), mended: seen('fail', 'critical') }))
    for (const verdict of ['inconclusive', 'skipped', 'no report', 'no check']) {
      assert.ok(!isFound({ vulnerable: seen('fail'), mended: seen(verdict) }), `${verdict} shows nothing`)
      assert.ok(!isFound({ vulnerable: seen(verdict), mended: seen('pass') }))
    }
    assert.ok(!isFound({ vulnerable: seen('pass'), mended: seen('pass') }))
  })
})
