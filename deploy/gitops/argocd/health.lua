-- What Argo CD calls an experiment. Healthy: something serves, whatever a run comes to; a sync wave waits for nothing else.
-- Never Suspended, though a run be paused: a wave waits for what is Suspended, too.
local found = {}
if obj.status ~= nil then
  for _, condition in ipairs(obj.status.conditions or {}) do
    found[condition.type] = condition
  end
end

local function is(kind, status)
  return found[kind] ~= nil and found[kind].status == status
end

if obj.status == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return {status = "Progressing", message = "the operator has not seen it yet"}
end
if is("Stalled", "True") then
  return {status = "Degraded", message = found.Stalled.message}
end
if is("Reconciling", "True") then
  return {status = "Progressing", message = found.Reconciling.message}
end
if not is("Ready", "True") then
  return {status = "Progressing", message = found.Ready and found.Ready.message or "nothing is known of it yet"}
end

-- Healthy. What goes on, or came of it, is in the message alone.
local words = {found.Ready.message}
local run = obj.status.run
if run ~= nil and is("Concluded", "False") and found.Concluded.reason == "RunInProgress" then
  local paused = (run.paused or obj.spec.suspend) and ", paused" or ""
  table.insert(words, run.plan.candidate.revision .. " is on trial at " .. run.percent .. " %" .. paused .. ": " .. found.Concluded.message)
  for _, kind in ipairs({"CandidateReady", "VotesFlowing"}) do
    if is(kind, "False") then
      table.insert(words, found[kind].message)
    end
  end
elseif found.Concluded ~= nil and found.Concluded.reason ~= "NoRun" then
  table.insert(words, found.Concluded.message)
end
if is("PromotionRecorded", "False") then
  table.insert(words, "Git has still " .. obj.spec.champion.revision .. " as spec.champion: the condition PromotionRecorded has what to commit")
end
return {status = "Healthy", message = table.concat(words, "; ")}
