import type { OracleEvidence } from '../../evidence/evidence.ts'
import type { Http } from '../../network/http.ts'
import { discriminate } from './discriminate.ts'
import type { Features } from './features.ts'
import { type Known, makeOracle, type Oracle } from './observe.ts'

/** What an oracle knows, as plain JSON. It holds words of the user's pages. */
export type KeptOracle = ReturnType<typeof keepOracle>

export function keepOracle({ known: { looks, entry, page, ...samples } }: Oracle) {
  const plain = (all: readonly Features[]) => all.map((each) => ({ ...each, marks: [...each.marks] }))
  return {
    looks: { ...looks, form: { ...looks.form, action: looks.form.action.href } },
    entry: entry.href,
    page: { ...page, url: page.url.href },
    signedIn: plain(samples.signedIn),
    anonymous: plain(samples.anonymous),
    refused: plain(samples.refused),
  }
}

/** The oracle again; null where what was kept makes none. */
export function restoreOracle(http: Http, kept: KeptOracle, evidence: OracleEvidence): Oracle | null {
  const alive = (all: KeptOracle['signedIn']) => all.map((each) => ({ ...each, marks: new Set(each.marks) }))
  const { form } = kept.looks
  const known: Known = {
    looks: { ...kept.looks, form: { ...form, action: new URL(form.action) } },
    entry: new URL(kept.entry),
    page: { ...kept.page, url: new URL(kept.page.url) },
    signedIn: alive(kept.signedIn),
    anonymous: alive(kept.anonymous),
    refused: alive(kept.refused),
  }
  const rule = discriminate(known.signedIn, known.anonymous, known.refused)
  return rule && makeOracle(http, known, rule, evidence, null)
}
