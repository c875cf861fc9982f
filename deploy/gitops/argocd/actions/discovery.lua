-- Which commands mean something now. An action that is disabled cannot be chosen.
local status = obj.status or {}
local run, decision = status.run, status.decision
local stage = run and run.stage

local suspicious = false
for _, condition in ipairs(status.conditions or {}) do
  suspicious = suspicious or condition.reason == "VotesSuspicious"
end
local given = false
for _, verb in ipairs({"promote", "abort", "pause", "resume", "retry", "revert"}) do
  given = given or (obj.metadata.annotations or {})["interleaver.dev/" .. verb] ~= nil
end

local counting = stage == "Preparing" or stage == "Running"
local awaited = counting and run.plan.promotion.mode == "Manual" and not run.confirmed
local concluded = status.concluded and obj.spec.candidate and status.concluded.candidate == obj.spec.candidate.revision
local retriable = run == nil and decision ~= nil and decision.verdict ~= "Promote" and concluded

local function action(name, possible)
  return {displayName = name, disabled = not possible}
end

return {
  promote = action("Promote", awaited or (counting and suspicious)),
  abort = action("Abort the run", counting or stage == "Promoting"),
  pause = action("Pause the run", counting and not run.paused),
  resume = action("Resume the run", counting and run.paused),
  retry = action("Retry the candidate", retriable),
  revert = action("Revert the promotion", stage == "Settling"),
  withdraw = action("Withdraw commands", given),
}
