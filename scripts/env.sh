# Sourced by every script and by the Makefile: where tools and build output live, and which toolchain builds.
# Nothing here is inside the clone, so a new clone starts warm.
hookloft_cache="${XDG_CACHE_HOME:-$HOME/.cache}/hookloft"
mkdir -p "$hookloft_cache/tools/bin"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$hookloft_cache/target}"
export PATH="$hookloft_cache/tools/bin:$HOME/.cargo/bin:$PATH"
# scripts/setup.sh writes the chosen toolchain's name here (empty: rustup's default).
if [ -z "${RUSTUP_TOOLCHAIN:-}" ] && [ -s "$hookloft_cache/toolchain" ]; then
  RUSTUP_TOOLCHAIN="$(cat "$hookloft_cache/toolchain")"
  export RUSTUP_TOOLCHAIN
fi

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}
# The major version of the LLVM inside a compiler: llvm_version rustc
llvm_version() { "$1" -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p'; }

# Where the built console lies, which the server's build takes in.
export HOOKLOFT_SITE="$CARGO_TARGET_DIR/site"
