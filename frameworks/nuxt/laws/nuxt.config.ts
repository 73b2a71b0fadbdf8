// One copy of latchkey in the process: the laws' own.
export default defineNuxtConfig({
  compatibilityDate: '2026-11-01',
  telemetry: false,
  ssr: false,
  nitro: { preset: 'node-listener', externals: { external: ['latchkey'], trace: false } },
})
