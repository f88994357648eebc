/** Names of operators and of consumers of events, for completion. */
import type { CliContext } from "../context/context.ts";

/** Those whose credentials count, by the identity directory. @throws McpError where there is none */
export async function operatorsHere({ env, cwd, settings }: CliContext): Promise<string[]> {
  const { identityPath, openIdentityDir } = await import("../identity/identity-dir.ts");
  const { path: settingsPath } = await settings({ config: undefined });
  const dir = await openIdentityDir(identityPath({ env, cwd, settingsPath }));
  return (await dir.operators()).flatMap(({ name, removedAt }) => (removedAt === undefined ? [name] : []));
}

/** @throws McpError as connecting */
export async function consumersOnBus(context: CliContext): Promise<string[]> {
  const bus = await context.openBus({ config: undefined });
  try {
    return (await bus.listEventConsumers()).map(({ name }) => name);
  } finally {
    await bus.close();
  }
}
