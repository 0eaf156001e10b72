#!/usr/bin/env bash
# Sets up Cellar and runs its main job, or its tests. See usage below and README.md.
set -euo pipefail

usage() {
  cat <<'EOF'
usage: ./install.sh [--prefix DIR] [--gpu]   set up Cellar, then run notebooks/quickstart.ipynb
       ./install.sh test [GO PACKAGES]       set up (apart, in .build/) and run all tests
       ./install.sh uninstall [--prefix DIR] remove what was put outside the checkout

The default prefix is ~/.local: bin/cellar, share/jupyter/kernels/cellar, share/cellar.
EOF
}

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$ROOT"

# What is pinned. The CPU wheel carries a PJRT plugin built from jaxlib's XLA (Apache-2.0).
XLA_WHEEL=lammps-jax-pjrt-cpu==0.11.2
XLA_SHA256=1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1
XLA_MEMBER=lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so
CUDA_PACKAGES=("jax-cuda13-plugin[with-cuda]==0.10.2" "jax-cuda13-pjrt==0.10.2")
JUPYTER_PACKAGES=(jupyterlab==4.6.6 nbclient==0.11.0)
TEST_PACKAGES=(jupyter_kernel_test==0.7.0 ipykernel==7.4.0 playwright==1.65.2 psutil==7.2.2 pillow==13.0.0
  mlflow-skinny==3.17.2 "scikit-learn>=1.5,<2" "pandas>=2,<4" "skops>=0.11,<1") # the newest that the Python takes
GO_MINIMUM=1.26

MODE=install GPU=no PREFIX=${HOME:?HOME is not set; Cellar installs under it}/.local
PREFIX_GIVEN=no
TEST_ARGS=()
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) [ $# -ge 2 ] || { usage >&2; exit 2; }; mkdir -p "$2"; PREFIX=$(cd "$2" && pwd); PREFIX_GIVEN=yes; shift ;;
    --gpu) GPU=yes ;;
    test | uninstall) MODE=$1 ;;
    -h | --help) usage; exit 0 ;;
    *) if [ "$MODE" = test ]; then TEST_ARGS+=("$1"); else echo "install.sh: unknown argument $1" >&2; usage >&2; exit 2; fi ;;
  esac
  shift
done
if [ "$MODE" = test ]; then PREFIX=$ROOT/.build/test PREFIX_GIVEN=yes; fi

BIN=$PREFIX/bin SHARE=$PREFIX/share/cellar
XLA=$SHARE/xla VENV=$SHARE/jupyter STAMPS=$SHARE/stamps

say() { printf '%s\n' "$*"; }
die() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }

