/** All values of a source that ends, in order. (`Array.fromAsync` is younger than Node 20.) */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}
