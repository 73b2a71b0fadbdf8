import type { Client } from './client.ts'

/** Starts an audit; its path, such as /audits/x. */
export async function startAudit(client: Client, form: Readonly<Record<string, string>>): Promise<string> {
  const { status, location, body } = await client.post('/audits', { permission: 'yes', ...form })
  if (status !== 303) throw new Error(`the audit was not started: ${problemsIn(body)}`)
  return location
}

/** Follows an audit to its end, as the page's script does; the page it ends on. */
export async function finished(client: Client, path: string): Promise<string> {
  const response = await client.stream(`${path}/events`, AbortSignal.timeout(60_000))
  await response.text()
  return (await client.get(path)).body
}

export function problemsIn(body: string): string {
  const found = body.matchAll(/<(?:p class="problem"|div class="notice bad")[^>]*>([^<]*)</g)
  return [...found].map(([, text]) => text).join(' ')
}
