import jwt from 'jwt-simple'
import { privatePem, publicKey } from './keys.mjs'

const publicPem = publicKey.export({ format: 'pem', type: 'spki' })

export const issued = async (claims) => jwt.encode(claims, privatePem, 'RS256')

// Versions before 0.3.0 take no algorithm here, and go by what the token says.
export const claimsOf = async (token) => jwt.decode(token, publicPem, false, 'RS256')
