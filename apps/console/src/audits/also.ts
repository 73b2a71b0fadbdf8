import type { AuditOptions } from '@latchkey/audit'
import { z } from 'zod'
import { isRequest } from './named-request.ts'
import { text } from './text.ts'

/** What an audit tries or looks at only when it is told to, or told where, as the form has it. */
export const alsoForm = {
  logoutEverywhere: z.literal('yes').optional(),
  logoutEverywhereUrl: text(2000).transform((value) => value.trim()),
  logoutEverywhereRequest: text(10_000).transform((value) => value.trim()),
  streams: text(10_000),
  streamWait: text(10).transform((value) => value.trim()),
  idSamples: text(10).transform((value) => value.trim()),
}

export type AlsoForm = z.infer<z.ZodObject<typeof alsoForm>>
type Also = Pick<AuditOptions, keyof AlsoForm>

/** The most session IDs that leave an audit enough of its requests for the rest. */
export const mostSamples = 100

/** Seconds that a stream may be silent, before the sign-out and after it, in an audit of so many. */
export function longestSilence(auditSeconds: number): number {
  return Math.floor(auditSeconds / 8)
}

/** The auditor's options for it; what cannot be used is said in `problems`. */
export function readAlso(
  form: AlsoForm,
  { url, auditSeconds }: { url: URL; auditSeconds: number },
  problems: Record<string, string>,
): Also {
  const { logoutEverywhereUrl, logoutEverywhereRequest } = form
  const everywhere = URL.parse(logoutEverywhereUrl, url)
  if (logoutEverywhereUrl !== '' && everywhere?.origin !== url.origin)
    problems.logoutEverywhereUrl = `Write a page of ${url.origin}, such as ${url.origin}/logout-all.`
  if (logoutEverywhereRequest !== '' && !isRequest(logoutEverywhereRequest))
    problems.logoutEverywhereRequest = 'Write a method and a path, such as DELETE /sessions.'
  else if (logoutEverywhereRequest !== '' && logoutEverywhereUrl !== '')
    problems.logoutEverywhereRequest = 'Give a page or a request, not both.'
  const streams = form.streams.split(/\s+/).filter((each) => each !== '')
  if (streams.some((each) => URL.parse(each.replace(/^ws/i, 'http'), url)?.origin !== url.origin))
    problems.streams = 'Write addresses of this site, such as /events or wss://…, one on each line.'
  const most = longestSilence(auditSeconds)
  const streamWait = wholeNumber(form.streamWait, 1, most)
  if (streamWait === null) problems.streamWait = `Write a whole number from 1 to ${most}.`
  const idSamples = wholeNumber(form.idSamples, 8, mostSamples)
  if (idSamples === null) problems.idSamples = `Write a whole number from 8 to ${mostSamples}.`
  return {
    ...(form.logoutEverywhere === 'yes' && { logoutEverywhere: true }),
    ...(everywhere && logoutEverywhereUrl !== '' && { logoutEverywhereUrl: everywhere.href }),
    ...(logoutEverywhereRequest !== '' && { logoutEverywhereRequest }),
    ...(streams.length > 0 && { streams }),
    ...(streamWait && { streamWait }),
    ...(idSamples && { idSamples }),
  }
}

/** Undefined when nothing was typed, null for what is no such number. */
function wholeNumber(typed: string, least: number, most: number): number | null | undefined {
  if (typed === '') return undefined
  const number = /^\d{1,6}$/.test(typed) ? Number(typed) : Number.NaN
  return number >= least && number <= most ? number : null
}
