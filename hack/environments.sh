# shellcheck shell=bash
# Python environments of tools that only some people need, apart from .venv: each is made when it is asked for first.

# make_environment NAME: has what the file of that name in requirements pins; prints its folder. Another pin is another folder.
make_environment() {
  local folder key
  key=$(sha256sum <"requirements/$1.txt" | cut -c1-12)
  folder=${XDG_CACHE_HOME:-$HOME/.cache}/interleaver-tools/$1-$key
  mkdir -p "$folder"
  (
    exec 7>"$folder/lock" && flock 7
    [ ! -e "$folder/whole" ] || exit 0
    with_progress "installing what requirements/$1.txt pins" "$SECONDS" fill_environment "$folder" "$1" && touch "$folder/whole"
  ) >&2 || return
  echo "$folder"
}

fill_environment() {
  "${PYTHON:-python3}" -m venv "$1" || return
  # Modules are compiled as they are loaded: most of what comes never is.
  "$1/bin/pip" install --quiet --disable-pip-version-check --no-compile --require-hashes -r "requirements/$2.txt"
}
