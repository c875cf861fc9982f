{{/* Labels by which the operator's objects choose each other. They never change, for a Deployment's selector may not. */}}
{{- define "interleaver.selector" -}}
app.kubernetes.io/name: interleaver
app.kubernetes.io/component: operator
{{- end }}

{{/* Labels of everything that is installed. */}}
{{- define "interleaver.labels" -}}
app.kubernetes.io/name: interleaver
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "interleaver.operator.labels" -}}
{{ include "interleaver.labels" . }}
app.kubernetes.io/component: operator
{{- end }}

{{/* An image of the project, from (dict "root" $ "program" "operator" "digest" ...). */}}
{{- define "interleaver.image" -}}
{{- $images := .root.Values.images -}}
{{- $name := printf "%sinterleaver-%s" $images.prefix .program -}}
{{- if .digest }}{{ $name }}@{{ .digest }}{{ else }}{{ $name }}:{{ $images.tag | default .root.Chart.AppVersion }}{{ end -}}
{{- end }}
