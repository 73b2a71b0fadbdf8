import { hostOf, isLoopback } from '../network/host.ts'
import { AGENT } from '../network/request.ts'
import { Client } from '../network/wire/client.ts'
import { AuditError } from '../options/errors.ts'
import type { Expectations } from '../options/expectations.ts'
import { readUrl } from '../options/url.ts'

export interface ReadPolicyOptions {
  /** What the application wants as `Authorization: Bearer`. */
  readonly token?: string
  /** Under which of its policies the account signs in. Default 'default'. */
  readonly name?: string
  /** Accept a certificate that does not verify. */
  readonly insecure?: boolean
  /** Milliseconds. Default 10000. */
  readonly timeout?: number
}

/**
 * Reads what an application declares of its sessions (`latchkey-policy/1`), from the address at which it serves that or
 * from a file.
 * @throws AuditError `usage` for what is no such policy, `unreachable` where it is not to be had
 */
export async function readPolicy(where: string, options: ReadPolicyOptions = {}): Promise<Expectations> {
  // The validator is loaded only where there is something to validate.
  const [{ policySchema }, { expectationsOf }, { parseChecked, readChecked }] = await Promise.all([
    import('./policy-schema.ts'),
    import('./policy.ts'),
    import('./read-checked.ts'),
  ])
  const policy = /^https?:\/\//i.test(where)
    ? parseChecked(await download(readUrl(where, '--policy'), options), policySchema, where)
    : await readChecked(where, policySchema, 'which --policy names')
  return expectationsOf(policy, options.name)
}

/**
 * Reads the same from its text.
 * @throws AuditError `usage` for what is no such policy; it never repeats what is written there
 */
export async function parsePolicy(text: string, name?: string): Promise<Expectations> {
  const [{ policySchema }, { expectationsOf }, { parseChecked }] = await Promise.all([
    import('./policy-schema.ts'),
    import('./policy.ts'),
    import('./read-checked.ts'),
  ])
  return expectationsOf(parseChecked(text, policySchema, 'the declared policy'), name)
}

async function download(
  url: URL,
  { token, insecure = false, timeout = 10_000 }: ReadPolicyOptions,
): Promise<string> {
  if (token !== undefined && url.protocol === 'http:' && !isLoopback(hostOf(url))) {
    throw new AuditError(
      'usage',
      'the policy token does not go over plain http: give --policy an https address',
    )
  }
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new AuditError('usage', 'the policy token must be one word of printable characters')
  }
  const client = new Client({ url: url.href, insecure })
  try {
    const { status, bytes } = await client.request({
      url,
      method: 'GET',
      headers: [
        ['Host', url.host],
        ['User-Agent', AGENT],
        ['Accept', 'application/json'],
        ...(token === undefined ? [] : [['Authorization', `Bearer ${token}`] as const]),
      ],
      body: null,
      signal: AbortSignal.timeout(timeout),
    })
    if (status === 200) return bytes.toString('utf8')
    const advice = status === 401 ? `: ${token === undefined ? 'give' : 'look at'} --policy-token` : ''
    throw new AuditError(
      'unreachable',
      `the policy is not to be had: ${url.origin} answered ${status}${advice}`,
    )
  } catch (error) {
    if (error instanceof AuditError) throw error
    const { name, code, message } = error as { name?: string; code?: string; message?: string }
    const detail = name === 'TimeoutError' ? `no answer within ${timeout} ms` : (code ?? message)
    throw new AuditError('unreachable', `the policy is not to be had from ${url.origin}: ${detail}`)
  } finally {
    client.close()
  }
}
