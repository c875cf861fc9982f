# shellcheck shell=bash
# The cluster's own certificate authority, one client certificate per component, and the kubeconfigs that embed them.

certificate() { # certificate NAME SUBJECT [SUBJECT_ALT_NAMES]: signed by the cluster's own authority
  [ ! -s "$S/pki/$1.crt" ] || return 0
  # The key identifiers are there for strict verifiers (Python 3.13's ssl refuses a chain without them).
  openssl req -x509 -CA "$S/pki/ca.crt" -CAkey "$S/pki/ca.key" -config "$S/pki/openssl.cnf" -subj "$2" \
    -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days 365 -keyout "$S/pki/$1.key" -out "$S/pki/$1.new" \
    -addext basicConstraints=critical,CA:false -addext keyUsage=critical,digitalSignature \
    -addext extendedKeyUsage=clientAuth,serverAuth -addext subjectKeyIdentifier=hash \
    -addext authorityKeyIdentifier=keyid ${3:+-addext "subjectAltName=$3"} 2>/dev/null
  mv "$S/pki/$1.new" "$S/pki/$1.crt"
}

kubeconfig() { # kubeconfig FILE CERTIFICATE: everything embedded, so the file can be copied
  write "$1" <<C
apiVersion: v1
kind: Config
clusters: [{name: $NAME, cluster: {server: "$API", certificate-authority-data: $(base64 -w0 "$S/pki/ca.crt")}}]
users: [{name: $2, user: {client-certificate-data: $(base64 -w0 "$S/pki/$2.crt"), client-key-data: $(base64 -w0 "$S/pki/$2.key")}}]
contexts: [{name: $NAME, context: {cluster: $NAME, user: $2}}]
current-context: $NAME
C
}

credentials() {
  printf '[req]\ndistinguished_name=dn\n[dn]\n' >"$S/pki/openssl.cnf" # none of the distribution's defaults
  [ -s "$S/pki/ca.crt" ] || openssl req -x509 -config "$S/pki/openssl.cnf" -subj "/CN=$NAME" -sha256 -days 365 \
    -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$S/pki/ca.key" -out "$S/pki/ca.crt" \
    -addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign,cRLSign \
    -addext subjectKeyIdentifier=hash 2>/dev/null
  certificate apiserver "/CN=kube-apiserver" "IP:$NET.1,IP:10.96.0.1,IP:127.0.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
  certificate kubelet "/O=system:nodes/CN=system:node:node" "IP:$NET.1,DNS:node"
  certificate kubelet-client "/O=system:masters/CN=kube-apiserver-kubelet-client" # for logs and exec
  certificate service-accounts "/CN=service-accounts"                            # any key pair will do
  certificate controller-manager "/CN=system:kube-controller-manager"
  certificate scheduler "/CN=system:kube-scheduler"
  certificate proxy "/CN=system:kube-proxy"
  certificate admin "/O=system:masters/CN=admin"
  local who
  for who in kubelet controller-manager scheduler proxy; do kubeconfig "$S/pki/$who.kubeconfig" "$who"; done
  kubeconfig "$S/kubeconfig" admin
}
