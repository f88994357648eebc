/** Seeds from 1 on, for a test: fails with the first one that breaks an invariant, shrunk to its fewest acts. */
import assert from "node:assert/strict";
import { actText } from "./acts.ts";
import type { Profile } from "./draw-schedule.ts";
import { shrink } from "./shrink.ts";
import { simulate } from "./simulate.ts";

export async function simulateMany(profile: Profile, seeds: number): Promise<void> {
  for (let seed = 1; seed <= seeds; seed++) {
    const { violation, acts } = await simulate({ seed, profile });
    if (violation === undefined) continue;
    const small = await shrink({ seed, profile, acts }, violation.rule);
    const command = `npm run sim -- --seed ${seed} --profile ${profile} --trace`;
    assert.fail(`${violation.rule}: ${violation.text}\n${small.acts.map(actText).join("\n")}\nreplay: ${command}`);
  }
}
