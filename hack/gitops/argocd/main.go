// Command argocd is Argo CD's application controller, its repo-server, or a judge of documents by its rules: the first
// argument says which.
// The program that is released holds thirteen more, and their libraries take as long again to compile.
package main

import (
	"os"

	"github.com/spf13/cobra"

	controller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	repository "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
)

func main() {
	programs := &cobra.Command{Use: "argocd"}
	programs.AddCommand(controller.NewCommand(), repository.NewCommand(), newJudge())
	if err := programs.Execute(); err != nil {
		os.Exit(1)
	}
}
