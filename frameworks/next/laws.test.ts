import { after, describe, test } from 'node:test'
import { adapterLaws } from 'latchkey/testing'
import { startBuilt } from './laws/start.test-helper.ts'

const built = await startBuilt()
after(() => built.close())

describe('route handlers', () => {
  const laws = adapterLaws({
    serve: (sessions, handler, options) => built.serve({ sessions, handler, options }),
  })
  for (const law of laws) test(law.name, law.run)
})

describe('route handlers behind the proxy', () => {
  const proxy = async () => null
  const laws = adapterLaws({
    serve: (sessions, handler, options) => built.serve({ sessions, handler, options, proxy }),
  })
  for (const law of laws) test(law.name, law.run)
})
