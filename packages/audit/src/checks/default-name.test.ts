import { table } from '../../test/check-table.ts'
import { broken, carriedBy, gathered, https } from '../../test/sample-evidence.ts'
import { defaultName } from './default-name.ts'

const names = (carrier: string, ...defaults: readonly string[]) => ({
  carrier: gathered(carriedBy(carrier)),
  framework: gathered({
    name: null,
    defaultNames: defaults.map((cookie) => ({ cookie, framework: 'express-session' })),
    headers: ['x-powered-by: Express'],
  }),
})
const bad = names('connect.sid', 'connect.sid')

table(defaultName, [
  { when: 'the name says nothing', says: 'pass' },
  { when: 'the carrier has a default name', evidence: bad, says: 'fail', severity: 'info' },
  {
    when: 'only a cookie that carries nothing has one',
    evidence: names('id', 'connect.sid'),
    says: 'pass',
    about: /x-powered-by/,
  },
  {
    when: 'a visitor sees one, in a passive audit',
    evidence: { ...names('id', 'connect.sid'), carrier: { status: 'skipped', reason: 'passive' } },
    says: 'fail',
    severity: 'info',
  },
  {
    when: 'one is seen and the carrier is not certain',
    evidence: { ...bad, carrier: gathered({ ...carriedBy('id'), controls: [broken] }) },
    says: 'fail',
  },
  {
    when: 'none is seen and the carrier is not certain',
    evidence: { carrier: gathered({ ...carriedBy('id'), controls: [broken] }) },
    says: 'inconclusive',
  },
  {
    when: 'none is seen in a passive audit',
    evidence: { carrier: { status: 'skipped', reason: 'passive' } },
    target: { ...https, passive: true },
    says: 'skipped',
  },
  {
    when: 'there is no cookie at all',
    evidence: names('Authorization'),
    says: 'skipped',
    about: /header/,
  },
])
