import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import type { Parts } from './part.ts'

const { SITE_URL = '', SITE_PASSWORD = '' } = process.env

/** What has no laws as data: one use of each. */
export const others: Parts = {
  async 'every entry'() {
    const names = ['latchkey', '@latchkey/audit'].flatMap((name) => {
      const folder = `../../node_modules/${name}`
      const { exports } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
      return Object.keys(exports).flatMap((subpath) => {
        if (!subpath.includes('*')) return join(name, subpath)
        // The schemas of the auditor's files: a pattern, and each file that there is.
        const files = readdirSync(join(folder, dirname(subpath)))
        return files.map((file) => join(name, dirname(subpath), file))
      })
    })
    const run = async (name: string) => {
      const options = name.endsWith('.json') ? { with: { type: 'json' } } : {}
      assert.ok(Object.keys(await import(name, options)).length > 0)
    }
    return { laws: names.map((name) => ({ name, run: () => run(name) })) }
  },

  async password() {
    const { hashPassword, verifyPassword } = await import('latchkey/password')
    return {
      laws: [
        {
          name: 'a hash fits its password alone',
          async run() {
            const hash = await hashPassword('correct horse')
            assert.equal(await verifyPassword('correct horse', hash), true)
            assert.equal(await verifyPassword('wrong', hash), false)
          },
        },
      ],
    }
  },

  async audit() {
    const { audit } = await import('@latchkey/audit')
    return {
      laws: [
        {
          name: 'signs in to a site of latchkey, and finds nothing wrong',
          async run() {
            const { summary } = await audit({ url: SITE_URL, username: 'alice', password: SITE_PASSWORD })
            assert.deepEqual([summary.fail, summary.inconclusive], [0, 0])
            assert.ok(summary.pass > 5, `only ${summary.pass} checks passed`)
          },
        },
        {
          name: 'connects to no address that allowAddress refuses',
          async run() {
            const refused = audit({ url: SITE_URL, passive: true, allowAddress: () => false })
            await assert.rejects(refused, { code: 'address_refused' })
          },
        },
      ],
    }
  },
}
