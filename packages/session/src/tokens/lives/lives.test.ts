import { test } from 'node:test'
import { memoryStore } from '../../stores/memory/memory.ts'
import { sqliteStore } from '../../stores/sqlite/sqlite.ts'
import { livesOn } from './life.test-helper.ts'

test('memory: no token outlives its session by more than the bound of its guard', () =>
  livesOn(async () => memoryStore(), 120))

test('sqlite: no token outlives its session by more than the bound of its guard', () =>
  livesOn(async () => sqliteStore(':memory:'), 60))
