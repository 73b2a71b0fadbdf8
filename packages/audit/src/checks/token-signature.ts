import {
  type FoundSecret,
  isRefused,
  isTaken,
  type TokenEvidence,
  type TokenTrial,
} from '../evidence/tokens.ts'
import type { Check, Finding, Severity } from '../judging/check.ts'
import { type Basis, brokenControl, fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

type Kind = TokenTrial['kind']

export const tokenSignature: Check<'tokens'> = {
  id: 'token-signature',
  title: 'Nobody but the site can make its tokens',
  risk: 'An attacker writes a token themselves and is signed in as a user that they name, without any password.',
  severity: 'high',
  refs: ['WSTG-SESS-10', 'ASVS-9.1.1', 'ASVS-9.1.2', 'ASVS-9.1.3', 'CWE-347', 'CWE-321', 'CWE-327'],
  needs: ['tokens'],

  judge({ tokens: { tokens } }) {
    const readable = tokens.filter(({ encrypted }) => !encrypted)
    if (readable.length === 0) {
      const sealed = tokens.map(({ name, alg }) => `${name} (${alg})`)
      if (sealed.length === 0) return skipped('no JSON Web Token carries the session')
      return skipped(`the token in ${listed(sealed)} is encrypted (JWE), and none is forged without its key`)
    }
    const basis: Basis = {
      controls: readable.flatMap(({ controls }) => controls),
      exchanges: readable.flatMap(({ trials }) => trials.map(({ seen }) => seen.exchange)),
    }
    const findings = readable.flatMap(findingsOf)
    if (findings.length > 0) return fail(findings, basis)
    const broken = brokenControl(basis.controls ?? [])
    if (broken !== null) return inconclusive(broken, basis)
    const trials = readable.flatMap((token) => token.trials)
    if (trials.length === 0) return inconclusive('no forged token could be sent', basis)
    const unclear = trials.find((trial) => !isRefused(trial))
    if (unclear !== undefined) {
      return inconclusive(
        `a token with ${unclear.how} was neither clearly refused nor clearly taken (status ${unclear.status})`,
        basis,
      )
    }
    const untried = readable.reduce((sum, token) => sum + token.untried, 0)
    if (untried > 0)
      return inconclusive(`${untried} forged tokens were not sent, as the others had cost enough`, basis)
    return pass(readable.map(inWords).join('; '), basis)
  },
}

function findingsOf(token: TokenEvidence): Finding[] {
  const { controls, trials, secret } = token
  // What was signed in with a token of ours rests on that a made-up one is not, before and after.
  const sound = brokenControl(controls.filter(({ expected }) => expected === 'refused')) === null
  const taken = sound ? trials.filter(isTaken) : []
  const kinds = [...new Set(taken.map(({ kind }) => kind))]
  const signature = kinds.filter((kind) => kind === 'signature-changed' || kind === 'claims-changed')
  if (signature.length > 0) return [unchecked(token, taken)]
  const forged = kinds
    .filter((kind) => kind !== 'known-secret' && !kinds.some((other) => other === FOLLOWS[kind]))
    .map((kind) =>
      ofKind(
        token,
        kind,
        taken.filter((trial) => trial.kind === kind),
      ),
    )
  return secret === null ? forged : [...forged, ofSecret(token, secret, taken)]
}

/** A verifier that looks at no missing signature takes `none` as well; one whose secret is empty, an empty one that is named. */
const FOLLOWS: Readonly<Partial<Record<Kind, Kind>>> = { none: 'stripped', 'key-name': 'empty-key' }

/** One root: whatever else is accepted follows from it. */
function unchecked(token: TokenEvidence, taken: readonly TokenTrial[]): Finding {
  const free = taken.some(({ kind }) => kind === 'claims-changed')
  return {
    ...about(token, taken),
    kind: 'unchecked',
    seen: free
      ? `The signature of the token in ${token.name} is not checked: one with ${taken.map(({ how }) => how).join(', and one with ')}, was signed in. ${whatItOpens(token)}`
      : `The signature of the token in ${token.name} is not checked: one with ${taken[0]?.how} was signed in. One with other claims was not.`,
    fix: 'Verify the signature before anything of the token is used, with one algorithm and one key that the server chooses.',
    severity: free ? severityOf(token) : 'high',
  }
}

function ofKind(token: TokenEvidence, kind: Kind, taken: readonly TokenTrial[]): Finding {
  const { means, fix } = KINDS[kind]
  return {
    ...about(token, taken),
    kind,
    seen: `${means}: a token with ${taken.map(({ how }) => how).join('; ')} was signed in. ${whatItOpens(token)}`,
    fix,
    severity: severityOf(token),
  }
}

function ofSecret(token: TokenEvidence, secret: FoundSecret, taken: readonly TokenTrial[]): Finding {
  const own = taken.filter(({ kind }) => kind === 'known-secret')
  const tried =
    own.length > 0
      ? `One that was signed with it was signed in. ${whatItOpens(token)}`
      : 'One that was signed with it, with one claim more, was not signed in.'
  return {
    ...about(token, own),
    kind: 'known-secret',
    seen: `The secret that signs the token in ${token.name} (${token.alg}) is a well-known one: number ${secret.place} of the ${secret.of} in the auditor's list (${secret.as}; SHA-256 ${secret.hash}…). ${tried}`,
    fix: 'Make the secret of 32 random bytes or more, keep it out of the code, and end the tokens that the old one has signed. Whoever knew it could make tokens all the time.',
    severity: own.length > 0 ? severityOf(token) : 'high',
  }
}

function about(token: TokenEvidence, taken: readonly TokenTrial[]): Pick<Finding, 'where' | 'exchanges'> {
  const exchanges = taken.flatMap(({ seen, again }) => [seen.exchange, ...(again ? [again.exchange] : [])])
  return { where: `token ${token.name}`, exchanges }
}

/** No other account is ever tried, so that this is as far as it can be told. */
function whatItOpens({ madeUpIds }: TokenEvidence): string {
  if (madeUpIds !== null && madeUpIds.state !== 'signed-in') {
    return 'With a made-up ID in the place of its own it was not, so the site also looks that up.'
  }
  return 'So anybody can make one, for any user that a claim names. No other user was tried.'
}

function severityOf({ madeUpIds }: TokenEvidence): Severity {
  return madeUpIds !== null && madeUpIds.state !== 'signed-in' ? 'high' : 'critical'
}

function inWords({ name, alg, trials, publicKey }: TokenEvidence): string {
  const kinds = [...new Set(trials.map(({ kind }) => KINDS[kind].name))]
  const secret = /^HS/.test(alg) ? '; no well-known secret made its signature' : ''
  const key =
    /^(?:RS|PS|ES|Ed)/.test(alg) && publicKey === null
      ? '; no published key was found to try as a secret'
      : ''
  return `${name} (${alg}): ${trials.length} forged tokens were refused (${listed(kinds)})${secret}${key}`
}

const ALGORITHM =
  'Give the verifier a list of exactly the algorithms that the site signs with, and never take one from the token.'

const KINDS: Readonly<Record<Kind, { name: string; means: string; fix: string }>> = {
  'signature-changed': { name: 'another signature', means: 'The signature is not checked', fix: ALGORITHM },
  'claims-changed': { name: 'other claims', means: 'The signature is not checked', fix: ALGORITHM },
  none: { name: 'alg none', means: 'Tokens that say they are unsigned are taken', fix: ALGORITHM },
  stripped: {
    name: 'no signature',
    means: 'A token without its signature is taken',
    fix: 'Refuse a token whose signature is missing before anything of it is used.',
  },
  'empty-key': {
    name: 'an empty key',
    means: 'The secret that verifies tokens is empty',
    fix: 'Refuse to start without a secret, and make it of 32 random bytes or more.',
  },
  'key-confusion': {
    name: 'the public key as a secret',
    means: "The site's public key is taken for a shared secret",
    fix: `${ALGORITHM} A key is for one algorithm.`,
  },
  'embedded-jwk': {
    name: 'a key in the header',
    means: 'A key that the token brings along is trusted',
    fix: 'Take keys from the configured issuer alone; never from jwk, jku, x5c or x5u in a header.',
  },
  'key-name': {
    name: 'a made-up kid',
    means: 'The name of the key (kid) leads to a key that anybody knows',
    fix: 'Look kid up in a fixed table of keys, refuse one that is not in it, and never make a path or a query of it.',
  },
  'zero-signature': {
    name: 'r = s = 0',
    means: 'An ECDSA signature of zeros is taken for good',
    fix: 'Update the runtime or the library that verifies ECDSA (CVE-2022-21449 in Java 15 to 18).',
  },
  'known-secret': { name: 'a known secret', means: 'The secret is a well-known one', fix: ALGORITHM },
}
