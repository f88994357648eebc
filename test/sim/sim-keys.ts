/** The keys of the people in all simulations: making one takes longer than a minute of simulated time. */
import { issuerKey, operatorOf, type TestOperator } from "../helpers/operator-keys.ts";
import { OPERATORS, type OperatorId } from "./acts.ts";

export const ISSUER = issuerKey();

const KEYS: ReadonlyMap<OperatorId, TestOperator> = new Map(
  OPERATORS.map((name) => [name, operatorOf(ISSUER, { name })]),
);

export function keysOf(id: OperatorId): TestOperator {
  const keys = KEYS.get(id);
  if (keys === undefined) throw new Error(`there is no operator ${id}`);
  return keys;
}
