-- Ends a pause.
if obj.status == nil or obj.status.run == nil then
  error("no run is going on")
end
obj.metadata.annotations = obj.metadata.annotations or {}
obj.metadata.annotations["interleaver.dev/resume"] = obj.status.run.id
obj.metadata.annotations["interleaver.dev/pause"] = nil -- taken already, and in the way of the next one
return obj
