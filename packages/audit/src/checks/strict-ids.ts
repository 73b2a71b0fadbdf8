import type { StrictIdsEvidence } from '../evidence/evidence.ts'
import { onlyInHeader } from '../judging/carrier-cookies.ts'
import type { Check, Finding, Severity } from '../judging/check.ts'
import { brokenControl, fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

type Trial = StrictIdsEvidence['trials'][number]

export const strictIds: Check<'strictIds'> = {
  id: 'strict-ids',
  title: 'An ID that the server did not issue is not adopted',
  risk: 'An attacker chooses the ID that somebody will use, plants it in their browser, and then shares the session with them.',
  severity: 'medium',
  refs: ['WSTG-SESS-03', 'ASVS-7.2.2', 'CWE-384'],
  needs: ['strictIds'],
  fixes: {
    latchkey: 'Nothing to set: an unknown token is never adopted.',
    'express-session': 'Keep the `secret` private and do not pass an ID from the request to `genid`.',
    'fastify-session': 'Do not build the ID from the request in `idGenerator`.',
    'koa-session':
      'Keep `signed: true`, or verify in the external store that the key exists before using it.',
    php: 'Set `session.use_strict_mode = 1` in php.ini (off by default).',
    django: 'Use a stock session engine: each refuses an unknown key.',
    flask: 'With Flask-Session 0.3 set `SESSION_USE_SIGNER = True`: without it any ID is taken over.',
    rails: 'Use a stock session store: each refuses an unknown ID.',
    laravel: 'Use a stock session driver and regenerate the ID at login.',
  },

  judge({ strictIds: { trials } }, context) {
    if (trials.length === 0 && onlyInHeader(context)) {
      return skipped(
        `the session travels in the ${listed(context.carriers ?? [])} header, where nobody can plant an ID`,
      )
    }
    const controls = trials.flatMap((trial) => trial.controls)
    const basis = { controls, exchanges: trials.flatMap((trial) => trial.exchanges) }
    if (trials.length === 0) return inconclusive('no unissued ID could be tried', basis)

    const sound = trials.filter((trial) => brokenControl(trial.controls) === null)
    const findings = sound.flatMap(findingOf)
    if (findings.length > 0) return fail(findings, basis)

    const broken = brokenControl(controls)
    if (broken !== null) return inconclusive(broken, basis)
    const open = trials.find((trial) => !trial.refused)
    if (open !== undefined) {
      return inconclusive(
        `nothing shows whether an unissued ${open.name} is adopted or refused: ${open.detail}`,
        basis,
      )
    }
    return pass(`An unissued ID was refused for ${listed(trials.map((trial) => trial.name))}`, basis)
  },
}

function findingOf(trial: Trial): Finding[] {
  if (trial.adoptedBy === null) return []
  const { seen, severity } = kinds[trial.adoptedBy]
  return [
    {
      where: `cookie ${trial.name}`,
      kind: trial.adoptedBy,
      seen: seen(trial.name) + (trial.detail === '' ? '.' : ` (${trial.detail}).`),
      fix: 'Start a session only under an ID that the server generated; answer an unknown one as if it were absent.',
      exchanges: trial.exchanges,
      severity,
    },
  ]
}

const kinds: Readonly<
  Record<NonNullable<Trial['adoptedBy']>, { seen: (name: string) => string; severity: Severity }>
> = {
  login: {
    seen: (name) => `A ${name} that the server never issued carried the session after a login`,
    severity: 'high',
  },
  state: {
    seen: (name) => `The server keeps state under a ${name} that it never issued`,
    severity: 'medium',
  },
  use: {
    seen: (name) => `The server worked before the login with a ${name} that it never issued`,
    severity: 'medium',
  },
  validation: {
    seen: (name) =>
      `The server replaces a malformed ${name}, but keeps one of the right shape that it never issued`,
    severity: 'low',
  },
}
