import { cache } from './families/cache.ts'
import { cluster } from './families/cluster.ts'
import { fullRedis } from './families/full-redis.ts'
import { fullSql } from './families/full-sql.ts'
import { fullSqlite } from './families/full-sqlite.ts'
import { killed } from './families/killed.ts'
import { lostWrite } from './families/lost-write.ts'
import { paused } from './families/paused.ts'
import { persistence } from './families/persistence.ts'
import { refused } from './families/refused.ts'
import { scripts } from './families/scripts.ts'
import { sentinel } from './families/sentinel.ts'
import { slots } from './families/slots.ts'
import { vanished } from './families/vanished.ts'
import type { Fault } from './fault.ts'

/** Every fault, in the order of the table. */
export const faults: readonly Fault[] = [
  ...killed,
  ...persistence,
  ...paused,
  ...vanished,
  ...refused,
  ...fullRedis,
  ...fullSql,
  ...fullSqlite,
  ...lostWrite,
  ...slots,
  ...scripts,
  ...sentinel,
  ...cluster,
  ...cache,
]
