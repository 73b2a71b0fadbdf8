import { test } from 'node:test'
import { cached } from '../stores/cached/cached.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { sqliteStore } from '../stores/sqlite/sqlite.ts'
import { tokenLaws } from './index.ts'

for (const law of tokenLaws(() => memoryStore())) test(law.name, law.run)
for (const law of tokenLaws(() => sqliteStore(':memory:'))) test(`${law.name}, in SQLite`, law.run)
for (const law of tokenLaws(() => cached(memoryStore(), { maxStale: '1h' })))
  test(`${law.name}, cached`, law.run)
