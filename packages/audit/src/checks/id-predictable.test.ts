import { table } from '../../test/check-table.ts'
import { gathered } from '../../test/sample-evidence.ts'
import type { IdShapeEvidence } from '../evidence/evidence.ts'
import { idPredictable } from './id-predictable.ts'

type Shape = IdShapeEvidence['carriers'][number]

const good: Shape = {
  name: 'sid',
  samples: 8,
  length: 32,
  format: 'hex',
  selfContained: false,
  nominalBits: 128,
  constantCharacters: 0,
  duplicates: 0,
  sequence: null,
  prediction: null,
}
const told = { how: 'md5 of a counter', candidates: 64, bits: 128, asked: 1, hits: 1, exchange: 9 }
const shapes = (...changes: readonly Partial<Shape>[]) => ({
  idShape: gathered({ carriers: changes.map((change) => ({ ...good, ...change })) }),
})

table(idPredictable, [
  { when: 'nothing explains the values', evidence: shapes({}), says: 'pass', about: /explains 8 values/ },
  {
    when: 'the next one was told',
    evidence: shapes({ prediction: told }),
    says: 'fail',
    severity: 'critical',
    about: /md5 of a counter: the next one was one of 64 values.*2\^122 times/,
  },
  {
    when: 'two short ones in a row were told, which one alone would not prove',
    evidence: shapes({ prediction: { ...told, bits: 30, candidates: 4, asked: 2, hits: 2 } }),
    says: 'fail',
    severity: 'critical',
    about: /each of the next 2/,
  },
  {
    when: 'one short one was told',
    evidence: shapes({ prediction: { ...told, bits: 30, candidates: 4 } }),
    says: 'inconclusive',
  },
  {
    when: 'it was one of more values than are tried in a day',
    evidence: shapes({ prediction: { ...told, candidates: 2 ** 24 } }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'the next one was another',
    evidence: shapes({ prediction: { ...told, hits: 0 } }),
    says: 'inconclusive',
    about: /0 of 1 new ones/,
  },
  {
    when: 'the third one was another',
    evidence: shapes({ prediction: { ...told, asked: 3, hits: 2 } }),
    says: 'inconclusive',
  },
  {
    when: 'no new one could be had',
    evidence: shapes({ prediction: { ...told, asked: 0, hits: 0 } }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'they follow the clock beside too few random bits',
    evidence: shapes({ sequence: 'holds seconds since 1970 besides at most 20 bits' }),
    says: 'fail',
    severity: 'high',
    about: /follows a rule: holds seconds/,
  },
  {
    when: 'one of two can be told',
    evidence: shapes({}, { name: 'key', prediction: told }),
    says: 'fail',
    about: /key is md5/,
  },
  { when: 'two are too few', evidence: shapes({ samples: 2 }), says: 'inconclusive', about: /too few/ },
  {
    when: 'it was not tried',
    evidence: { idShape: gathered({ carriers: [withoutPrediction()] }) },
    says: 'inconclusive',
  },
  { when: 'it is signed or sealed', evidence: shapes({ selfContained: true }), says: 'skipped' },
  { when: 'there are no carriers', evidence: shapes(), says: 'inconclusive' },
])

function withoutPrediction(): Shape {
  const { prediction: _, ...rest } = good
  return rest
}
