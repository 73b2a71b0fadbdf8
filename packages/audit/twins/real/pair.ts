import type { AuditOptions } from '../../src/options/options.ts'

/** A published version, beside the one in which its fault was mended. */
export interface Pair {
  readonly package: string
  readonly cve: string
  /** What the CVE says, in words. */
  readonly fault: string
  /** What somebody outside can see of it. */
  readonly seen: string
  /** The folder in `sites/` that has the application, and a folder with a lock for each version. */
  readonly site: string
  /** Another folder in `sites/` whose application this one completes. */
  readonly completes?: string
  readonly vulnerable: Form
  readonly mended: Form
  /** The check that is to fail on the one, and not on the other. */
  readonly check: string
  /** Why it is not found, where it is known not to be. */
  readonly notFound?: string
  /** Why it may be found in one run and not in another. */
  readonly byChance?: string
  /** What runs beside the site. */
  readonly needs?: { readonly redis?: boolean; readonly provider?: boolean }
  /** How the site is started, where it is more than `node site.mjs`. */
  readonly program?: ProgramName
  /** What a user would tell the auditor, apart from the address. */
  options(url: string, beside: Beside): Partial<AuditOptions>
}

export type ProgramName = 'node' | 'next' | 'deno'

export interface Form {
  readonly version: string
  /** The mended version cannot be had: the same one, with a mend of ours that the site reads from `TWIN_FORM`. */
  readonly isOurs?: boolean
}

/** Addresses of what runs beside a site. */
export interface Beside {
  readonly redis?: string
  readonly provider?: string
}

export const nameOf = ({ version, isOurs }: Form): string => (isOurs ? `${version}, mended by us` : version)
