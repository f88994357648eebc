/** The same context with one choice of settings for all, where the code that gets it asks for none itself. */
import type { CliContext, SettingsChoice } from "./context.ts";

export function withChoice(context: CliContext, { config, context: name }: SettingsChoice): CliContext {
  const chosen = { config, context: name };
  return {
    ...context,
    settings: (choice) => context.settings({ ...choice, ...chosen }),
    openBus: (choice, own) => context.openBus({ ...choice, ...chosen }, own),
  };
}
