import type {
  Control,
  Observation,
  SignedCookie,
  State,
  TokenEvidence,
  TokenTrial,
} from '../src/evidence/evidence.ts'

const saw = (state: State, exchange: number): Observation => ({ state, exchange })

/** One forged token; by itself it was refused. */
export function tokenTrial(
  kind: TokenTrial['kind'],
  state: State = 'anonymous',
  how: string = kind,
): TokenTrial {
  const again = state === 'signed-in' ? saw(state, 10) : null
  return { kind, how, seen: saw(state, 9), again, status: state === 'signed-in' ? 200 : 401 }
}

export function refusedToken(isHeld = true): Control {
  return {
    name: 'a made-up token',
    expected: 'refused',
    seen: isHeld ? 'refused' : 'signed-in',
    held: isHeld,
  }
}

/** A token of a quarter of an hour that nobody could forge. */
export const soundToken: TokenEvidence = {
  name: 'Authorization',
  alg: 'HS256',
  encrypted: false,
  trials: [tokenTrial('signature-changed'), tokenTrial('none')],
  untried: 0,
  secret: null,
  publicKey: null,
  madeUpIds: null,
  lifetime: { ends: true, seconds: 900, endsAtLogout: true, expired: null },
  personal: [],
  controls: [
    { name: 'the genuine token', expected: 'signed-in', seen: 'signed-in', held: true },
    refusedToken(),
  ],
}

/** No known secret has signed it. */
export const soundCookie: SignedCookie = {
  name: 'shelf',
  format: 'keygrip',
  holds: 'data',
  looksUp: false,
  secret: null,
  secretsTried: 500,
  exchange: 4,
}
