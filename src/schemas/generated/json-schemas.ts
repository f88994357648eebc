import type { ServiceDefinition } from "../definition.ts";
import type { DesiredService, NodeIndex } from "../desired.ts";
import type { McpEvent } from "../event.ts";
import type * as output from "../json-output.ts";
import type { ObservedService } from "../observed.ts";
import type { NodeRecord, Presence } from "../presence.ts";
import type { AgentReply, AgentRequest } from "../request.ts";
import type { AgentSettingsFile, CliSettingsFile } from "../settings-file.ts";
export const serviceDefinition = {
    version: "3.1",
    components: {
        schemas: {
            ServiceDefinition: {
                type: "object",
                properties: {
                    name: {
                        type: "string"
                    },
                    node: {
                        type: "string",
                        description: "The node it runs on; `nodes` for the same on several."
                    },
                    nodes: {
                        type: "array",
                        items: {
                            type: "string"
                        }
                    },
                    active: {
                        type: "boolean"
                    },
                    drift: {
                        oneOf: [
                            {
                                "const": "repair"
                            },
                            {
                                "const": "report"
                            },
                            {
                                "const": "ignore"
                            }
                        ]
                    },
                    components: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/ComponentDefinition"
                        }
                    }
                },
                required: [
                    "name",
                    "components"
                ]
            },
            ComponentDefinition: {
                type: "object",
                properties: {
                    name: {
                        type: "string"
                    },
                    image: {
                        type: "string",
                        description: "With an explicit tag or digest, e.g. `registry.example.net/web:v1.0.0`."
                    },
                    network: {
                        type: "string",
                        description: "A podman network; created when missing."
                    },
                    user: {
                        type: "string",
                        description: "`uid[:gid]` or `name[:group]` in the container."
                    },
                    restart: {
                        type: "string",
                        description: "`no`, `on-failure[:N]`, `always` or `unless-stopped` (the default)."
                    },
                    ports: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        description: "`[addr:]host:container[/tcp|udp]`."
                    },
                    volumes: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        description: "`host:container[:ro|rw|z|Z|U]`, or `name:container` for a podman volume."
                    },
                    cmd: {
                        type: "array",
                        items: {
                            type: "string"
                        }
                    },
                    env: {
                        oneOf: [
                            {
                                type: "array",
                                items: {
                                    type: "string"
                                }
                            },
                            {
                                type: "object",
                                properties: {},
                                required: [],
                                additionalProperties: {
                                    type: "string"
                                }
                            }
                        ],
                        description: "`[\"KEY=VALUE\"]` or a table."
                    },
                    depends_on: {
                        type: "array",
                        items: {
                            type: "string"
                        }
                    },
                    memory: {
                        type: "string",
                        description: "`512m`, `1g`, or bytes."
                    },
                    cpus: {
                        type: "number"
                    },
                    read_only: {
                        type: "boolean"
                    },
                    cap_drop: {
                        type: "array",
                        items: {
                            type: "string"
                        }
                    },
                    labels: {
                        type: "object",
                        properties: {},
                        required: [],
                        additionalProperties: {
                            type: "string"
                        }
                    },
                    stop_timeout: {
                        type: "string"
                    },
                    min_up: {
                        type: "string"
                    },
                    overlap: {
                        type: "boolean"
                    },
                    pull: {
                        oneOf: [
                            {
                                "const": "missing"
                            },
                            {
                                "const": "always"
                            }
                        ]
                    },
                    health: {
                        $ref: "#/components/schemas/HealthDefinition"
                    }
                },
                required: [
                    "name",
                    "image"
                ]
            },
            HealthDefinition: {
                type: "object",
                properties: {
                    cmd: {
                        type: "array",
                        items: {
                            type: "string"
                        }
                    },
                    http: {
                        type: "string"
                    },
                    tcp: {
                        type: "string"
                    },
                    interval: {
                        type: "string"
                    },
                    timeout: {
                        type: "string"
                    },
                    retries: {
                        type: "number"
                    },
                    start_period: {
                        type: "string"
                    },
                    on_unhealthy: {
                        oneOf: [
                            {
                                "const": "report"
                            },
                            {
                                "const": "restart"
                            }
                        ]
                    }
                },
                required: [],
                description: "A service definition exactly as people write it in TOML. Typia checks types and unknown keys against these; the\nrules that a type cannot say (names, references, ports \u2026) are the CLI's, in cli/definition."
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/ServiceDefinition"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const cliSettings = {
    version: "3.1",
    components: {
        schemas: {
            CliSettingsFile: {
                type: "object",
                properties: {
                    services: {
                        type: "object",
                        properties: {
                            dir: {
                                type: "string"
                            }
                        },
                        required: []
                    },
                    bus: {
                        $ref: "#/components/schemas/BusSection"
                    },
                    mcias: {
                        type: "object",
                        properties: {
                            server_url: {
                                type: "string"
                            },
                            service_name: {
                                type: "string"
                            },
                            ca_cert: {
                                type: "string"
                            },
                            tags: {
                                type: "array",
                                items: {
                                    type: "string"
                                }
                            }
                        },
                        required: []
                    },
                    auth: {
                        type: "object",
                        properties: {
                            token_path: {
                                type: "string"
                            }
                        },
                        required: []
                    },
                    nodes: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/NodeEntry"
                        }
                    }
                },
                required: []
            },
            BusSection: {
                type: "object",
                properties: {
                    servers: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        description: "Several: a cluster."
                    },
                    creds: {
                        type: "string",
                        description: "File with the credentials."
                    },
                    ca: {
                        type: "string",
                        description: "File with the certificates of the authority that the servers' certificates come from."
                    }
                },
                required: [],
                description: "The settings files exactly as people write them in TOML: `mcp.toml` on a workstation, `agent.toml` on a node. Typia\nchecks types and unknown keys against these. Every key can be overridden from the environment (settings-keys.ts)."
            },
            NodeEntry: {
                type: "object",
                properties: {
                    name: {
                        type: "string"
                    },
                    address: {
                        type: "string",
                        description: "A note for people; nothing connects to it."
                    }
                },
                required: [
                    "name"
                ]
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/CliSettingsFile"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const agentSettings = {
    version: "3.1",
    components: {
        schemas: {
            AgentSettingsFile: {
                type: "object",
                properties: {
                    node: {
                        type: "string",
                        description: "The node's name; without it the environment must give it."
                    },
                    bus: {
                        $ref: "#/components/schemas/BusSection"
                    },
                    trust: {
                        type: "object",
                        properties: {
                            signers: {
                                type: "array",
                                items: {
                                    type: "string"
                                }
                            }
                        },
                        required: []
                    },
                    store: {
                        type: "object",
                        properties: {
                            path: {
                                type: "string"
                            }
                        },
                        required: []
                    },
                    podman: {
                        type: "object",
                        properties: {
                            socket: {
                                type: "string"
                            }
                        },
                        required: []
                    },
                    files: {
                        type: "object",
                        properties: {
                            root: {
                                type: "string"
                            },
                            max_size: {
                                type: "string"
                            }
                        },
                        required: []
                    },
                    reconcile: {
                        type: "object",
                        properties: {
                            sweep: {
                                type: "string"
                            },
                            parallel: {
                                type: "number"
                            }
                        },
                        required: []
                    },
                    alerts: {
                        type: "object",
                        properties: {
                            command: {
                                type: "array",
                                items: {
                                    type: "string"
                                }
                            },
                            "for": {
                                type: "string"
                            },
                            cooldown: {
                                type: "string"
                            }
                        },
                        required: []
                    },
                    log: {
                        type: "object",
                        properties: {
                            level: {
                                $ref: "#/components/schemas/LogLevel"
                            }
                        },
                        required: []
                    }
                },
                required: []
            },
            BusSection: {
                type: "object",
                properties: {
                    servers: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        description: "Several: a cluster."
                    },
                    creds: {
                        type: "string",
                        description: "File with the credentials."
                    },
                    ca: {
                        type: "string",
                        description: "File with the certificates of the authority that the servers' certificates come from."
                    }
                },
                required: [],
                description: "The settings files exactly as people write them in TOML: `mcp.toml` on a workstation, `agent.toml` on a node. Typia\nchecks types and unknown keys against these. Every key can be overridden from the environment (settings-keys.ts)."
            },
            LogLevel: {
                oneOf: [
                    {
                        "const": "debug"
                    },
                    {
                        "const": "info"
                    },
                    {
                        "const": "warn"
                    },
                    {
                        "const": "error"
                    }
                ]
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/AgentSettingsFile"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const desiredService = {
    version: "3.1",
    components: {
        schemas: {
            DesiredService: {
                oneOf: [
                    {
                        $ref: "#/components/schemas/DesiredPresent"
                    },
                    {
                        $ref: "#/components/schemas/Tombstone"
                    }
                ]
            },
            DesiredPresent: {
                type: "object",
                properties: {
                    spec: {
                        $ref: "#/components/schemas/ServiceSpec",
                        readOnly: true
                    },
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    service: {
                        type: "string",
                        readOnly: true
                    },
                    generation: {
                        type: "number",
                        description: "Raised by every change; an integer from 1.",
                        readOnly: true
                    },
                    base: {
                        oneOf: [
                            {
                                type: "null"
                            },
                            {
                                $ref: "#/components/schemas/StateRef"
                            }
                        ],
                        description: "The state this one was written upon; null for the first.",
                        readOnly: true
                    },
                    force: {
                        $ref: "#/components/schemas/StateRef",
                        description: "Set by `--force`: the accepted state that the author knowingly overrides.",
                        readOnly: true
                    },
                    writeId: {
                        type: "string",
                        description: "Random; tells after a time-out whether one's own write landed.",
                        readOnly: true
                    },
                    author: {
                        type: "string",
                        description: "Who wrote it: `user@workstation`.",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        description: "ISO 8601; for people, never for ordering.",
                        readOnly: true
                    },
                    command: {
                        type: "string",
                        description: "The command that wrote it: `deploy`, `stop` \u2026",
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "spec",
                    "version",
                    "node",
                    "service",
                    "generation",
                    "base",
                    "writeId",
                    "author",
                    "at",
                    "command"
                ]
            },
            ServiceSpec: {
                type: "object",
                properties: {
                    name: {
                        type: "string",
                        readOnly: true
                    },
                    active: {
                        type: "boolean",
                        readOnly: true
                    },
                    drift: {
                        $ref: "#/components/schemas/DriftPolicy",
                        readOnly: true
                    },
                    components: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/ComponentSpec"
                        },
                        readOnly: true
                    }
                },
                required: [
                    "name",
                    "active",
                    "drift",
                    "components"
                ]
            },
            DriftPolicy: {
                oneOf: [
                    {
                        "const": "repair"
                    },
                    {
                        "const": "report"
                    },
                    {
                        "const": "ignore"
                    }
                ],
                description: "What the agent does about drift: mend it, tell of it, or keep quiet."
            },
            ComponentSpec: {
                type: "object",
                properties: {
                    name: {
                        type: "string",
                        readOnly: true
                    },
                    image: {
                        type: "string",
                        readOnly: true
                    },
                    network: {
                        type: "string",
                        readOnly: true
                    },
                    user: {
                        type: "string",
                        readOnly: true
                    },
                    restart: {
                        $ref: "#/components/schemas/RestartSpec",
                        readOnly: true
                    },
                    ports: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/PortSpec"
                        },
                        readOnly: true
                    },
                    volumes: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/VolumeSpec"
                        },
                        readOnly: true
                    },
                    cmd: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        description: "Replaces the image's command; empty keeps it.",
                        readOnly: true
                    },
                    env: {
                        $ref: "#/components/schemas/ReadonlyRecordstringstring",
                        readOnly: true
                    },
                    dependsOn: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        readOnly: true
                    },
                    memoryBytes: {
                        type: "number",
                        readOnly: true
                    },
                    cpus: {
                        type: "number",
                        readOnly: true
                    },
                    readOnly: {
                        type: "boolean",
                        readOnly: true
                    },
                    capDrop: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        readOnly: true
                    },
                    labels: {
                        $ref: "#/components/schemas/ReadonlyRecordstringstring",
                        readOnly: true
                    },
                    stopTimeoutMs: {
                        type: "number",
                        readOnly: true
                    },
                    minUpMs: {
                        type: "number",
                        description: "How long a new container must run undisturbed before it counts as up.",
                        readOnly: true
                    },
                    overlap: {
                        type: "boolean",
                        description: "The application allows old and new side by side although they share a writable volume.",
                        readOnly: true
                    },
                    pull: {
                        oneOf: [
                            {
                                "const": "missing"
                            },
                            {
                                "const": "always"
                            }
                        ],
                        readOnly: true
                    },
                    health: {
                        $ref: "#/components/schemas/HealthSpec",
                        readOnly: true
                    }
                },
                required: [
                    "name",
                    "image",
                    "restart",
                    "ports",
                    "volumes",
                    "cmd",
                    "env",
                    "dependsOn",
                    "readOnly",
                    "capDrop",
                    "labels",
                    "stopTimeoutMs",
                    "minUpMs",
                    "overlap",
                    "pull"
                ]
            },
            RestartSpec: {
                type: "object",
                properties: {
                    policy: {
                        oneOf: [
                            {
                                "const": "always"
                            },
                            {
                                "const": "no"
                            },
                            {
                                "const": "on-failure"
                            },
                            {
                                "const": "unless-stopped"
                            }
                        ],
                        readOnly: true
                    },
                    retries: {
                        type: "number",
                        description: "`on-failure:N`; absent means without limit.",
                        readOnly: true
                    }
                },
                required: [
                    "policy"
                ]
            },
            PortSpec: {
                type: "object",
                properties: {
                    hostAddress: {
                        type: "string",
                        description: "Address on the node; absent means every address.",
                        readOnly: true
                    },
                    hostPort: {
                        type: "number",
                        readOnly: true
                    },
                    containerPort: {
                        type: "number",
                        readOnly: true
                    },
                    protocol: {
                        oneOf: [
                            {
                                "const": "tcp"
                            },
                            {
                                "const": "udp"
                            }
                        ],
                        readOnly: true
                    }
                },
                required: [
                    "hostPort",
                    "containerPort",
                    "protocol"
                ]
            },
            VolumeSpec: {
                type: "object",
                properties: {
                    kind: {
                        oneOf: [
                            {
                                "const": "bind"
                            },
                            {
                                "const": "volume"
                            }
                        ],
                        readOnly: true
                    },
                    source: {
                        type: "string",
                        description: "Absolute path on the node, or the name of a podman volume.",
                        readOnly: true
                    },
                    target: {
                        type: "string",
                        description: "Absolute path in the container.",
                        readOnly: true
                    },
                    readOnly: {
                        type: "boolean",
                        readOnly: true
                    },
                    options: {
                        type: "array",
                        items: {
                            oneOf: [
                                {
                                    "const": "z"
                                },
                                {
                                    "const": "Z"
                                },
                                {
                                    "const": "U"
                                }
                            ]
                        },
                        description: "SELinux relabelling (`z` shared, `Z` private) and `U` (chown to the container's user), sorted.",
                        readOnly: true
                    }
                },
                required: [
                    "kind",
                    "source",
                    "target",
                    "readOnly",
                    "options"
                ]
            },
            ReadonlyRecordstringstring: {
                type: "object",
                properties: {},
                required: [],
                description: "Make all properties in T readonly",
                additionalProperties: {
                    type: "string"
                }
            },
            HealthSpec: {
                type: "object",
                properties: {
                    check: {
                        $ref: "#/components/schemas/HealthCheck",
                        readOnly: true
                    },
                    intervalMs: {
                        type: "number",
                        readOnly: true
                    },
                    timeoutMs: {
                        type: "number",
                        readOnly: true
                    },
                    retries: {
                        type: "number",
                        description: "Failures in a row that make a container unhealthy.",
                        readOnly: true
                    },
                    startPeriodMs: {
                        type: "number",
                        description: "Failures within this time of the start do not count.",
                        readOnly: true
                    },
                    onUnhealthy: {
                        oneOf: [
                            {
                                "const": "report"
                            },
                            {
                                "const": "restart"
                            }
                        ],
                        readOnly: true
                    }
                },
                required: [
                    "check",
                    "intervalMs",
                    "timeoutMs",
                    "retries",
                    "startPeriodMs",
                    "onUnhealthy"
                ]
            },
            HealthCheck: {
                oneOf: [
                    {
                        type: "object",
                        properties: {
                            kind: {
                                "const": "cmd",
                                readOnly: true
                            },
                            cmd: {
                                type: "array",
                                items: {
                                    type: "string"
                                },
                                readOnly: true
                            }
                        },
                        required: [
                            "kind",
                            "cmd"
                        ]
                    },
                    {
                        type: "object",
                        properties: {
                            kind: {
                                "const": "http",
                                readOnly: true
                            },
                            url: {
                                type: "string",
                                readOnly: true
                            }
                        },
                        required: [
                            "kind",
                            "url"
                        ]
                    },
                    {
                        type: "object",
                        properties: {
                            kind: {
                                "const": "tcp",
                                readOnly: true
                            },
                            address: {
                                type: "string",
                                readOnly: true
                            }
                        },
                        required: [
                            "kind",
                            "address"
                        ]
                    }
                ]
            },
            StateRef: {
                type: "object",
                properties: {
                    generation: {
                        type: "number",
                        readOnly: true
                    },
                    hash: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "generation",
                    "hash"
                ],
                description: "One state of one service: its generation and the hash of its document (spec-hash.ts)."
            },
            Tombstone: {
                type: "object",
                properties: {
                    absent: {
                        "const": true,
                        readOnly: true
                    },
                    retired: {
                        $ref: "#/components/schemas/ServiceSpec",
                        description: "What it retires: gives the order in which to stop, and what a later rollback can bring back.",
                        readOnly: true
                    },
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    service: {
                        type: "string",
                        readOnly: true
                    },
                    generation: {
                        type: "number",
                        description: "Raised by every change; an integer from 1.",
                        readOnly: true
                    },
                    base: {
                        oneOf: [
                            {
                                type: "null"
                            },
                            {
                                $ref: "#/components/schemas/StateRef"
                            }
                        ],
                        description: "The state this one was written upon; null for the first.",
                        readOnly: true
                    },
                    force: {
                        $ref: "#/components/schemas/StateRef",
                        description: "Set by `--force`: the accepted state that the author knowingly overrides.",
                        readOnly: true
                    },
                    writeId: {
                        type: "string",
                        description: "Random; tells after a time-out whether one's own write landed.",
                        readOnly: true
                    },
                    author: {
                        type: "string",
                        description: "Who wrote it: `user@workstation`.",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        description: "ISO 8601; for people, never for ordering.",
                        readOnly: true
                    },
                    command: {
                        type: "string",
                        description: "The command that wrote it: `deploy`, `stop` \u2026",
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "absent",
                    "version",
                    "node",
                    "service",
                    "generation",
                    "base",
                    "writeId",
                    "author",
                    "at",
                    "command"
                ],
                description: "Says that the service shall be gone: its containers are stopped and removed, its data is not."
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/DesiredService"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const nodeIndex = {
    version: "3.1",
    components: {
        schemas: {
            NodeIndex: {
                type: "object",
                properties: {
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    services: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        readOnly: true
                    }
                },
                required: [
                    "version",
                    "node",
                    "services"
                ],
                description: "The value under `<node>._index`: the services that have a key. A service missing here is never removed for it."
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/NodeIndex"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const observedService = {
    version: "3.1",
    components: {
        schemas: {
            ObservedService: {
                type: "object",
                properties: {
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    service: {
                        type: "string",
                        readOnly: true
                    },
                    boot: {
                        type: "string",
                        description: "The agent's boot nonce and a counter that rises with each report of that boot.",
                        readOnly: true
                    },
                    report: {
                        type: "number",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        readOnly: true
                    },
                    accepted: {
                        oneOf: [
                            {
                                type: "null"
                            },
                            {
                                $ref: "#/components/schemas/StateRef"
                            }
                        ],
                        description: "The highest state the node accepted; null before the first.",
                        readOnly: true
                    },
                    appliedGeneration: {
                        type: "number",
                        description: "The last generation fully applied; 0 before the first.",
                        readOnly: true
                    },
                    state: {
                        $ref: "#/components/schemas/ServiceState",
                        readOnly: true
                    },
                    components: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/ObservedComponent"
                        },
                        readOnly: true
                    },
                    drift: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/OpenDrift"
                        },
                        readOnly: true
                    },
                    blocked: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/Blocked"
                        },
                        readOnly: true
                    },
                    failure: {
                        $ref: "#/components/schemas/Failure",
                        readOnly: true
                    },
                    steps: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/Step"
                        },
                        readOnly: true
                    },
                    regressed: {
                        type: "string",
                        description: "Set while the bus holds something this node does not accept: what, and why.",
                        readOnly: true
                    }
                },
                required: [
                    "version",
                    "node",
                    "service",
                    "boot",
                    "report",
                    "at",
                    "accepted",
                    "appliedGeneration",
                    "state",
                    "components",
                    "drift",
                    "blocked",
                    "steps"
                ]
            },
            StateRef: {
                type: "object",
                properties: {
                    generation: {
                        type: "number",
                        readOnly: true
                    },
                    hash: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "generation",
                    "hash"
                ],
                description: "One state of one service: its generation and the hash of its document (spec-hash.ts)."
            },
            ServiceState: {
                oneOf: [
                    {
                        "const": "converged"
                    },
                    {
                        "const": "progressing"
                    },
                    {
                        "const": "degraded"
                    },
                    {
                        "const": "blocked"
                    },
                    {
                        "const": "stopped"
                    },
                    {
                        "const": "removed"
                    }
                ],
                description: "converged: as desired \u00B7 progressing: being changed \u00B7 degraded: not as desired, the agent gave up or may not mend it \u00B7\nblocked: waits for something named \u00B7 stopped: inactive as desired \u00B7 removed: retired by a tombstone.\n(`pending`, not yet accepted, is what a reader concludes from generations; a node cannot say it.)"
            },
            ObservedComponent: {
                type: "object",
                properties: {
                    name: {
                        type: "string",
                        readOnly: true
                    },
                    state: {
                        $ref: "#/components/schemas/ContainerState",
                        readOnly: true
                    },
                    containerId: {
                        type: "string",
                        readOnly: true
                    },
                    containerName: {
                        type: "string",
                        readOnly: true
                    },
                    image: {
                        type: "string",
                        readOnly: true
                    },
                    startedAt: {
                        type: "string",
                        readOnly: true
                    },
                    exitCode: {
                        type: "number",
                        readOnly: true
                    },
                    restarts: {
                        type: "number",
                        readOnly: true
                    },
                    health: {
                        $ref: "#/components/schemas/HealthState",
                        readOnly: true
                    },
                    generation: {
                        type: "number",
                        description: "The generation that created the container.",
                        readOnly: true
                    }
                },
                required: [
                    "name",
                    "state"
                ]
            },
            ContainerState: {
                oneOf: [
                    {
                        "const": "missing"
                    },
                    {
                        "const": "running"
                    },
                    {
                        "const": "created"
                    },
                    {
                        "const": "exited"
                    },
                    {
                        "const": "paused"
                    },
                    {
                        "const": "stopping"
                    },
                    {
                        "const": "unknown"
                    }
                ]
            },
            HealthState: {
                oneOf: [
                    {
                        "const": "starting"
                    },
                    {
                        "const": "healthy"
                    },
                    {
                        "const": "unhealthy"
                    }
                ]
            },
            OpenDrift: {
                type: "object",
                properties: {
                    since: {
                        type: "string",
                        description: "ISO 8601: when this node first saw it.",
                        readOnly: true
                    },
                    repairs: {
                        type: "number",
                        description: "How often the agent has tried to mend it.",
                        readOnly: true
                    },
                    kind: {
                        $ref: "#/components/schemas/DriftKind",
                        readOnly: true
                    },
                    component: {
                        type: "string",
                        description: "Absent when it concerns no component that is desired (an orphan has the one its label names).",
                        readOnly: true
                    },
                    containerName: {
                        type: "string",
                        readOnly: true
                    },
                    differences: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/FieldDifference"
                        },
                        readOnly: true
                    }
                },
                required: [
                    "since",
                    "repairs",
                    "kind",
                    "differences"
                ],
                description: "An open drift, as reported."
            },
            DriftKind: {
                oneOf: [
                    {
                        "const": "missing"
                    },
                    {
                        "const": "unhealthy"
                    },
                    {
                        "const": "not-running"
                    },
                    {
                        "const": "unexpected"
                    },
                    {
                        "const": "outdated"
                    },
                    {
                        "const": "image-moved"
                    },
                    {
                        "const": "renamed"
                    },
                    {
                        "const": "conflict"
                    },
                    {
                        "const": "orphan"
                    },
                    {
                        "const": "unmanaged"
                    }
                ]
            },
            FieldDifference: {
                type: "object",
                properties: {
                    field: {
                        type: "string",
                        readOnly: true
                    },
                    want: {
                        type: "string",
                        readOnly: true
                    },
                    have: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "field",
                    "want",
                    "have"
                ],
                description: "One field that differs; values are shown to people, secrets are never among them."
            },
            Blocked: {
                type: "object",
                properties: {
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    reason: {
                        oneOf: [
                            {
                                "const": "name-taken"
                            },
                            {
                                "const": "port-taken"
                            },
                            {
                                "const": "dependency"
                            },
                            {
                                "const": "fight"
                            },
                            {
                                "const": "runtime"
                            },
                            {
                                "const": "failed"
                            },
                            {
                                "const": "backoff"
                            },
                            {
                                "const": "unsupported"
                            }
                        ],
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "reason",
                    "message"
                ]
            },
            Failure: {
                type: "object",
                properties: {
                    generation: {
                        type: "number",
                        readOnly: true
                    },
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        readOnly: true
                    },
                    code: {
                        type: "string",
                        description: "A code of error-codes.ts.",
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        readOnly: true
                    },
                    exitCode: {
                        type: "number",
                        readOnly: true
                    },
                    lines: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        description: "The container's own last lines.",
                        readOnly: true
                    },
                    previousServing: {
                        type: "boolean",
                        description: "True when the container that ran before serves on.",
                        readOnly: true
                    }
                },
                required: [
                    "generation",
                    "component",
                    "at",
                    "code",
                    "message",
                    "lines",
                    "previousServing"
                ],
                description: "Why a generation could not be brought up."
            },
            Step: {
                type: "object",
                properties: {
                    generation: {
                        type: "number",
                        readOnly: true
                    },
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    step: {
                        $ref: "#/components/schemas/StepName",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        readOnly: true
                    },
                    detail: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "generation",
                    "component",
                    "step",
                    "at"
                ],
                description: "One step of bringing a generation up, in order; what `mcp deploy` prints."
            },
            StepName: {
                oneOf: [
                    {
                        "const": "healthy"
                    },
                    {
                        "const": "pull"
                    },
                    {
                        "const": "create"
                    },
                    {
                        "const": "stop"
                    },
                    {
                        "const": "start"
                    },
                    {
                        "const": "wait"
                    },
                    {
                        "const": "up"
                    },
                    {
                        "const": "remove"
                    },
                    {
                        "const": "restore"
                    },
                    {
                        "const": "unchanged"
                    }
                ]
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/ObservedService"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const presence = {
    version: "3.1",
    components: {
        schemas: {
            Presence: {
                type: "object",
                properties: {
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    boot: {
                        type: "string",
                        description: "Random at each start of the agent.",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        readOnly: true
                    },
                    startedAt: {
                        type: "string",
                        readOnly: true
                    },
                    leaving: {
                        "const": true,
                        description: "True in the last message of an agent that was stopped properly.",
                        readOnly: true
                    },
                    agentVersion: {
                        type: "string",
                        readOnly: true
                    },
                    runtime: {
                        type: "object",
                        properties: {
                            name: {
                                "const": "podman",
                                readOnly: true
                            },
                            health: {
                                $ref: "#/components/schemas/RuntimeHealth",
                                readOnly: true
                            },
                            version: {
                                type: "string",
                                readOnly: true
                            }
                        },
                        required: [
                            "name",
                            "health"
                        ],
                        readOnly: true
                    },
                    host: {
                        type: "object",
                        properties: {
                            os: {
                                type: "string",
                                readOnly: true
                            },
                            arch: {
                                type: "string",
                                readOnly: true
                            },
                            kernel: {
                                type: "string",
                                readOnly: true
                            },
                            cpus: {
                                type: "number",
                                readOnly: true
                            },
                            load1: {
                                type: "number",
                                readOnly: true
                            },
                            memoryBytes: {
                                type: "number",
                                readOnly: true
                            },
                            memoryFreeBytes: {
                                type: "number",
                                readOnly: true
                            },
                            diskBytes: {
                                type: "number",
                                readOnly: true
                            },
                            diskFreeBytes: {
                                type: "number",
                                readOnly: true
                            },
                            uptimeSeconds: {
                                type: "number",
                                readOnly: true
                            }
                        },
                        required: [
                            "os",
                            "arch",
                            "kernel",
                            "cpus",
                            "load1",
                            "memoryBytes",
                            "memoryFreeBytes",
                            "uptimeSeconds"
                        ],
                        readOnly: true
                    },
                    services: {
                        type: "number",
                        readOnly: true
                    },
                    containers: {
                        type: "number",
                        readOnly: true
                    },
                    outbox: {
                        type: "number",
                        description: "Events not yet delivered.",
                        readOnly: true
                    }
                },
                required: [
                    "version",
                    "node",
                    "boot",
                    "at",
                    "startedAt",
                    "agentVersion",
                    "runtime",
                    "host",
                    "services",
                    "containers",
                    "outbox"
                ]
            },
            RuntimeHealth: {
                oneOf: [
                    {
                        "const": "ok"
                    },
                    {
                        "const": "hung"
                    },
                    {
                        "const": "unreachable"
                    }
                ]
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/Presence"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const nodeRecord = {
    version: "3.1",
    components: {
        schemas: {
            NodeRecord: {
                type: "object",
                properties: {
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    labels: {
                        $ref: "#/components/schemas/ReadonlyRecordstringstring",
                        readOnly: true
                    },
                    enrolledBy: {
                        type: "string",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "version",
                    "node",
                    "labels",
                    "enrolledBy",
                    "at"
                ]
            },
            ReadonlyRecordstringstring: {
                type: "object",
                properties: {},
                required: [],
                description: "Make all properties in T readonly",
                additionalProperties: {
                    type: "string"
                }
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/NodeRecord"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const event = {
    version: "3.1",
    components: {
        schemas: {
            McpEvent: {
                type: "object",
                properties: {
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    id: {
                        type: "string",
                        description: "Random; also the message id, so that a retry is no duplicate and nobody can guess it beforehand.",
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        description: "Node that reports it; `_` for an operator's own act.",
                        readOnly: true
                    },
                    sequence: {
                        type: "number",
                        description: "Rises by one with each event of a node: the order they were stored in. 0 for operators' acts.",
                        readOnly: true
                    },
                    kind: {
                        oneOf: [
                            {
                                "const": "healthy"
                            },
                            {
                                "const": "unhealthy"
                            },
                            {
                                "const": "agent-started"
                            },
                            {
                                "const": "agent-stopped"
                            },
                            {
                                "const": "desired-accepted"
                            },
                            {
                                "const": "desired-refused"
                            },
                            {
                                "const": "desired-regressed"
                            },
                            {
                                "const": "deploy-succeeded"
                            },
                            {
                                "const": "deploy-failed"
                            },
                            {
                                "const": "service-stopped"
                            },
                            {
                                "const": "service-started"
                            },
                            {
                                "const": "service-restarted"
                            },
                            {
                                "const": "service-removed"
                            },
                            {
                                "const": "drift-opened"
                            },
                            {
                                "const": "drift-closed"
                            },
                            {
                                "const": "drift-fight"
                            },
                            {
                                "const": "flapping"
                            },
                            {
                                "const": "sweep-found"
                            },
                            {
                                "const": "runtime-hung"
                            },
                            {
                                "const": "runtime-unreachable"
                            },
                            {
                                "const": "runtime-recovered"
                            },
                            {
                                "const": "runtime-empty"
                            },
                            {
                                "const": "store-rebuilt"
                            },
                            {
                                "const": "events-dropped"
                            },
                            {
                                "const": "operator-wrote"
                            }
                        ],
                        readOnly: true
                    },
                    severity: {
                        $ref: "#/components/schemas/Severity",
                        readOnly: true
                    },
                    service: {
                        type: "string",
                        readOnly: true
                    },
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        description: "One line for people.",
                        readOnly: true
                    },
                    generation: {
                        type: "number",
                        readOnly: true
                    },
                    author: {
                        type: "string",
                        readOnly: true
                    },
                    data: {
                        type: "object",
                        properties: {},
                        required: [],
                        description: "Facts for programs; differs by kind, documented in docs/events.md.",
                        additionalProperties: {
                            readOnly: true
                        },
                        readOnly: true
                    }
                },
                required: [
                    "version",
                    "id",
                    "node",
                    "sequence",
                    "kind",
                    "severity",
                    "at",
                    "message"
                ]
            },
            Severity: {
                oneOf: [
                    {
                        "const": "info"
                    },
                    {
                        "const": "error"
                    },
                    {
                        "const": "warning"
                    }
                ]
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/McpEvent"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const agentRequest = {
    version: "3.1",
    components: {
        schemas: {
            AgentRequest: {
                type: "object",
                properties: {
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    id: {
                        type: "string",
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        description: "Absent in a request to every node.",
                        readOnly: true
                    },
                    author: {
                        type: "string",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        readOnly: true
                    },
                    body: {
                        $ref: "#/components/schemas/RequestBody",
                        readOnly: true
                    }
                },
                required: [
                    "version",
                    "id",
                    "author",
                    "at",
                    "body"
                ]
            },
            RequestBody: {
                oneOf: [
                    {
                        type: "object",
                        properties: {
                            verb: {
                                "const": "ping",
                                readOnly: true
                            }
                        },
                        required: [
                            "verb"
                        ]
                    },
                    {
                        type: "object",
                        properties: {
                            verb: {
                                "const": "ps",
                                readOnly: true
                            }
                        },
                        required: [
                            "verb"
                        ]
                    },
                    {
                        type: "object",
                        properties: {
                            verb: {
                                "const": "floor",
                                readOnly: true
                            },
                            service: {
                                type: "string",
                                readOnly: true
                            }
                        },
                        required: [
                            "verb",
                            "service"
                        ]
                    },
                    {
                        type: "object",
                        properties: {
                            verb: {
                                "const": "restart",
                                readOnly: true
                            },
                            service: {
                                type: "string",
                                readOnly: true
                            },
                            component: {
                                type: "string",
                                readOnly: true
                            }
                        },
                        required: [
                            "verb",
                            "service"
                        ]
                    },
                    {
                        $ref: "#/components/schemas/LogsQuery"
                    },
                    {
                        type: "object",
                        properties: {
                            verb: {
                                "const": "renew",
                                readOnly: true
                            },
                            request: {
                                type: "string",
                                readOnly: true
                            }
                        },
                        required: [
                            "verb",
                            "request"
                        ]
                    },
                    {
                        type: "object",
                        properties: {
                            verb: {
                                "const": "cancel",
                                readOnly: true
                            },
                            request: {
                                type: "string",
                                readOnly: true
                            }
                        },
                        required: [
                            "verb",
                            "request"
                        ]
                    }
                ]
            },
            LogsQuery: {
                type: "object",
                properties: {
                    verb: {
                        "const": "logs",
                        readOnly: true
                    },
                    service: {
                        type: "string",
                        readOnly: true
                    },
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    follow: {
                        type: "boolean",
                        readOnly: true
                    },
                    tail: {
                        type: "number",
                        description: "Last lines of each component; absent means all.",
                        readOnly: true
                    },
                    sinceMs: {
                        type: "number",
                        description: "Unix milliseconds.",
                        readOnly: true
                    }
                },
                required: [
                    "verb",
                    "service",
                    "follow"
                ]
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/AgentRequest"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const agentReply = {
    version: "3.1",
    components: {
        schemas: {
            AgentReply: {
                type: "object",
                properties: {
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    id: {
                        type: "string",
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    sequence: {
                        type: "number",
                        description: "From 0, without gaps.",
                        readOnly: true
                    },
                    last: {
                        type: "boolean",
                        readOnly: true
                    },
                    body: {
                        $ref: "#/components/schemas/ReplyBody",
                        readOnly: true
                    },
                    error: {
                        $ref: "#/components/schemas/ReplyError",
                        readOnly: true
                    }
                },
                required: [
                    "version",
                    "id",
                    "node",
                    "sequence",
                    "last"
                ]
            },
            ReplyBody: {
                oneOf: [
                    {
                        type: "object",
                        properties: {
                            verb: {
                                "const": "ping",
                                readOnly: true
                            },
                            presence: {
                                $ref: "#/components/schemas/Presence",
                                readOnly: true
                            }
                        },
                        required: [
                            "verb",
                            "presence"
                        ]
                    },
                    {
                        type: "object",
                        properties: {
                            verb: {
                                "const": "ps",
                                readOnly: true
                            },
                            containers: {
                                type: "array",
                                items: {
                                    $ref: "#/components/schemas/LiveContainer"
                                },
                                readOnly: true
                            }
                        },
                        required: [
                            "verb",
                            "containers"
                        ]
                    },
                    {
                        type: "object",
                        properties: {
                            verb: {
                                "const": "floor",
                                readOnly: true
                            },
                            accepted: {
                                oneOf: [
                                    {
                                        type: "null"
                                    },
                                    {
                                        $ref: "#/components/schemas/StateRef"
                                    }
                                ],
                                readOnly: true
                            }
                        },
                        required: [
                            "verb",
                            "accepted"
                        ]
                    },
                    {
                        type: "object",
                        properties: {
                            verb: {
                                "const": "restart",
                                readOnly: true
                            },
                            component: {
                                type: "string",
                                readOnly: true
                            },
                            containerId: {
                                type: "string",
                                readOnly: true
                            }
                        },
                        required: [
                            "verb",
                            "component",
                            "containerId"
                        ]
                    },
                    {
                        type: "object",
                        properties: {
                            verb: {
                                "const": "logs",
                                readOnly: true
                            },
                            lines: {
                                type: "array",
                                items: {
                                    $ref: "#/components/schemas/LogLine"
                                },
                                readOnly: true
                            }
                        },
                        required: [
                            "verb",
                            "lines"
                        ]
                    },
                    {
                        type: "object",
                        properties: {
                            verb: {
                                "const": "done",
                                readOnly: true
                            }
                        },
                        required: [
                            "verb"
                        ]
                    }
                ]
            },
            Presence: {
                type: "object",
                properties: {
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    boot: {
                        type: "string",
                        description: "Random at each start of the agent.",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        readOnly: true
                    },
                    startedAt: {
                        type: "string",
                        readOnly: true
                    },
                    leaving: {
                        "const": true,
                        description: "True in the last message of an agent that was stopped properly.",
                        readOnly: true
                    },
                    agentVersion: {
                        type: "string",
                        readOnly: true
                    },
                    runtime: {
                        type: "object",
                        properties: {
                            name: {
                                "const": "podman",
                                readOnly: true
                            },
                            health: {
                                $ref: "#/components/schemas/RuntimeHealth",
                                readOnly: true
                            },
                            version: {
                                type: "string",
                                readOnly: true
                            }
                        },
                        required: [
                            "name",
                            "health"
                        ],
                        readOnly: true
                    },
                    host: {
                        type: "object",
                        properties: {
                            os: {
                                type: "string",
                                readOnly: true
                            },
                            arch: {
                                type: "string",
                                readOnly: true
                            },
                            kernel: {
                                type: "string",
                                readOnly: true
                            },
                            cpus: {
                                type: "number",
                                readOnly: true
                            },
                            load1: {
                                type: "number",
                                readOnly: true
                            },
                            memoryBytes: {
                                type: "number",
                                readOnly: true
                            },
                            memoryFreeBytes: {
                                type: "number",
                                readOnly: true
                            },
                            diskBytes: {
                                type: "number",
                                readOnly: true
                            },
                            diskFreeBytes: {
                                type: "number",
                                readOnly: true
                            },
                            uptimeSeconds: {
                                type: "number",
                                readOnly: true
                            }
                        },
                        required: [
                            "os",
                            "arch",
                            "kernel",
                            "cpus",
                            "load1",
                            "memoryBytes",
                            "memoryFreeBytes",
                            "uptimeSeconds"
                        ],
                        readOnly: true
                    },
                    services: {
                        type: "number",
                        readOnly: true
                    },
                    containers: {
                        type: "number",
                        readOnly: true
                    },
                    outbox: {
                        type: "number",
                        description: "Events not yet delivered.",
                        readOnly: true
                    }
                },
                required: [
                    "version",
                    "node",
                    "boot",
                    "at",
                    "startedAt",
                    "agentVersion",
                    "runtime",
                    "host",
                    "services",
                    "containers",
                    "outbox"
                ]
            },
            RuntimeHealth: {
                oneOf: [
                    {
                        "const": "ok"
                    },
                    {
                        "const": "hung"
                    },
                    {
                        "const": "unreachable"
                    }
                ]
            },
            LiveContainer: {
                type: "object",
                properties: {
                    id: {
                        type: "string",
                        readOnly: true
                    },
                    name: {
                        type: "string",
                        readOnly: true
                    },
                    service: {
                        type: "string",
                        description: "Absent for containers that are not ours.",
                        readOnly: true
                    },
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    image: {
                        type: "string",
                        readOnly: true
                    },
                    state: {
                        $ref: "#/components/schemas/ContainerState",
                        readOnly: true
                    },
                    startedAt: {
                        type: "string",
                        readOnly: true
                    },
                    exitCode: {
                        type: "number",
                        readOnly: true
                    },
                    health: {
                        $ref: "#/components/schemas/HealthState",
                        readOnly: true
                    }
                },
                required: [
                    "id",
                    "name",
                    "image",
                    "state"
                ]
            },
            ContainerState: {
                oneOf: [
                    {
                        "const": "missing"
                    },
                    {
                        "const": "running"
                    },
                    {
                        "const": "created"
                    },
                    {
                        "const": "exited"
                    },
                    {
                        "const": "paused"
                    },
                    {
                        "const": "stopping"
                    },
                    {
                        "const": "unknown"
                    }
                ]
            },
            HealthState: {
                oneOf: [
                    {
                        "const": "starting"
                    },
                    {
                        "const": "healthy"
                    },
                    {
                        "const": "unhealthy"
                    }
                ]
            },
            StateRef: {
                type: "object",
                properties: {
                    generation: {
                        type: "number",
                        readOnly: true
                    },
                    hash: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "generation",
                    "hash"
                ],
                description: "One state of one service: its generation and the hash of its document (spec-hash.ts)."
            },
            LogLine: {
                type: "object",
                properties: {
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    stream: {
                        oneOf: [
                            {
                                "const": "stdout"
                            },
                            {
                                "const": "stderr"
                            }
                        ],
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        description: "RFC 3339 with the runtime's precision; absent when the runtime gave none.",
                        readOnly: true
                    },
                    line: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "component",
                    "stream",
                    "line"
                ]
            },
            ReplyError: {
                type: "object",
                properties: {
                    code: {
                        type: "string",
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        readOnly: true
                    },
                    hint: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "code",
                    "message"
                ]
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/AgentReply"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const errorOutput = {
    version: "3.1",
    components: {
        schemas: {
            ErrorOutput: {
                type: "object",
                properties: {
                    error: {
                        type: "object",
                        properties: {
                            code: {
                                type: "string",
                                description: "A code of docs/errors.md.",
                                readOnly: true
                            },
                            message: {
                                type: "string",
                                readOnly: true
                            },
                            hint: {
                                type: "string",
                                readOnly: true
                            },
                            causes: {
                                type: "array",
                                items: {
                                    type: "string"
                                },
                                description: "Messages of what caused it, outermost first.",
                                readOnly: true
                            },
                            details: {
                                readOnly: true
                            },
                            stack: {
                                type: "string",
                                description: "Only of defects (E_BUG).",
                                readOnly: true
                            }
                        },
                        required: [
                            "code",
                            "message",
                            "hint",
                            "causes"
                        ],
                        readOnly: true
                    }
                },
                required: [
                    "error"
                ],
                description: "On stderr when a command fails; stdout then holds nothing, or the result as far as it goes."
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/ErrorOutput"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const listOutput = {
    version: "3.1",
    components: {
        schemas: {
            ListOutput: {
                type: "object",
                properties: {
                    services: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/ServiceStatus"
                        },
                        readOnly: true
                    }
                },
                required: [
                    "services"
                ],
                description: "`mcp list`."
            },
            ServiceStatus: {
                type: "object",
                properties: {
                    service: {
                        type: "string",
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    state: {
                        $ref: "#/components/schemas/ShownState",
                        readOnly: true
                    },
                    converged: {
                        type: "boolean",
                        description: "True only when the node is online and says that all is as desired.",
                        readOnly: true
                    },
                    reason: {
                        type: "string",
                        description: "Why it is not, in one line.",
                        readOnly: true
                    },
                    desired: {
                        type: "object",
                        properties: {
                            generation: {
                                type: "number",
                                readOnly: true
                            },
                            author: {
                                type: "string",
                                readOnly: true
                            },
                            at: {
                                type: "string",
                                readOnly: true
                            },
                            command: {
                                type: "string",
                                readOnly: true
                            },
                            message: {
                                type: "string",
                                readOnly: true
                            },
                            active: {
                                type: "boolean",
                                readOnly: true
                            },
                            retired: {
                                type: "boolean",
                                description: "True for a tombstone: the service shall be gone.",
                                readOnly: true
                            }
                        },
                        required: [
                            "generation",
                            "author",
                            "at",
                            "command",
                            "active",
                            "retired"
                        ],
                        description: "Absent when the bus holds no desired state although the node reports the service.",
                        readOnly: true
                    },
                    acceptedGeneration: {
                        type: "number",
                        readOnly: true
                    },
                    appliedGeneration: {
                        type: "number",
                        readOnly: true
                    },
                    pendingMs: {
                        type: "number",
                        description: "How long the newest desired state has been waiting to be accepted.",
                        readOnly: true
                    },
                    reportAgeMs: {
                        type: "number",
                        description: "Absent when the node never reported this service.",
                        readOnly: true
                    },
                    stale: {
                        type: "boolean",
                        description: "True when the report may be out of date: the node is not online, or its agent has restarted since.",
                        readOnly: true
                    },
                    liveness: {
                        $ref: "#/components/schemas/NodeLiveness",
                        readOnly: true
                    },
                    lastSeenMs: {
                        type: "number",
                        readOnly: true
                    },
                    components: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/ObservedComponent"
                        },
                        readOnly: true
                    },
                    drift: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/OpenDrift"
                        },
                        readOnly: true
                    },
                    blocked: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/Blocked"
                        },
                        readOnly: true
                    },
                    failure: {
                        $ref: "#/components/schemas/Failure",
                        readOnly: true
                    },
                    regressed: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "service",
                    "node",
                    "state",
                    "converged",
                    "stale",
                    "liveness",
                    "components",
                    "drift",
                    "blocked"
                ],
                description: "One service on one node: desired against observed."
            },
            ShownState: {
                oneOf: [
                    {
                        "const": "converged"
                    },
                    {
                        "const": "progressing"
                    },
                    {
                        "const": "degraded"
                    },
                    {
                        "const": "blocked"
                    },
                    {
                        "const": "stopped"
                    },
                    {
                        "const": "removed"
                    },
                    {
                        "const": "pending"
                    }
                ],
                description: "What a node says of a service, or `pending`: the node has not accepted the newest desired state yet."
            },
            NodeLiveness: {
                oneOf: [
                    {
                        "const": "online"
                    },
                    {
                        "const": "offline"
                    },
                    {
                        "const": "left"
                    },
                    {
                        "const": "never-seen"
                    }
                ],
                description: "online \u00B7 offline: no sign of life for too long \u00B7 left: its agent was stopped properly \u00B7 never-seen: enrolled, or\nnamed in a desired state, but no agent ever reported."
            },
            ObservedComponent: {
                type: "object",
                properties: {
                    name: {
                        type: "string",
                        readOnly: true
                    },
                    state: {
                        $ref: "#/components/schemas/ContainerState",
                        readOnly: true
                    },
                    containerId: {
                        type: "string",
                        readOnly: true
                    },
                    containerName: {
                        type: "string",
                        readOnly: true
                    },
                    image: {
                        type: "string",
                        readOnly: true
                    },
                    startedAt: {
                        type: "string",
                        readOnly: true
                    },
                    exitCode: {
                        type: "number",
                        readOnly: true
                    },
                    restarts: {
                        type: "number",
                        readOnly: true
                    },
                    health: {
                        $ref: "#/components/schemas/HealthState",
                        readOnly: true
                    },
                    generation: {
                        type: "number",
                        description: "The generation that created the container.",
                        readOnly: true
                    }
                },
                required: [
                    "name",
                    "state"
                ]
            },
            ContainerState: {
                oneOf: [
                    {
                        "const": "missing"
                    },
                    {
                        "const": "running"
                    },
                    {
                        "const": "created"
                    },
                    {
                        "const": "exited"
                    },
                    {
                        "const": "paused"
                    },
                    {
                        "const": "stopping"
                    },
                    {
                        "const": "unknown"
                    }
                ]
            },
            HealthState: {
                oneOf: [
                    {
                        "const": "starting"
                    },
                    {
                        "const": "healthy"
                    },
                    {
                        "const": "unhealthy"
                    }
                ]
            },
            OpenDrift: {
                type: "object",
                properties: {
                    since: {
                        type: "string",
                        description: "ISO 8601: when this node first saw it.",
                        readOnly: true
                    },
                    repairs: {
                        type: "number",
                        description: "How often the agent has tried to mend it.",
                        readOnly: true
                    },
                    kind: {
                        $ref: "#/components/schemas/DriftKind",
                        readOnly: true
                    },
                    component: {
                        type: "string",
                        description: "Absent when it concerns no component that is desired (an orphan has the one its label names).",
                        readOnly: true
                    },
                    containerName: {
                        type: "string",
                        readOnly: true
                    },
                    differences: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/FieldDifference"
                        },
                        readOnly: true
                    }
                },
                required: [
                    "since",
                    "repairs",
                    "kind",
                    "differences"
                ],
                description: "An open drift, as reported."
            },
            DriftKind: {
                oneOf: [
                    {
                        "const": "missing"
                    },
                    {
                        "const": "unhealthy"
                    },
                    {
                        "const": "not-running"
                    },
                    {
                        "const": "unexpected"
                    },
                    {
                        "const": "outdated"
                    },
                    {
                        "const": "image-moved"
                    },
                    {
                        "const": "renamed"
                    },
                    {
                        "const": "conflict"
                    },
                    {
                        "const": "orphan"
                    },
                    {
                        "const": "unmanaged"
                    }
                ]
            },
            FieldDifference: {
                type: "object",
                properties: {
                    field: {
                        type: "string",
                        readOnly: true
                    },
                    want: {
                        type: "string",
                        readOnly: true
                    },
                    have: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "field",
                    "want",
                    "have"
                ],
                description: "One field that differs; values are shown to people, secrets are never among them."
            },
            Blocked: {
                type: "object",
                properties: {
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    reason: {
                        oneOf: [
                            {
                                "const": "name-taken"
                            },
                            {
                                "const": "port-taken"
                            },
                            {
                                "const": "dependency"
                            },
                            {
                                "const": "fight"
                            },
                            {
                                "const": "runtime"
                            },
                            {
                                "const": "failed"
                            },
                            {
                                "const": "backoff"
                            },
                            {
                                "const": "unsupported"
                            }
                        ],
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "reason",
                    "message"
                ]
            },
            Failure: {
                type: "object",
                properties: {
                    generation: {
                        type: "number",
                        readOnly: true
                    },
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        readOnly: true
                    },
                    code: {
                        type: "string",
                        description: "A code of error-codes.ts.",
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        readOnly: true
                    },
                    exitCode: {
                        type: "number",
                        readOnly: true
                    },
                    lines: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        description: "The container's own last lines.",
                        readOnly: true
                    },
                    previousServing: {
                        type: "boolean",
                        description: "True when the container that ran before serves on.",
                        readOnly: true
                    }
                },
                required: [
                    "generation",
                    "component",
                    "at",
                    "code",
                    "message",
                    "lines",
                    "previousServing"
                ],
                description: "Why a generation could not be brought up."
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/ListOutput"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const statusOutput = {
    version: "3.1",
    components: {
        schemas: {
            StatusOutput: {
                type: "object",
                properties: {
                    converged: {
                        type: "boolean",
                        description: "True when every service shown has converged.",
                        readOnly: true
                    },
                    services: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/ServiceStatus"
                        },
                        readOnly: true
                    },
                    absent: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/NodeSighting"
                        },
                        description: "Nodes that are not online.",
                        readOnly: true
                    },
                    events: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/McpEvent"
                        },
                        description: "The newest last.",
                        readOnly: true
                    }
                },
                required: [
                    "converged",
                    "services",
                    "absent",
                    "events"
                ],
                description: "`mcp status`."
            },
            ServiceStatus: {
                type: "object",
                properties: {
                    service: {
                        type: "string",
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    state: {
                        $ref: "#/components/schemas/ShownState",
                        readOnly: true
                    },
                    converged: {
                        type: "boolean",
                        description: "True only when the node is online and says that all is as desired.",
                        readOnly: true
                    },
                    reason: {
                        type: "string",
                        description: "Why it is not, in one line.",
                        readOnly: true
                    },
                    desired: {
                        type: "object",
                        properties: {
                            generation: {
                                type: "number",
                                readOnly: true
                            },
                            author: {
                                type: "string",
                                readOnly: true
                            },
                            at: {
                                type: "string",
                                readOnly: true
                            },
                            command: {
                                type: "string",
                                readOnly: true
                            },
                            message: {
                                type: "string",
                                readOnly: true
                            },
                            active: {
                                type: "boolean",
                                readOnly: true
                            },
                            retired: {
                                type: "boolean",
                                description: "True for a tombstone: the service shall be gone.",
                                readOnly: true
                            }
                        },
                        required: [
                            "generation",
                            "author",
                            "at",
                            "command",
                            "active",
                            "retired"
                        ],
                        description: "Absent when the bus holds no desired state although the node reports the service.",
                        readOnly: true
                    },
                    acceptedGeneration: {
                        type: "number",
                        readOnly: true
                    },
                    appliedGeneration: {
                        type: "number",
                        readOnly: true
                    },
                    pendingMs: {
                        type: "number",
                        description: "How long the newest desired state has been waiting to be accepted.",
                        readOnly: true
                    },
                    reportAgeMs: {
                        type: "number",
                        description: "Absent when the node never reported this service.",
                        readOnly: true
                    },
                    stale: {
                        type: "boolean",
                        description: "True when the report may be out of date: the node is not online, or its agent has restarted since.",
                        readOnly: true
                    },
                    liveness: {
                        $ref: "#/components/schemas/NodeLiveness",
                        readOnly: true
                    },
                    lastSeenMs: {
                        type: "number",
                        readOnly: true
                    },
                    components: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/ObservedComponent"
                        },
                        readOnly: true
                    },
                    drift: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/OpenDrift"
                        },
                        readOnly: true
                    },
                    blocked: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/Blocked"
                        },
                        readOnly: true
                    },
                    failure: {
                        $ref: "#/components/schemas/Failure",
                        readOnly: true
                    },
                    regressed: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "service",
                    "node",
                    "state",
                    "converged",
                    "stale",
                    "liveness",
                    "components",
                    "drift",
                    "blocked"
                ],
                description: "One service on one node: desired against observed."
            },
            ShownState: {
                oneOf: [
                    {
                        "const": "converged"
                    },
                    {
                        "const": "progressing"
                    },
                    {
                        "const": "degraded"
                    },
                    {
                        "const": "blocked"
                    },
                    {
                        "const": "stopped"
                    },
                    {
                        "const": "removed"
                    },
                    {
                        "const": "pending"
                    }
                ],
                description: "What a node says of a service, or `pending`: the node has not accepted the newest desired state yet."
            },
            NodeLiveness: {
                oneOf: [
                    {
                        "const": "online"
                    },
                    {
                        "const": "offline"
                    },
                    {
                        "const": "left"
                    },
                    {
                        "const": "never-seen"
                    }
                ],
                description: "online \u00B7 offline: no sign of life for too long \u00B7 left: its agent was stopped properly \u00B7 never-seen: enrolled, or\nnamed in a desired state, but no agent ever reported."
            },
            ObservedComponent: {
                type: "object",
                properties: {
                    name: {
                        type: "string",
                        readOnly: true
                    },
                    state: {
                        $ref: "#/components/schemas/ContainerState",
                        readOnly: true
                    },
                    containerId: {
                        type: "string",
                        readOnly: true
                    },
                    containerName: {
                        type: "string",
                        readOnly: true
                    },
                    image: {
                        type: "string",
                        readOnly: true
                    },
                    startedAt: {
                        type: "string",
                        readOnly: true
                    },
                    exitCode: {
                        type: "number",
                        readOnly: true
                    },
                    restarts: {
                        type: "number",
                        readOnly: true
                    },
                    health: {
                        $ref: "#/components/schemas/HealthState",
                        readOnly: true
                    },
                    generation: {
                        type: "number",
                        description: "The generation that created the container.",
                        readOnly: true
                    }
                },
                required: [
                    "name",
                    "state"
                ]
            },
            ContainerState: {
                oneOf: [
                    {
                        "const": "missing"
                    },
                    {
                        "const": "running"
                    },
                    {
                        "const": "created"
                    },
                    {
                        "const": "exited"
                    },
                    {
                        "const": "paused"
                    },
                    {
                        "const": "stopping"
                    },
                    {
                        "const": "unknown"
                    }
                ]
            },
            HealthState: {
                oneOf: [
                    {
                        "const": "starting"
                    },
                    {
                        "const": "healthy"
                    },
                    {
                        "const": "unhealthy"
                    }
                ]
            },
            OpenDrift: {
                type: "object",
                properties: {
                    since: {
                        type: "string",
                        description: "ISO 8601: when this node first saw it.",
                        readOnly: true
                    },
                    repairs: {
                        type: "number",
                        description: "How often the agent has tried to mend it.",
                        readOnly: true
                    },
                    kind: {
                        $ref: "#/components/schemas/DriftKind",
                        readOnly: true
                    },
                    component: {
                        type: "string",
                        description: "Absent when it concerns no component that is desired (an orphan has the one its label names).",
                        readOnly: true
                    },
                    containerName: {
                        type: "string",
                        readOnly: true
                    },
                    differences: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/FieldDifference"
                        },
                        readOnly: true
                    }
                },
                required: [
                    "since",
                    "repairs",
                    "kind",
                    "differences"
                ],
                description: "An open drift, as reported."
            },
            DriftKind: {
                oneOf: [
                    {
                        "const": "missing"
                    },
                    {
                        "const": "unhealthy"
                    },
                    {
                        "const": "not-running"
                    },
                    {
                        "const": "unexpected"
                    },
                    {
                        "const": "outdated"
                    },
                    {
                        "const": "image-moved"
                    },
                    {
                        "const": "renamed"
                    },
                    {
                        "const": "conflict"
                    },
                    {
                        "const": "orphan"
                    },
                    {
                        "const": "unmanaged"
                    }
                ]
            },
            FieldDifference: {
                type: "object",
                properties: {
                    field: {
                        type: "string",
                        readOnly: true
                    },
                    want: {
                        type: "string",
                        readOnly: true
                    },
                    have: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "field",
                    "want",
                    "have"
                ],
                description: "One field that differs; values are shown to people, secrets are never among them."
            },
            Blocked: {
                type: "object",
                properties: {
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    reason: {
                        oneOf: [
                            {
                                "const": "name-taken"
                            },
                            {
                                "const": "port-taken"
                            },
                            {
                                "const": "dependency"
                            },
                            {
                                "const": "fight"
                            },
                            {
                                "const": "runtime"
                            },
                            {
                                "const": "failed"
                            },
                            {
                                "const": "backoff"
                            },
                            {
                                "const": "unsupported"
                            }
                        ],
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "reason",
                    "message"
                ]
            },
            Failure: {
                type: "object",
                properties: {
                    generation: {
                        type: "number",
                        readOnly: true
                    },
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        readOnly: true
                    },
                    code: {
                        type: "string",
                        description: "A code of error-codes.ts.",
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        readOnly: true
                    },
                    exitCode: {
                        type: "number",
                        readOnly: true
                    },
                    lines: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        description: "The container's own last lines.",
                        readOnly: true
                    },
                    previousServing: {
                        type: "boolean",
                        description: "True when the container that ran before serves on.",
                        readOnly: true
                    }
                },
                required: [
                    "generation",
                    "component",
                    "at",
                    "code",
                    "message",
                    "lines",
                    "previousServing"
                ],
                description: "Why a generation could not be brought up."
            },
            NodeSighting: {
                type: "object",
                properties: {
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    liveness: {
                        $ref: "#/components/schemas/NodeLiveness",
                        readOnly: true
                    },
                    lastSeenMs: {
                        type: "number",
                        description: "Age of its last sign of life by the bus's clock.",
                        readOnly: true
                    }
                },
                required: [
                    "node",
                    "liveness"
                ]
            },
            McpEvent: {
                type: "object",
                properties: {
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    id: {
                        type: "string",
                        description: "Random; also the message id, so that a retry is no duplicate and nobody can guess it beforehand.",
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        description: "Node that reports it; `_` for an operator's own act.",
                        readOnly: true
                    },
                    sequence: {
                        type: "number",
                        description: "Rises by one with each event of a node: the order they were stored in. 0 for operators' acts.",
                        readOnly: true
                    },
                    kind: {
                        oneOf: [
                            {
                                "const": "healthy"
                            },
                            {
                                "const": "unhealthy"
                            },
                            {
                                "const": "agent-started"
                            },
                            {
                                "const": "agent-stopped"
                            },
                            {
                                "const": "desired-accepted"
                            },
                            {
                                "const": "desired-refused"
                            },
                            {
                                "const": "desired-regressed"
                            },
                            {
                                "const": "deploy-succeeded"
                            },
                            {
                                "const": "deploy-failed"
                            },
                            {
                                "const": "service-stopped"
                            },
                            {
                                "const": "service-started"
                            },
                            {
                                "const": "service-restarted"
                            },
                            {
                                "const": "service-removed"
                            },
                            {
                                "const": "drift-opened"
                            },
                            {
                                "const": "drift-closed"
                            },
                            {
                                "const": "drift-fight"
                            },
                            {
                                "const": "flapping"
                            },
                            {
                                "const": "sweep-found"
                            },
                            {
                                "const": "runtime-hung"
                            },
                            {
                                "const": "runtime-unreachable"
                            },
                            {
                                "const": "runtime-recovered"
                            },
                            {
                                "const": "runtime-empty"
                            },
                            {
                                "const": "store-rebuilt"
                            },
                            {
                                "const": "events-dropped"
                            },
                            {
                                "const": "operator-wrote"
                            }
                        ],
                        readOnly: true
                    },
                    severity: {
                        $ref: "#/components/schemas/Severity",
                        readOnly: true
                    },
                    service: {
                        type: "string",
                        readOnly: true
                    },
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        description: "One line for people.",
                        readOnly: true
                    },
                    generation: {
                        type: "number",
                        readOnly: true
                    },
                    author: {
                        type: "string",
                        readOnly: true
                    },
                    data: {
                        type: "object",
                        properties: {},
                        required: [],
                        description: "Facts for programs; differs by kind, documented in docs/events.md.",
                        additionalProperties: {
                            readOnly: true
                        },
                        readOnly: true
                    }
                },
                required: [
                    "version",
                    "id",
                    "node",
                    "sequence",
                    "kind",
                    "severity",
                    "at",
                    "message"
                ]
            },
            Severity: {
                oneOf: [
                    {
                        "const": "info"
                    },
                    {
                        "const": "error"
                    },
                    {
                        "const": "warning"
                    }
                ]
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/StatusOutput"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const psOutput = {
    version: "3.1",
    components: {
        schemas: {
            PsOutput: {
                type: "object",
                properties: {
                    containers: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/PsContainer"
                        },
                        readOnly: true
                    },
                    answered: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        readOnly: true
                    },
                    silent: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/NodeSighting"
                        },
                        readOnly: true
                    },
                    failed: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/NodeFailure"
                        },
                        description: "Nodes that answered, but with an error.",
                        readOnly: true
                    }
                },
                required: [
                    "containers",
                    "answered",
                    "silent",
                    "failed"
                ],
                description: "`mcp ps`."
            },
            PsContainer: {
                type: "object",
                properties: {
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    imageVersion: {
                        type: "string",
                        description: "Tag or digest of the image.",
                        readOnly: true
                    },
                    uptimeMs: {
                        type: "number",
                        readOnly: true
                    },
                    id: {
                        type: "string",
                        readOnly: true
                    },
                    name: {
                        type: "string",
                        readOnly: true
                    },
                    service: {
                        type: "string",
                        description: "Absent for containers that are not ours.",
                        readOnly: true
                    },
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    image: {
                        type: "string",
                        readOnly: true
                    },
                    state: {
                        $ref: "#/components/schemas/ContainerState",
                        readOnly: true
                    },
                    startedAt: {
                        type: "string",
                        readOnly: true
                    },
                    exitCode: {
                        type: "number",
                        readOnly: true
                    },
                    health: {
                        $ref: "#/components/schemas/HealthState",
                        readOnly: true
                    }
                },
                required: [
                    "node",
                    "imageVersion",
                    "id",
                    "name",
                    "image",
                    "state"
                ]
            },
            ContainerState: {
                oneOf: [
                    {
                        "const": "missing"
                    },
                    {
                        "const": "running"
                    },
                    {
                        "const": "created"
                    },
                    {
                        "const": "exited"
                    },
                    {
                        "const": "paused"
                    },
                    {
                        "const": "stopping"
                    },
                    {
                        "const": "unknown"
                    }
                ]
            },
            HealthState: {
                oneOf: [
                    {
                        "const": "starting"
                    },
                    {
                        "const": "healthy"
                    },
                    {
                        "const": "unhealthy"
                    }
                ]
            },
            NodeSighting: {
                type: "object",
                properties: {
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    liveness: {
                        $ref: "#/components/schemas/NodeLiveness",
                        readOnly: true
                    },
                    lastSeenMs: {
                        type: "number",
                        description: "Age of its last sign of life by the bus's clock.",
                        readOnly: true
                    }
                },
                required: [
                    "node",
                    "liveness"
                ]
            },
            NodeLiveness: {
                oneOf: [
                    {
                        "const": "online"
                    },
                    {
                        "const": "offline"
                    },
                    {
                        "const": "left"
                    },
                    {
                        "const": "never-seen"
                    }
                ],
                description: "online \u00B7 offline: no sign of life for too long \u00B7 left: its agent was stopped properly \u00B7 never-seen: enrolled, or\nnamed in a desired state, but no agent ever reported."
            },
            NodeFailure: {
                type: "object",
                properties: {
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    code: {
                        type: "string",
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "node",
                    "code",
                    "message"
                ]
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/PsOutput"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const eventsOutput = {
    version: "3.1",
    components: {
        schemas: {
            McpEvent: {
                type: "object",
                properties: {
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    id: {
                        type: "string",
                        description: "Random; also the message id, so that a retry is no duplicate and nobody can guess it beforehand.",
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        description: "Node that reports it; `_` for an operator's own act.",
                        readOnly: true
                    },
                    sequence: {
                        type: "number",
                        description: "Rises by one with each event of a node: the order they were stored in. 0 for operators' acts.",
                        readOnly: true
                    },
                    kind: {
                        oneOf: [
                            {
                                "const": "healthy"
                            },
                            {
                                "const": "unhealthy"
                            },
                            {
                                "const": "agent-started"
                            },
                            {
                                "const": "agent-stopped"
                            },
                            {
                                "const": "desired-accepted"
                            },
                            {
                                "const": "desired-refused"
                            },
                            {
                                "const": "desired-regressed"
                            },
                            {
                                "const": "deploy-succeeded"
                            },
                            {
                                "const": "deploy-failed"
                            },
                            {
                                "const": "service-stopped"
                            },
                            {
                                "const": "service-started"
                            },
                            {
                                "const": "service-restarted"
                            },
                            {
                                "const": "service-removed"
                            },
                            {
                                "const": "drift-opened"
                            },
                            {
                                "const": "drift-closed"
                            },
                            {
                                "const": "drift-fight"
                            },
                            {
                                "const": "flapping"
                            },
                            {
                                "const": "sweep-found"
                            },
                            {
                                "const": "runtime-hung"
                            },
                            {
                                "const": "runtime-unreachable"
                            },
                            {
                                "const": "runtime-recovered"
                            },
                            {
                                "const": "runtime-empty"
                            },
                            {
                                "const": "store-rebuilt"
                            },
                            {
                                "const": "events-dropped"
                            },
                            {
                                "const": "operator-wrote"
                            }
                        ],
                        readOnly: true
                    },
                    severity: {
                        $ref: "#/components/schemas/Severity",
                        readOnly: true
                    },
                    service: {
                        type: "string",
                        readOnly: true
                    },
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        description: "One line for people.",
                        readOnly: true
                    },
                    generation: {
                        type: "number",
                        readOnly: true
                    },
                    author: {
                        type: "string",
                        readOnly: true
                    },
                    data: {
                        type: "object",
                        properties: {},
                        required: [],
                        description: "Facts for programs; differs by kind, documented in docs/events.md.",
                        additionalProperties: {
                            readOnly: true
                        },
                        readOnly: true
                    }
                },
                required: [
                    "version",
                    "id",
                    "node",
                    "sequence",
                    "kind",
                    "severity",
                    "at",
                    "message"
                ]
            },
            Severity: {
                oneOf: [
                    {
                        "const": "info"
                    },
                    {
                        "const": "error"
                    },
                    {
                        "const": "warning"
                    }
                ]
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/McpEvent"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const logsOutput = {
    version: "3.1",
    components: {
        schemas: {
            LogsOutput: {
                type: "object",
                properties: {
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    service: {
                        type: "string",
                        readOnly: true
                    },
                    component: {
                        type: "string",
                        readOnly: true
                    },
                    stream: {
                        oneOf: [
                            {
                                "const": "stdout"
                            },
                            {
                                "const": "stderr"
                            }
                        ],
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        description: "RFC 3339 with the runtime's precision; absent when the runtime gave none.",
                        readOnly: true
                    },
                    line: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "node",
                    "service",
                    "component",
                    "stream",
                    "line"
                ],
                description: "`mcp logs`: a stream of these."
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/LogsOutput"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const nodeListOutput = {
    version: "3.1",
    components: {
        schemas: {
            NodeListOutput: {
                type: "object",
                properties: {
                    nodes: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/ListedNode"
                        },
                        readOnly: true
                    }
                },
                required: [
                    "nodes"
                ],
                description: "`mcp node list`."
            },
            ListedNode: {
                type: "object",
                properties: {
                    presence: {
                        $ref: "#/components/schemas/Presence",
                        readOnly: true
                    },
                    enrolled: {
                        type: "object",
                        properties: {
                            by: {
                                type: "string",
                                readOnly: true
                            },
                            at: {
                                type: "string",
                                readOnly: true
                            },
                            labels: {
                                $ref: "#/components/schemas/ReadonlyRecordstringstring",
                                readOnly: true
                            }
                        },
                        required: [
                            "by",
                            "at",
                            "labels"
                        ],
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    liveness: {
                        $ref: "#/components/schemas/NodeLiveness",
                        readOnly: true
                    },
                    lastSeenMs: {
                        type: "number",
                        description: "Age of its last sign of life by the bus's clock.",
                        readOnly: true
                    }
                },
                required: [
                    "node",
                    "liveness"
                ]
            },
            Presence: {
                type: "object",
                properties: {
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    boot: {
                        type: "string",
                        description: "Random at each start of the agent.",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        readOnly: true
                    },
                    startedAt: {
                        type: "string",
                        readOnly: true
                    },
                    leaving: {
                        "const": true,
                        description: "True in the last message of an agent that was stopped properly.",
                        readOnly: true
                    },
                    agentVersion: {
                        type: "string",
                        readOnly: true
                    },
                    runtime: {
                        type: "object",
                        properties: {
                            name: {
                                "const": "podman",
                                readOnly: true
                            },
                            health: {
                                $ref: "#/components/schemas/RuntimeHealth",
                                readOnly: true
                            },
                            version: {
                                type: "string",
                                readOnly: true
                            }
                        },
                        required: [
                            "name",
                            "health"
                        ],
                        readOnly: true
                    },
                    host: {
                        type: "object",
                        properties: {
                            os: {
                                type: "string",
                                readOnly: true
                            },
                            arch: {
                                type: "string",
                                readOnly: true
                            },
                            kernel: {
                                type: "string",
                                readOnly: true
                            },
                            cpus: {
                                type: "number",
                                readOnly: true
                            },
                            load1: {
                                type: "number",
                                readOnly: true
                            },
                            memoryBytes: {
                                type: "number",
                                readOnly: true
                            },
                            memoryFreeBytes: {
                                type: "number",
                                readOnly: true
                            },
                            diskBytes: {
                                type: "number",
                                readOnly: true
                            },
                            diskFreeBytes: {
                                type: "number",
                                readOnly: true
                            },
                            uptimeSeconds: {
                                type: "number",
                                readOnly: true
                            }
                        },
                        required: [
                            "os",
                            "arch",
                            "kernel",
                            "cpus",
                            "load1",
                            "memoryBytes",
                            "memoryFreeBytes",
                            "uptimeSeconds"
                        ],
                        readOnly: true
                    },
                    services: {
                        type: "number",
                        readOnly: true
                    },
                    containers: {
                        type: "number",
                        readOnly: true
                    },
                    outbox: {
                        type: "number",
                        description: "Events not yet delivered.",
                        readOnly: true
                    }
                },
                required: [
                    "version",
                    "node",
                    "boot",
                    "at",
                    "startedAt",
                    "agentVersion",
                    "runtime",
                    "host",
                    "services",
                    "containers",
                    "outbox"
                ]
            },
            RuntimeHealth: {
                oneOf: [
                    {
                        "const": "ok"
                    },
                    {
                        "const": "hung"
                    },
                    {
                        "const": "unreachable"
                    }
                ]
            },
            ReadonlyRecordstringstring: {
                type: "object",
                properties: {},
                required: [],
                description: "Make all properties in T readonly",
                additionalProperties: {
                    type: "string"
                }
            },
            NodeLiveness: {
                oneOf: [
                    {
                        "const": "online"
                    },
                    {
                        "const": "offline"
                    },
                    {
                        "const": "left"
                    },
                    {
                        "const": "never-seen"
                    }
                ],
                description: "online \u00B7 offline: no sign of life for too long \u00B7 left: its agent was stopped properly \u00B7 never-seen: enrolled, or\nnamed in a desired state, but no agent ever reported."
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/NodeListOutput"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const serviceShowOutput = {
    version: "3.1",
    components: {
        schemas: {
            ServiceShowOutput: {
                type: "object",
                properties: {
                    documents: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/DesiredService"
                        },
                        readOnly: true
                    }
                },
                required: [
                    "documents"
                ],
                description: "`mcp service show`: the stored documents of a service, one a node. Values of `env` are `***` without `--reveal`."
            },
            DesiredService: {
                oneOf: [
                    {
                        $ref: "#/components/schemas/DesiredPresent"
                    },
                    {
                        $ref: "#/components/schemas/Tombstone"
                    }
                ]
            },
            DesiredPresent: {
                type: "object",
                properties: {
                    spec: {
                        $ref: "#/components/schemas/ServiceSpec",
                        readOnly: true
                    },
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    service: {
                        type: "string",
                        readOnly: true
                    },
                    generation: {
                        type: "number",
                        description: "Raised by every change; an integer from 1.",
                        readOnly: true
                    },
                    base: {
                        oneOf: [
                            {
                                type: "null"
                            },
                            {
                                $ref: "#/components/schemas/StateRef"
                            }
                        ],
                        description: "The state this one was written upon; null for the first.",
                        readOnly: true
                    },
                    force: {
                        $ref: "#/components/schemas/StateRef",
                        description: "Set by `--force`: the accepted state that the author knowingly overrides.",
                        readOnly: true
                    },
                    writeId: {
                        type: "string",
                        description: "Random; tells after a time-out whether one's own write landed.",
                        readOnly: true
                    },
                    author: {
                        type: "string",
                        description: "Who wrote it: `user@workstation`.",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        description: "ISO 8601; for people, never for ordering.",
                        readOnly: true
                    },
                    command: {
                        type: "string",
                        description: "The command that wrote it: `deploy`, `stop` \u2026",
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "spec",
                    "version",
                    "node",
                    "service",
                    "generation",
                    "base",
                    "writeId",
                    "author",
                    "at",
                    "command"
                ]
            },
            ServiceSpec: {
                type: "object",
                properties: {
                    name: {
                        type: "string",
                        readOnly: true
                    },
                    active: {
                        type: "boolean",
                        readOnly: true
                    },
                    drift: {
                        $ref: "#/components/schemas/DriftPolicy",
                        readOnly: true
                    },
                    components: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/ComponentSpec"
                        },
                        readOnly: true
                    }
                },
                required: [
                    "name",
                    "active",
                    "drift",
                    "components"
                ]
            },
            DriftPolicy: {
                oneOf: [
                    {
                        "const": "repair"
                    },
                    {
                        "const": "report"
                    },
                    {
                        "const": "ignore"
                    }
                ],
                description: "What the agent does about drift: mend it, tell of it, or keep quiet."
            },
            ComponentSpec: {
                type: "object",
                properties: {
                    name: {
                        type: "string",
                        readOnly: true
                    },
                    image: {
                        type: "string",
                        readOnly: true
                    },
                    network: {
                        type: "string",
                        readOnly: true
                    },
                    user: {
                        type: "string",
                        readOnly: true
                    },
                    restart: {
                        $ref: "#/components/schemas/RestartSpec",
                        readOnly: true
                    },
                    ports: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/PortSpec"
                        },
                        readOnly: true
                    },
                    volumes: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/VolumeSpec"
                        },
                        readOnly: true
                    },
                    cmd: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        description: "Replaces the image's command; empty keeps it.",
                        readOnly: true
                    },
                    env: {
                        $ref: "#/components/schemas/ReadonlyRecordstringstring",
                        readOnly: true
                    },
                    dependsOn: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        readOnly: true
                    },
                    memoryBytes: {
                        type: "number",
                        readOnly: true
                    },
                    cpus: {
                        type: "number",
                        readOnly: true
                    },
                    readOnly: {
                        type: "boolean",
                        readOnly: true
                    },
                    capDrop: {
                        type: "array",
                        items: {
                            type: "string"
                        },
                        readOnly: true
                    },
                    labels: {
                        $ref: "#/components/schemas/ReadonlyRecordstringstring",
                        readOnly: true
                    },
                    stopTimeoutMs: {
                        type: "number",
                        readOnly: true
                    },
                    minUpMs: {
                        type: "number",
                        description: "How long a new container must run undisturbed before it counts as up.",
                        readOnly: true
                    },
                    overlap: {
                        type: "boolean",
                        description: "The application allows old and new side by side although they share a writable volume.",
                        readOnly: true
                    },
                    pull: {
                        oneOf: [
                            {
                                "const": "missing"
                            },
                            {
                                "const": "always"
                            }
                        ],
                        readOnly: true
                    },
                    health: {
                        $ref: "#/components/schemas/HealthSpec",
                        readOnly: true
                    }
                },
                required: [
                    "name",
                    "image",
                    "restart",
                    "ports",
                    "volumes",
                    "cmd",
                    "env",
                    "dependsOn",
                    "readOnly",
                    "capDrop",
                    "labels",
                    "stopTimeoutMs",
                    "minUpMs",
                    "overlap",
                    "pull"
                ]
            },
            RestartSpec: {
                type: "object",
                properties: {
                    policy: {
                        oneOf: [
                            {
                                "const": "always"
                            },
                            {
                                "const": "no"
                            },
                            {
                                "const": "on-failure"
                            },
                            {
                                "const": "unless-stopped"
                            }
                        ],
                        readOnly: true
                    },
                    retries: {
                        type: "number",
                        description: "`on-failure:N`; absent means without limit.",
                        readOnly: true
                    }
                },
                required: [
                    "policy"
                ]
            },
            PortSpec: {
                type: "object",
                properties: {
                    hostAddress: {
                        type: "string",
                        description: "Address on the node; absent means every address.",
                        readOnly: true
                    },
                    hostPort: {
                        type: "number",
                        readOnly: true
                    },
                    containerPort: {
                        type: "number",
                        readOnly: true
                    },
                    protocol: {
                        oneOf: [
                            {
                                "const": "tcp"
                            },
                            {
                                "const": "udp"
                            }
                        ],
                        readOnly: true
                    }
                },
                required: [
                    "hostPort",
                    "containerPort",
                    "protocol"
                ]
            },
            VolumeSpec: {
                type: "object",
                properties: {
                    kind: {
                        oneOf: [
                            {
                                "const": "bind"
                            },
                            {
                                "const": "volume"
                            }
                        ],
                        readOnly: true
                    },
                    source: {
                        type: "string",
                        description: "Absolute path on the node, or the name of a podman volume.",
                        readOnly: true
                    },
                    target: {
                        type: "string",
                        description: "Absolute path in the container.",
                        readOnly: true
                    },
                    readOnly: {
                        type: "boolean",
                        readOnly: true
                    },
                    options: {
                        type: "array",
                        items: {
                            oneOf: [
                                {
                                    "const": "z"
                                },
                                {
                                    "const": "Z"
                                },
                                {
                                    "const": "U"
                                }
                            ]
                        },
                        description: "SELinux relabelling (`z` shared, `Z` private) and `U` (chown to the container's user), sorted.",
                        readOnly: true
                    }
                },
                required: [
                    "kind",
                    "source",
                    "target",
                    "readOnly",
                    "options"
                ]
            },
            ReadonlyRecordstringstring: {
                type: "object",
                properties: {},
                required: [],
                description: "Make all properties in T readonly",
                additionalProperties: {
                    type: "string"
                }
            },
            HealthSpec: {
                type: "object",
                properties: {
                    check: {
                        $ref: "#/components/schemas/HealthCheck",
                        readOnly: true
                    },
                    intervalMs: {
                        type: "number",
                        readOnly: true
                    },
                    timeoutMs: {
                        type: "number",
                        readOnly: true
                    },
                    retries: {
                        type: "number",
                        description: "Failures in a row that make a container unhealthy.",
                        readOnly: true
                    },
                    startPeriodMs: {
                        type: "number",
                        description: "Failures within this time of the start do not count.",
                        readOnly: true
                    },
                    onUnhealthy: {
                        oneOf: [
                            {
                                "const": "report"
                            },
                            {
                                "const": "restart"
                            }
                        ],
                        readOnly: true
                    }
                },
                required: [
                    "check",
                    "intervalMs",
                    "timeoutMs",
                    "retries",
                    "startPeriodMs",
                    "onUnhealthy"
                ]
            },
            HealthCheck: {
                oneOf: [
                    {
                        type: "object",
                        properties: {
                            kind: {
                                "const": "cmd",
                                readOnly: true
                            },
                            cmd: {
                                type: "array",
                                items: {
                                    type: "string"
                                },
                                readOnly: true
                            }
                        },
                        required: [
                            "kind",
                            "cmd"
                        ]
                    },
                    {
                        type: "object",
                        properties: {
                            kind: {
                                "const": "http",
                                readOnly: true
                            },
                            url: {
                                type: "string",
                                readOnly: true
                            }
                        },
                        required: [
                            "kind",
                            "url"
                        ]
                    },
                    {
                        type: "object",
                        properties: {
                            kind: {
                                "const": "tcp",
                                readOnly: true
                            },
                            address: {
                                type: "string",
                                readOnly: true
                            }
                        },
                        required: [
                            "kind",
                            "address"
                        ]
                    }
                ]
            },
            StateRef: {
                type: "object",
                properties: {
                    generation: {
                        type: "number",
                        readOnly: true
                    },
                    hash: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "generation",
                    "hash"
                ],
                description: "One state of one service: its generation and the hash of its document (spec-hash.ts)."
            },
            Tombstone: {
                type: "object",
                properties: {
                    absent: {
                        "const": true,
                        readOnly: true
                    },
                    retired: {
                        $ref: "#/components/schemas/ServiceSpec",
                        description: "What it retires: gives the order in which to stop, and what a later rollback can bring back.",
                        readOnly: true
                    },
                    version: {
                        "const": 1,
                        readOnly: true
                    },
                    node: {
                        type: "string",
                        readOnly: true
                    },
                    service: {
                        type: "string",
                        readOnly: true
                    },
                    generation: {
                        type: "number",
                        description: "Raised by every change; an integer from 1.",
                        readOnly: true
                    },
                    base: {
                        oneOf: [
                            {
                                type: "null"
                            },
                            {
                                $ref: "#/components/schemas/StateRef"
                            }
                        ],
                        description: "The state this one was written upon; null for the first.",
                        readOnly: true
                    },
                    force: {
                        $ref: "#/components/schemas/StateRef",
                        description: "Set by `--force`: the accepted state that the author knowingly overrides.",
                        readOnly: true
                    },
                    writeId: {
                        type: "string",
                        description: "Random; tells after a time-out whether one's own write landed.",
                        readOnly: true
                    },
                    author: {
                        type: "string",
                        description: "Who wrote it: `user@workstation`.",
                        readOnly: true
                    },
                    at: {
                        type: "string",
                        description: "ISO 8601; for people, never for ordering.",
                        readOnly: true
                    },
                    command: {
                        type: "string",
                        description: "The command that wrote it: `deploy`, `stop` \u2026",
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        readOnly: true
                    }
                },
                required: [
                    "absent",
                    "version",
                    "node",
                    "service",
                    "generation",
                    "base",
                    "writeId",
                    "author",
                    "at",
                    "command"
                ],
                description: "Says that the service shall be gone: its containers are stopped and removed, its data is not."
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/ServiceShowOutput"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const doctorOutput = {
    version: "3.1",
    components: {
        schemas: {
            DoctorOutput: {
                type: "object",
                properties: {
                    result: {
                        $ref: "#/components/schemas/CheckResult",
                        readOnly: true
                    },
                    checks: {
                        type: "array",
                        items: {
                            $ref: "#/components/schemas/DoctorCheck"
                        },
                        readOnly: true
                    }
                },
                required: [
                    "result",
                    "checks"
                ],
                description: "`mcp doctor`."
            },
            CheckResult: {
                oneOf: [
                    {
                        "const": "warn"
                    },
                    {
                        "const": "ok"
                    },
                    {
                        "const": "fail"
                    }
                ]
            },
            DoctorCheck: {
                type: "object",
                properties: {
                    name: {
                        type: "string",
                        description: "What was looked at; a stable word.",
                        readOnly: true
                    },
                    result: {
                        $ref: "#/components/schemas/CheckResult",
                        readOnly: true
                    },
                    message: {
                        type: "string",
                        readOnly: true
                    },
                    remedy: {
                        type: "string",
                        description: "The one command that mends it, or what to do.",
                        readOnly: true
                    }
                },
                required: [
                    "name",
                    "result",
                    "message"
                ]
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/DoctorOutput"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
export const busProvisionOutput = {
    version: "3.1",
    components: {
        schemas: {
            BusProvisionOutput: {
                type: "object",
                properties: {
                    streams: {
                        type: "array",
                        items: {
                            type: "object",
                            properties: {
                                name: {
                                    type: "string",
                                    readOnly: true
                                },
                                result: {
                                    oneOf: [
                                        {
                                            "const": "created"
                                        },
                                        {
                                            "const": "unchanged"
                                        },
                                        {
                                            "const": "differs"
                                        }
                                    ],
                                    readOnly: true
                                },
                                differences: {
                                    type: "array",
                                    items: {
                                        type: "object",
                                        properties: {
                                            setting: {
                                                type: "string",
                                                readOnly: true
                                            },
                                            want: {
                                                type: "string",
                                                readOnly: true
                                            },
                                            have: {
                                                type: "string",
                                                readOnly: true
                                            }
                                        },
                                        required: [
                                            "setting",
                                            "want",
                                            "have"
                                        ]
                                    },
                                    readOnly: true
                                }
                            },
                            required: [
                                "name",
                                "result",
                                "differences"
                            ]
                        },
                        readOnly: true
                    }
                },
                required: [
                    "streams"
                ],
                description: "`mcp bus provision`."
            }
        }
    },
    schemas: [
        {
            $ref: "#/components/schemas/BusProvisionOutput"
        }
    ]
} as import("typia").IJsonSchemaCollection<"3.1">;
