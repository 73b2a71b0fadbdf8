import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Block, blocksOf, exampleOf, isBuiltElsewhere, missingImports } from './blocks.ts'

const fenced = (language: string, code: string) => `text\n\n\`\`\`${language}\n${code}\`\`\`\n\nmore\n`
const block = (name: string, ...lines: string[]): Block => ({
  guide: 'next',
  name,
  code: `// ${name}\n${lines.join('\n')}\n`,
})

test('a block is a file, named in its first line; other languages are none', () => {
  const text = [
    fenced('ts', '// app/page.ts: as it is\n1\n'),
    fenced('sh', 'npm install\n'),
    fenced('svelte', '<!-- src/+page.svelte -->\n<p>\n'),
    fenced('astro', '---\n// src/pages/index.astro\n---\n'),
  ].join('')
  assert.deepEqual(
    blocksOf('x', text).map(({ name }) => name),
    ['app/page.ts', 'src/+page.svelte', 'src/pages/index.astro'],
  )
})

test('a block in a list is without what indents it', () => {
  const text = '1. Write\n\n   ```ts\n   // a.ts\n   if (1) {\n     2\n   }\n   ```\n'
  assert.deepEqual(blocksOf('x', text), [{ guide: 'x', name: 'a.ts', code: '// a.ts\nif (1) {\n  2\n}\n' }])
})

test('a block that names no file is refused', () => {
  assert.throws(() => blocksOf('x', fenced('ts', 'const a = 1\n')), /no comment with a file's name/)
  assert.throws(() => blocksOf('x', fenced('ts', '// sessions for all\n')), /no comment with a file's name/)
})

test('a block is a file of an example by its path and every letter, with or without its name', () => {
  const shown = block('app/page.ts', 'const a = 1')
  const isIn = (path: string, text: string) => exampleOf(shown, new Map([[path, text]])) !== undefined
  assert.ok(isIn('frameworks/next/app/page.ts', 'const a = 1'))
  assert.ok(isIn('frameworks/next/app/page.ts', '// app/page.ts\nconst a = 1'))
  assert.ok(!isIn('frameworks/next/app/page.ts', 'const a = 2'))
  assert.ok(!isIn('frameworks/next/page.ts', 'const a = 1'))
  assert.ok(!isIn('frameworks/next/my-app/page.ts', 'const a = 1'))
})

test('what cannot be compiled here is said: packages that are not installed, files that the guide does not show', () => {
  const session = block('lib/session.ts', "import { createSessions } from 'latchkey'")
  const page = block(
    'app/page.ts',
    "import { readFile } from 'node:fs/promises'",
    'import {',
    '  a,',
    "} from '@/lib/a'",
    "import type { NextConfig } from 'next'",
    "import { session } from '../lib/session.ts'",
    "import './styles.css'",
    "export * from './other.ts'",
    "const text = 'import x from nothing'",
  )
  assert.deepEqual(missingImports(page, [session, page]), ['@/lib/a', 'next', './styles.css', './other.ts'])
  assert.deepEqual(missingImports(session, [session, page]), [])
  assert.deepEqual(
    missingImports({ ...page, guide: 'nuxt' }, [session, page]).includes('../lib/session.ts'),
    true,
  )
})

test('a guide is built elsewhere where its own framework’s folder reads it', () => {
  const isBuilt = (path: string, text: string) => isBuiltElsewhere('next', new Map([[path, text]]))
  assert.ok(isBuilt('frameworks/next/guide.test.ts', "readFile('../docs/guides/next.md')"))
  assert.ok(!isBuilt('frameworks/nuxt/guide.test.ts', "readFile('../docs/guides/next.md')"))
  assert.ok(!isBuilt('frameworks/next/guide.test.ts', "readFile('../docs/guides/nuxt.md')"))
})
