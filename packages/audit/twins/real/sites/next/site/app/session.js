import { jwtVerify, SignJWT } from 'jose'

const key = () => new TextEncoder().encode(process.env.TWIN_SECRET)

/** The session of the framework's guide to authentication: a signed token in a cookie. */
export function sealed(user) {
  return new SignJWT({ user })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('8h')
    .sign(key())
}

export async function userOf(token) {
  try {
    const { payload } = await jwtVerify(token ?? '', key(), { algorithms: ['HS256'] })
    return payload.user ?? null
  } catch {
    return null
  }
}
