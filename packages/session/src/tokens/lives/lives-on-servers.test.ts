import { test } from 'node:test'
import { livesOn } from './life.test-helper.ts'
import { places } from './stores.test-helper.ts'

for (const [name, open] of Object.entries(places)) {
  test(`${name}: no token outlives its session by more than the bound of its guard`, async (t) => {
    const place = await open()
    t.after(() => place.close())
    await livesOn(place.make, 25)
  })
}
