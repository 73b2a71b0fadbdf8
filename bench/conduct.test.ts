import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { columns } from './conduct/columns.ts'
import { type Conduct, measureConduct } from './conduct/measure.ts'
import { races } from './conduct/races.ts'

const trials = 2

for (const column of columns.filter(({ ours }) => ours)) {
  describe(`conduct of ${column.head.join(' ')}`, () => {
    let conduct: Conduct
    before(async () => {
      conduct = await measureConduct(column, trials)
    })
    for (const race of races) {
      test(`never: ${race.title}`, () => {
        assert.deepEqual(conduct.broken, [])
        assert.deepEqual(conduct.counts.get(race.id), { happened: 0, trials: trials * column.stacks.length })
      })
    }
  })
}

// What reference measurements of the peers found; a harness that sees nothing anywhere proves nothing.
const seenOnPeers: Readonly<Record<string, readonly string[]>> = {
  'express-session': ['late-write-revives', 'browser-back-in', 'lost-update', 'lost-increment'].concat(
    ['old-id-after-write', 'write-lost-in-rotation'], //
  ),
  'express-session-default': ['late-read-revives', 'old-id-after-read'],
  'koa-session': ['old-cookie-back'],
  'remix-session': ['late-write-revives', 'lost-update', 'old-id-after-write'],
}

for (const [id, expected] of Object.entries(seenOnPeers)) {
  test(`the harness sees what ${id} is known for`, async () => {
    const column = columns.find((each) => each.id === id)
    assert.ok(column)
    const conduct = await measureConduct(column, trials)
    assert.deepEqual(conduct.broken, [])
    for (const race of expected) {
      assert.deepEqual(conduct.counts.get(race), { happened: trials, trials }, race)
    }
    assert.equal(conduct.counts.get('copied-cookie')?.happened, 0)
  })
}

test('a server that does not run is reported, not counted as well behaved', async () => {
  const listener = () => {
    throw new Error('unreachable')
  }
  const [column] = columns
  assert.ok(column)
  const broken = {
    ...column,
    stacks: [
      {
        name: 'broken',
        async start() {
          return {
            listener: (_: unknown, response: import('node:http').ServerResponse) =>
              response.writeHead(500).end(),
          }
        },
      },
      { name: 'does not start', start: async () => listener() },
    ],
  }
  const conduct = await measureConduct(broken, trials)
  assert.equal(conduct.broken.length, races.length + 1)
})
