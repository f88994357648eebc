import assert from "node:assert/strict";
import { it } from "node:test";
import { eventText } from "../../../../src/cli/output/event-text.ts";

it("names the service of an event once, whatever its message begins with", () => {
  const rows: readonly (readonly [message: string, shown: string, service?: string, component?: string])[] = [
    ["hello is running as desired", "hello is running as desired", "hello"],
    ["hello: not-running", "hello: not-running", "hello", "hello"],
    ["web-api: not-running", "web-api: not-running", "web", "api"],
    ["web/api did not come up", "web/api did not come up", "web", "api"],
    ["accepted web, generation 1", "accepted web, generation 1", "web"],
    ["a@b: deploy web@rift", "a@b: deploy web@rift", "web"],
    ["web-api is back", "web: web-api is back", "web"],
    ["web-api-2 and web-api ended", "web-api-2 and web-api ended", "web", "api"],
    ["no longer not-running", "web/api: no longer not-running", "web", "api"],
    ["podman answers again", "podman answers again"],
  ];
  for (const [message, shown, service, component] of rows) {
    const named = { ...(service && { service }), ...(component && { component }) };
    assert.equal(eventText({ message, ...named }), shown);
  }
});
