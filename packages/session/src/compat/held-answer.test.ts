import { test } from 'node:test'
import { nodeApplication } from '../adapters/applications/node.test-helper.ts'
import { serve } from '../adapters/core/serve.test-helper.ts'
import { nodeSession } from '../adapters/node.ts'
import { adapterLaws } from '../testing/index.ts'
import { holdAnswer } from './held-answer.ts'

/** A macrotask, in which a store could do what it has to. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

const laws = adapterLaws({
  serve(...served) {
    const application = nodeApplication(nodeSession, ...served)
    return serve((req, res) => {
      let left = 2
      const settle = () => (left-- > 0 ? turn() : null)
      holdAnswer(res, { settle, failed: () => undefined })
      application(req, res)
    })
  },
})

for (const law of laws) test(`an answer that waits: ${law.name}`, law.run)
