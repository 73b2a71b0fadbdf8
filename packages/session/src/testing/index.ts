export {
  type AdapterHandler,
  type AdapterUnderTest,
  adapterLaws,
  type ServedAdapter,
} from './adapter-laws.ts'
export { type TestBrowser, testBrowser, type Visit } from './browser.ts'
export { type FakeClock, fakeClock } from './clock.ts'
export type { Law, MakeStore } from './law.ts'
export { type StoreLawsOptions, storeLaws } from './store-laws.ts'
