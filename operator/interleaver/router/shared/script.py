"""The scripts of a shared store. One counts events and first coins and reads a run's totals, in one atomic step.

It runs in Redis or Valkey, on the keys of one run, which share a hash tag and so lie on one node of a cluster. What it
remembers is a set each for votes, conversions, units that converted in whichever arm, and coins; what it counts is one
hash with the epoch in it. An event that is sent twice finds its mark in the set, and counts once.

A replica that takes over may lack what its primary had acknowledged. So each router has a number here, which grows with
every turn that counted something of it: if the store's is smaller than the router's, the memory was set back. It stays
as it is, for nearly all of it is right, and the moment is noted with the totals.

A store that lost one of the keys (an eviction, a part of a restore) has no memory to go by: then, as when it lost all
of them, the run's memory begins anew under a greater epoch. A key of such a name that is of another kind is somebody
else's and left alone: the script's error names it, and nothing is counted until it is gone.
"""

from typing import Final

KEYS: Final = ("totals", "voted", "converted", "compared", "tossed", "routers")  # stores hold keys of these names
HEAD: Final = 11  # arguments before the rows
ROW: Final = 7  # arguments of an event or a coin: unit, mark, conversion, vote, place, overall, coin; empty = none
CONVERTED, VOTED, FIRST, TOSSED = 1, 2, 4, 8  # in a result: what was new

# What the script calls them: the place of each key among KEYS, and what each thing that is new adds to a result,
# and how many arguments belong together.
NAMES: Final = f"""
local {", ".join(KEYS)} = {", ".join(map(str, range(1, len(KEYS) + 1)))}
local new_conversion, new_vote, new_first, new_coin = {CONVERTED}, {VOTED}, {FIRST}, {TOSSED}
local head, row = {HEAD}, {ROW}
"""

# KEYS as above. ARGV: the run's name; 1 = begin a memory if there is none; 1 = read the totals; the latest epoch that
# is known; seconds of retention; the most units that vote, conversions, and units with a coin; the router, the latest
# of its turns that it was told of, and the latest setback, in unix milliseconds; then rows.
# Returns the epoch (0 = there is no memory), a result for each row, the totals if they are to be read, the latest of
# the router's turns that counted an event, and the latest setback (0 = none).
SCRIPT: Final = (
    NAMES
    + """
local run, begins, reads, known, seconds, most_voters, most_conversions, most_coins, router, told, seen =
  unpack(ARGV, 1, head)
local failure
local function ask(index, command, ...)
  local reply = redis.pcall(command, KEYS[index], ...)
  if type(reply) == 'table' and reply.err then
    failure = failure or redis.error_reply(reply.err .. ' ' .. KEYS[index])
    return 0
  end
  return tonumber(reply or 0)
end

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

known, told, seen = tonumber(known), tonumber(told), tonumber(seen)
local epoch = ask(totals, 'HGET', 'epoch')
local whole = epoch > 0 and epoch >= known
for index = voted, tossed do -- the sets
  local size = ask(totals, 'HGET', 'size' .. index)
  whole = size == ask(index, 'SCARD') and whole
end
local setback, turn = ask(totals, 'HGET', 'setback'), ask(routers, 'HGET', router)
if failure then return failure end
if not whole then
  if begins == '0' then return {'0', {}, {}, 0, '0'} end
  epoch, setback, turn = math.max(now(), known + 1, epoch + 1), 0, 0
  redis.call('DEL', unpack(KEYS))
  redis.call('HSET', KEYS[totals], 'epoch', string.format('%.0f', epoch), 'run', run)
elseif epoch == known and (turn < told or setback < seen) then
  if setback <= seen then -- no other router has noted it
    setback = math.max(now(), seen + 1)
    redis.call('HSET', KEYS[totals], 'setback', string.format('%.0f', setback))
  end
  turn = math.max(turn, told)
  redis.call('HSET', KEYS[routers], router, turn)
end

local function add(index, member, most)
  if redis.call('SISMEMBER', KEYS[index], member) == 1 or redis.call('SCARD', KEYS[index]) >= tonumber(most) then
    return false
  end
  redis.call('SADD', KEYS[index], member)
  redis.call('HINCRBY', KEYS[totals], 'size' .. index, 1)
  return true
end

local function count(field)
  redis.call('HINCRBY', KEYS[totals], field, 1)
end

local results, counts_event = {}, false
for at = head + 1, #ARGV, row do
  local unit, mark, conversion, vote, place, overall, coin = unpack(ARGV, at, at + row - 1)
  local result = 0
  if conversion ~= '' and add(converted, mark, most_conversions) then
    result = result + new_conversion
    count(conversion)
    if add(voted, unit, most_voters) then
      result = result + new_vote
      count(vote)
      count(place)
    end
  end
  if overall ~= '' and add(compared, unit, most_voters) then
    result = result + new_first
    count(overall)
  end
  counts_event = counts_event or result > 0
  if coin ~= '' and add(tossed, unit, most_coins) then
    result = result + new_coin
    count(coin)
  end
  results[#results + 1] = result
end
if counts_event then turn = redis.call('HINCRBY', KEYS[routers], router, 1) end
for index = totals, routers do -- all
  redis.call('EXPIRE', KEYS[index], seconds)
end
local found = reads == '1' and redis.call('HGETALL', KEYS[totals]) or {}
return {string.format('%.0f', epoch), results, found, turn, string.format('%.0f', setback)}
"""
)

# KEYS: that of a unit for each impression. ARGV: seconds to keep them, how many of a unit, then a token for each key.
# One command for all, for packing each one costs the router as much as the rest of a turn.
REMEMBER: Final = """
for index, key in ipairs(KEYS) do
  local reply = redis.pcall('LPUSH', key, ARGV[index + 2])
  if type(reply) == 'table' then return redis.error_reply(reply.err .. ' ' .. key) end
  redis.call('LTRIM', key, 0, ARGV[2] - 1)
  redis.call('EXPIRE', key, ARGV[1])
end
"""
