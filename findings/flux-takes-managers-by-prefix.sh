#!/usr/bin/env bash
# github.com/fluxcd/pkg/ssa 0.76.2 (kustomize-controller 1.9.5): a field manager that only begins with a name is matched.
#
# Before it applies, Flux takes over what `kubectl` has set, so that what somebody did by hand is undone. It names that
# manager "kubectl", and compares by prefix unless `ExactMatch` is asked for, which the controller does not. So the
# fields of a kubectl plugin that names its own manager after its program, kubectl-PLUGIN, are taken over as well, and
# go at the next apply; those of a manager that has kubectl elsewhere in its name stay. Who sets annotations on objects
# that Flux applies had better not begin so.
#
# Seen on 2026-11-30:
#   kubectl-plugin: taken over by flux
#   plugin-of-kubectl: left alone
#   kubectl-plugin, asked for exactly: left alone
# Exits non-zero if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
cat >main.go <<'GO'
package main

import (
	"fmt"

	"github.com/fluxcd/pkg/ssa"
	v1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func tell(manager string, exact bool) string {
	object := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "ConfigMap"}}
	object.SetManagedFields([]v1.ManagedFieldsEntry{{
		Manager:    manager,
		Operation:  v1.ManagedFieldsOperationUpdate,
		APIVersion: "v1",
		FieldsType: "FieldsV1",
		FieldsV1:   &v1.FieldsV1{Raw: []byte(`{"f:metadata":{"f:annotations":{"f:example.com/word":{}}}}`)},
	}})
	unwanted := []ssa.FieldManager{{Name: "kubectl", OperationType: v1.ManagedFieldsOperationUpdate, ExactMatch: exact}}
	patches, err := ssa.PatchReplaceFieldsManagers(object, unwanted, "flux")
	if err != nil {
		panic(err)
	}
	if len(patches) == 0 {
		return "left alone"
	}
	return "taken over by " + patches[0].Value[0].Manager
}

func main() {
	fmt.Println("kubectl-plugin:", tell("kubectl-plugin", false))
	fmt.Println("plugin-of-kubectl:", tell("plugin-of-kubectl", false))
	fmt.Println("kubectl-plugin, asked for exactly:", tell("kubectl-plugin", true))
}
GO
go mod init example.com/finding >/dev/null 2>&1
go get github.com/fluxcd/pkg/ssa@v0.76.2 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run . | tee seen
diff seen - <<'SEEN'
kubectl-plugin: taken over by flux
plugin-of-kubectl: left alone
kubectl-plugin, asked for exactly: left alone
SEEN
