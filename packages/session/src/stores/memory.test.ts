import { test } from 'node:test'
import { storeLaws } from '../testing/index.ts'
import { memoryStore } from './memory.ts'

for (const law of storeLaws(() => memoryStore())) test(law.name, law.run)
