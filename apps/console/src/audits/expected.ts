import { AuditError, type AuditOptions, type Expectations, parsePolicy } from '@latchkey/audit'
import { z } from 'zod'
import { text } from './text.ts'

/** What the site's own policy says of its sessions, as the form has it. */
export const expectedForm = {
  policy: text(64_000),
  policyFile: text(64_000),
  policyName: text(200).transform((value) => value.trim()),
  sameSite: z.enum(['', 'Strict', 'Lax', 'None']).default(''),
  cookiePrefix: z.enum(['', '__Host-', '__Secure-']).default(''),
  concurrentSessions: text(10).transform((value) => value.trim()),
  idleTimeout: text(20).transform((value) => value.trim()),
  absoluteTimeout: text(20).transform((value) => value.trim()),
}

export type ExpectedForm = z.infer<z.ZodObject<typeof expectedForm>>
type Expected = Pick<AuditOptions, 'expect' | 'idleTimeout' | 'absoluteTimeout'>

/** The longest timeouts, in seconds, that an audit of so many can wait for and do the rest beside. */
export function longestTimes(auditSeconds: number): { readonly idle: number; readonly absolute: number } {
  return { idle: Math.floor(auditSeconds / 4), absolute: Math.floor(auditSeconds / 3) }
}

/**
 * What a declared policy says, or null when none was given.
 * @throws AuditError `usage` for what is none; never repeats what was given
 */
export async function declaredIn(form: ExpectedForm): Promise<Expectations | null> {
  const declared = [form.policy, form.policyFile].find((each) => each.trim() !== '')
  return declared === undefined ? null : parsePolicy(declared, form.policyName || undefined)
}

/** The policy that the form holds; what cannot be used is said in `problems`. */
export async function readDeclared(
  form: ExpectedForm,
  problems: Record<string, string>,
): Promise<Expectations> {
  try {
    return (await declaredIn(form)) ?? {}
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    const at = form.policy.trim() === '' ? 'policyFile' : 'policy'
    problems[/has no policies\./.test(error.message) ? 'policyName' : at] = `${sentence(error.message)}.`
    return {}
  }
}

/** The auditor's options for what is expected; a field of the form wins over the declared policy. */
export function readExpected(
  form: ExpectedForm,
  { declared, auditSeconds }: { declared: Expectations; auditSeconds: number },
  problems: Record<string, string>,
): Expected {
  const most = longestTimes(auditSeconds)
  const idleTimeout = readTime(form.idleTimeout, 'idleTimeout', most.idle, problems)
  const absoluteTimeout = readTime(form.absoluteTimeout, 'absoluteTimeout', most.absolute, problems)
  if (idleTimeout && absoluteTimeout && absoluteTimeout < idleTimeout)
    problems.absoluteTimeout = 'This is shorter than the time without use, which then says nothing.'
  const count = form.concurrentSessions === '' ? null : Number(form.concurrentSessions)
  if (count !== null && !(Number.isInteger(count) && count >= 1 && count <= 10))
    problems.concurrentSessions = 'Write a whole number from 1 to 10.'
  const expect: Expectations = {
    ...declared,
    ...(form.sameSite !== '' && { sameSite: form.sameSite }),
    ...(form.cookiePrefix !== '' && { cookiePrefix: form.cookiePrefix }),
    ...(count !== null && { concurrentSessions: count }),
  }
  return {
    ...(Object.keys(expect).length > 0 && { expect }),
    ...(idleTimeout !== null && { idleTimeout }),
    ...(absoluteTimeout !== null && { absoluteTimeout }),
  }
}

function readTime(
  typed: string,
  name: 'idleTimeout' | 'absoluteTimeout',
  most: number,
  problems: Record<string, string>,
): number | null {
  if (typed === '') return null
  const [, count, unit] = /^(\d{1,6})\s*(s|m|h|d)$/.exec(typed) ?? []
  const seconds = Number(count) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as 's']
  if (seconds >= 10 && seconds <= most) return seconds
  problems[name] =
    seconds > most
      ? `An audit here ends too soon to see that: up to ${most}s can be waited for. For longer times there is the command, latchkey-audit, with --resume.`
      : `Write a time with its unit from 10s to ${most}s, such as 20s.`
  return null
}

/** Begins with a capital letter; several lines become one. */
function sentence(message: string): string {
  return (message.charAt(0).toUpperCase() + message.slice(1)).replace(/\s*\n\s*/g, '; ')
}
