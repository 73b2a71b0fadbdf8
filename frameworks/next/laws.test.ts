import { after, describe, test } from 'node:test'
import { adapterLaws } from 'latchkey/testing'
import { actionCases } from './cases/action-cases.test-helper.ts'
import { componentCases } from './cases/component-cases.test-helper.ts'
import { guideCase } from './cases/guide-case.test-helper.ts'
import { proxyCases } from './cases/proxy-cases.test-helper.ts'
import { routeCases } from './cases/route-cases.test-helper.ts'
import { startBuilt } from './cases/start.test-helper.ts'

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

describe('components', () => componentCases(built))

describe('actions', () => actionCases(built))

describe('the proxy', () => proxyCases(built))

describe('beside what else Next has', () => routeCases(built))

describe('the guide', () => guideCase())
