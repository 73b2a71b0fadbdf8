import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Pair } from './pair.ts'
import { pairs } from './pairs.ts'
import { lockFolderOf, sourcesOf } from './prepare.ts'
import { isAsListed, isFound, type Seen } from './run.ts'

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

function seen(verdict: string, severity: Seen['severity'] = 'high'): Seen {
  return { verdict, severity, reason: '', failed: [] }
}

describe('found is', () => {
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

describe('as the list has it', () => {
  const listed = (changes: Partial<Pair>, vulnerable: string, mended: string) =>
    isAsListed({
      pair: { ...(pairs[0] as Pair), ...changes },
      vulnerable: seen(vulnerable),
      mended: seen(mended),
    })

  test('is what is found where there is no reason not to, and not found where there is one', () => {
    assert.ok(listed({}, 'fail', 'pass'))
    assert.ok(!listed({}, 'pass', 'pass'))
    assert.ok(listed({ notFound: 'why' }, 'fail', 'fail'))
    assert.ok(!listed({ notFound: 'why' }, 'fail', 'pass'), 'the reason is to be deleted')
  })

  test('is either where chance decides, but not a finding in the mended version', () => {
    assert.ok(listed({ byChance: 'why' }, 'fail', 'pass'))
    assert.ok(listed({ byChance: 'why' }, 'pass', 'pass'))
    assert.ok(!listed({ byChance: 'why' }, 'fail', 'fail'))
    assert.ok(!listed({ byChance: 'why' }, 'pass', 'fail'))
  })

  test('is nothing that did not run', () => {
    for (const verdict of ['NOT RUN', 'no report', 'secret leaked', 'no check']) {
      for (const why of [{ notFound: 'why' }, { byChance: 'why' }]) {
        assert.ok(!listed(why, verdict, 'pass'))
        assert.ok(!listed(why, 'fail', verdict))
      }
    }
  })
})
