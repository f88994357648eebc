/** Which rows `--rows` asks for, by the names of the table: 8 or 8a is row 8; one measurement can fill several rows. */

interface Numbered {
  readonly id: string;
  /** Further numbers of the table that the same measurement fills. */
  readonly alsoFills?: readonly string[];
}

/** @param list the option's value: numbers with commas. @throws Error that names the rows there are */
export function selectRows<R extends Numbered>(list: string | undefined, rows: readonly R[]): readonly R[] {
  if (list === undefined) return rows;
  const asked = list.split(",").map((name) => name.trim());
  const unknown = asked.filter((name) => !rows.some((row) => isNamed(row, name)));
  if (unknown.length > 0) {
    throw new Error(`no row ${unknown.join(", ")}; the rows are ${rows.flatMap(numbersOf).join(", ")}`);
  }
  return rows.filter((row) => asked.some((name) => isNamed(row, name)));
}

const numbersOf = ({ id, alsoFills = [] }: Numbered): string[] => [id, ...alsoFills];
/** A letter after the number tells several figures of one row apart. */
const isNamed = (row: Numbered, name: string) => numbersOf(row).includes(name.replace(/[a-z]$/, ""));
