import { hash } from 'node:crypto'
import { SIGNED_FORMATS } from '../../evidence/session-id.ts'
import { carrierValues, type ProbeContext, replay } from '../context.ts'
import { describeValue } from '../value.ts'

const DIGESTS = ['md5', 'sha1', 'sha256', 'sha512'] as const

/**
 * Whether what stands behind the ID in a value of the form `<ID>.<signature>` has to be right, so that who tells the ID
 * has to tell that as well. The live session is sent with another one there, and then as it is.
 */
export async function isGuarded(context: ProbeContext, name: string): Promise<boolean> {
  const own = carrierValues(context, context.jar)
  const value = own.find((each) => each.name === name)?.value
  if (value === undefined || isOpenDigest(value)) return false
  if (!SIGNED_FORMATS.includes(describeValue(value).format)) return false
  const altered = own.map((each) => (each.name === name ? { ...each, value: withOtherEnd(value) } : each))
  if ((await replay(context, altered)).state !== 'anonymous') return false
  return (await replay(context, own)).state === 'signed-in'
}

/** The characters behind the last dot in another order: of the same kind and number. */
export function withOtherEnd(value: string): string {
  const { head, end, padding } = split(value)
  const turned = [...end].reverse().join('')
  const half = Math.ceil(end.length / 2)
  return head + (turned === end ? end.slice(half) + end.slice(0, half) : turned) + padding
}

/** Whoever has the ID can make this end: it needs no key. */
export function isOpenDigest(value: string): boolean {
  const { head, end } = split(value)
  const id = head.replace(/^s(?::|%3A)/i, '').slice(0, -1)
  return DIGESTS.some((digest) =>
    (['hex', 'base64', 'base64url'] as const).some((encoding) =>
      [end, end.toLowerCase()].includes(hash(digest, id, encoding).replace(/=+$/, '')),
    ),
  )
}

function split(value: string): { head: string; end: string; padding: string } {
  const [padding = ''] = /(?:=|%3D)*$/i.exec(value) ?? []
  const at = value.lastIndexOf('.') + 1
  return { head: value.slice(0, at), end: value.slice(at, value.length - padding.length), padding }
}
