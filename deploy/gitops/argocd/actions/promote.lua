-- Gives mode Manual its word, or says that votes which look invented are real.
if obj.status == nil or obj.status.run == nil then
  error("no run is going on")
end
obj.metadata.annotations = obj.metadata.annotations or {}
obj.metadata.annotations["interleaver.dev/promote"] = obj.status.run.id
return obj
