import type { Baseline } from '../judging/accepted.ts'

/** Reads a baseline (`latchkey-baseline/1`). @throws AuditError `usage` */
export async function readBaseline(path: string): Promise<Baseline> {
  const [{ baselineSchema }, { readChecked }] = await Promise.all([
    import('./baseline-schema.ts'),
    import('./read-checked.ts'),
  ])
  return readChecked(path, baselineSchema, 'which --baseline names')
}