# step LABEL COMMAND...: runs the command with its output in a log, and shows the
# time and the log's last line on whatever takes over two seconds.
step() {
  local label=$1 start=$SECONDS log pid shown=0 last
  shift
  log=$LOGS/$(printf %s "$label" | tr -cs 'a-zA-Z0-9' -).log
  "$@" >"$log" 2>&1 &
  pid=$!
  CHILD=$pid
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.1
    local t=$((SECONDS - start))
    if [ -t 1 ] && [ $t -ge 2 ]; then
      last=$(tail -c 400 "$log" | tr '\r' '\n' | tail -n 1 | tr -cd '[:print:]')
      printf '\r\033[K  %s … %d s  %.*s' "$label" "$t" $((60 - ${#label} > 10 ? 60 - ${#label} : 10)) "$last"
    elif [ ! -t 1 ] && [ $t -ge $((shown + (shown < 10 ? 2 : 15))) ]; then
      shown=$t
      printf '  %s … %d s\n' "$label" "$t"
    fi
  done
  if [ -t 1 ]; then printf '\r\033[K'; fi
  if wait "$pid"; then
    CHILD=
    say "  $label: done in $((SECONDS - start)) s"
  else
    CHILD=
    tail -n 30 "$log" >&2
    die "$label did not work; its last lines are above, all of it is in $log"
  fi
}

# fresh NAME KEY: true when NAME was made from the same KEY before.
fresh() { [ "$(cat "$STAMPS/$1" 2>/dev/null)" = "$2" ]; }
stamp() { mkdir -p "$STAMPS" && printf '%s\n' "$2" >"$STAMPS/$1.new" && mv "$STAMPS/$1.new" "$STAMPS/$1"; }

cleanup() {
  [ -z "${NATIVE:-}" ] || kill "$NATIVE" 2>/dev/null || true
  [ -z "${CHILD:-}" ] || { pkill -TERM -P "$CHILD" 2>/dev/null; kill "$CHILD" 2>/dev/null; } || true
  [ -z "${STAGE:-}" ] || rm -rf "$STAGE"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

package_hint() { # the one command that installs what is missing
  local pkgs=$*
  if command -v apt-get >/dev/null; then
    local p=${pkgs//go/golang-go}; p=${p//cc/build-essential}; p=${p//python3-venv/python3 python3-venv}
    say "    sudo apt-get install $p"
    case " $pkgs " in *" go "*) say "    (Debian's Go may be too old: https://go.dev/dl has $GO_MINIMUM)" ;; esac
  elif command -v dnf >/dev/null; then
    local p=${pkgs//go/golang}; p=${p//cc/gcc gcc-c++}; p=${p//python3-venv/python3}
    say "    sudo dnf install $p"
  elif command -v brew >/dev/null; then
    local p=${pkgs//cc/gcc}; p=${p//python3-venv/python3}
    say "    brew install $p"
  else
    say "    with your system's package manager: $pkgs"
  fi
}

check_prerequisites() {
  local missing=() why=() v
  if ! command -v go >/dev/null; then
    missing+=(go); why+=("Go $GO_MINIMUM or newer: no 'go' in PATH")
  else
    v=$(go env GOVERSION | sed 's/^go//; s/[^0-9.].*//')
    if [ "$(printf '%s\n' "$GO_MINIMUM" "$v" | sort -V | head -n 1)" != "$GO_MINIMUM" ]; then
      missing+=(go); why+=("Go $GO_MINIMUM or newer: this is $v")
    fi
  fi
  if ! command -v "${CC:-cc}" >/dev/null && ! command -v gcc >/dev/null; then
    missing+=(cc); why+=("a C compiler: no 'cc' or 'gcc' in PATH (SQLite and XLA's binding need it)")
  fi
  if ! command -v python3 >/dev/null; then
    missing+=(python3-venv); why+=("Python 3.10 or newer with venv: no 'python3' in PATH")
  elif ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    missing+=(python3-venv); why+=("Python 3.10 or newer with venv: this is $(python3 --version 2>&1), without venv or too old")
  fi
  [ ${#missing[@]} -eq 0 ] && return
  {
    say "install.sh: missing on this machine:"
    printf '  - %s\n' "${why[@]}"
    say "  install with:"
    package_hint "${missing[@]}"
    say "  then run ./install.sh again."
  } >&2
  exit 1
}

sources_key() {
  { go version; find . -path ./.build -prune -o -path ./.git -prune -o -path ./.cellar -prune -o -path ./notebooks -prune -o \
      -type f ! -name '*_test.go' ! -path '*/testdata/*' \( -name '*.go' -o -name go.mod -o -name go.sum -o -path '*/symbols/*' -o -path '*/chart/*' -o -path '*/web/*' -o -name '*.sql' -o -name '*.svg' -o -name '*.png' \) -print0 |
      sort -z | xargs -0 sha256sum; } | sha256sum | cut -d' ' -f1
}

version() { git describe --tags --always --dirty 2>/dev/null || echo devel; }

build() {
  local key
  key=$(sources_key)
  if fresh cellar "$key" && [ -x "$BIN/cellar" ]; then say "  cellar: up to date"; return; fi
  step "building cellar" go build -trimpath -ldflags "-s -w -X main.version=$(version) -X main.checkout=$ROOT" -o "$STAGE/cellar" ./cmd/cellar
  mkdir -p "$BIN"
  # A copy, not the linker's own file: that one lies in large folios, and touching it maps twice as much.
  cp "$STAGE/cellar" "$BIN/cellar.new.$$" && mv -f "$BIN/cellar.new.$$" "$BIN/cellar"
  stamp cellar "$key"
}

# prepare_native compiles the standard library as native cells need it, beside what
# else there is to wait for; without it the first native cell takes a minute.
prepare_native() {
  nice "$BIN/cellar" prepare-native >"$LOGS/prepare-native.log" 2>&1 &
  NATIVE=$!
}

native_ended() { while kill -0 "$NATIVE" 2>/dev/null; do sleep 0.1; done; }

unpack_xla() {
  set -e
  python3 -m pip download -q --no-deps --disable-pip-version-check -d "$STAGE" "$XLA_WHEEL"
  local wheel
  wheel=$(ls "$STAGE"/*.whl)
  echo "$XLA_SHA256  $wheel" | sha256sum -c -
  python3 - "$wheel" "$STAGE/cpu" "$XLA_MEMBER" <<'PY'
import os, sys, zipfile
wheel, out, member = sys.argv[1:]
os.makedirs(out)
with zipfile.ZipFile(wheel) as z:
    for n in z.namelist():
        if n == member or "/licenses/" in n:
            with z.open(n) as src, open(os.path.join(out, os.path.basename(n)), "wb") as dst:
                while chunk := src.read(1 << 20):
                    dst.write(chunk)
PY
  rm -f "$wheel"
  mkdir -p "$XLA"
  rm -rf "$XLA/cpu.old"
  [ ! -e "$XLA/cpu" ] || mv "$XLA/cpu" "$XLA/cpu.old"
  mv "$STAGE/cpu" "$XLA/cpu"
  rm -rf "$XLA/cpu.old"
}

fetch_xla() {
  if [ "$(uname -sm)" != "Linux x86_64" ]; then
    say "  XLA: no wheel for $(uname -sm); cellar will use GoMLX's go backend (slower) unless CELLAR_XLA_PLUGIN names a PJRT plugin"
    return
  fi
  if fresh xla-cpu "$XLA_SHA256" && ls "$XLA"/cpu/*.so >/dev/null 2>&1; then say "  XLA for the CPU: up to date"; return; fi
  step "fetching XLA for the CPU (60 MB)" unpack_xla
  stamp xla-cpu "$XLA_SHA256"
}

unpack_cuda() {
  set -e
  python3 -m pip install -q --disable-pip-version-check --no-compile --target "$STAGE/cuda" "${CUDA_PACKAGES[@]}"
  mkdir -p "$XLA"
  rm -rf "$XLA/cuda"
  mv "$STAGE/cuda" "$XLA/cuda"
}

fetch_cuda() {
  local key="${CUDA_PACKAGES[*]}"
  [ "$(uname -sm)" = "Linux x86_64" ] || die "--gpu: the CUDA plugin exists for Linux x86_64 only, this is $(uname -sm)"
  if fresh xla-cuda "$key" && [ -d "$XLA/cuda" ]; then say "  XLA for CUDA: up to date"; return; fi
  step "fetching XLA for CUDA (2 GB, 4 GB on disk)" unpack_cuda
  stamp xla-cuda "$key"
  [ -e /dev/nvidiactl ] || say "  note: no NVIDIA device on this machine now (/dev/nvidiactl); %train --gpu will say so"
}

# jupyter_python prints the Python of a Jupyter that can open and run notebooks.
jupyter_python() {
  local j p
  for j in "$VENV/bin/jupyter-lab" "$([ "$MODE" = test ] || command -v jupyter-lab || true)"; do
    [ -n "$j" ] && [ -x "$j" ] || continue
    p=$(sed -n '1s/^#! *//p' "$j" | cut -d' ' -f1)
    if [ -x "$p" ] && "$p" -c 'import jupyterlab, nbclient' 2>/dev/null; then say "$p"; return; fi
  done
  [ "$MODE" = test ] && return 0
  if python3 -c 'import jupyterlab, nbclient' 2>/dev/null; then python3 -c 'import sys; print(sys.executable)'; fi
}

make_venv() { # a venv holds absolute paths, so it is built in place and its stamp says when it is whole
  set -e
  rm -rf "$VENV"
  mkdir -p "$SHARE"
  trap 'rm -rf "$VENV"' ERR
  python3 -m venv "$VENV"
  "$VENV/bin/python" -m pip install --disable-pip-version-check --progress-bar off "$@"
}

ensure_jupyter() {
  local want=("${JUPYTER_PACKAGES[@]}")
  [ "$MODE" != test ] || want+=("${TEST_PACKAGES[@]}")
  PY=$(jupyter_python)
  if [ -n "$PY" ] && { [ "${PY#"$VENV"}" = "$PY" ] || fresh jupyter "${want[*]}"; }; then
    say "  Jupyter: $PY"
    return
  fi
  step "installing JupyterLab in a virtual environment" make_venv "${want[@]}"
  stamp jupyter "${want[*]}"
  PY=$VENV/bin/python
}

install_kernelspec() {
  local where=(--user)
  [ "$PREFIX_GIVEN" = no ] || where=(--prefix "$PREFIX")
  "$BIN/cellar" kernelspec install "${where[@]}" | sed 's/^/  /'
}

ensure_chromium() {
  command -v chromium >/dev/null && return
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    step "installing chromium for the browser test" bash -c 'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium fonts-dejavu-core'
  else
    die "the browser test needs chromium: sudo apt-get install chromium"
  fi
}

ensure_staticcheck() {
  [ -x "$ROOT/.build/bin/staticcheck" ] || step "building staticcheck" env GOBIN="$ROOT/.build/bin" go install honnef.co/go/tools/cmd/staticcheck@v0.8.2
}

main_job() {
  local out=$ROOT/notebooks/out/quickstart.ipynb
  mkdir -p "${out%/*}" .cellar # the store is found by walking up from notebooks/
  say "Running notebooks/quickstart.ipynb"
  JUPYTER_PATH=$PREFIX/share/jupyter${JUPYTER_PATH:+:$JUPYTER_PATH} "$PY" notebooks/run.py notebooks/quickstart.ipynb "$out"
  say
  "$BIN/cellar" runs list
  say
  say "The executed notebook: $out"
  local lab="$(dirname "$PY")/jupyter-lab" env=
  [ "$PREFIX_GIVEN" = no ] || env="JUPYTER_PATH=$PREFIX/share/jupyter "
  say "Open it in JupyterLab:"
  say "  ${env}$lab notebooks/quickstart.ipynb"
  case ":$PATH:" in *":$BIN:"*) ;; *) say "For 'cellar' in your shell: export PATH=\"$BIN:\$PATH\"" ;; esac
}

uninstall() {
  local d
  if [ -x "$BIN/cellar" ]; then
    local where=(--user)
    [ "$PREFIX_GIVEN" = no ] || where=(--prefix "$PREFIX")
    "$BIN/cellar" kernelspec remove "${where[@]}" | sed 's/^/  /' || true
  fi
  for d in "$BIN/cellar" "$XLA" "$VENV" "$STAMPS"; do
    [ -e "$d" ] || continue
    rm -rf "$d"
    say "  removed $d"
  done
  rmdir "$SHARE" 2>/dev/null || true
  say "Cellar is uninstalled. Stores (.cellar/ folders) were left alone."
}

LOGS=$ROOT/.build/logs
mkdir -p "$LOGS" || die "cannot write $LOGS: the checkout is read-only; clone it where you can write"

if [ "$MODE" = uninstall ]; then uninstall; exit; fi
check_prerequisites
mkdir -p "$SHARE" || die "cannot write $SHARE: give another place with --prefix DIR"
STAGE=$(mktemp -d "$SHARE/.staging.XXXXXX")
say "Setting up Cellar in $PREFIX"
build
prepare_native
fetch_xla
if [ "$GPU" = yes ]; then fetch_cuda; fi
ensure_jupyter
install_kernelspec
step "preparing native cells" native_ended
wait "$NATIVE" || say "  native cells: $(tail -n 1 "$LOGS/prepare-native.log")"
NATIVE=
if [ "$MODE" = install ]; then
  main_job
else
  ensure_chromium
  ensure_staticcheck
  CELLAR_BIN=$BIN/cellar CELLAR_PYTHON=$PY CELLAR_PREFIX=$PREFIX "$PY" .ci/checks.py "${TEST_ARGS[@]}"
fi
