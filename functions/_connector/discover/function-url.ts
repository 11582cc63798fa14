/** Fills {name}, {namespace}, {target} (name, or name.namespace) and {path} in the URL at which functions are called. */
export function writeFunctionUrl(
  template: string,
  parts: { readonly name: string; readonly namespace: string; readonly target: string; readonly path: string },
): string {
  return template.replace(/\{(name|namespace|target|path)\}/g, (_all, part: keyof typeof parts) => parts[part]);
}

/** What is wrong with such a URL; null when nothing is. */
export function checkUrlTemplate(template: string): string | null {
  const filled = writeFunctionUrl(template, { name: 'a', namespace: 'b', target: 'a', path: '/c' });
  if (!URL.canParse(filled) || !/^https?:$/.test(new URL(filled).protocol)) return 'must be an http or https URL';
  if (!/\{(?:name|target)\}/.test(template)) return 'must hold {name} or {target}';
  return /[{}]/.test(filled) ? 'knows {name}, {namespace}, {target} and {path} only' : null;
}
