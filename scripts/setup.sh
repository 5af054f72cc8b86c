#!/usr/bin/env bash
# Installs what a build (and, with `test`, `bench` or `profile`, a run of that) needs and is not there yet. Every step is
# skipped when done.
# Usage: scripts/setup.sh build | test | bench | profile | fmt
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
purpose="${1:-build}"

# Tools built from source are used for seconds at a time; optimising them would take half an hour.
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
  CARGO_PROFILE_RELEASE_DEBUG=false CARGO_PROFILE_RELEASE_STRIP=true

fail() {
  echo "$*" >&2
  exit 1
}

apt_updated=
apt_install() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ "${#missing[@]}" = 0 ] && return
  say "Installing Debian packages: ${missing[*]}"
  [ -n "$apt_updated" ] || as_root apt-get update -qq
  apt_updated=yes
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

least_rustc="$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)"

rustc_is_new_enough() {
  local version
  version="$(rustc --version 2>/dev/null | cut -d' ' -f2)" || return 1
  [ "$(printf '%s\n' "$least_rustc" "$version" | sort -V | head -1)" = "$least_rustc" ]
}

has_wasm_target() {
  local sysroot
  sysroot="$(rustc --print sysroot 2>/dev/null)" || return 1
  compgen -G "$sysroot/lib/rustlib/wasm32-unknown-unknown/lib/libstd[-.]*" >/dev/null
}

# with_rustup WHAT RUSTUP-COMMAND...: installs it, or says in a line why not.
with_rustup() {
  local what="$1" told
  shift
  say "Installing $what with rustup"
  told="$(timeout 300 rustup "$@" 2>&1)" && return
  say "That failed: $({ grep -m1 '^error' || echo 'no answer for five minutes'; } <<<"$told")"
  return 1
}

# Where the default toolchain is too old, or nothing can be added to it.
install_rustup_toolchain() {
  with_rustup "Rust's stable toolchain" toolchain install stable --no-self-update --profile minimal \
    -c clippy -c rustfmt -t wasm32-unknown-unknown || return 1
  export RUSTUP_TOOLCHAIN=stable
  echo stable >"$hookloft_cache/toolchain"
}

# Builds do without, and toolchains of rustup's profile `minimal` lack them.
has_lints_and_formatter() {
  [[ "$purpose" != @(test|fmt) ]] || { cargo clippy --version && cargo fmt --version; } >/dev/null 2>&1
}

toolchain_is_complete() {
  rustc_is_new_enough && has_wasm_target && has_lints_and_formatter
}

# rustc's wasm32 standard library from Debian's sources, for machines that cannot reach rustup's servers.
install_debian_toolchain() {
  apt_install rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web
  local llvm
  llvm="$(llvm_version /usr/bin/rustc)"
  apt_install "lld-$llvm"
  if command -v rustup >/dev/null; then
    rustup toolchain link web /usr
    export RUSTUP_TOOLCHAIN=web
    echo web >"$hookloft_cache/toolchain"
  fi
  has_wasm_target && return
  say "Building the wasm32 standard library from Debian's Rust sources"
  local scratch
  scratch="$(mktemp -d)"
  cp -r /usr/src/rustc-*/. "$scratch/"
  (
    cd "$scratch/library"
    export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$scratch/target"
    export RUSTFLAGS="-Cembed-bitcode=yes -Zforce-unstable-if-unmarked -Cdebuginfo=0"
    unset CARGO_PROFILE_RELEASE_OPT_LEVEL CARGO_PROFILE_RELEASE_CODEGEN_UNITS CARGO_PROFILE_RELEASE_LTO
    /usr/bin/cargo build --release --target wasm32-unknown-unknown --manifest-path sysroot/Cargo.toml \
      --features compiler-builtins-mem
  )
  local rustlib=/usr/lib/rustlib
  as_root mkdir -p "$rustlib/wasm32-unknown-unknown/lib" "$rustlib/x86_64-unknown-linux-gnu/bin"
  as_root cp "$scratch"/target/wasm32-unknown-unknown/release/deps/*.rlib "$rustlib/wasm32-unknown-unknown/lib/"
  as_root ln -sf "/usr/bin/lld-$llvm" "$rustlib/x86_64-unknown-linux-gnu/bin/rust-lld"
  rm -rf "$scratch"
}

ensure_toolchain() {
  toolchain_is_complete && return
  if command -v rustup >/dev/null; then
    if rustc_is_new_enough; then
      has_wasm_target || with_rustup "the wasm32 target" target add wasm32-unknown-unknown || true
      has_lints_and_formatter || with_rustup "clippy and rustfmt" component add clippy rustfmt || true
    else
      say "This needs rustc $least_rustc; here is $(rustc --version 2>/dev/null | cut -d' ' -f2 | grep . || echo none)"
    fi
    toolchain_is_complete && return
    if install_rustup_toolchain && toolchain_is_complete; then return; fi
  fi
  say "Using Debian's Rust toolchain"
  install_debian_toolchain
  rustc_is_new_enough || fail "Debian's rustc is older than $least_rustc, too. Install Rust with rustup (https://rustup.rs) and run this again."
  has_wasm_target || fail "No Rust toolchain with a wasm32 standard library could be set up."
  has_lints_and_formatter || fail "The Rust toolchain here has no clippy or no rustfmt, and they could not be installed."
}

# cargo_tool BINARY VERSION-COMMAND CRATE VERSION [cargo install flags]
cargo_tool() {
  local binary="$1" version_command="$2" crate="$3" version="$4"
  shift 4
  if command -v "$binary" >/dev/null && [[ "$version" = any || "$($version_command 2>/dev/null)" == *"$version"* ]]; then
    return
  fi
  say "Building $crate $version (once)"
  local flags=(--root "$hookloft_cache/tools")
  [ "$version" = any ] || flags+=(--version "$version")
  CARGO_TARGET_DIR="$hookloft_cache/tools/target" cargo install "${flags[@]}" "$@" "$crate" >&2
}

npm_install() {
  local folder="$1" stamp="$1/node_modules/.installed"
  [ -f "$stamp" ] && [ "$stamp" -nt "$folder/package-lock.json" ] && return
  say "Installing npm packages of $folder"
  # `npm ci` refuses a lock file whose optional packages of other platforms carry no address.
  (cd "$folder" && npm install --no-save --no-audit --no-fund --loglevel=error >&2)
  touch "$stamp"
}

locked_version() {
  awk -v name="$1" '$1=="name" && $3=="\""name"\"" {getline; gsub("\"","",$3); print $3; exit}' Cargo.lock
}

command -v cc >/dev/null || apt_install build-essential
command -v npm >/dev/null || apt_install nodejs npm
command -v xz >/dev/null || apt_install xz-utils
ensure_toolchain
[ "$purpose" != fmt ] || exit 0
cargo_tool wasm-bindgen "wasm-bindgen --version" wasm-bindgen-cli "$(locked_version wasm-bindgen)"
npm_install frontend

if [ "$purpose" != build ]; then
  compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || apt_install postgresql
fi
if [ "$purpose" = bench ]; then
  command -v sqlite3 >/dev/null || apt_install sqlite3
fi
if [ "$purpose" = profile ]; then
  apt_install "llvm-$(llvm_version rustc)"
fi
if [ "$purpose" = test ]; then
  cargo_tool cargo-nextest "cargo nextest --version" cargo-nextest any --locked
  cargo_tool cargo-deny "cargo deny --version" cargo-deny any --locked
  command -v chromium >/dev/null || apt_install chromium
  npm_install end2end
fi
