"""`kubectl interleaver completion`: for shells in which `kubectl-interleaver` is typed by itself."""

import argparse
from typing import Final

# Each asks the same program as kubectl does, and leaves files to the shell where that is said.
BASH: Final = """\
_kubectl_interleaver() {
  local out=() line directive=0
  while IFS= read -r line; do
    out+=("$line")
  done < <(kubectl_complete-interleaver "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  ((${#out[@]})) || return 0
  directive=${out[-1]#:}
  unset 'out[-1]'
  COMPREPLY=()
  for line in "${out[@]}"; do
    line=${line%%$'\\t'*}
    [[ $line == "${COMP_WORDS[COMP_CWORD]}"* ]] && COMPREPLY+=("$line")
  done
  ((directive == 0)) && compopt -o default
  return 0
}
complete -F _kubectl_interleaver kubectl-interleaver
"""
ZSH: Final = """\
#compdef kubectl-interleaver
_kubectl_interleaver() {
  local -a out
  out=("${(@f)$(kubectl_complete-interleaver "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  local directive=${out[-1]#:}
  out=("${(@)out[1,-2]}")
  _describe 'interleaver' "${(@)out//$'\\t'/:}" 2>/dev/null || compadd -- "${(@)out%%$'\\t'*}"
  [[ $directive == 0 ]] && _files
}
compdef _kubectl_interleaver kubectl-interleaver
"""
FISH: Final = """\
function __kubectl_interleaver
    set -l words (commandline -opc) (commandline -ct)
    set -l out (kubectl_complete-interleaver $words[2..-1] 2>/dev/null)
    test (count $out) -gt 0; or return
    test $out[-1] = ':0'; and __fish_complete_path (commandline -ct)
    test (count $out) -gt 1; and string join \\n -- $out[1..-2]
end
complete -c kubectl-interleaver -f -a '(__kubectl_interleaver)'
"""
SCRIPTS: Final = {"bash": BASH, "zsh": ZSH, "fish": FISH}


def run(options: argparse.Namespace) -> int:
    print(SCRIPTS[options.shell], end="")
    return 0
