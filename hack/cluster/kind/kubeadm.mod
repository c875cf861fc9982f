// What kubeadm needs beyond the modules of ../node/go.mod, which decides every version. The build puts the two together.
require (
	github.com/coredns/caddy v1.1.1 // indirect
	github.com/coredns/corefile-migration v1.0.29 // indirect
	k8s.io/system-validators v1.12.1 // indirect
)
