export function detect(names: ReadonlySet<string>): boolean {
  return names.has('Cargo.toml');
}
