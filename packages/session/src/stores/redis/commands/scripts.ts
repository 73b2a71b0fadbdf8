import { createHash } from 'node:crypto'

/** A Lua script over exactly one key, so that it runs in a cluster too. */
export interface RedisScript {
  readonly text: string
  readonly sha: string
}

/**
 * Removes nothing, but is a write, with two effects. A replica refuses the script with READONLY: a primary that was
 * demoted while the client stayed connected would else say from its old data that a session is gone. And since Redis
 * looks at its memory limit only before a script's first write, what follows is done by a full server too.
 */
const writeNothing = "redis.call('HDEL', KEYS[1], '')"

function script(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/**
 * Writes a record, unless the sid exists: `1` written, `0` taken.
 * A client that sends a command again after a broken connection may find its own record: that is success.
 * ARGV: hash of the secret, milliseconds to live, names and values.
 */
export const createScript = script(`
local found = redis.call('HGET', KEYS[1], 'h')
if found then return found == ARGV[1] and '1' or '0' end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return '1'`)

/**
 * Merges a patch: `1` done, `-` gone or a guard does not hold.
 * `-milliseconds user` changes nothing, and asks to note the session in this user's index first, for that long.
 * ARGV: 1 guard hash ('=' first, or empty), 2 guard rev, 3 channel, 4 announcement (both empty for none),
 * 5 user the index has the session for ('+' first, or empty), 6 for how many milliseconds, 7 milliseconds to live,
 * 8 to 11 times (authenticated, seen, renewed, expires), 12 user after the patch ('=' as before, '-' none, or '+' first),
 * 13 new hash, 14 not empty: the record may grow, which a full server refuses; then four lists, each after its length:
 * names and values of fields, names of fields to remove, keys and values of the data, keys of the data to remove.
 */
export const updateScript = script(`
local key = KEYS[1]
local function refuse()
  ${writeNothing}
  return '-'
end
local record = redis.call('HMGET', key, 'h', 't', 'u')
if not record[1] then return refuse() end
if ARGV[1] ~= '' and ARGV[1] ~= '=' .. record[1] then
  if ARGV[13] ~= record[1] then return refuse() end
  redis.call('HSET', key, 'h', record[1])
  return '1'
end
local t = {}
for part in string.gmatch(record[2], '%S+') do t[#t + 1] = part end
if ARGV[2] ~= '' and ARGV[2] ~= t[6] then return refuse() end
local user = ARGV[12]
if user == '=' then user = record[3] and '+' .. record[3] or '-' end
if user ~= '-' and (ARGV[12] ~= '=' or ARGV[7] ~= '') then
  local life = ARGV[7] ~= '' and ARGV[7] or math.max(redis.call('PTTL', key), 0)
  if user ~= ARGV[5] or tonumber(life) > tonumber(ARGV[6]) then
    return '-' .. life .. ' ' .. string.sub(user, 2)
  end
end
if ARGV[14] == '' then ${writeNothing} end
if ARGV[3] ~= '' then redis.call('PUBLISH', ARGV[3], ARGV[4]) end
for i = 2, 5 do
  if ARGV[i + 6] ~= '' then t[i] = ARGV[i + 6] end
end
t[6] = string.format('%.0f', t[6] + 1)
redis.call('HSET', key, 't', table.concat(t, ' '))
local at = 15
local function take()
  local first, last = at + 1, at + ARGV[at]
  at = last + 1
  return first, last
end
local first, last = take()
if first <= last then redis.call('HSET', key, unpack(ARGV, first, last)) end
first, last = take()
if first <= last then redis.call('HDEL', key, unpack(ARGV, first, last)) end
local firstSet, lastSet = take()
local firstGone, lastGone = take()
if firstSet <= lastSet or firstGone <= lastGone then
  local data = cjson.decode(redis.call('HGET', key, 'd') or '{}')
  for i = firstSet, lastSet, 2 do data[ARGV[i]] = ARGV[i + 1] end
  for i = firstGone, lastGone do data[ARGV[i]] = nil end
  if next(data) then redis.call('HSET', key, 'd', cjson.encode(data)) else redis.call('HDEL', key, 'd') end
end
if ARGV[7] ~= '' then redis.call('PEXPIRE', key, ARGV[7]) end
return '1'`)

/**
 * Removes a record: `1` or, of a user, `+user`; `0` it was gone; `-` a guard does not hold.
 * ARGV: 1 guard hash ('=' first, or empty), 2 guard rev, 3 channel, 4 announcement (both empty for none),
 * 5 not empty: write something even when the record was gone, for a WAIT to wait for.
 */
export const deleteScript = script(`
${writeNothing}
local key = KEYS[1]
local record = redis.call('HMGET', key, 'h', 't', 'u')
if not record[1] then
  if ARGV[5] ~= '' then
    redis.call('SET', key, '', 'PX', 60000)
    redis.call('UNLINK', key)
  end
  return '0'
end
if ARGV[1] ~= '' and ARGV[1] ~= '=' .. record[1] then return '-' end
if ARGV[2] ~= '' and ARGV[2] ~= string.match(record[2], '%S+$') then return '-' end
redis.call('UNLINK', key)
if ARGV[3] ~= '' then redis.call('PUBLISH', ARGV[3], ARGV[4]) end
return record[3] and '+' .. record[3] or '1'`)

/**
 * Notes a session in a user's index until the server's clock has passed the record's life, and forgets those whose
 * time has passed. ARGV: sid, milliseconds, not empty: of a new record, which a full server refuses.
 */
export const indexScript = script(`
local key = KEYS[1]
if ARGV[3] == '' then redis.call('ZREM', key, '') end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZADD', key, 'GT', string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('(%.0f', now))
local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
redis.call('PEXPIREAT', key, string.format('%.0f', last[2]))
return '1'`)
