import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checks } from '../checks/index.ts'
import { pageOf } from './pages.ts'

test('every check has all of its page, without links and in the words of arguments', async () => {
  for (const { id, fixes = {} } of checks) {
    const page = await pageOf(id)
    for (const [section, text] of Object.entries(page)) {
      assert.ok(text.length > 20, `${id}: ${section}`)
      assert.doesNotMatch(
        text.replace('server’s --insecure', ''),
        /\]\(|(^|[\s`])--[a-z]/,
        `${id}: ${section}`,
      )
    }
    for (const fix of Object.values(fixes)) assert.ok(!page.howToFix.includes(fix), id)
  }
})
