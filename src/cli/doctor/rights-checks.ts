/**
 * What the credentials in use allow, tested without a change: a read of a key that does not exist, and a write that the
 * bus must refuse because it names an impossible revision.
 */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";
import type { DesiredService } from "../../schemas/service/desired.ts";
import { hasCode } from "../../values/error.ts";

/** A valid name that nobody gives to a node or service. */
const PROBE = "mcp-doctor-probe";
const IMPOSSIBLE_REVISION = Number.MAX_SAFE_INTEGER;
const REMEDY = "name an operator's credentials: [bus] creds in mcp.toml";

/** @throws McpError for anything but a refusal */
export async function checkRights(bus: OperatorBus, author: string): Promise<DoctorCheck[]> {
  if (bus.reportsOnly)
    return [{ name: "may-read", result: "ok", message: "reports and events: a viewer's credentials" }];
  const [mayRead, mayWrite] = await Promise.all([
    isAllowed(() => bus.readDesired(PROBE, PROBE)),
    isAllowed(() => bus.writeDesired(probe(author), IMPOSSIBLE_REVISION)),
  ]);
  return [
    mayRead
      ? { name: "may-read", result: "ok", message: "desired state" }
      : { name: "may-read", result: "fail", message: "these credentials may not read desired state", remedy: REMEDY },
    mayWrite
      ? { name: "may-write", result: "ok", message: "desired state" }
      : {
          name: "may-write",
          result: "warn",
          message: "these credentials may read, but not change anything",
          remedy: REMEDY,
        },
  ];
}

async function isAllowed(attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt();
    return true;
  } catch (error) {
    if (hasCode(error, "E_CONFLICT")) return true; // the write was allowed, and refused for its revision
    if (hasCode(error, "E_REFUSED")) return false;
    throw error;
  }
}

/** Never stored; if it were, it would retire a service that does not exist. */
function probe(author: string): DesiredService {
  const names = { node: PROBE, service: PROBE, command: "doctor", author };
  return {
    version: 1,
    generation: 1,
    base: null,
    writeId: PROBE,
    at: new Date(0).toISOString(),
    absent: true,
    ...names,
  };
}
