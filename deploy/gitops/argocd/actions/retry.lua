-- Tries the same candidate again, from a zero tally.
if obj.status == nil or obj.status.decision == nil then
  error("no run has ended")
end
obj.metadata.annotations = obj.metadata.annotations or {}
obj.metadata.annotations["interleaver.dev/retry"] = obj.status.decision.runId
return obj
