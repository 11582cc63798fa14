/** A crate without dependencies whose time to build grows with its modules. */
export function writeCrate(modules: number): Record<string, string> {
  const names = Array.from({ length: modules }, (_, n) => `part${n}`);
  const manifest = ['[package]', 'name = "heavy"', 'version = "0.1.0"', 'edition = "2021"', ''];
  const lock = ['version = 3', '', '[[package]]', 'name = "heavy"', 'version = "0.1.0"', ''];
  const library = [
    ...names.map((name) => `pub mod ${name};`),
    '#[cfg(test)]',
    'mod tests {',
    '    #[test]',
    '    fn adds_up() {',
    ...names.map((name) => `        assert!(super::${name}::total(3) > 0);`),
    '    }',
    '}',
    '',
  ];
  return {
    'Cargo.toml': manifest.join('\n'),
    'Cargo.lock': lock.join('\n'),
    'src/lib.rs': library.join('\n'),
    ...Object.fromEntries(names.map((name, n) => [`src/${name}.rs`, writeModule(n)])),
  };
}

const TYPES = 12;

/** Derived traits and generic code of many types: what makes rustc work. */
function writeModule(n: number): string {
  const types = Array.from({ length: TYPES }, (_, i) => writeType(i));
  const uses = Array.from({ length: TYPES }, (_, i) => `    sum += use_type${i}(seed + ${n});`);
  const head = 'use std::collections::{BTreeMap, HashMap};\n\n';
  return `${head}${types.join('\n')}\npub fn total(seed: u64) -> u64 {\n    let mut sum = 1;\n${uses.join('\n')}\n    sum\n}\n`;
}

function writeType(i: number): string {
  return `#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Type${i} {
    pub name: String,
    pub values: Vec<u64>,
    pub seen: BTreeMap<String, u64>,
}

fn use_type${i}(seed: u64) -> u64 {
    let mut all: Vec<Type${i}> = (0..seed % 7)
        .map(|n| Type${i} { name: format!("{n}"), values: vec![n; 3], ..Default::default() })
        .collect();
    all.sort();
    let mut known: HashMap<Type${i}, u64> = HashMap::new();
    for one in &all {
        *known.entry(one.clone()).or_insert(0) += one.values.iter().sum::<u64>();
    }
    let text = format!("{:?}", all);
    text.len() as u64 + known.values().sum::<u64>()
}
`;
}
