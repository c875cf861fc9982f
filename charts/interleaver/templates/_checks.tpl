{{/* What no schema can say: values that contradict each other. */}}
{{- define "interleaver.check" -}}
{{- $values := .Values -}}
{{- if and $values.valkey.enabled (not $values.valkey.sharedWith) -}}
  {{- fail "valkey.enabled: nobody may use the store while valkey.sharedWith is empty; name the namespaces of experiments, or [\"*\"]" -}}
{{- end -}}
{{- if and $values.valkey.enabled (ne $values.store.existingSecret "interleaver-store") -}}
  {{- fail "valkey.enabled makes the Secret interleaver-store, and store.existingSecret names another one: leave one of them out" -}}
{{- end -}}
{{- if and $values.rbac.secretsIn $values.namespaces -}}
  {{- range $values.rbac.secretsIn -}}
    {{- if not (has . $values.namespaces) -}}
      {{- fail (printf "rbac.secretsIn: %s is none of the namespaces that are looked after (namespaces: %s)" . (join ", " $values.namespaces)) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- if and $values.whoMayPromote.enabled $values.namespaces -}}
  {{- fail "whoMayPromote.enabled installs a policy for the whole cluster, and namespaces asks for rights in some: apply deploy/who-may-promote.yaml as an administrator instead" -}}
{{- end -}}
{{- if and $values.networkPolicy.closeAdminPortIn (not $values.networkPolicy.enabled) -}}
  {{- fail "networkPolicy.closeAdminPortIn does nothing without networkPolicy.enabled" -}}
{{- end -}}
{{- if and $values.networkPolicy.enabled $values.operator.prometheusAddresses (not $values.networkPolicy.egress) -}}
  {{- fail "networkPolicy.enabled keeps the operator from Prometheus: allow operator.prometheusAddresses in networkPolicy.egress" -}}
{{- end -}}
{{- end }}
