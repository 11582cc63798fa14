/** A row of glyphs, one a number, from nothing (lowest) to the largest; the newest `width` numbers. */
export function drawSparkline(numbers: readonly number[], glyphs: string, width: number): string {
  if (width <= 0) return '';
  const shown = numbers.slice(-width);
  const largest = Math.max(1, ...shown);
  const steps = [...glyphs];
  return shown.map((number) => steps[Math.round((number / largest) * (steps.length - 1))] ?? '').join('');
}
