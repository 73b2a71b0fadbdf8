import type { StrictIdsEvidence } from '../../evidence/evidence.ts'
import type { Trial } from './trials.ts'
import type { Tried } from './visitor.ts'

type Verdict = Pick<StrictIdsEvidence['trials'][number], 'adoptedBy' | 'refused' | 'detail'>

/** Whether the site took on an ID of a visitor that it never issued. */
export function visitorStrictIds(tried: readonly Tried[]): StrictIdsEvidence {
  const trials = tried.flatMap(({ cookie, trial }) => {
    if (trial === null || cookie.provedBy === null) return []
    const { name, exchanges, controls } = cookie
    return [{ name, ...verdictOf(trial), exchanges, controls }]
  })
  return { trials }
}

function verdictOf({ unissued, isRenewed, replacesMalformed, bound }: Trial): Verdict {
  if (unissued.tokens === 'same') {
    const detail = 'the site kept a token under an ID that it never issued'
    return { adoptedBy: 'state', refused: false, detail }
  }
  if (isRenewed && bound.length > 0 && unissued.tokens === 'different') {
    return { adoptedBy: null, refused: true, detail: 'the site kept nothing under the unissued ID' }
  }
  if (unissued.isReplaced && !isRenewed) {
    return { adoptedBy: null, refused: true, detail: 'the site replaced the unissued ID at first contact' }
  }
  if (replacesMalformed) {
    const detail = 'the site replaced a malformed ID, but kept an unissued one of the right shape'
    return { adoptedBy: 'validation', refused: false, detail }
  }
  const detail = 'nothing shows that the unissued ID was adopted, nor that it was refused'
  return { adoptedBy: null, refused: false, detail }
}
