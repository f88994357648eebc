/** A valid example value, as TOML, for every key of a definition. Error hints, `mcp explain` and documents print these. */
import { CONTAINER_EXAMPLES } from "../container/rows.ts";
import type { ComponentDefinition, HealthDefinition, ServiceDefinition } from "./definition.ts";

type Examples<T> = { readonly [K in keyof T]-?: string };

export const SERVICE_EXAMPLES: Examples<ServiceDefinition> = {
  name: '"web"',
  node: '"rift"',
  nodes: '["rift", "orion"]',
  active: "true",
  drift: '"repair"',
  components: "[[components]]",
};

export const COMPONENT_EXAMPLES: Examples<ComponentDefinition> = {
  name: '"api"',
  image: '"registry.example.net/web:v1.0.0"',
  network: '"mcpnet"',
  user: '"0:0"',
  restart: '"unless-stopped"',
  ports: '["127.0.0.1:8443:8443"]',
  volumes: '["/srv/web:/srv/web"]',
  cmd: '["server", "--verbose"]',
  env: '["LOG=info"]',
  depends_on: '["db"]',
  memory: '"512m"',
  cpus: "1.5",
  read_only: "true",
  cap_drop: '["all"]',
  labels: '{ team = "core" }',
  stop_timeout: '"10s"',
  min_up: '"2s"',
  overlap: "false",
  pull: '"missing"',
  health: '{ http = "http://127.0.0.1:8443/healthz" }',
  ...CONTAINER_EXAMPLES,
};

export const HEALTH_EXAMPLES: Examples<HealthDefinition> = {
  cmd: '["/bin/check"]',
  http: '"http://127.0.0.1:8443/healthz"',
  tcp: '"127.0.0.1:8443"',
  interval: '"10s"',
  timeout: '"3s"',
  retries: "3",
  start_period: '"0s"',
  on_unhealthy: '"restart"',
};
