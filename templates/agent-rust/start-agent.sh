#!/bin/sh
# Starts the agent. The image's file system is read-only: where rustup manages the toolchain, it gets a home in the volume that
# knows the image's toolchains, so that a project's rust-toolchain.toml can bring another one.
set -eu

share_rustup() {
  mkdir -p "$2/toolchains"
  # The image decides the default, also when it is newer than the volume. Agents beside this one may be reading.
  if ! cmp -s "$1/settings.toml" "$2/settings.toml"; then
    cp "$1/settings.toml" "$2/settings.toml.$$"
    mv "$2/settings.toml.$$" "$2/settings.toml"
  fi
  for toolchain in "$1"/toolchains/*; do
    link="$2/toolchains/${toolchain##*/}"
    [ -e "$link" ] || ln -sfn "$toolchain" "$link"
  done
}

image=${RUSTUP_HOME:-}
if [ -d "$image/toolchains" ] && [ ! -w "$image" ]; then
  share_rustup "$image" "$HOME/rustup"
  export RUSTUP_HOME="$HOME/rustup"
fi
exec node --enable-source-maps /opt/raibid/agent.mjs
