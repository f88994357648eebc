/** Enrollments that die between two of their steps, as a killed process or a lost bus would have them. */
import type { AccountServer } from "../../src/bus/admin/account-server.ts";
import type { OperatorBus, OperatorFiles } from "../../src/bus/ports/operator-bus.ts";
import type { CliContext } from "../../src/cli/context/context.ts";
import { openAccounts, openBus } from "../../src/cli/open-bus.ts";
import type { EnrollSite } from "./enroll-site.ts";

export const STEPS_OF_ENROLLMENT = {
  add: ["before the push", "after the push", "before the bucket", "after the bucket", "before the record"],
  remove: [
    "before the push",
    "after the push",
    "before the record goes",
    "after the record went",
    "after the bucket went",
  ],
} as const;

export type DyingStep = (typeof STEPS_OF_ENROLLMENT)["add" | "remove"][number] | (typeof OPERATOR_STEPS)[number];

/** Of the removal of an operator. */
export const OPERATOR_STEPS = ["before the list", "after the list", "before the push", "after the push"] as const;

const died = () => {
  throw new Error("killed");
};

/** The ways to bus and accounts of a command that dies there. */
export function dyingAt(site: EnrollSite, step: DyingStep): Partial<CliContext> {
  const place = { config: `${site.dir}/mcp.toml`, env: { HOME: site.dir }, cwd: site.dir };
  const at = (wanted: DyingStep) => {
    if (step === wanted) died();
  };
  return {
    openAccounts: async (_config, creds) => {
      const accounts = await openAccounts(place, "alice@laptop", creds);
      return dyingAccounts(accounts, at);
    },
    openBus: async () => dyingBus(await openBus(place, "alice@laptop"), at),
  };
}

type At = (step: DyingStep) => void;

function dyingAccounts(accounts: AccountServer, at: At): AccountServer {
  return {
    ...accounts,
    push: async (jwt) => {
      at("before the push");
      await accounts.push(jwt);
      at("after the push");
    },
  };
}

function dyingBus(bus: OperatorBus, at: At): OperatorBus {
  return {
    ...bus,
    writeNode: async (record, revision) => {
      at("before the record");
      await bus.writeNode(record, revision);
    },
    writeRevocations: async (list, revision) => {
      at("before the list");
      await bus.writeRevocations(list, revision);
      at("after the list");
    },
    removeNode: async (node) => {
      at("before the record goes");
      await bus.removeNode(node);
      at("after the record went");
    },
    files: (node) => dyingFiles(bus.files(node), at),
  };
}

function dyingFiles(files: OperatorFiles, at: At): OperatorFiles {
  return {
    ...files,
    ensure: async () => {
      at("before the bucket");
      await files.ensure();
      at("after the bucket");
    },
    drop: async () => {
      await files.drop();
      at("after the bucket went");
    },
  };
}
