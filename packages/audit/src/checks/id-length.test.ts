import { table } from '../../test/check-table.ts'
import { gathered } from '../../test/sample-evidence.ts'
import type { IdShapeEvidence } from '../evidence/evidence.ts'
import { idLength } from './id-length.ts'

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
}
const shapes = (...changes: readonly Partial<Shape>[]) => ({
  idShape: gathered({ carriers: changes.map((change) => ({ ...good, ...change })) }),
})

table(idLength, [
  { when: 'it has 384 bits', says: 'pass', about: /384/ },
  {
    when: 'two samples are long',
    evidence: shapes({ samples: 2 }),
    says: 'pass',
    about: /too few to show a pattern/,
  },
  { when: 'it has 128 bits', evidence: shapes({}), says: 'pass' },
  {
    when: 'it has 127 bits',
    evidence: shapes({ nominalBits: 127 }),
    says: 'fail',
    severity: 'low',
    about: /ASVS/,
  },
  { when: 'it has 64 bits', evidence: shapes({ nominalBits: 64 }), says: 'fail', severity: 'low' },
  { when: 'it has 63 bits', evidence: shapes({ nominalBits: 63.9 }), says: 'fail', severity: 'high' },
  {
    when: 'it is a random UUID',
    evidence: shapes({ format: 'uuid-v4', length: 36, nominalBits: 122 }),
    says: 'fail',
    severity: 'info',
  },
  { when: 'values repeat', evidence: shapes({ duplicates: 1 }), says: 'fail', severity: 'critical' },
  {
    when: 'values count up, however long',
    evidence: shapes({ sequence: 'each is the one before plus 1' }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'one of two carriers is short',
    evidence: shapes({}, { name: 'key', nominalBits: 40 }),
    says: 'fail',
    about: /key/,
  },
  {
    when: 'it is signed or sealed as a whole, and every value is the same',
    evidence: shapes({ selfContained: true, nominalBits: 0, duplicates: 3, format: 'sealed' }),
    says: 'pass',
    about: /self-contained/,
  },
  {
    when: 'two samples agree in two characters by chance',
    evidence: shapes({ samples: 2, constantCharacters: 2, nominalBits: 120 }),
    says: 'inconclusive',
    about: /too few/,
  },
  {
    when: 'two samples show that it is short anyway',
    evidence: shapes({ samples: 2, length: 8, constantCharacters: 1, nominalBits: 28 }),
    says: 'fail',
    severity: 'high',
  },
  { when: 'there are no samples', evidence: shapes({ samples: 0 }), says: 'inconclusive' },
  { when: 'there are no carriers', evidence: shapes(), says: 'inconclusive' },
])
