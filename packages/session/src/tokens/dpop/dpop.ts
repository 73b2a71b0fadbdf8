import { hash } from 'node:crypto'
import { refuseUnknown } from '../../known-options.ts'
import { type Duration, parseDuration } from '../../policies/duration.ts'
import { comparable } from './address.ts'
import { createNonces, type NonceOptions } from './nonce.ts'
import { accessTokenHash, readProof } from './proof.ts'
import { memoryReplays, type Replays } from './replays.ts'

export interface DpopOptions {
  /** How far a proof's time (`iat`) may be from this server's. Where there are nonces, those say the time. Default '5m'. */
  readonly maxAge?: Duration | undefined
  /** Has every proof hold a nonce of ours (RFC 9449 sections 8 and 9). Default: none is asked for. */
  readonly nonce?: NonceOptions | undefined
  /** Which proofs were used. Default `memoryReplays()`, or the store's where tokens are refreshed. */
  readonly replays?: Replays | undefined
}

export interface ProvenRequest {
  /** In capitals, as it was sent. */
  readonly method: string
  /** As the client knows it: with the public scheme, host and path. */
  readonly url: string
  /** The token that came with the proof; null where none is presented. */
  readonly accessToken: string | null
}

/** RFC 9449 sections 5 and 8. */
export type ProofError = 'invalid_dpop_proof' | 'use_dpop_nonce'

export interface Proven {
  readonly thumbprint: string
  /** For {@link Dpop.use}. */
  readonly key: string
}

export interface Refused {
  readonly error: ProofError
  /** Why, without a part of the proof. */
  readonly why: string
}

/** Judges proofs of possession (RFC 9449 section 4.3). */
export interface Dpop {
  /** Whether the proof fits the request. Whatever it is, this never throws. */
  judge(proof: string, request: ProvenRequest): Proven | Refused
  /**
   * Notes the use of a proof: once the rest is known to be right, so that nobody fills the memory who has no token.
   * @throws Error where that cannot be noted
   */
  use(proven: Proven): Promise<Refused | null>
  /** For `DPoP-Nonce` of every answer; null where nonces are off. */
  nonce(): string | null
}

/** @throws SessionError `config_invalid` */
export function createDpop(options: DpopOptions, now: () => number): Dpop {
  refuseUnknown('dpop', options, { maxAge: true, nonce: true, replays: true })
  const maxAge = parseDuration(options.maxAge ?? '5m', 'maxAge')
  const nonces = options.nonce ? createNonces(options.nonce) : null
  const { replays = memoryReplays() } = options
  // A proof is refused by its time from then on, also one that was a little ahead.
  const life = nonces ? nonces.life : 2 * maxAge

  return {
    judge(text, { method, url, accessToken }) {
      const proof = readProof(text)
      if (typeof proof === 'string') return invalid(proof)
      if (proof.htm !== method) return invalid('its htm is another method')
      const address = comparable(proof.htu)
      if (address === null || address !== comparable(url)) return invalid('its htu is another address')
      if (accessToken !== null && proof.ath !== accessTokenHash(accessToken))
        return invalid('its ath is of another token')
      const time = now()
      if (nonces && !nonces.isGood(proof.nonce, time))
        return { error: 'use_dpop_nonce', why: 'its nonce is not one of now: take the one of this answer' }
      if (!nonces && Math.abs(time - proof.iat * 1000) > maxAge)
        return invalid('its iat is too far from the time of this server')
      return { thumbprint: proof.thumbprint, key: keyOf(proof.thumbprint, proof.jti) }
    },
    async use({ key }) {
      const time = now()
      return (await replays.use(key, time + life, time)) ? null : invalid('it was used before')
    },
    nonce: () => nonces?.make(now()) ?? null,
  }
}

/** 120 bits, by which an id of any length is remembered. */
function keyOf(thumbprint: string, jti: string): string {
  return hash('sha256', `${thumbprint} ${jti}`, 'base64url').slice(0, 20)
}

function invalid(why: string): Refused {
  return { error: 'invalid_dpop_proof', why }
}
