/** The values of one signed-in session; with the user they are 295 bytes of JSON. */
export interface Payload {
  readonly name: string
  readonly email: string
  readonly roles: readonly string[]
  readonly cart: readonly { readonly sku: string; readonly count: number }[]
  readonly theme: string
  readonly locale: string
}

/** Values that differ from user to user, as real ones do, so that no two sessions share their text. */
export function payloadOf(user: string): Payload {
  return {
    name: `Ada Lovelace ${user}`,
    email: `${user}@mail.example.com`,
    roles: ['customer', 'reviewer', 'early-access'],
    cart: [
      { sku: `sku-${user}-teapot`, count: 2 },
      { sku: `sku-${user}-kettle`, count: 1 },
      { sku: `sku-${user}-saucers`, count: 6 },
    ],
    theme: 'dark',
    locale: 'en-GB',
  }
}

/** The user of a login's address: `/login?user=u-000001`. */
export function userOf(target: string): string {
  return new URLSearchParams(target.slice(target.indexOf('?'))).get('user') ?? 'u-000001'
}
