import { table } from '../../test/check-table.ts'
import { gathered, saw } from '../../test/sample-evidence.ts'
import { refusedToken, soundToken, tokenTrial } from '../../test/sample-token.ts'
import type { TokenEvidence } from '../evidence/evidence.ts'
import { tokenSignature } from './token-signature.ts'

const secret = { place: 7, of: 500, hash: 'abcdef01', as: 'as text' }
const tried = (...changes: readonly Partial<TokenEvidence>[]) => ({
  tokens: gathered({ tokens: changes.map((change) => ({ ...soundToken, ...change })) }),
})
const taken = (kind: Parameters<typeof tokenTrial>[0], how?: string) => tokenTrial(kind, 'signed-in', how)

table(tokenSignature, [
  { when: 'no token carries the session', evidence: tried(), says: 'skipped' },
  {
    when: 'the token is encrypted',
    evidence: tried({ encrypted: true, alg: 'dir', trials: [], controls: [] }),
    says: 'skipped',
    about: /JWE/,
  },
  {
    when: 'all that was forged was refused',
    evidence: tried({}),
    says: 'pass',
    about: /no well-known secret/,
  },
  {
    when: 'no published key was found',
    evidence: tried({ alg: 'RS256' }),
    says: 'pass',
    about: /no published key was found/,
  },
  {
    when: 'the signature and the claims are not checked, as one finding',
    evidence: tried({ trials: [taken('signature-changed'), taken('claims-changed'), taken('none')] }),
    says: 'fail',
    severity: 'critical',
    about: /is not checked/,
  },
  {
    when: 'another signature is taken but no other claims',
    evidence: tried({ trials: [taken('signature-changed'), tokenTrial('claims-changed')] }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'two kinds of forgery are taken',
    evidence: tried({ trials: [taken('none'), taken('embedded-jwk')] }),
    says: 'fail',
    severity: 'critical',
    findings: 2,
  },
  {
    when: 'a made-up ID in a forged one is refused',
    evidence: tried({ trials: [taken('none')], madeUpIds: saw('anonymous') }),
    says: 'fail',
    severity: 'high',
    about: /also looks that up/,
  },
  {
    when: 'the secret is a well-known one, and a token with it was taken',
    evidence: tried({ secret, trials: [taken('known-secret')] }),
    says: 'fail',
    severity: 'critical',
    about: /number 7 of the 500/,
  },
  {
    when: 'the secret is a well-known one, and nothing could be sent',
    evidence: tried({ secret, trials: [], controls: [refusedToken(false)] }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'one was signed in only once',
    evidence: tried({ trials: [{ ...taken('none'), again: saw('anonymous') }] }),
    says: 'inconclusive',
  },
  {
    when: 'a made-up token is let in as well',
    evidence: tried({ trials: [taken('none')], controls: [refusedToken(false)] }),
    says: 'inconclusive',
    about: /made-up/,
  },
  {
    when: 'a forged one met an error of its own',
    evidence: tried({ trials: [{ ...tokenTrial('none', 'unclear'), status: 500 }] }),
    says: 'pass',
  },
  {
    when: 'a forged one met a site that has too much to do',
    evidence: tried({ trials: [{ ...tokenTrial('none', 'unclear'), status: 429 }] }),
    says: 'inconclusive',
  },
  {
    when: 'a forged one was shown a page that is neither',
    evidence: tried({ trials: [{ ...tokenTrial('none', 'unclear'), status: 200 }] }),
    says: 'inconclusive',
  },
  {
    when: 'one kind follows from another',
    evidence: tried({ trials: [taken('none'), taken('stripped')] }),
    says: 'fail',
    about: /without its signature/,
  },
  { when: 'some were not sent', evidence: tried({ untried: 2 }), says: 'inconclusive', about: /not sent/ },
  { when: 'nothing was tried', evidence: tried({ trials: [] }), says: 'inconclusive' },
])
