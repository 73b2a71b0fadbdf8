import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { EvidenceFile } from '../src/evidence/evidence.ts'
import { gather } from '../src/gathering/gather.ts'
import type { AuditOptions } from '../src/options/options.ts'
import { noWait } from './audit-site.ts'
import { type PasswordChoices, type PasswordSite, passwordSite } from './password-site.ts'
import { type Routes, serve } from './serve.ts'
import { USER } from './session-site.ts'

/** A site and a way to audit it with `changePassword`. */
export interface Tried {
  readonly site: PasswordSite
  readonly seen: readonly string[]
  /** Where the recovery file is, while there is one. */
  readonly folder: string
  readonly run: (more?: Partial<AuditOptions>) => Promise<EvidenceFile>
}

export async function startPasswordSite(
  t: TestContext,
  choices: PasswordChoices,
  wrap = (routes: Routes) => routes,
): Promise<Tried> {
  const site = passwordSite(choices)
  const { url, seen } = await serve(t, wrap(site.routes))
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const recoveryFile = join(folder, 'recovery')
  const run = (more: Partial<AuditOptions> = {}) =>
    gather({ url, ...USER, changePassword: true, recoveryFile, ...more }, noWait)
  return { site, seen, folder, run }
}
