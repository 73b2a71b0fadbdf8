import { test } from 'node:test'
import { storeLaws } from '../testing/index.ts'
import { sqliteStore } from './sqlite.ts'

for (const law of storeLaws(() => sqliteStore(':memory:'))) test(law.name, law.run)
