const DELIMITERS = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
/** Earlier years are read too: browsers remove such a cookie. */
const FIRST_YEAR = 1601

interface Found {
  time?: readonly [hour: number, minute: number, second: number]
  day?: number
  month?: number
  year?: number
}

/** Milliseconds since 1970 of what Expires says (RFC 6265bis, section 5.1.1), whatever its order; null for no date. */
export function parseCookieDate(text: string): number | null {
  const found: Found = {}
  for (const token of text.split(DELIMITERS)) take(found, token)
  const { time, day, month, year: written } = found
  if (time === undefined || day === undefined || month === undefined || written === undefined) return null
  const year = written >= 100 ? written : written + (written >= 70 ? 1900 : 2000)
  const [hour, minute, second] = time
  if (hour > 23 || minute > 59 || second > 59) return null
  if (year < FIRST_YEAR) return Date.UTC(FIRST_YEAR, 0, 1)
  const date = new Date(Date.UTC(year, month, day, hour, minute, second))
  return date.getUTCMonth() === month && date.getUTCDate() === day ? date.getTime() : null
}

/** A token is the first of these that is not there yet and that it can be. */
function take(found: Found, token: string): void {
  const time = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)/.exec(token)
  if (found.time === undefined && time) {
    found.time = [Number(time[1]), Number(time[2]), Number(time[3])]
    return
  }
  const day = /^(\d{1,2})(?!\d)/.exec(token)
  if (found.day === undefined && day) {
    found.day = Number(day[1])
    return
  }
  const month = MONTHS.indexOf(token.slice(0, 3).toLowerCase())
  if (found.month === undefined && month >= 0) {
    found.month = month
    return
  }
  // Of one digit too, as Chromium reads it.
  const year = /^(\d{1,4})(?!\d)/.exec(token)
  if (found.year === undefined && year) found.year = Number(year[1])
}
