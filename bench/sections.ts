import type { Section } from './section.ts'

/** Loaded as they are needed. */
export const sections: Readonly<Record<string, () => Promise<Section>>> = {
  frameworks: async () => (await import('./frameworks/section.ts')).frameworksSection,
  memory: async () => (await import('./frameworks/memory.ts')).memorySection,
  stores: async () => (await import('./stores/section.ts')).storesSection,
  jwt: async () => (await import('./stores/section.ts')).jwtSection,
  revocation: async () => (await import('./revocation/section.ts')).revocationSection,
  sizes: async () => (await import('./sizes/section.ts')).sizesSection,
  user: async () => (await import('./user/section.ts')).userSection,
  tokens: async () => (await import('./tokens/section.ts')).tokensSection,
  sweep: async () => (await import('./sweep/section.ts')).sweepSection,
  import: async () => (await import('./import/section.ts')).importSection,
  mcp: async () => (await import('./mcp/section.ts')).mcpSection,
}
