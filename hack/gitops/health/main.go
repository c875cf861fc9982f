// Command health says what Flux makes of documents: the JSON objects on standard input, one after the other.
//
//	health [KUSTOMIZATION] < documents
//
// For each it prints an object on a line of its own: what kstatus calls it, in what words, and, given the file of a Flux
// Kustomization, what that one's spec.healthCheckExprs call it. Both answers are those of the packages that Flux's
// kustomize-controller is made of.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// Verdict is what is printed of a document.
type Verdict struct {
	Kstatus string `json:"kstatus"`
	Message string `json:"message"`
	Exprs   string `json:"exprs,omitempty"`
}

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "health:", err)
		os.Exit(1)
	}
}

func run(arguments []string, in io.Reader, out io.Writer) error {
	evaluator, err := readEvaluator(arguments)
	if err != nil {
		return err
	}
	documents, verdicts := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var raw json.RawMessage
		if err := documents.Decode(&raw); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		verdict, err := judge(raw, evaluator)
		if err != nil {
			return err
		}
		if err := verdicts.Encode(verdict); err != nil {
			return err
		}
	}
}

// readEvaluator returns that of the only health check of a Kustomization, or nil without one.
func readEvaluator(arguments []string) (*cel.StatusEvaluator, error) {
	if len(arguments) == 0 {
		return nil, nil
	}
	text, err := os.ReadFile(arguments[0])
	if err != nil {
		return nil, err
	}
	var found struct {
		Spec struct {
			HealthCheckExprs []kustomize.CustomHealthCheck `json:"healthCheckExprs"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(text, &found); err != nil {
		return nil, err
	}
	checks := found.Spec.HealthCheckExprs
	if len(checks) != 1 {
		return nil, fmt.Errorf("%s has %d spec.healthCheckExprs; one is expected", arguments[0], len(checks))
	}
	return cel.NewStatusEvaluator(&checks[0].HealthCheckExpressions)
}

// judge reads the document as the API machinery does: whole numbers are integers.
func judge(raw []byte, evaluator *cel.StatusEvaluator) (*Verdict, error) {
	document := &unstructured.Unstructured{}
	if err := document.UnmarshalJSON(raw); err != nil {
		return nil, err
	}
	found, err := status.Compute(document)
	if err != nil {
		return nil, err
	}
	verdict := &Verdict{Kstatus: found.Status.String(), Message: found.Message}
	if evaluator != nil {
		verdict.Exprs = evaluate(evaluator, document).String()
	}
	return verdict, nil
}

// evaluate calls a document Unknown that has not what an expression reads, as Flux does, which waits for it.
func evaluate(evaluator *cel.StatusEvaluator, document *unstructured.Unstructured) status.Status {
	result, err := evaluator.Evaluate(context.Background(), document)
	if err != nil {
		return status.UnknownStatus
	}
	return result.Status
}
