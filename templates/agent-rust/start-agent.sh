#!/bin/sh
# Starts the agent. The image's file system is read-only: where rustup manages the toolchain, it gets a home in the volume that
# knows the image's toolchains, so that a project's rust-toolchain.toml can bring another one.
set -eu
image=${RUSTUP_HOME:-}
if [ -d "$image/toolchains" ] && [ ! -w "$image" ]; then
  export RUSTUP_HOME="$HOME/rustup"
  mkdir -p "$RUSTUP_HOME/toolchains"
  [ -e "$RUSTUP_HOME/settings.toml" ] || cp "$image/settings.toml" "$RUSTUP_HOME/"
  for toolchain in "$image"/toolchains/*; do
    ln -sfn "$toolchain" "$RUSTUP_HOME/toolchains/${toolchain##*/}"
  done
fi
exec node --enable-source-maps /opt/raibid/agent.mjs
