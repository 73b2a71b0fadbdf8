import jwt from 'jsonwebtoken'
import { privatePem, publicKey } from './keys.mjs'

const publicPem = publicKey.export({ format: 'pem', type: 'spki' })

export const issued = async (claims) => jwt.sign(claims, privatePem, { algorithm: 'RS256' })

export const claimsOf = async (token) => jwt.verify(token, publicPem)
