-- Takes commands away: what was obeyed stays, and each may be given anew.
for _, verb in ipairs({"promote", "abort", "pause", "resume", "retry", "revert"}) do
  if obj.metadata.annotations ~= nil then
    obj.metadata.annotations["interleaver.dev/" .. verb] = nil
  end
end
return obj
