/** Every key that people write has a description, a valid example and a default that the file itself could say. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseAgentSettings } from "../../../src/agent/state/settings.ts";
import { parseDefinition } from "../../../src/cli/definition/read-definition.ts";
import { validateAuthSettings, validateCliSettings } from "../../../src/schemas/generated/validators.ts";
import {
  COMPONENT_KEY_DEFAULTS,
  HEALTH_KEY_DEFAULTS,
  SERVICE_KEY_DEFAULTS,
} from "../../../src/schemas/service/definition-defaults.ts";
import {
  COMPONENT_EXAMPLES,
  HEALTH_EXAMPLES,
  SERVICE_EXAMPLES,
} from "../../../src/schemas/service/definition-examples.ts";
import {
  AGENT_EXAMPLES,
  AUTH_EXAMPLES,
  CLI_EXAMPLES,
  NODE_ENTRY_EXAMPLES,
  ROLE_EXAMPLES,
} from "../../../src/schemas/settings/settings-examples.ts";
import { parseToml } from "../../../src/toml/parse-toml.ts";
import { tomlValue } from "../../../src/toml/toml-text.ts";

type Json = { readonly [key: string]: unknown };

const SCHEMAS = ["service-definition", "cli-settings", "agent-settings", "auth-settings", "desired-service"];

const tables = (value: unknown): Json[] =>
  typeof value !== "object" || value === null ? [] : [value as Json, ...Object.values(value).flatMap(tables)];

for (const name of SCHEMAS) {
  test(`every property of ${name}.json has a description`, () => {
    const schema = JSON.parse(readFileSync(`docs/schemas/${name}.json`, "utf8")) as Json;
    const withProperties = tables(schema).filter(
      ({ properties, type }) => type === "object" && properties !== undefined,
    );
    assert.ok(withProperties.length > 0);
    const silent = withProperties.flatMap(({ properties }) =>
      Object.entries(properties as Json).flatMap(([key, value]) => (/\S/.test(describe(value)) ? [] : [key])),
    );
    assert.deepEqual(silent, []);
  });
}

function describe(schema: unknown): string {
  return String((schema as Json)["description"] ?? "");
}

const lines = (examples: Readonly<Record<string, string>>, leaveOut: readonly string[] = []) =>
  Object.entries(examples).flatMap(([key, value]) => (leaveOut.includes(key) ? [] : [`${key} = ${value}`]));

const HEALTH_WAYS = ["cmd", "http", "tcp"] as const;

/** A definition with every example in it; a second component is what `depends_on` names. */
function definitionOf(way: (typeof HEALTH_WAYS)[number]): string {
  const others = HEALTH_WAYS.filter((one) => one !== way);
  return [
    ...lines(SERVICE_EXAMPLES, ["node", "components"]),
    SERVICE_EXAMPLES.components,
    ...lines(COMPONENT_EXAMPLES, ["health"]),
    `health = { ${lines(HEALTH_EXAMPLES, others).join(", ")} }`,
    "[[components]]",
    'name = "db"',
    `image = ${COMPONENT_EXAMPLES.image}`,
  ].join("\n");
}

test("the examples of a definition's keys make a valid definition", () => {
  for (const way of HEALTH_WAYS) {
    const { spec } = parseDefinition("web.toml", definitionOf(way));
    assert.equal(spec.components[0]?.health?.check.kind, way);
  }
  const one = definitionOf("cmd").replace(/^nodes = .*$/m, `node = ${SERVICE_EXAMPLES.node}`);
  assert.deepEqual(parseDefinition("web.toml", one).nodes, ["rift"]);
  const own = definitionOf("cmd").replace(/^health = .*$/m, `health = ${COMPONENT_EXAMPLES.health}`);
  assert.equal(parseDefinition("web.toml", own).spec.components[0]?.health?.check.kind, "http");
});

const written = (defaults: object) =>
  Object.entries(defaults).flatMap(([key, value]) => ("value" in value ? [[key, tomlValue(value.value)]] : []));

test("a definition that writes the defaults out means the same as one that leaves them out", () => {
  const bare = {
    service: ['name = "web"', 'node = "rift"'],
    component: ["[[components]]", 'name = "web"', `image = ${COMPONENT_EXAMPLES.image}`],
    health: ['cmd = ["true"]'],
  };
  const text = (service: string[], component: string[], health: string[]) =>
    [...bare.service, ...service, ...bare.component, ...component, `health = { ${health.join(", ")} }`].join("\n");
  const spelled = (defaults: object) => lines(Object.fromEntries(written(defaults)));
  const full = text(spelled(SERVICE_KEY_DEFAULTS), spelled(COMPONENT_KEY_DEFAULTS), [
    ...bare.health,
    ...spelled(HEALTH_KEY_DEFAULTS),
  ]);
  assert.match(full, /stop_timeout = "10s"/);
  assert.deepEqual(parseDefinition("web.toml", full).spec, parseDefinition("web.toml", text([], [], bare.health)).spec);
});

/** `key = value` lines first, then the sections. */
function settingsOf(examples: object): string {
  const entries = Object.entries(examples) as [string, string | Record<string, string>][];
  const plain = entries.flatMap(([key, value]) =>
    typeof value === "string" && !value.startsWith("[[") ? [[key, value]] : [],
  );
  const sections = entries.flatMap(([key, value]) => (typeof value === "string" ? [] : [`[${key}]`, ...lines(value)]));
  return [...lines(Object.fromEntries(plain)), ...sections].join("\n");
}

function dataOf(text: string): unknown {
  const parsed = parseToml(text);
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.document.data;
}

test("the examples of the settings' keys are valid", () => {
  const agent = parseAgentSettings({ path: "/etc/mcp/agent.toml", text: settingsOf(AGENT_EXAMPLES) }, {});
  assert.deepEqual([agent.node, agent.alerts.command], ["rift", ["/usr/local/bin/notify"]]);
  const cli = `${settingsOf(CLI_EXAMPLES)}\n${CLI_EXAMPLES.nodes}\n${lines(NODE_ENTRY_EXAMPLES).join("\n")}`;
  assert.ok(validateCliSettings(dataOf(cli)).success);
  const auth = `${settingsOf(AUTH_EXAMPLES)}\n[roles.user]\n${lines(ROLE_EXAMPLES).join("\n")}`;
  assert.ok(validateAuthSettings(dataOf(auth)).success);
});
