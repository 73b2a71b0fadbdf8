import { createHash } from 'node:crypto'
import type { Fingerprint } from '../../evidence/evidence.ts'
import { LEGACY, urlencoded } from '../text/charset.ts'

/** The first 8 hex digits of the value's SHA-256. */
export function fingerprint(value: string): Fingerprint {
  return createHash('sha256').update(value).digest('hex').slice(0, 8)
}

/** How a secret is shown: its name and fingerprint. */
export function placeholder(name: string, value: string): string {
  return `<${name}:${fingerprint(value)}>`
}

/**
 * Every secret that was seen, so that each string leaving the audit can be cleared of all of them.
 * Where a value's place is known (a Cookie header, a form field) it is replaced by construction and not
 * by this search, which is the second line: values too plain to tell from ordinary words are not searched.
 */
export class Secrets {
  readonly #names = new Map<string, string>()
  readonly #credentials = new Map<string, string>()
  #ordered: readonly (readonly [string, string])[] | null = null

  /**
   * What the user typed. It is hidden wherever a URL holds it, however plain it is, and shown without a
   * fingerprint: a hash of a password is a way to guess it.
   */
  addCredential(name: string, value: string): void {
    if (value === '') return
    for (const form of [value, ...oldForms(value)]) {
      this.#credentials.set(form, `<${name}>`)
      this.#names.set(form, `<${name}>`)
    }
    this.#ordered = null
  }

  /** How one value is shown where its name is known. */
  show(name: string, value: string): string {
    return this.#credentials.get(value) ?? placeholder(name, value)
  }

  /** What the user typed, as it is shown; undefined for anything else. */
  typed(value: string): string | undefined {
    return this.#credentials.get(value)
  }

  add(name: string, value: string): void {
    if (!this.#names.has(value) && value !== '') {
      this.#names.set(value, placeholder(name, value))
      this.#ordered = null
    }
  }

  /** Clears free text. */
  redact(text: string): string {
    let clean = text
    for (const [secret, shown] of this.#searched()) {
      if (clean.includes(secret)) clean = clean.replaceAll(secret, shown)
    }
    return clean
  }

  /** Clears a URL: known secrets, and query or path parameters whose value looks like a token. */
  redactUrl(href: string): string {
    const [beforeHash = ''] = href.split('#')
    const clean = beforeHash.replace(/([?&;])([^=&;?/]+)=([^&;?/]*)/g, (whole, mark, name, value) => {
      const plain = decode(value)
      const forms = [plain, decode(value.replaceAll('+', ' ')), value]
      const typed = forms.map((form) => this.#credentials.get(form)).find((shown) => shown !== undefined)
      const known = typed ?? this.#known(plain) ?? this.#known(value)
      if (known !== undefined) return `${mark}${name}=${known}`
      return looksRandom(plain) ? `${mark}${name}=${placeholder(name, plain)}` : whole
    })
    return this.redact(clean)
  }

  /** Clears every string inside plain data. */
  redactDeep<T>(data: T): T {
    if (typeof data === 'string') return this.redact(data) as T
    if (Array.isArray(data)) return data.map((item) => this.redactDeep(item)) as T
    if (data === null || typeof data !== 'object') return data
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, this.redactDeep(value)])) as T
  }

  #known(value: string): string | undefined {
    return isSearchable(value) ? this.#names.get(value) : undefined
  }

  #searched(): readonly (readonly [string, string])[] {
    if (this.#ordered === null) {
      const forms = new Map<string, string>()
      for (const [value, shown] of this.#names) {
        for (const form of [value, decode(value), encodeURIComponent(value)]) {
          if (isSearchable(form)) forms.set(form, shown)
        }
      }
      this.#ordered = [...forms].sort((a, b) => b[0].length - a[0].length)
    }
    return this.#ordered
  }
}

/** As forms of pages in older encodings write it into an address. */
function oldForms(value: string): string[] {
  return /^[\x20-\x7e]*$/.test(value)
    ? []
    : LEGACY.map((charset) => urlencoded([['', value]], charset).slice(1))
}

/** Percent-decoding that leaves what is malformed as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Plain words and paths are not searched for: a cookie `next=/dashboard` would blot out every URL. */
function isSearchable(value: string): boolean {
  if (value.length < 6 || /^([/]|%2f|https?:)/i.test(value)) return false
  return value.length >= 20 || /\d/.test(value) ? !/^\d{1,9}$/.test(value) : !/^[a-z_. -]+$/i.test(value)
}

export function looksRandom(value: string): boolean {
  return value.length >= 16 && /\d/.test(value) && /[a-z]/i.test(value) && !/[\s/]/.test(value)
}
