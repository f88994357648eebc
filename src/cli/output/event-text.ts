/** What an event says, in one line that names its service once. Pure. */
import type { McpEvent } from "../../schemas/wire/event.ts";
import { containerName } from "../../values/names.ts";

/** The message, with service and component in front of it unless the message names them. */
export function eventText({
  service,
  component,
  message,
}: Pick<McpEvent, "service" | "component" | "message">): string {
  if (service === undefined) return message;
  const subject = component === undefined ? service : `${service}/${component}`;
  const names = component === undefined ? [subject] : [subject, containerName(service, component)];
  return names.some((name) => isNamed(name, message)) ? message : `${subject}: ${message}`;
}

/** True where the message has the name as a whole: `web` is not in `web-api: missing`. */
function isNamed(name: string, message: string): boolean {
  const at = message.indexOf(name);
  if (at === -1) return false;
  const around = `${message[at - 1] ?? " "}${message[at + name.length] ?? " "}`;
  return !/[a-z0-9-]/.test(around) || isNamed(name, message.slice(at + name.length));
}
