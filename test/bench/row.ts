/** What a figure is held against, measured in the same run. */
export interface Reference {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly reference?: Reference;
}

/** One measured figure and the bar it is held to. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The figure to reach; null for one that only explains another. */
  readonly bar: number | null;
  readonly ok: boolean;
  readonly reference: Reference | null;
  /** Whether the bar is a floor; else it is a ceiling. */
  readonly floor: boolean;
}

/** A figure that must not be above the bar. */
export function atMost(bar: number, figure: Figure): Row {
  return { ...describe(figure), bar, ok: figure.value <= bar, floor: false };
}

/** A figure that must not be below the bar. */
export function atLeast(bar: number, figure: Figure): Row {
  return { ...describe(figure), bar, ok: figure.value >= bar, floor: true };
}

/** A figure without a bar. */
export function plain(figure: Figure): Row {
  return { ...describe(figure), bar: null, ok: true, floor: false };
}

function describe({ name, value, unit, reference }: Figure): Pick<Row, 'name' | 'value' | 'unit' | 'reference'> {
  return {
    name,
    value: shorten(value),
    unit,
    reference: reference ? { ...reference, value: shorten(reference.value) } : null,
  };
}

/** Four digits say all that one run can tell. */
function shorten(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
}
