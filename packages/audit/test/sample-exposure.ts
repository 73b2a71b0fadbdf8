import type { Evidence } from '../src/evidence/evidence.ts'

type Exposure = Pick<Evidence, 'idExposed' | 'sharedCache' | 'downgrade' | 'framing' | 'referrer'>

/** A session that is seen nowhere but in its cookie. */
export const soundExposure: Exposure = {
  idExposed: {
    status: 'gathered',
    value: { seen: [], answersSearched: 12, searched: ['__Host-session'], unsearched: [] },
  },
  sharedCache: {
    status: 'gathered',
    value: { giving: [], looked: 12, fileAsked: true, loginKeepsIds: false },
  },
  downgrade: {
    status: 'gathered',
    value: { plainHttp: 'redirects-to-https', sent: [], replay: null, set: [], controls: [] },
  },
  framing: {
    status: 'gathered',
    value: {
      pages: [
        {
          url: 'https://app.example.com/me',
          exchange: 5,
          xFrameOptions: null,
          csp: "default-src 'self'; frame-ancestors 'none'",
        },
      ],
    },
  },
  referrer: { status: 'gathered', value: { pages: [], pagesSearched: 4 } },
}
