-- Ranking requests of many units, written before the load begins; the result as JSON.

local requests = {}

function init(args)
  local header, body = args[1], args[2]
  wrk.method = "POST"
  wrk.body = body
  wrk.headers["Content-Type"] = "application/json"
  for unit = 1, 1000 do
    wrk.headers[header] = "unit-" .. unit
    requests[unit] = wrk.format()
  end
end

local next = 0

function request()
  next = next % #requests + 1
  return requests[next]
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "micros": %d, "status": %d, "broken": %d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
