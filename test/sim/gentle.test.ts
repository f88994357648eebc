/** A bounded number of gentle seeds; `npm run nightly` runs ten thousand, `MCP_SIM_SEEDS` sets another number. */
import { it } from "node:test";
import { simulateMany } from "./simulate-many.ts";

it("every invariant holds in gentle simulations", async () => {
  await simulateMany("gentle", Number(process.env["MCP_SIM_SEEDS"] ?? 250));
});
