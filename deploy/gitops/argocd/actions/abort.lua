-- Ends the run: the champion stays.
if obj.status == nil or obj.status.run == nil then
  error("no run is going on")
end
obj.metadata.annotations = obj.metadata.annotations or {}
obj.metadata.annotations["interleaver.dev/abort"] = obj.status.run.id
return obj
