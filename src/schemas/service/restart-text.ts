/** Restart policies as people write them: `no`, `always`, `unless-stopped`, `on-failure[:N]`. */
import { nearest } from "../../values/nearest.ts";
import type { Parsed } from "../../values/parsed.ts";
import type { RestartSpec } from "./spec.ts";

const POLICIES = ["no", "always", "unless-stopped", "on-failure"] as const;
const FORMS = "no, always, unless-stopped, on-failure or on-failure:N";

export function parseRestart(text: string): Parsed<RestartSpec> {
  const [word = "", count, ...rest] = text.split(":");
  const policy = POLICIES.find((known) => known === word);
  const retries = count !== undefined && /^[1-9]\d{0,5}$/.test(count) ? Number(count) : undefined;
  if (policy === undefined || rest.length > 0) {
    const near = nearest(word, POLICIES);
    return { wrong: `"${text}" is not one of ${FORMS}`, ...(near === undefined ? {} : { instead: `"${near}"` }) };
  }
  if (count === undefined) return { value: { policy } };
  if (policy !== "on-failure") return { wrong: `only on-failure takes a number`, instead: `"${policy}"` };
  if (retries === undefined)
    return { wrong: `"${count}" is not a number of restarts (from 1)`, example: '"on-failure:5"' };
  return { value: { policy, retries } };
}

export function formatRestart({ policy, retries }: RestartSpec): string {
  return retries === undefined ? policy : `${policy}:${retries}`;
}
