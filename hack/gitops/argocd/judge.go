package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/argoproj/gitops-engine/pkg/health"
	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	appv1 "github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/lua"
)

// Judged is what is printed of a document: its health, and what each action that is offered would make of it.
type Judged struct {
	Health  health.HealthStatus                    `json:"health"`
	Actions map[string][]unstructured.Unstructured `json:"actions"`
}

// newJudge returns the command that says what Argo CD makes of the documents on standard input, given its argocd-cm.
func newJudge() *cobra.Command {
	return &cobra.Command{
		Use:  "judge ARGOCD_CM",
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			overrides, err := readOverrides(arguments[0])
			if err != nil {
				return err
			}
			return judgeAll(overrides, command.InOrStdin(), json.NewEncoder(os.Stdout))
		},
	}
}

func judgeAll(overrides lua.ResourceHealthOverrides, in io.Reader, out *json.Encoder) error {
	documents := json.NewDecoder(in)
	for {
		var raw json.RawMessage
		if err := documents.Decode(&raw); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		document := &unstructured.Unstructured{}
		if err := document.UnmarshalJSON(raw); err != nil {
			return err
		}
		judged, err := judge(overrides, document)
		if err != nil {
			return err
		}
		if err := out.Encode(judged); err != nil {
			return err
		}
	}
}

func judge(overrides lua.ResourceHealthOverrides, document *unstructured.Unstructured) (*Judged, error) {
	found, err := health.GetResourceHealth(document, overrides)
	if err != nil {
		return nil, err
	}
	judged := &Judged{Health: *found, Actions: map[string][]unstructured.Unstructured{}}
	vm := lua.VM{ResourceOverrides: overrides}
	scripts, err := vm.GetResourceActionDiscovery(document)
	if err != nil {
		return nil, err
	}
	offered, err := vm.ExecuteResourceActionDiscovery(document, scripts)
	if err != nil {
		return nil, err
	}
	for _, action := range offered {
		if action.Disabled {
			continue
		}
		script, err := vm.GetResourceAction(document, action.Name)
		if err != nil {
			return nil, err
		}
		changed, err := vm.ExecuteResourceAction(document, script.ActionLua, nil)
		if err != nil {
			return nil, err
		}
		for _, one := range changed {
			judged.Actions[action.Name] = append(judged.Actions[action.Name], *one.UnstructuredObj)
		}
	}
	return judged, nil
}

// readOverrides returns what a ConfigMap says of kinds, by the names under which Argo CD looks for it.
func readOverrides(path string) (lua.ResourceHealthOverrides, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var found struct {
		Data map[string]string `json:"data"`
	}
	if err := yaml.Unmarshal(text, &found); err != nil {
		return nil, err
	}
	overrides := map[string]appv1.ResourceOverride{}
	for key, value := range found.Data {
		words := strings.SplitN(strings.TrimPrefix(key, "resource.customizations."), ".", 2)
		kind := strings.Replace(words[1], "_", "/", 1)
		override := overrides[kind]
		switch words[0] {
		case "health":
			override.HealthLua = value
		case "actions":
			override.Actions = value
		}
		overrides[kind] = override
	}
	return overrides, nil
}
