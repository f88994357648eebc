/** A bounded number of wild seeds; `npm run nightly` runs ten thousand, `MCP_SIM_SEEDS` sets another number. */
import { it } from "node:test";
import { simulateMany } from "./simulate-many.ts";

it("every invariant holds in wild simulations", async () => {
  await simulateMany("wild", Number(process.env["MCP_SIM_SEEDS"] ?? 250));
});
