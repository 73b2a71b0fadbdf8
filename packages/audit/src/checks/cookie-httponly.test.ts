import { table } from '../../test/check-table.ts'
import { rowsOfAnyCookieCheck } from '../../test/cookie-rows.ts'
import { cookieHttpOnly } from './cookie-httponly.ts'

table(cookieHttpOnly, rowsOfAnyCookieCheck({ httpOnly: false }))
