-- A quota's sliding window for all who share it: what `OwnWindow` in quota.py does, as one move
-- of a Redis server, by its clock. The whole window is one value under one key.
--   KEYS[1] the window
--   ARGV    what to do · ticket · units · limit · window, held and forgotten in ms ·
--           the window's birth as the caller knows it · wait in ms · the constants of quota.py
-- Returned are units held, ms to wait, the most units of one request, and the window's birth.
local what, ticket, units, limit = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local window, held_for, forgotten = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local known, wait = ARGV[8], tonumber(ARGV[9])
local backed_off, recovered, smallest = tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local raw = redis.call('GET', KEYS[1])
local state = raw and cjson.decode(raw)
  or { born = time[1] .. '.' .. time[2], share = 1, closed = 0, step = 0, held = {}, waiting = {} }
if known ~= '' and known ~= state.born then
  -- The server has lost what was taken: until that has surely passed, nothing more is.
  state.closed = math.max(state.closed, now + window)
end

while state.share < 1 and now - state.step >= window do
  state.share = math.min(1, state.share + recovered)
  state.step = state.step + window
end

local held, waiting, mine = {}, {}, nil
for _, each in ipairs(state.held) do
  if each[1] == ticket then mine = each end
  if each[3] > now and each[2] > 0 then held[#held + 1] = each end
end
local queued
for _, each in ipairs(state.waiting) do
  if each[1] == ticket then queued = each end
  if each[1] == ticket or each[3] > now - forgotten then waiting[#waiting + 1] = each end
end
state.held, state.waiting = held, waiting

local function drop(list)
  for place, each in ipairs(list) do
    if each[1] == ticket then return table.remove(list, place) end
  end
end

local function largest() return math.max(1, math.floor(limit * state.share + 1e-9)) end

local function least(wanted) return math.min(wanted, math.max(1, math.floor(limit * smallest))) end

-- Return the units that are taken now, and how long to wait for them.
local function take()
  local wanted = math.min(units, largest())
  if queued then
    queued[2], queued[3] = wanted, now
  else
    waiting[#waiting + 1] = { ticket, wanted, now }
  end
  if now < state.closed then return 0, state.closed - now end
  local free, ahead, missing = largest(), 0, 0
  for _, each in ipairs(held) do free = free - each[2] end
  for _, each in ipairs(waiting) do
    missing = missing + least(each[2])
    if each[1] == ticket then break end
    ahead = ahead + each[2]
  end
  missing = missing - free
  if free < wanted + ahead then
    -- Whose turn it is takes what there is: units that nobody takes are lost.
    wanted = ahead == 0 and free >= least(wanted) and free or 0
  end
  if wanted > 0 then
    drop(waiting)
    held[#held + 1] = { ticket, wanted, now + held_for + window }
    return wanted, 0
  end
  table.sort(held, function(one, other) return one[3] < other[3] end)
  local left = 0
  for _, each in ipairs(held) do
    if missing <= 0 then break end
    missing = missing - each[2]
    left = each[3] - now
  end
  return 0, left
end

local taken, left = 0, 0
if what == 'take' then
  if mine then
    taken = mine[2]
  else
    taken, left = take()
  end
elseif what == 'use' then
  if mine then mine[2] = units end
elseif what == 'end' then
  drop(waiting)
  drop(held)
  if units > 0 then held[#held + 1] = { ticket, units, now + window } end
elseif what == 'refuse' then
  if now >= state.closed then -- several requests on their way are one refusal
    state.share = math.max(state.share * backed_off, 1 / limit)
  end
  state.closed = math.max(state.closed, now + wait)
  state.step = state.closed
end

redis.call('SET', KEYS[1], cjson.encode(state), 'PX', held_for + 12 * window + wait)
return { taken, left, largest(), state.born }
