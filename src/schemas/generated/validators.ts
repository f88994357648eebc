import * as __typia_transform__accessExpressionAsString from "typia/lib/internal/_accessExpressionAsString";
import * as __typia_transform__validateReport from "typia/lib/internal/_validateReport";
import * as __typia_transform__createStandardSchema from "typia/lib/internal/_createStandardSchema";
import type { ServiceDefinition } from "../definition.ts";
import type { DesiredService, NodeIndex } from "../desired.ts";
import type { DraftDefinition } from "../draft-definition.ts";
import type { McpEvent } from "../event.ts";
import type { ObservedService } from "../observed.ts";
import type { NodeRecord, Presence } from "../presence.ts";
import type { AgentReply, AgentRequest } from "../request.ts";
import type { AgentSettingsFile, CliSettingsFile } from "../settings-file.ts";
export const validateDefinition = (() => { const _io0 = (input: any, _exceptionable: boolean = true): boolean => "string" === typeof input.name && (undefined === input.node || "string" === typeof input.node) && (undefined === input.nodes || Array.isArray(input.nodes) && input.nodes.every((elem: any, _index1: number) => "string" === typeof elem)) && (undefined === input.active || "boolean" === typeof input.active) && (undefined === input.drift || "repair" === input.drift || "report" === input.drift || "ignore" === input.drift) && (Array.isArray(input.components) && input.components.every((elem: any, _index2: number) => "object" === typeof elem && null !== elem && _io1(elem, true && _exceptionable))) && (2 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["name", "node", "nodes", "active", "drift", "components"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io1 = (input: any, _exceptionable: boolean = true): boolean => "string" === typeof input.name && "string" === typeof input.image && (undefined === input.network || "string" === typeof input.network) && (undefined === input.user || "string" === typeof input.user) && (undefined === input.restart || "string" === typeof input.restart) && (undefined === input.ports || Array.isArray(input.ports) && input.ports.every((elem: any, _index3: number) => "string" === typeof elem)) && (undefined === input.volumes || Array.isArray(input.volumes) && input.volumes.every((elem: any, _index4: number) => "string" === typeof elem)) && (undefined === input.cmd || Array.isArray(input.cmd) && input.cmd.every((elem: any, _index5: number) => "string" === typeof elem)) && (null !== input.env && (undefined === input.env || (Array.isArray(input.env) && input.env.every((elem: any, _index6: number) => "string" === typeof elem) || "object" === typeof input.env && null !== input.env && false === Array.isArray(input.env) && _io2(input.env, true && _exceptionable)))) && (undefined === input.depends_on || Array.isArray(input.depends_on) && input.depends_on.every((elem: any, _index7: number) => "string" === typeof elem)) && (undefined === input.memory || "string" === typeof input.memory) && (undefined === input.cpus || "number" === typeof input.cpus) && (undefined === input.read_only || "boolean" === typeof input.read_only) && (undefined === input.cap_drop || Array.isArray(input.cap_drop) && input.cap_drop.every((elem: any, _index8: number) => "string" === typeof elem)) && (undefined === input.labels || "object" === typeof input.labels && null !== input.labels && false === Array.isArray(input.labels) && _io3(input.labels, true && _exceptionable)) && (undefined === input.stop_timeout || "string" === typeof input.stop_timeout) && (undefined === input.min_up || "string" === typeof input.min_up) && (undefined === input.overlap || "boolean" === typeof input.overlap) && (undefined === input.pull || "missing" === input.pull || "always" === input.pull) && (undefined === input.health || "object" === typeof input.health && null !== input.health && false === Array.isArray(input.health) && _io4(input.health, true && _exceptionable)) && (2 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["name", "image", "network", "user", "restart", "ports", "volumes", "cmd", "env", "depends_on", "memory", "cpus", "read_only", "cap_drop", "labels", "stop_timeout", "min_up", "overlap", "pull", "health"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io2 = (input: any, _exceptionable: boolean = true): boolean => Object.keys(input).every((key: any) => {
    const value = input[key];
    if (undefined === value)
        return true;
    return "string" === typeof value;
}); const _io3 = (input: any, _exceptionable: boolean = true): boolean => Object.keys(input).every((key: any) => {
    const value = input[key];
    if (undefined === value)
        return true;
    return "string" === typeof value;
}); const _io4 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.cmd || Array.isArray(input.cmd) && input.cmd.every((elem: any, _index9: number) => "string" === typeof elem)) && (undefined === input.http || "string" === typeof input.http) && (undefined === input.tcp || "string" === typeof input.tcp) && (undefined === input.interval || "string" === typeof input.interval) && (undefined === input.timeout || "string" === typeof input.timeout) && (undefined === input.retries || "number" === typeof input.retries) && (undefined === input.start_period || "string" === typeof input.start_period) && (undefined === input.on_unhealthy || "report" === input.on_unhealthy || "restart" === input.on_unhealthy) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["cmd", "http", "tcp", "interval", "timeout", "retries", "start_period", "on_unhealthy"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _vo0 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["string" === typeof input.name || _report(_exceptionable, {
        path: _path + ".name",
        expected: "string",
        value: input.name
    }), undefined === input.node || "string" === typeof input.node || _report(_exceptionable, {
        path: _path + ".node",
        expected: "(string | undefined)",
        value: input.node
    }), undefined === input.nodes || (Array.isArray(input.nodes) || _report(_exceptionable, {
        path: _path + ".nodes",
        expected: "(Array<string> | undefined)",
        value: input.nodes
    })) && input.nodes.map((elem: any, _index10: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".nodes[" + _index10 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".nodes",
        expected: "(Array<string> | undefined)",
        value: input.nodes
    }), undefined === input.active || "boolean" === typeof input.active || _report(_exceptionable, {
        path: _path + ".active",
        expected: "(boolean | undefined)",
        value: input.active
    }), undefined === input.drift || "repair" === input.drift || "report" === input.drift || "ignore" === input.drift || _report(_exceptionable, {
        path: _path + ".drift",
        expected: "(\"ignore\" | \"repair\" | \"report\" | undefined)",
        value: input.drift
    }), (Array.isArray(input.components) || _report(_exceptionable, {
        path: _path + ".components",
        expected: "Array<ComponentDefinition>",
        value: input.components
    })) && input.components.map((elem: any, _index11: number) => ("object" === typeof elem && null !== elem || _report(_exceptionable, {
        path: _path + ".components[" + _index11 + "]",
        expected: "ComponentDefinition",
        value: elem
    })) && _vo1(elem, _path + ".components[" + _index11 + "]", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".components[" + _index11 + "]",
        expected: "ComponentDefinition",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".components",
        expected: "Array<ComponentDefinition>",
        value: input.components
    }), 2 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["name", "node", "nodes", "active", "drift", "components"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo1 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["string" === typeof input.name || _report(_exceptionable, {
        path: _path + ".name",
        expected: "string",
        value: input.name
    }), "string" === typeof input.image || _report(_exceptionable, {
        path: _path + ".image",
        expected: "string",
        value: input.image
    }), undefined === input.network || "string" === typeof input.network || _report(_exceptionable, {
        path: _path + ".network",
        expected: "(string | undefined)",
        value: input.network
    }), undefined === input.user || "string" === typeof input.user || _report(_exceptionable, {
        path: _path + ".user",
        expected: "(string | undefined)",
        value: input.user
    }), undefined === input.restart || "string" === typeof input.restart || _report(_exceptionable, {
        path: _path + ".restart",
        expected: "(string | undefined)",
        value: input.restart
    }), undefined === input.ports || (Array.isArray(input.ports) || _report(_exceptionable, {
        path: _path + ".ports",
        expected: "(Array<string> | undefined)",
        value: input.ports
    })) && input.ports.map((elem: any, _index12: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".ports[" + _index12 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".ports",
        expected: "(Array<string> | undefined)",
        value: input.ports
    }), undefined === input.volumes || (Array.isArray(input.volumes) || _report(_exceptionable, {
        path: _path + ".volumes",
        expected: "(Array<string> | undefined)",
        value: input.volumes
    })) && input.volumes.map((elem: any, _index13: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".volumes[" + _index13 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".volumes",
        expected: "(Array<string> | undefined)",
        value: input.volumes
    }), undefined === input.cmd || (Array.isArray(input.cmd) || _report(_exceptionable, {
        path: _path + ".cmd",
        expected: "(Array<string> | undefined)",
        value: input.cmd
    })) && input.cmd.map((elem: any, _index14: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".cmd[" + _index14 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".cmd",
        expected: "(Array<string> | undefined)",
        value: input.cmd
    }), (null !== input.env || _report(_exceptionable, {
        path: _path + ".env",
        expected: "(Array<string> | __type | undefined)",
        value: input.env
    })) && (undefined === input.env || (Array.isArray(input.env) && input.env.map((elem: any, _index15: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".env[" + _index15 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || "object" === typeof input.env && null !== input.env && false === Array.isArray(input.env) && _vo2(input.env, _path + ".env", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".env",
        expected: "(Array<string> | __type | undefined)",
        value: input.env
    })) || _report(_exceptionable, {
        path: _path + ".env",
        expected: "(Array<string> | __type | undefined)",
        value: input.env
    })), undefined === input.depends_on || (Array.isArray(input.depends_on) || _report(_exceptionable, {
        path: _path + ".depends_on",
        expected: "(Array<string> | undefined)",
        value: input.depends_on
    })) && input.depends_on.map((elem: any, _index16: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".depends_on[" + _index16 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".depends_on",
        expected: "(Array<string> | undefined)",
        value: input.depends_on
    }), undefined === input.memory || "string" === typeof input.memory || _report(_exceptionable, {
        path: _path + ".memory",
        expected: "(string | undefined)",
        value: input.memory
    }), undefined === input.cpus || "number" === typeof input.cpus || _report(_exceptionable, {
        path: _path + ".cpus",
        expected: "(number | undefined)",
        value: input.cpus
    }), undefined === input.read_only || "boolean" === typeof input.read_only || _report(_exceptionable, {
        path: _path + ".read_only",
        expected: "(boolean | undefined)",
        value: input.read_only
    }), undefined === input.cap_drop || (Array.isArray(input.cap_drop) || _report(_exceptionable, {
        path: _path + ".cap_drop",
        expected: "(Array<string> | undefined)",
        value: input.cap_drop
    })) && input.cap_drop.map((elem: any, _index17: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".cap_drop[" + _index17 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".cap_drop",
        expected: "(Array<string> | undefined)",
        value: input.cap_drop
    }), undefined === input.labels || ("object" === typeof input.labels && null !== input.labels && false === Array.isArray(input.labels) || _report(_exceptionable, {
        path: _path + ".labels",
        expected: "(__type.o1 | undefined)",
        value: input.labels
    })) && _vo3(input.labels, _path + ".labels", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".labels",
        expected: "(__type.o1 | undefined)",
        value: input.labels
    }), undefined === input.stop_timeout || "string" === typeof input.stop_timeout || _report(_exceptionable, {
        path: _path + ".stop_timeout",
        expected: "(string | undefined)",
        value: input.stop_timeout
    }), undefined === input.min_up || "string" === typeof input.min_up || _report(_exceptionable, {
        path: _path + ".min_up",
        expected: "(string | undefined)",
        value: input.min_up
    }), undefined === input.overlap || "boolean" === typeof input.overlap || _report(_exceptionable, {
        path: _path + ".overlap",
        expected: "(boolean | undefined)",
        value: input.overlap
    }), undefined === input.pull || "missing" === input.pull || "always" === input.pull || _report(_exceptionable, {
        path: _path + ".pull",
        expected: "(\"always\" | \"missing\" | undefined)",
        value: input.pull
    }), undefined === input.health || ("object" === typeof input.health && null !== input.health && false === Array.isArray(input.health) || _report(_exceptionable, {
        path: _path + ".health",
        expected: "(HealthDefinition | undefined)",
        value: input.health
    })) && _vo4(input.health, _path + ".health", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".health",
        expected: "(HealthDefinition | undefined)",
        value: input.health
    }), 2 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["name", "image", "network", "user", "restart", "ports", "volumes", "cmd", "env", "depends_on", "memory", "cpus", "read_only", "cap_drop", "labels", "stop_timeout", "min_up", "overlap", "pull", "health"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo2 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [false === _exceptionable || Object.keys(input).map((key: any) => {
        const value = input[key];
        if (undefined === value)
            return true;
        return "string" === typeof value || _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "string",
            value: value
        });
    }).every((flag: boolean) => flag)].every((flag: boolean) => flag); const _vo3 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [false === _exceptionable || Object.keys(input).map((key: any) => {
        const value = input[key];
        if (undefined === value)
            return true;
        return "string" === typeof value || _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "string",
            value: value
        });
    }).every((flag: boolean) => flag)].every((flag: boolean) => flag); const _vo4 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.cmd || (Array.isArray(input.cmd) || _report(_exceptionable, {
        path: _path + ".cmd",
        expected: "(Array<string> | undefined)",
        value: input.cmd
    })) && input.cmd.map((elem: any, _index18: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".cmd[" + _index18 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".cmd",
        expected: "(Array<string> | undefined)",
        value: input.cmd
    }), undefined === input.http || "string" === typeof input.http || _report(_exceptionable, {
        path: _path + ".http",
        expected: "(string | undefined)",
        value: input.http
    }), undefined === input.tcp || "string" === typeof input.tcp || _report(_exceptionable, {
        path: _path + ".tcp",
        expected: "(string | undefined)",
        value: input.tcp
    }), undefined === input.interval || "string" === typeof input.interval || _report(_exceptionable, {
        path: _path + ".interval",
        expected: "(string | undefined)",
        value: input.interval
    }), undefined === input.timeout || "string" === typeof input.timeout || _report(_exceptionable, {
        path: _path + ".timeout",
        expected: "(string | undefined)",
        value: input.timeout
    }), undefined === input.retries || "number" === typeof input.retries || _report(_exceptionable, {
        path: _path + ".retries",
        expected: "(number | undefined)",
        value: input.retries
    }), undefined === input.start_period || "string" === typeof input.start_period || _report(_exceptionable, {
        path: _path + ".start_period",
        expected: "(string | undefined)",
        value: input.start_period
    }), undefined === input.on_unhealthy || "report" === input.on_unhealthy || "restart" === input.on_unhealthy || _report(_exceptionable, {
        path: _path + ".on_unhealthy",
        expected: "(\"report\" | \"restart\" | undefined)",
        value: input.on_unhealthy
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["cmd", "http", "tcp", "interval", "timeout", "retries", "start_period", "on_unhealthy"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const __is = (input: any, _exceptionable: boolean = true): input is ServiceDefinition => "object" === typeof input && null !== input && _io0(input, true); let errors: any; let _report: any; return __typia_transform__createStandardSchema._createStandardSchema((input: any): import("typia").IValidation<ServiceDefinition> => {
    if (false === __is(input)) {
        errors = [];
        _report = (__typia_transform__validateReport._validateReport as any)(errors);
        ((input: any, _path: string, _exceptionable: boolean = true) => ("object" === typeof input && null !== input || _report(true, {
            path: _path + "",
            expected: "ServiceDefinition",
            value: input
        })) && _vo0(input, _path + "", true) || _report(true, {
            path: _path + "",
            expected: "ServiceDefinition",
            value: input
        }))(input, "$input", true);
        const success = 0 === errors.length;
        return success ? {
            success,
            data: input
        } : {
            success,
            errors,
            data: input
        } as any;
    }
    return {
        success: true,
        data: input
    } as any;
}); })();
export const validateDraftDefinition = (() => { const _io0 = (input: any): boolean => (undefined === input.components || Array.isArray(input.components) && input.components.every((elem: any) => "object" === typeof elem && null !== elem && false === Array.isArray(elem) && _io1(elem))) && (undefined === input.name || "string" === typeof input.name) && (undefined === input.node || "string" === typeof input.node) && (undefined === input.nodes || Array.isArray(input.nodes) && input.nodes.every((elem: any) => "string" === typeof elem)) && (undefined === input.active || "boolean" === typeof input.active) && (undefined === input.drift || "repair" === input.drift || "report" === input.drift || "ignore" === input.drift); const _io1 = (input: any): boolean => (undefined === input.name || "string" === typeof input.name) && (undefined === input.image || "string" === typeof input.image) && (undefined === input.network || "string" === typeof input.network) && (undefined === input.user || "string" === typeof input.user) && (undefined === input.restart || "string" === typeof input.restart) && (undefined === input.ports || Array.isArray(input.ports) && input.ports.every((elem: any) => "string" === typeof elem)) && (undefined === input.volumes || Array.isArray(input.volumes) && input.volumes.every((elem: any) => "string" === typeof elem)) && (undefined === input.cmd || Array.isArray(input.cmd) && input.cmd.every((elem: any) => "string" === typeof elem)) && (null !== input.env && (undefined === input.env || (Array.isArray(input.env) && input.env.every((elem: any) => "string" === typeof elem) || "object" === typeof input.env && null !== input.env && false === Array.isArray(input.env) && _io2(input.env)))) && (undefined === input.depends_on || Array.isArray(input.depends_on) && input.depends_on.every((elem: any) => "string" === typeof elem)) && (undefined === input.memory || "string" === typeof input.memory) && (undefined === input.cpus || "number" === typeof input.cpus) && (undefined === input.read_only || "boolean" === typeof input.read_only) && (undefined === input.cap_drop || Array.isArray(input.cap_drop) && input.cap_drop.every((elem: any) => "string" === typeof elem)) && (undefined === input.labels || "object" === typeof input.labels && null !== input.labels && false === Array.isArray(input.labels) && _io3(input.labels)) && (undefined === input.stop_timeout || "string" === typeof input.stop_timeout) && (undefined === input.min_up || "string" === typeof input.min_up) && (undefined === input.overlap || "boolean" === typeof input.overlap) && (undefined === input.pull || "missing" === input.pull || "always" === input.pull) && (undefined === input.health || "object" === typeof input.health && null !== input.health && false === Array.isArray(input.health) && _io4(input.health)); const _io2 = (input: any): boolean => Object.keys(input).every((key: any) => {
    const value = input[key];
    if (undefined === value)
        return true;
    return "string" === typeof value;
}); const _io3 = (input: any): boolean => Object.keys(input).every((key: any) => {
    const value = input[key];
    if (undefined === value)
        return true;
    return "string" === typeof value;
}); const _io4 = (input: any): boolean => (undefined === input.cmd || Array.isArray(input.cmd) && input.cmd.every((elem: any) => "string" === typeof elem)) && (undefined === input.http || "string" === typeof input.http) && (undefined === input.tcp || "string" === typeof input.tcp) && (undefined === input.interval || "string" === typeof input.interval) && (undefined === input.timeout || "string" === typeof input.timeout) && (undefined === input.retries || "number" === typeof input.retries) && (undefined === input.start_period || "string" === typeof input.start_period) && (undefined === input.on_unhealthy || "report" === input.on_unhealthy || "restart" === input.on_unhealthy); const _vo0 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.components || (Array.isArray(input.components) || _report(_exceptionable, {
        path: _path + ".components",
        expected: "(Array<Partial<ComponentDefinition>> | undefined)",
        value: input.components
    })) && input.components.map((elem: any, _index10: number) => ("object" === typeof elem && null !== elem && false === Array.isArray(elem) || _report(_exceptionable, {
        path: _path + ".components[" + _index10 + "]",
        expected: "Partial<ComponentDefinition>",
        value: elem
    })) && _vo1(elem, _path + ".components[" + _index10 + "]", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".components[" + _index10 + "]",
        expected: "Partial<ComponentDefinition>",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".components",
        expected: "(Array<Partial<ComponentDefinition>> | undefined)",
        value: input.components
    }), undefined === input.name || "string" === typeof input.name || _report(_exceptionable, {
        path: _path + ".name",
        expected: "(string | undefined)",
        value: input.name
    }), undefined === input.node || "string" === typeof input.node || _report(_exceptionable, {
        path: _path + ".node",
        expected: "(string | undefined)",
        value: input.node
    }), undefined === input.nodes || (Array.isArray(input.nodes) || _report(_exceptionable, {
        path: _path + ".nodes",
        expected: "(Array<string> | undefined)",
        value: input.nodes
    })) && input.nodes.map((elem: any, _index11: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".nodes[" + _index11 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".nodes",
        expected: "(Array<string> | undefined)",
        value: input.nodes
    }), undefined === input.active || "boolean" === typeof input.active || _report(_exceptionable, {
        path: _path + ".active",
        expected: "(boolean | undefined)",
        value: input.active
    }), undefined === input.drift || "repair" === input.drift || "report" === input.drift || "ignore" === input.drift || _report(_exceptionable, {
        path: _path + ".drift",
        expected: "(\"ignore\" | \"repair\" | \"report\" | undefined)",
        value: input.drift
    })].every((flag: boolean) => flag); const _vo1 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.name || "string" === typeof input.name || _report(_exceptionable, {
        path: _path + ".name",
        expected: "(string | undefined)",
        value: input.name
    }), undefined === input.image || "string" === typeof input.image || _report(_exceptionable, {
        path: _path + ".image",
        expected: "(string | undefined)",
        value: input.image
    }), undefined === input.network || "string" === typeof input.network || _report(_exceptionable, {
        path: _path + ".network",
        expected: "(string | undefined)",
        value: input.network
    }), undefined === input.user || "string" === typeof input.user || _report(_exceptionable, {
        path: _path + ".user",
        expected: "(string | undefined)",
        value: input.user
    }), undefined === input.restart || "string" === typeof input.restart || _report(_exceptionable, {
        path: _path + ".restart",
        expected: "(string | undefined)",
        value: input.restart
    }), undefined === input.ports || (Array.isArray(input.ports) || _report(_exceptionable, {
        path: _path + ".ports",
        expected: "(Array<string> | undefined)",
        value: input.ports
    })) && input.ports.map((elem: any, _index12: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".ports[" + _index12 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".ports",
        expected: "(Array<string> | undefined)",
        value: input.ports
    }), undefined === input.volumes || (Array.isArray(input.volumes) || _report(_exceptionable, {
        path: _path + ".volumes",
        expected: "(Array<string> | undefined)",
        value: input.volumes
    })) && input.volumes.map((elem: any, _index13: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".volumes[" + _index13 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".volumes",
        expected: "(Array<string> | undefined)",
        value: input.volumes
    }), undefined === input.cmd || (Array.isArray(input.cmd) || _report(_exceptionable, {
        path: _path + ".cmd",
        expected: "(Array<string> | undefined)",
        value: input.cmd
    })) && input.cmd.map((elem: any, _index14: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".cmd[" + _index14 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".cmd",
        expected: "(Array<string> | undefined)",
        value: input.cmd
    }), (null !== input.env || _report(_exceptionable, {
        path: _path + ".env",
        expected: "(Array<string> | __type | undefined)",
        value: input.env
    })) && (undefined === input.env || (Array.isArray(input.env) && input.env.map((elem: any, _index15: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".env[" + _index15 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || "object" === typeof input.env && null !== input.env && false === Array.isArray(input.env) && _vo2(input.env, _path + ".env", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".env",
        expected: "(Array<string> | __type | undefined)",
        value: input.env
    })) || _report(_exceptionable, {
        path: _path + ".env",
        expected: "(Array<string> | __type | undefined)",
        value: input.env
    })), undefined === input.depends_on || (Array.isArray(input.depends_on) || _report(_exceptionable, {
        path: _path + ".depends_on",
        expected: "(Array<string> | undefined)",
        value: input.depends_on
    })) && input.depends_on.map((elem: any, _index16: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".depends_on[" + _index16 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".depends_on",
        expected: "(Array<string> | undefined)",
        value: input.depends_on
    }), undefined === input.memory || "string" === typeof input.memory || _report(_exceptionable, {
        path: _path + ".memory",
        expected: "(string | undefined)",
        value: input.memory
    }), undefined === input.cpus || "number" === typeof input.cpus || _report(_exceptionable, {
        path: _path + ".cpus",
        expected: "(number | undefined)",
        value: input.cpus
    }), undefined === input.read_only || "boolean" === typeof input.read_only || _report(_exceptionable, {
        path: _path + ".read_only",
        expected: "(boolean | undefined)",
        value: input.read_only
    }), undefined === input.cap_drop || (Array.isArray(input.cap_drop) || _report(_exceptionable, {
        path: _path + ".cap_drop",
        expected: "(Array<string> | undefined)",
        value: input.cap_drop
    })) && input.cap_drop.map((elem: any, _index17: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".cap_drop[" + _index17 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".cap_drop",
        expected: "(Array<string> | undefined)",
        value: input.cap_drop
    }), undefined === input.labels || ("object" === typeof input.labels && null !== input.labels && false === Array.isArray(input.labels) || _report(_exceptionable, {
        path: _path + ".labels",
        expected: "(__type.o1 | undefined)",
        value: input.labels
    })) && _vo3(input.labels, _path + ".labels", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".labels",
        expected: "(__type.o1 | undefined)",
        value: input.labels
    }), undefined === input.stop_timeout || "string" === typeof input.stop_timeout || _report(_exceptionable, {
        path: _path + ".stop_timeout",
        expected: "(string | undefined)",
        value: input.stop_timeout
    }), undefined === input.min_up || "string" === typeof input.min_up || _report(_exceptionable, {
        path: _path + ".min_up",
        expected: "(string | undefined)",
        value: input.min_up
    }), undefined === input.overlap || "boolean" === typeof input.overlap || _report(_exceptionable, {
        path: _path + ".overlap",
        expected: "(boolean | undefined)",
        value: input.overlap
    }), undefined === input.pull || "missing" === input.pull || "always" === input.pull || _report(_exceptionable, {
        path: _path + ".pull",
        expected: "(\"always\" | \"missing\" | undefined)",
        value: input.pull
    }), undefined === input.health || ("object" === typeof input.health && null !== input.health && false === Array.isArray(input.health) || _report(_exceptionable, {
        path: _path + ".health",
        expected: "(HealthDefinition | undefined)",
        value: input.health
    })) && _vo4(input.health, _path + ".health", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".health",
        expected: "(HealthDefinition | undefined)",
        value: input.health
    })].every((flag: boolean) => flag); const _vo2 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [false === _exceptionable || Object.keys(input).map((key: any) => {
        const value = input[key];
        if (undefined === value)
            return true;
        return "string" === typeof value || _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "string",
            value: value
        });
    }).every((flag: boolean) => flag)].every((flag: boolean) => flag); const _vo3 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [false === _exceptionable || Object.keys(input).map((key: any) => {
        const value = input[key];
        if (undefined === value)
            return true;
        return "string" === typeof value || _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "string",
            value: value
        });
    }).every((flag: boolean) => flag)].every((flag: boolean) => flag); const _vo4 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.cmd || (Array.isArray(input.cmd) || _report(_exceptionable, {
        path: _path + ".cmd",
        expected: "(Array<string> | undefined)",
        value: input.cmd
    })) && input.cmd.map((elem: any, _index18: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".cmd[" + _index18 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".cmd",
        expected: "(Array<string> | undefined)",
        value: input.cmd
    }), undefined === input.http || "string" === typeof input.http || _report(_exceptionable, {
        path: _path + ".http",
        expected: "(string | undefined)",
        value: input.http
    }), undefined === input.tcp || "string" === typeof input.tcp || _report(_exceptionable, {
        path: _path + ".tcp",
        expected: "(string | undefined)",
        value: input.tcp
    }), undefined === input.interval || "string" === typeof input.interval || _report(_exceptionable, {
        path: _path + ".interval",
        expected: "(string | undefined)",
        value: input.interval
    }), undefined === input.timeout || "string" === typeof input.timeout || _report(_exceptionable, {
        path: _path + ".timeout",
        expected: "(string | undefined)",
        value: input.timeout
    }), undefined === input.retries || "number" === typeof input.retries || _report(_exceptionable, {
        path: _path + ".retries",
        expected: "(number | undefined)",
        value: input.retries
    }), undefined === input.start_period || "string" === typeof input.start_period || _report(_exceptionable, {
        path: _path + ".start_period",
        expected: "(string | undefined)",
        value: input.start_period
    }), undefined === input.on_unhealthy || "report" === input.on_unhealthy || "restart" === input.on_unhealthy || _report(_exceptionable, {
        path: _path + ".on_unhealthy",
        expected: "(\"report\" | \"restart\" | undefined)",
        value: input.on_unhealthy
    })].every((flag: boolean) => flag); const __is = (input: any): input is DraftDefinition => "object" === typeof input && null !== input && false === Array.isArray(input) && _io0(input); let errors: any; let _report: any; return __typia_transform__createStandardSchema._createStandardSchema((input: any): import("typia").IValidation<DraftDefinition> => {
    if (false === __is(input)) {
        errors = [];
        _report = (__typia_transform__validateReport._validateReport as any)(errors);
        ((input: any, _path: string, _exceptionable: boolean = true) => ("object" === typeof input && null !== input && false === Array.isArray(input) || _report(true, {
            path: _path + "",
            expected: "DraftDefinition",
            value: input
        })) && _vo0(input, _path + "", true) || _report(true, {
            path: _path + "",
            expected: "DraftDefinition",
            value: input
        }))(input, "$input", true);
        const success = 0 === errors.length;
        return success ? {
            success,
            data: input
        } : {
            success,
            errors,
            data: input
        } as any;
    }
    return {
        success: true,
        data: input
    } as any;
}); })();
export const validateCliSettings = (() => { const _io0 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.services || "object" === typeof input.services && null !== input.services && false === Array.isArray(input.services) && _io1(input.services, true && _exceptionable)) && (undefined === input.bus || "object" === typeof input.bus && null !== input.bus && false === Array.isArray(input.bus) && _io2(input.bus, true && _exceptionable)) && (undefined === input.mcias || "object" === typeof input.mcias && null !== input.mcias && false === Array.isArray(input.mcias) && _io3(input.mcias, true && _exceptionable)) && (undefined === input.auth || "object" === typeof input.auth && null !== input.auth && false === Array.isArray(input.auth) && _io4(input.auth, true && _exceptionable)) && (undefined === input.nodes || Array.isArray(input.nodes) && input.nodes.every((elem: any, _index1: number) => "object" === typeof elem && null !== elem && _io5(elem, true && _exceptionable))) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["services", "bus", "mcias", "auth", "nodes"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io1 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.dir || "string" === typeof input.dir) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["dir"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io2 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.servers || Array.isArray(input.servers) && input.servers.every((elem: any, _index2: number) => "string" === typeof elem)) && (undefined === input.creds || "string" === typeof input.creds) && (undefined === input.ca || "string" === typeof input.ca) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["servers", "creds", "ca"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io3 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.server_url || "string" === typeof input.server_url) && (undefined === input.service_name || "string" === typeof input.service_name) && (undefined === input.ca_cert || "string" === typeof input.ca_cert) && (undefined === input.tags || Array.isArray(input.tags) && input.tags.every((elem: any, _index3: number) => "string" === typeof elem)) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["server_url", "service_name", "ca_cert", "tags"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io4 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.token_path || "string" === typeof input.token_path) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["token_path"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io5 = (input: any, _exceptionable: boolean = true): boolean => "string" === typeof input.name && (undefined === input.address || "string" === typeof input.address) && (1 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["name", "address"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _vo0 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.services || ("object" === typeof input.services && null !== input.services && false === Array.isArray(input.services) || _report(_exceptionable, {
        path: _path + ".services",
        expected: "(__type | undefined)",
        value: input.services
    })) && _vo1(input.services, _path + ".services", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".services",
        expected: "(__type | undefined)",
        value: input.services
    }), undefined === input.bus || ("object" === typeof input.bus && null !== input.bus && false === Array.isArray(input.bus) || _report(_exceptionable, {
        path: _path + ".bus",
        expected: "(BusSection | undefined)",
        value: input.bus
    })) && _vo2(input.bus, _path + ".bus", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".bus",
        expected: "(BusSection | undefined)",
        value: input.bus
    }), undefined === input.mcias || ("object" === typeof input.mcias && null !== input.mcias && false === Array.isArray(input.mcias) || _report(_exceptionable, {
        path: _path + ".mcias",
        expected: "(__type.o1 | undefined)",
        value: input.mcias
    })) && _vo3(input.mcias, _path + ".mcias", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".mcias",
        expected: "(__type.o1 | undefined)",
        value: input.mcias
    }), undefined === input.auth || ("object" === typeof input.auth && null !== input.auth && false === Array.isArray(input.auth) || _report(_exceptionable, {
        path: _path + ".auth",
        expected: "(__type.o2 | undefined)",
        value: input.auth
    })) && _vo4(input.auth, _path + ".auth", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".auth",
        expected: "(__type.o2 | undefined)",
        value: input.auth
    }), undefined === input.nodes || (Array.isArray(input.nodes) || _report(_exceptionable, {
        path: _path + ".nodes",
        expected: "(Array<NodeEntry> | undefined)",
        value: input.nodes
    })) && input.nodes.map((elem: any, _index4: number) => ("object" === typeof elem && null !== elem || _report(_exceptionable, {
        path: _path + ".nodes[" + _index4 + "]",
        expected: "NodeEntry",
        value: elem
    })) && _vo5(elem, _path + ".nodes[" + _index4 + "]", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".nodes[" + _index4 + "]",
        expected: "NodeEntry",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".nodes",
        expected: "(Array<NodeEntry> | undefined)",
        value: input.nodes
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["services", "bus", "mcias", "auth", "nodes"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo1 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.dir || "string" === typeof input.dir || _report(_exceptionable, {
        path: _path + ".dir",
        expected: "(string | undefined)",
        value: input.dir
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["dir"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo2 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.servers || (Array.isArray(input.servers) || _report(_exceptionable, {
        path: _path + ".servers",
        expected: "(Array<string> | undefined)",
        value: input.servers
    })) && input.servers.map((elem: any, _index5: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".servers[" + _index5 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".servers",
        expected: "(Array<string> | undefined)",
        value: input.servers
    }), undefined === input.creds || "string" === typeof input.creds || _report(_exceptionable, {
        path: _path + ".creds",
        expected: "(string | undefined)",
        value: input.creds
    }), undefined === input.ca || "string" === typeof input.ca || _report(_exceptionable, {
        path: _path + ".ca",
        expected: "(string | undefined)",
        value: input.ca
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["servers", "creds", "ca"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo3 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.server_url || "string" === typeof input.server_url || _report(_exceptionable, {
        path: _path + ".server_url",
        expected: "(string | undefined)",
        value: input.server_url
    }), undefined === input.service_name || "string" === typeof input.service_name || _report(_exceptionable, {
        path: _path + ".service_name",
        expected: "(string | undefined)",
        value: input.service_name
    }), undefined === input.ca_cert || "string" === typeof input.ca_cert || _report(_exceptionable, {
        path: _path + ".ca_cert",
        expected: "(string | undefined)",
        value: input.ca_cert
    }), undefined === input.tags || (Array.isArray(input.tags) || _report(_exceptionable, {
        path: _path + ".tags",
        expected: "(Array<string> | undefined)",
        value: input.tags
    })) && input.tags.map((elem: any, _index6: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".tags[" + _index6 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".tags",
        expected: "(Array<string> | undefined)",
        value: input.tags
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["server_url", "service_name", "ca_cert", "tags"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo4 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.token_path || "string" === typeof input.token_path || _report(_exceptionable, {
        path: _path + ".token_path",
        expected: "(string | undefined)",
        value: input.token_path
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["token_path"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo5 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["string" === typeof input.name || _report(_exceptionable, {
        path: _path + ".name",
        expected: "string",
        value: input.name
    }), undefined === input.address || "string" === typeof input.address || _report(_exceptionable, {
        path: _path + ".address",
        expected: "(string | undefined)",
        value: input.address
    }), 1 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["name", "address"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const __is = (input: any, _exceptionable: boolean = true): input is CliSettingsFile => "object" === typeof input && null !== input && false === Array.isArray(input) && _io0(input, true); let errors: any; let _report: any; return __typia_transform__createStandardSchema._createStandardSchema((input: any): import("typia").IValidation<CliSettingsFile> => {
    if (false === __is(input)) {
        errors = [];
        _report = (__typia_transform__validateReport._validateReport as any)(errors);
        ((input: any, _path: string, _exceptionable: boolean = true) => ("object" === typeof input && null !== input && false === Array.isArray(input) || _report(true, {
            path: _path + "",
            expected: "CliSettingsFile",
            value: input
        })) && _vo0(input, _path + "", true) || _report(true, {
            path: _path + "",
            expected: "CliSettingsFile",
            value: input
        }))(input, "$input", true);
        const success = 0 === errors.length;
        return success ? {
            success,
            data: input
        } : {
            success,
            errors,
            data: input
        } as any;
    }
    return {
        success: true,
        data: input
    } as any;
}); })();
export const validateAgentSettings = (() => { const _io0 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.node || "string" === typeof input.node) && (undefined === input.bus || "object" === typeof input.bus && null !== input.bus && false === Array.isArray(input.bus) && _io1(input.bus, true && _exceptionable)) && (undefined === input.trust || "object" === typeof input.trust && null !== input.trust && false === Array.isArray(input.trust) && _io2(input.trust, true && _exceptionable)) && (undefined === input.store || "object" === typeof input.store && null !== input.store && false === Array.isArray(input.store) && _io3(input.store, true && _exceptionable)) && (undefined === input.podman || "object" === typeof input.podman && null !== input.podman && false === Array.isArray(input.podman) && _io4(input.podman, true && _exceptionable)) && (undefined === input.files || "object" === typeof input.files && null !== input.files && false === Array.isArray(input.files) && _io5(input.files, true && _exceptionable)) && (undefined === input.reconcile || "object" === typeof input.reconcile && null !== input.reconcile && false === Array.isArray(input.reconcile) && _io6(input.reconcile, true && _exceptionable)) && (undefined === input.alerts || "object" === typeof input.alerts && null !== input.alerts && false === Array.isArray(input.alerts) && _io7(input.alerts, true && _exceptionable)) && (undefined === input.log || "object" === typeof input.log && null !== input.log && false === Array.isArray(input.log) && _io8(input.log, true && _exceptionable)) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["node", "bus", "trust", "store", "podman", "files", "reconcile", "alerts", "log"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io1 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.servers || Array.isArray(input.servers) && input.servers.every((elem: any, _index1: number) => "string" === typeof elem)) && (undefined === input.creds || "string" === typeof input.creds) && (undefined === input.ca || "string" === typeof input.ca) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["servers", "creds", "ca"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io2 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.signers || Array.isArray(input.signers) && input.signers.every((elem: any, _index2: number) => "string" === typeof elem)) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["signers"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io3 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.path || "string" === typeof input.path) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["path"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io4 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.socket || "string" === typeof input.socket) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["socket"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io5 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.root || "string" === typeof input.root) && (undefined === input.max_size || "string" === typeof input.max_size) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["root", "max_size"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io6 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.sweep || "string" === typeof input.sweep) && (undefined === input.parallel || "number" === typeof input.parallel) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["sweep", "parallel"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io7 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.command || Array.isArray(input.command) && input.command.every((elem: any, _index3: number) => "string" === typeof elem)) && (undefined === input["for"] || "string" === typeof input["for"]) && (undefined === input.cooldown || "string" === typeof input.cooldown) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["command", "for", "cooldown"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _io8 = (input: any, _exceptionable: boolean = true): boolean => (undefined === input.level || "debug" === input.level || "info" === input.level || "warn" === input.level || "error" === input.level) && (0 === Object.keys(input).length || Object.keys(input).every((key: any) => {
    if (["level"].some((prop: any) => key === prop))
        return true;
    const value = input[key];
    if (undefined === value)
        return true;
    return false;
})); const _vo0 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.node || "string" === typeof input.node || _report(_exceptionable, {
        path: _path + ".node",
        expected: "(string | undefined)",
        value: input.node
    }), undefined === input.bus || ("object" === typeof input.bus && null !== input.bus && false === Array.isArray(input.bus) || _report(_exceptionable, {
        path: _path + ".bus",
        expected: "(BusSection | undefined)",
        value: input.bus
    })) && _vo1(input.bus, _path + ".bus", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".bus",
        expected: "(BusSection | undefined)",
        value: input.bus
    }), undefined === input.trust || ("object" === typeof input.trust && null !== input.trust && false === Array.isArray(input.trust) || _report(_exceptionable, {
        path: _path + ".trust",
        expected: "(__type | undefined)",
        value: input.trust
    })) && _vo2(input.trust, _path + ".trust", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".trust",
        expected: "(__type | undefined)",
        value: input.trust
    }), undefined === input.store || ("object" === typeof input.store && null !== input.store && false === Array.isArray(input.store) || _report(_exceptionable, {
        path: _path + ".store",
        expected: "(__type.o1 | undefined)",
        value: input.store
    })) && _vo3(input.store, _path + ".store", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".store",
        expected: "(__type.o1 | undefined)",
        value: input.store
    }), undefined === input.podman || ("object" === typeof input.podman && null !== input.podman && false === Array.isArray(input.podman) || _report(_exceptionable, {
        path: _path + ".podman",
        expected: "(__type.o2 | undefined)",
        value: input.podman
    })) && _vo4(input.podman, _path + ".podman", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".podman",
        expected: "(__type.o2 | undefined)",
        value: input.podman
    }), undefined === input.files || ("object" === typeof input.files && null !== input.files && false === Array.isArray(input.files) || _report(_exceptionable, {
        path: _path + ".files",
        expected: "(__type.o3 | undefined)",
        value: input.files
    })) && _vo5(input.files, _path + ".files", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".files",
        expected: "(__type.o3 | undefined)",
        value: input.files
    }), undefined === input.reconcile || ("object" === typeof input.reconcile && null !== input.reconcile && false === Array.isArray(input.reconcile) || _report(_exceptionable, {
        path: _path + ".reconcile",
        expected: "(__type.o4 | undefined)",
        value: input.reconcile
    })) && _vo6(input.reconcile, _path + ".reconcile", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".reconcile",
        expected: "(__type.o4 | undefined)",
        value: input.reconcile
    }), undefined === input.alerts || ("object" === typeof input.alerts && null !== input.alerts && false === Array.isArray(input.alerts) || _report(_exceptionable, {
        path: _path + ".alerts",
        expected: "(__type.o5 | undefined)",
        value: input.alerts
    })) && _vo7(input.alerts, _path + ".alerts", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".alerts",
        expected: "(__type.o5 | undefined)",
        value: input.alerts
    }), undefined === input.log || ("object" === typeof input.log && null !== input.log && false === Array.isArray(input.log) || _report(_exceptionable, {
        path: _path + ".log",
        expected: "(__type.o6 | undefined)",
        value: input.log
    })) && _vo8(input.log, _path + ".log", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".log",
        expected: "(__type.o6 | undefined)",
        value: input.log
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["node", "bus", "trust", "store", "podman", "files", "reconcile", "alerts", "log"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo1 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.servers || (Array.isArray(input.servers) || _report(_exceptionable, {
        path: _path + ".servers",
        expected: "(Array<string> | undefined)",
        value: input.servers
    })) && input.servers.map((elem: any, _index4: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".servers[" + _index4 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".servers",
        expected: "(Array<string> | undefined)",
        value: input.servers
    }), undefined === input.creds || "string" === typeof input.creds || _report(_exceptionable, {
        path: _path + ".creds",
        expected: "(string | undefined)",
        value: input.creds
    }), undefined === input.ca || "string" === typeof input.ca || _report(_exceptionable, {
        path: _path + ".ca",
        expected: "(string | undefined)",
        value: input.ca
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["servers", "creds", "ca"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo2 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.signers || (Array.isArray(input.signers) || _report(_exceptionable, {
        path: _path + ".signers",
        expected: "(Array<string> | undefined)",
        value: input.signers
    })) && input.signers.map((elem: any, _index5: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".signers[" + _index5 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".signers",
        expected: "(Array<string> | undefined)",
        value: input.signers
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["signers"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo3 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.path || "string" === typeof input.path || _report(_exceptionable, {
        path: _path + ".path",
        expected: "(string | undefined)",
        value: input.path
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["path"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo4 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.socket || "string" === typeof input.socket || _report(_exceptionable, {
        path: _path + ".socket",
        expected: "(string | undefined)",
        value: input.socket
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["socket"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo5 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.root || "string" === typeof input.root || _report(_exceptionable, {
        path: _path + ".root",
        expected: "(string | undefined)",
        value: input.root
    }), undefined === input.max_size || "string" === typeof input.max_size || _report(_exceptionable, {
        path: _path + ".max_size",
        expected: "(string | undefined)",
        value: input.max_size
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["root", "max_size"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo6 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.sweep || "string" === typeof input.sweep || _report(_exceptionable, {
        path: _path + ".sweep",
        expected: "(string | undefined)",
        value: input.sweep
    }), undefined === input.parallel || "number" === typeof input.parallel || _report(_exceptionable, {
        path: _path + ".parallel",
        expected: "(number | undefined)",
        value: input.parallel
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["sweep", "parallel"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo7 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.command || (Array.isArray(input.command) || _report(_exceptionable, {
        path: _path + ".command",
        expected: "(Array<string> | undefined)",
        value: input.command
    })) && input.command.map((elem: any, _index6: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".command[" + _index6 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".command",
        expected: "(Array<string> | undefined)",
        value: input.command
    }), undefined === input["for"] || "string" === typeof input["for"] || _report(_exceptionable, {
        path: _path + "[\"for\"]",
        expected: "(string | undefined)",
        value: input["for"]
    }), undefined === input.cooldown || "string" === typeof input.cooldown || _report(_exceptionable, {
        path: _path + ".cooldown",
        expected: "(string | undefined)",
        value: input.cooldown
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["command", "for", "cooldown"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const _vo8 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.level || "debug" === input.level || "info" === input.level || "warn" === input.level || "error" === input.level || _report(_exceptionable, {
        path: _path + ".level",
        expected: "(\"debug\" | \"error\" | \"info\" | \"warn\" | undefined)",
        value: input.level
    }), 0 === Object.keys(input).length || (false === _exceptionable || Object.keys(input).map((key: any) => {
        if (["level"].some((prop: any) => key === prop))
            return true;
        const value = input[key];
        if (undefined === value)
            return true;
        return _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "undefined",
            value: value,
            description: [
                `The property \`${key}\` is not defined in the object type.`,
                "",
                "Please remove the property next time."
            ].join("\n")
        });
    }).every((flag: boolean) => flag))].every((flag: boolean) => flag); const __is = (input: any, _exceptionable: boolean = true): input is AgentSettingsFile => "object" === typeof input && null !== input && false === Array.isArray(input) && _io0(input, true); let errors: any; let _report: any; return __typia_transform__createStandardSchema._createStandardSchema((input: any): import("typia").IValidation<AgentSettingsFile> => {
    if (false === __is(input)) {
        errors = [];
        _report = (__typia_transform__validateReport._validateReport as any)(errors);
        ((input: any, _path: string, _exceptionable: boolean = true) => ("object" === typeof input && null !== input && false === Array.isArray(input) || _report(true, {
            path: _path + "",
            expected: "AgentSettingsFile",
            value: input
        })) && _vo0(input, _path + "", true) || _report(true, {
            path: _path + "",
            expected: "AgentSettingsFile",
            value: input
        }))(input, "$input", true);
        const success = 0 === errors.length;
        return success ? {
            success,
            data: input
        } : {
            success,
            errors,
            data: input
        } as any;
    }
    return {
        success: true,
        data: input
    } as any;
}); })();
export const validateDesired = (() => { const _io0 = (input: any): boolean => "object" === typeof input.spec && null !== input.spec && _io1(input.spec) && 1 === input.version && "string" === typeof input.node && "string" === typeof input.service && "number" === typeof input.generation && (null === input.base || "object" === typeof input.base && null !== input.base && _io11(input.base)) && (undefined === input.force || "object" === typeof input.force && null !== input.force && _io11(input.force)) && "string" === typeof input.writeId && "string" === typeof input.author && "string" === typeof input.at && "string" === typeof input.command && (undefined === input.message || "string" === typeof input.message); const _io1 = (input: any): boolean => "string" === typeof input.name && "boolean" === typeof input.active && ("repair" === input.drift || "report" === input.drift || "ignore" === input.drift) && (Array.isArray(input.components) && input.components.every((elem: any) => "object" === typeof elem && null !== elem && _io2(elem))); const _io2 = (input: any): boolean => "string" === typeof input.name && "string" === typeof input.image && (undefined === input.network || "string" === typeof input.network) && (undefined === input.user || "string" === typeof input.user) && ("object" === typeof input.restart && null !== input.restart && _io3(input.restart)) && (Array.isArray(input.ports) && input.ports.every((elem: any) => "object" === typeof elem && null !== elem && _io4(elem))) && (Array.isArray(input.volumes) && input.volumes.every((elem: any) => "object" === typeof elem && null !== elem && _io5(elem))) && (Array.isArray(input.cmd) && input.cmd.every((elem: any) => "string" === typeof elem)) && ("object" === typeof input.env && null !== input.env && false === Array.isArray(input.env) && _io6(input.env)) && (Array.isArray(input.dependsOn) && input.dependsOn.every((elem: any) => "string" === typeof elem)) && (undefined === input.memoryBytes || "number" === typeof input.memoryBytes) && (undefined === input.cpus || "number" === typeof input.cpus) && "boolean" === typeof input.readOnly && (Array.isArray(input.capDrop) && input.capDrop.every((elem: any) => "string" === typeof elem)) && ("object" === typeof input.labels && null !== input.labels && false === Array.isArray(input.labels) && _io6(input.labels)) && "number" === typeof input.stopTimeoutMs && "number" === typeof input.minUpMs && "boolean" === typeof input.overlap && ("missing" === input.pull || "always" === input.pull) && (undefined === input.health || "object" === typeof input.health && null !== input.health && _io7(input.health)); const _io3 = (input: any): boolean => ("always" === input.policy || "no" === input.policy || "on-failure" === input.policy || "unless-stopped" === input.policy) && (undefined === input.retries || "number" === typeof input.retries); const _io4 = (input: any): boolean => (undefined === input.hostAddress || "string" === typeof input.hostAddress) && "number" === typeof input.hostPort && "number" === typeof input.containerPort && ("tcp" === input.protocol || "udp" === input.protocol); const _io5 = (input: any): boolean => ("bind" === input.kind || "volume" === input.kind) && "string" === typeof input.source && "string" === typeof input.target && "boolean" === typeof input.readOnly && (Array.isArray(input.options) && input.options.every((elem: any) => "z" === elem || "Z" === elem || "U" === elem)); const _io6 = (input: any): boolean => Object.keys(input).every((key: any) => {
    const value = input[key];
    if (undefined === value)
        return true;
    return "string" === typeof value;
}); const _io7 = (input: any): boolean => "object" === typeof input.check && null !== input.check && _iu0(input.check) && "number" === typeof input.intervalMs && "number" === typeof input.timeoutMs && "number" === typeof input.retries && "number" === typeof input.startPeriodMs && ("report" === input.onUnhealthy || "restart" === input.onUnhealthy); const _io8 = (input: any): boolean => "cmd" === input.kind && (Array.isArray(input.cmd) && input.cmd.every((elem: any) => "string" === typeof elem)); const _io9 = (input: any): boolean => "http" === input.kind && "string" === typeof input.url; const _io10 = (input: any): boolean => "tcp" === input.kind && "string" === typeof input.address; const _io11 = (input: any): boolean => "number" === typeof input.generation && "string" === typeof input.hash; const _io12 = (input: any): boolean => true === input.absent && (undefined === input.retired || "object" === typeof input.retired && null !== input.retired && _io1(input.retired)) && 1 === input.version && "string" === typeof input.node && "string" === typeof input.service && "number" === typeof input.generation && (null === input.base || "object" === typeof input.base && null !== input.base && _io11(input.base)) && (undefined === input.force || "object" === typeof input.force && null !== input.force && _io11(input.force)) && "string" === typeof input.writeId && "string" === typeof input.author && "string" === typeof input.at && "string" === typeof input.command && (undefined === input.message || "string" === typeof input.message); const _iu0 = (input: any): any => (() => {
    if ("cmd" === input.kind)
        return _io8(input);
    else if ("http" === input.kind)
        return _io9(input);
    else if ("tcp" === input.kind)
        return _io10(input);
    else
        return false;
})(); const _iu1 = (input: any): any => (() => {
    if (undefined !== input.spec)
        return _io0(input);
    else if (undefined !== input.absent)
        return _io12(input);
    else
        return false;
})(); const _vo0 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [("object" === typeof input.spec && null !== input.spec || _report(_exceptionable, {
        path: _path + ".spec",
        expected: "ServiceSpec",
        value: input.spec
    })) && _vo1(input.spec, _path + ".spec", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".spec",
        expected: "ServiceSpec",
        value: input.spec
    }), 1 === input.version || _report(_exceptionable, {
        path: _path + ".version",
        expected: "1",
        value: input.version
    }), "string" === typeof input.node || _report(_exceptionable, {
        path: _path + ".node",
        expected: "string",
        value: input.node
    }), "string" === typeof input.service || _report(_exceptionable, {
        path: _path + ".service",
        expected: "string",
        value: input.service
    }), "number" === typeof input.generation || _report(_exceptionable, {
        path: _path + ".generation",
        expected: "number",
        value: input.generation
    }), null === input.base || ("object" === typeof input.base && null !== input.base || _report(_exceptionable, {
        path: _path + ".base",
        expected: "(StateRef | null)",
        value: input.base
    })) && _vo11(input.base, _path + ".base", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".base",
        expected: "(StateRef | null)",
        value: input.base
    }), undefined === input.force || ("object" === typeof input.force && null !== input.force || _report(_exceptionable, {
        path: _path + ".force",
        expected: "(StateRef | undefined)",
        value: input.force
    })) && _vo11(input.force, _path + ".force", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".force",
        expected: "(StateRef | undefined)",
        value: input.force
    }), "string" === typeof input.writeId || _report(_exceptionable, {
        path: _path + ".writeId",
        expected: "string",
        value: input.writeId
    }), "string" === typeof input.author || _report(_exceptionable, {
        path: _path + ".author",
        expected: "string",
        value: input.author
    }), "string" === typeof input.at || _report(_exceptionable, {
        path: _path + ".at",
        expected: "string",
        value: input.at
    }), "string" === typeof input.command || _report(_exceptionable, {
        path: _path + ".command",
        expected: "string",
        value: input.command
    }), undefined === input.message || "string" === typeof input.message || _report(_exceptionable, {
        path: _path + ".message",
        expected: "(string | undefined)",
        value: input.message
    })].every((flag: boolean) => flag); const _vo1 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["string" === typeof input.name || _report(_exceptionable, {
        path: _path + ".name",
        expected: "string",
        value: input.name
    }), "boolean" === typeof input.active || _report(_exceptionable, {
        path: _path + ".active",
        expected: "boolean",
        value: input.active
    }), "repair" === input.drift || "report" === input.drift || "ignore" === input.drift || _report(_exceptionable, {
        path: _path + ".drift",
        expected: "(\"ignore\" | \"repair\" | \"report\")",
        value: input.drift
    }), (Array.isArray(input.components) || _report(_exceptionable, {
        path: _path + ".components",
        expected: "ReadonlyArray<ComponentSpec>",
        value: input.components
    })) && input.components.map((elem: any, _index9: number) => ("object" === typeof elem && null !== elem || _report(_exceptionable, {
        path: _path + ".components[" + _index9 + "]",
        expected: "ComponentSpec",
        value: elem
    })) && _vo2(elem, _path + ".components[" + _index9 + "]", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".components[" + _index9 + "]",
        expected: "ComponentSpec",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".components",
        expected: "ReadonlyArray<ComponentSpec>",
        value: input.components
    })].every((flag: boolean) => flag); const _vo2 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["string" === typeof input.name || _report(_exceptionable, {
        path: _path + ".name",
        expected: "string",
        value: input.name
    }), "string" === typeof input.image || _report(_exceptionable, {
        path: _path + ".image",
        expected: "string",
        value: input.image
    }), undefined === input.network || "string" === typeof input.network || _report(_exceptionable, {
        path: _path + ".network",
        expected: "(string | undefined)",
        value: input.network
    }), undefined === input.user || "string" === typeof input.user || _report(_exceptionable, {
        path: _path + ".user",
        expected: "(string | undefined)",
        value: input.user
    }), ("object" === typeof input.restart && null !== input.restart || _report(_exceptionable, {
        path: _path + ".restart",
        expected: "RestartSpec",
        value: input.restart
    })) && _vo3(input.restart, _path + ".restart", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".restart",
        expected: "RestartSpec",
        value: input.restart
    }), (Array.isArray(input.ports) || _report(_exceptionable, {
        path: _path + ".ports",
        expected: "ReadonlyArray<PortSpec>",
        value: input.ports
    })) && input.ports.map((elem: any, _index10: number) => ("object" === typeof elem && null !== elem || _report(_exceptionable, {
        path: _path + ".ports[" + _index10 + "]",
        expected: "PortSpec",
        value: elem
    })) && _vo4(elem, _path + ".ports[" + _index10 + "]", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".ports[" + _index10 + "]",
        expected: "PortSpec",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".ports",
        expected: "ReadonlyArray<PortSpec>",
        value: input.ports
    }), (Array.isArray(input.volumes) || _report(_exceptionable, {
        path: _path + ".volumes",
        expected: "ReadonlyArray<VolumeSpec>",
        value: input.volumes
    })) && input.volumes.map((elem: any, _index11: number) => ("object" === typeof elem && null !== elem || _report(_exceptionable, {
        path: _path + ".volumes[" + _index11 + "]",
        expected: "VolumeSpec",
        value: elem
    })) && _vo5(elem, _path + ".volumes[" + _index11 + "]", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".volumes[" + _index11 + "]",
        expected: "VolumeSpec",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".volumes",
        expected: "ReadonlyArray<VolumeSpec>",
        value: input.volumes
    }), (Array.isArray(input.cmd) || _report(_exceptionable, {
        path: _path + ".cmd",
        expected: "ReadonlyArray<string>",
        value: input.cmd
    })) && input.cmd.map((elem: any, _index12: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".cmd[" + _index12 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".cmd",
        expected: "ReadonlyArray<string>",
        value: input.cmd
    }), ("object" === typeof input.env && null !== input.env && false === Array.isArray(input.env) || _report(_exceptionable, {
        path: _path + ".env",
        expected: "Readonly<Record<string, string>>",
        value: input.env
    })) && _vo6(input.env, _path + ".env", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".env",
        expected: "Readonly<Record<string, string>>",
        value: input.env
    }), (Array.isArray(input.dependsOn) || _report(_exceptionable, {
        path: _path + ".dependsOn",
        expected: "ReadonlyArray<string>",
        value: input.dependsOn
    })) && input.dependsOn.map((elem: any, _index13: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".dependsOn[" + _index13 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".dependsOn",
        expected: "ReadonlyArray<string>",
        value: input.dependsOn
    }), undefined === input.memoryBytes || "number" === typeof input.memoryBytes || _report(_exceptionable, {
        path: _path + ".memoryBytes",
        expected: "(number | undefined)",
        value: input.memoryBytes
    }), undefined === input.cpus || "number" === typeof input.cpus || _report(_exceptionable, {
        path: _path + ".cpus",
        expected: "(number | undefined)",
        value: input.cpus
    }), "boolean" === typeof input.readOnly || _report(_exceptionable, {
        path: _path + ".readOnly",
        expected: "boolean",
        value: input.readOnly
    }), (Array.isArray(input.capDrop) || _report(_exceptionable, {
        path: _path + ".capDrop",
        expected: "ReadonlyArray<string>",
        value: input.capDrop
    })) && input.capDrop.map((elem: any, _index14: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".capDrop[" + _index14 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".capDrop",
        expected: "ReadonlyArray<string>",
        value: input.capDrop
    }), ("object" === typeof input.labels && null !== input.labels && false === Array.isArray(input.labels) || _report(_exceptionable, {
        path: _path + ".labels",
        expected: "Readonly<Record<string, string>>",
        value: input.labels
    })) && _vo6(input.labels, _path + ".labels", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".labels",
        expected: "Readonly<Record<string, string>>",
        value: input.labels
    }), "number" === typeof input.stopTimeoutMs || _report(_exceptionable, {
        path: _path + ".stopTimeoutMs",
        expected: "number",
        value: input.stopTimeoutMs
    }), "number" === typeof input.minUpMs || _report(_exceptionable, {
        path: _path + ".minUpMs",
        expected: "number",
        value: input.minUpMs
    }), "boolean" === typeof input.overlap || _report(_exceptionable, {
        path: _path + ".overlap",
        expected: "boolean",
        value: input.overlap
    }), "missing" === input.pull || "always" === input.pull || _report(_exceptionable, {
        path: _path + ".pull",
        expected: "(\"always\" | \"missing\")",
        value: input.pull
    }), undefined === input.health || ("object" === typeof input.health && null !== input.health || _report(_exceptionable, {
        path: _path + ".health",
        expected: "(HealthSpec | undefined)",
        value: input.health
    })) && _vo7(input.health, _path + ".health", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".health",
        expected: "(HealthSpec | undefined)",
        value: input.health
    })].every((flag: boolean) => flag); const _vo3 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["always" === input.policy || "no" === input.policy || "on-failure" === input.policy || "unless-stopped" === input.policy || _report(_exceptionable, {
        path: _path + ".policy",
        expected: "(\"always\" | \"no\" | \"on-failure\" | \"unless-stopped\")",
        value: input.policy
    }), undefined === input.retries || "number" === typeof input.retries || _report(_exceptionable, {
        path: _path + ".retries",
        expected: "(number | undefined)",
        value: input.retries
    })].every((flag: boolean) => flag); const _vo4 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.hostAddress || "string" === typeof input.hostAddress || _report(_exceptionable, {
        path: _path + ".hostAddress",
        expected: "(string | undefined)",
        value: input.hostAddress
    }), "number" === typeof input.hostPort || _report(_exceptionable, {
        path: _path + ".hostPort",
        expected: "number",
        value: input.hostPort
    }), "number" === typeof input.containerPort || _report(_exceptionable, {
        path: _path + ".containerPort",
        expected: "number",
        value: input.containerPort
    }), "tcp" === input.protocol || "udp" === input.protocol || _report(_exceptionable, {
        path: _path + ".protocol",
        expected: "(\"tcp\" | \"udp\")",
        value: input.protocol
    })].every((flag: boolean) => flag); const _vo5 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["bind" === input.kind || "volume" === input.kind || _report(_exceptionable, {
        path: _path + ".kind",
        expected: "(\"bind\" | \"volume\")",
        value: input.kind
    }), "string" === typeof input.source || _report(_exceptionable, {
        path: _path + ".source",
        expected: "string",
        value: input.source
    }), "string" === typeof input.target || _report(_exceptionable, {
        path: _path + ".target",
        expected: "string",
        value: input.target
    }), "boolean" === typeof input.readOnly || _report(_exceptionable, {
        path: _path + ".readOnly",
        expected: "boolean",
        value: input.readOnly
    }), (Array.isArray(input.options) || _report(_exceptionable, {
        path: _path + ".options",
        expected: "ReadonlyArray<\"z\" | \"Z\" | \"U\">",
        value: input.options
    })) && input.options.map((elem: any, _index15: number) => "z" === elem || "Z" === elem || "U" === elem || _report(_exceptionable, {
        path: _path + ".options[" + _index15 + "]",
        expected: "(\"U\" | \"Z\" | \"z\")",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".options",
        expected: "ReadonlyArray<\"z\" | \"Z\" | \"U\">",
        value: input.options
    })].every((flag: boolean) => flag); const _vo6 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [false === _exceptionable || Object.keys(input).map((key: any) => {
        const value = input[key];
        if (undefined === value)
            return true;
        return "string" === typeof value || _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "string",
            value: value
        });
    }).every((flag: boolean) => flag)].every((flag: boolean) => flag); const _vo7 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [("object" === typeof input.check && null !== input.check || _report(_exceptionable, {
        path: _path + ".check",
        expected: "(__type | __type.o1 | __type.o2)",
        value: input.check
    })) && _vu0(input.check, _path + ".check", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".check",
        expected: "(__type | __type.o1 | __type.o2)",
        value: input.check
    }), "number" === typeof input.intervalMs || _report(_exceptionable, {
        path: _path + ".intervalMs",
        expected: "number",
        value: input.intervalMs
    }), "number" === typeof input.timeoutMs || _report(_exceptionable, {
        path: _path + ".timeoutMs",
        expected: "number",
        value: input.timeoutMs
    }), "number" === typeof input.retries || _report(_exceptionable, {
        path: _path + ".retries",
        expected: "number",
        value: input.retries
    }), "number" === typeof input.startPeriodMs || _report(_exceptionable, {
        path: _path + ".startPeriodMs",
        expected: "number",
        value: input.startPeriodMs
    }), "report" === input.onUnhealthy || "restart" === input.onUnhealthy || _report(_exceptionable, {
        path: _path + ".onUnhealthy",
        expected: "(\"report\" | \"restart\")",
        value: input.onUnhealthy
    })].every((flag: boolean) => flag); const _vo8 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["cmd" === input.kind || _report(_exceptionable, {
        path: _path + ".kind",
        expected: "\"cmd\"",
        value: input.kind
    }), (Array.isArray(input.cmd) || _report(_exceptionable, {
        path: _path + ".cmd",
        expected: "ReadonlyArray<string>",
        value: input.cmd
    })) && input.cmd.map((elem: any, _index16: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".cmd[" + _index16 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".cmd",
        expected: "ReadonlyArray<string>",
        value: input.cmd
    })].every((flag: boolean) => flag); const _vo9 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["http" === input.kind || _report(_exceptionable, {
        path: _path + ".kind",
        expected: "\"http\"",
        value: input.kind
    }), "string" === typeof input.url || _report(_exceptionable, {
        path: _path + ".url",
        expected: "string",
        value: input.url
    })].every((flag: boolean) => flag); const _vo10 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["tcp" === input.kind || _report(_exceptionable, {
        path: _path + ".kind",
        expected: "\"tcp\"",
        value: input.kind
    }), "string" === typeof input.address || _report(_exceptionable, {
        path: _path + ".address",
        expected: "string",
        value: input.address
    })].every((flag: boolean) => flag); const _vo11 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["number" === typeof input.generation || _report(_exceptionable, {
        path: _path + ".generation",
        expected: "number",
        value: input.generation
    }), "string" === typeof input.hash || _report(_exceptionable, {
        path: _path + ".hash",
        expected: "string",
        value: input.hash
    })].every((flag: boolean) => flag); const _vo12 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [true === input.absent || _report(_exceptionable, {
        path: _path + ".absent",
        expected: "true",
        value: input.absent
    }), undefined === input.retired || ("object" === typeof input.retired && null !== input.retired || _report(_exceptionable, {
        path: _path + ".retired",
        expected: "(ServiceSpec | undefined)",
        value: input.retired
    })) && _vo1(input.retired, _path + ".retired", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".retired",
        expected: "(ServiceSpec | undefined)",
        value: input.retired
    }), 1 === input.version || _report(_exceptionable, {
        path: _path + ".version",
        expected: "1",
        value: input.version
    }), "string" === typeof input.node || _report(_exceptionable, {
        path: _path + ".node",
        expected: "string",
        value: input.node
    }), "string" === typeof input.service || _report(_exceptionable, {
        path: _path + ".service",
        expected: "string",
        value: input.service
    }), "number" === typeof input.generation || _report(_exceptionable, {
        path: _path + ".generation",
        expected: "number",
        value: input.generation
    }), null === input.base || ("object" === typeof input.base && null !== input.base || _report(_exceptionable, {
        path: _path + ".base",
        expected: "(StateRef | null)",
        value: input.base
    })) && _vo11(input.base, _path + ".base", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".base",
        expected: "(StateRef | null)",
        value: input.base
    }), undefined === input.force || ("object" === typeof input.force && null !== input.force || _report(_exceptionable, {
        path: _path + ".force",
        expected: "(StateRef | undefined)",
        value: input.force
    })) && _vo11(input.force, _path + ".force", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".force",
        expected: "(StateRef | undefined)",
        value: input.force
    }), "string" === typeof input.writeId || _report(_exceptionable, {
        path: _path + ".writeId",
        expected: "string",
        value: input.writeId
    }), "string" === typeof input.author || _report(_exceptionable, {
        path: _path + ".author",
        expected: "string",
        value: input.author
    }), "string" === typeof input.at || _report(_exceptionable, {
        path: _path + ".at",
        expected: "string",
        value: input.at
    }), "string" === typeof input.command || _report(_exceptionable, {
        path: _path + ".command",
        expected: "string",
        value: input.command
    }), undefined === input.message || "string" === typeof input.message || _report(_exceptionable, {
        path: _path + ".message",
        expected: "(string | undefined)",
        value: input.message
    })].every((flag: boolean) => flag); const _vu0 = (input: any, _path: string, _exceptionable: boolean = true): any => (() => {
    if ("cmd" === input.kind)
        return _vo8(input, _path, true && _exceptionable);
    else if ("http" === input.kind)
        return _vo9(input, _path, true && _exceptionable);
    else if ("tcp" === input.kind)
        return _vo10(input, _path, true && _exceptionable);
    else
        return _report(_exceptionable, {
            path: _path,
            expected: "(__type | __type.o1 | __type.o2)",
            value: input
        });
})(); const _vu1 = (input: any, _path: string, _exceptionable: boolean = true): any => (() => {
    if (undefined !== input.spec)
        return _vo0(input, _path, true && _exceptionable);
    else if (undefined !== input.absent)
        return _vo12(input, _path, true && _exceptionable);
    else
        return _report(_exceptionable, {
            path: _path,
            expected: "(DesiredPresent | Tombstone)",
            value: input
        });
})(); const __is = (input: any): input is DesiredService => "object" === typeof input && null !== input && _iu1(input); let errors: any; let _report: any; return __typia_transform__createStandardSchema._createStandardSchema((input: any): import("typia").IValidation<DesiredService> => {
    if (false === __is(input)) {
        errors = [];
        _report = (__typia_transform__validateReport._validateReport as any)(errors);
        ((input: any, _path: string, _exceptionable: boolean = true) => ("object" === typeof input && null !== input || _report(true, {
            path: _path + "",
            expected: "(DesiredPresent | Tombstone)",
            value: input
        })) && _vu1(input, _path + "", true) || _report(true, {
            path: _path + "",
            expected: "(DesiredPresent | Tombstone)",
            value: input
        }))(input, "$input", true);
        const success = 0 === errors.length;
        return success ? {
            success,
            data: input
        } : {
            success,
            errors,
            data: input
        } as any;
    }
    return {
        success: true,
        data: input
    } as any;
}); })();
export const validateIndex = (() => { const _io0 = (input: any): boolean => 1 === input.version && "string" === typeof input.node && (Array.isArray(input.services) && input.services.every((elem: any) => "string" === typeof elem)); const _vo0 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [1 === input.version || _report(_exceptionable, {
        path: _path + ".version",
        expected: "1",
        value: input.version
    }), "string" === typeof input.node || _report(_exceptionable, {
        path: _path + ".node",
        expected: "string",
        value: input.node
    }), (Array.isArray(input.services) || _report(_exceptionable, {
        path: _path + ".services",
        expected: "ReadonlyArray<string>",
        value: input.services
    })) && input.services.map((elem: any, _index2: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".services[" + _index2 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".services",
        expected: "ReadonlyArray<string>",
        value: input.services
    })].every((flag: boolean) => flag); const __is = (input: any): input is NodeIndex => "object" === typeof input && null !== input && _io0(input); let errors: any; let _report: any; return __typia_transform__createStandardSchema._createStandardSchema((input: any): import("typia").IValidation<NodeIndex> => {
    if (false === __is(input)) {
        errors = [];
        _report = (__typia_transform__validateReport._validateReport as any)(errors);
        ((input: any, _path: string, _exceptionable: boolean = true) => ("object" === typeof input && null !== input || _report(true, {
            path: _path + "",
            expected: "NodeIndex",
            value: input
        })) && _vo0(input, _path + "", true) || _report(true, {
            path: _path + "",
            expected: "NodeIndex",
            value: input
        }))(input, "$input", true);
        const success = 0 === errors.length;
        return success ? {
            success,
            data: input
        } : {
            success,
            errors,
            data: input
        } as any;
    }
    return {
        success: true,
        data: input
    } as any;
}); })();
export const validateObserved = (() => { const _iv5 = new Set(["missing", "unhealthy", "not-running", "unexpected", "outdated", "image-moved", "renamed", "conflict", "orphan", "unmanaged"]); const _iv8 = new Set(["healthy", "pull", "create", "stop", "start", "wait", "up", "remove", "restore", "unchanged"]); const _vv13 = new Set(["missing", "unhealthy", "not-running", "unexpected", "outdated", "image-moved", "renamed", "conflict", "orphan", "unmanaged"]); const _vv16 = new Set(["healthy", "pull", "create", "stop", "start", "wait", "up", "remove", "restore", "unchanged"]); const _io0 = (input: any): boolean => 1 === input.version && "string" === typeof input.node && "string" === typeof input.service && "string" === typeof input.boot && "number" === typeof input.report && "string" === typeof input.at && (null === input.accepted || "object" === typeof input.accepted && null !== input.accepted && _io1(input.accepted)) && "number" === typeof input.appliedGeneration && ("converged" === input.state || "progressing" === input.state || "degraded" === input.state || "blocked" === input.state || "stopped" === input.state || "removed" === input.state) && (Array.isArray(input.components) && input.components.every((elem: any) => "object" === typeof elem && null !== elem && _io2(elem))) && (Array.isArray(input.drift) && input.drift.every((elem: any) => "object" === typeof elem && null !== elem && _io3(elem))) && (Array.isArray(input.blocked) && input.blocked.every((elem: any) => "object" === typeof elem && null !== elem && _io5(elem))) && (undefined === input.failure || "object" === typeof input.failure && null !== input.failure && _io6(input.failure)) && (Array.isArray(input.steps) && input.steps.every((elem: any) => "object" === typeof elem && null !== elem && _io7(elem))) && (undefined === input.regressed || "string" === typeof input.regressed); const _io1 = (input: any): boolean => "number" === typeof input.generation && "string" === typeof input.hash; const _io2 = (input: any): boolean => "string" === typeof input.name && ("missing" === input.state || "running" === input.state || "created" === input.state || "exited" === input.state || "paused" === input.state || "stopping" === input.state || "unknown" === input.state) && (undefined === input.containerId || "string" === typeof input.containerId) && (undefined === input.containerName || "string" === typeof input.containerName) && (undefined === input.image || "string" === typeof input.image) && (undefined === input.startedAt || "string" === typeof input.startedAt) && (undefined === input.exitCode || "number" === typeof input.exitCode) && (undefined === input.restarts || "number" === typeof input.restarts) && (undefined === input.health || "starting" === input.health || "healthy" === input.health || "unhealthy" === input.health) && (undefined === input.generation || "number" === typeof input.generation); const _io3 = (input: any): boolean => "string" === typeof input.since && "number" === typeof input.repairs && true === _iv5.has(input.kind) && (undefined === input.component || "string" === typeof input.component) && (undefined === input.containerName || "string" === typeof input.containerName) && (Array.isArray(input.differences) && input.differences.every((elem: any) => "object" === typeof elem && null !== elem && _io4(elem))); const _io4 = (input: any): boolean => "string" === typeof input.field && "string" === typeof input.want && "string" === typeof input.have; const _io5 = (input: any): boolean => (undefined === input.component || "string" === typeof input.component) && ("name-taken" === input.reason || "port-taken" === input.reason || "dependency" === input.reason || "fight" === input.reason || "runtime" === input.reason || "failed" === input.reason || "backoff" === input.reason || "unsupported" === input.reason) && "string" === typeof input.message; const _io6 = (input: any): boolean => "number" === typeof input.generation && "string" === typeof input.component && "string" === typeof input.at && "string" === typeof input.code && "string" === typeof input.message && (undefined === input.exitCode || "number" === typeof input.exitCode) && (Array.isArray(input.lines) && input.lines.every((elem: any) => "string" === typeof elem)) && "boolean" === typeof input.previousServing; const _io7 = (input: any): boolean => "number" === typeof input.generation && "string" === typeof input.component && true === _iv8.has(input.step) && "string" === typeof input.at && (undefined === input.detail || "string" === typeof input.detail); const _vo0 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [1 === input.version || _report(_exceptionable, {
        path: _path + ".version",
        expected: "1",
        value: input.version
    }), "string" === typeof input.node || _report(_exceptionable, {
        path: _path + ".node",
        expected: "string",
        value: input.node
    }), "string" === typeof input.service || _report(_exceptionable, {
        path: _path + ".service",
        expected: "string",
        value: input.service
    }), "string" === typeof input.boot || _report(_exceptionable, {
        path: _path + ".boot",
        expected: "string",
        value: input.boot
    }), "number" === typeof input.report || _report(_exceptionable, {
        path: _path + ".report",
        expected: "number",
        value: input.report
    }), "string" === typeof input.at || _report(_exceptionable, {
        path: _path + ".at",
        expected: "string",
        value: input.at
    }), null === input.accepted || ("object" === typeof input.accepted && null !== input.accepted || _report(_exceptionable, {
        path: _path + ".accepted",
        expected: "(StateRef | null)",
        value: input.accepted
    })) && _vo1(input.accepted, _path + ".accepted", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".accepted",
        expected: "(StateRef | null)",
        value: input.accepted
    }), "number" === typeof input.appliedGeneration || _report(_exceptionable, {
        path: _path + ".appliedGeneration",
        expected: "number",
        value: input.appliedGeneration
    }), "converged" === input.state || "progressing" === input.state || "degraded" === input.state || "blocked" === input.state || "stopped" === input.state || "removed" === input.state || _report(_exceptionable, {
        path: _path + ".state",
        expected: "(\"blocked\" | \"converged\" | \"degraded\" | \"progressing\" | \"removed\" | \"stopped\")",
        value: input.state
    }), (Array.isArray(input.components) || _report(_exceptionable, {
        path: _path + ".components",
        expected: "ReadonlyArray<ObservedComponent>",
        value: input.components
    })) && input.components.map((elem: any, _index9: number) => ("object" === typeof elem && null !== elem || _report(_exceptionable, {
        path: _path + ".components[" + _index9 + "]",
        expected: "ObservedComponent",
        value: elem
    })) && _vo2(elem, _path + ".components[" + _index9 + "]", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".components[" + _index9 + "]",
        expected: "ObservedComponent",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".components",
        expected: "ReadonlyArray<ObservedComponent>",
        value: input.components
    }), (Array.isArray(input.drift) || _report(_exceptionable, {
        path: _path + ".drift",
        expected: "ReadonlyArray<OpenDrift>",
        value: input.drift
    })) && input.drift.map((elem: any, _index10: number) => ("object" === typeof elem && null !== elem || _report(_exceptionable, {
        path: _path + ".drift[" + _index10 + "]",
        expected: "OpenDrift",
        value: elem
    })) && _vo3(elem, _path + ".drift[" + _index10 + "]", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".drift[" + _index10 + "]",
        expected: "OpenDrift",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".drift",
        expected: "ReadonlyArray<OpenDrift>",
        value: input.drift
    }), (Array.isArray(input.blocked) || _report(_exceptionable, {
        path: _path + ".blocked",
        expected: "ReadonlyArray<Blocked>",
        value: input.blocked
    })) && input.blocked.map((elem: any, _index11: number) => ("object" === typeof elem && null !== elem || _report(_exceptionable, {
        path: _path + ".blocked[" + _index11 + "]",
        expected: "Blocked",
        value: elem
    })) && _vo5(elem, _path + ".blocked[" + _index11 + "]", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".blocked[" + _index11 + "]",
        expected: "Blocked",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".blocked",
        expected: "ReadonlyArray<Blocked>",
        value: input.blocked
    }), undefined === input.failure || ("object" === typeof input.failure && null !== input.failure || _report(_exceptionable, {
        path: _path + ".failure",
        expected: "(Failure | undefined)",
        value: input.failure
    })) && _vo6(input.failure, _path + ".failure", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".failure",
        expected: "(Failure | undefined)",
        value: input.failure
    }), (Array.isArray(input.steps) || _report(_exceptionable, {
        path: _path + ".steps",
        expected: "ReadonlyArray<Step>",
        value: input.steps
    })) && input.steps.map((elem: any, _index12: number) => ("object" === typeof elem && null !== elem || _report(_exceptionable, {
        path: _path + ".steps[" + _index12 + "]",
        expected: "Step",
        value: elem
    })) && _vo7(elem, _path + ".steps[" + _index12 + "]", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".steps[" + _index12 + "]",
        expected: "Step",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".steps",
        expected: "ReadonlyArray<Step>",
        value: input.steps
    }), undefined === input.regressed || "string" === typeof input.regressed || _report(_exceptionable, {
        path: _path + ".regressed",
        expected: "(string | undefined)",
        value: input.regressed
    })].every((flag: boolean) => flag); const _vo1 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["number" === typeof input.generation || _report(_exceptionable, {
        path: _path + ".generation",
        expected: "number",
        value: input.generation
    }), "string" === typeof input.hash || _report(_exceptionable, {
        path: _path + ".hash",
        expected: "string",
        value: input.hash
    })].every((flag: boolean) => flag); const _vo2 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["string" === typeof input.name || _report(_exceptionable, {
        path: _path + ".name",
        expected: "string",
        value: input.name
    }), "missing" === input.state || "running" === input.state || "created" === input.state || "exited" === input.state || "paused" === input.state || "stopping" === input.state || "unknown" === input.state || _report(_exceptionable, {
        path: _path + ".state",
        expected: "(\"created\" | \"exited\" | \"missing\" | \"paused\" | \"running\" | \"stopping\" | \"unknown\")",
        value: input.state
    }), undefined === input.containerId || "string" === typeof input.containerId || _report(_exceptionable, {
        path: _path + ".containerId",
        expected: "(string | undefined)",
        value: input.containerId
    }), undefined === input.containerName || "string" === typeof input.containerName || _report(_exceptionable, {
        path: _path + ".containerName",
        expected: "(string | undefined)",
        value: input.containerName
    }), undefined === input.image || "string" === typeof input.image || _report(_exceptionable, {
        path: _path + ".image",
        expected: "(string | undefined)",
        value: input.image
    }), undefined === input.startedAt || "string" === typeof input.startedAt || _report(_exceptionable, {
        path: _path + ".startedAt",
        expected: "(string | undefined)",
        value: input.startedAt
    }), undefined === input.exitCode || "number" === typeof input.exitCode || _report(_exceptionable, {
        path: _path + ".exitCode",
        expected: "(number | undefined)",
        value: input.exitCode
    }), undefined === input.restarts || "number" === typeof input.restarts || _report(_exceptionable, {
        path: _path + ".restarts",
        expected: "(number | undefined)",
        value: input.restarts
    }), undefined === input.health || "starting" === input.health || "healthy" === input.health || "unhealthy" === input.health || _report(_exceptionable, {
        path: _path + ".health",
        expected: "(\"healthy\" | \"starting\" | \"unhealthy\" | undefined)",
        value: input.health
    }), undefined === input.generation || "number" === typeof input.generation || _report(_exceptionable, {
        path: _path + ".generation",
        expected: "(number | undefined)",
        value: input.generation
    })].every((flag: boolean) => flag); const _vo3 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["string" === typeof input.since || _report(_exceptionable, {
        path: _path + ".since",
        expected: "string",
        value: input.since
    }), "number" === typeof input.repairs || _report(_exceptionable, {
        path: _path + ".repairs",
        expected: "number",
        value: input.repairs
    }), true === _vv13.has(input.kind) || _report(_exceptionable, {
        path: _path + ".kind",
        expected: "(\"conflict\" | \"image-moved\" | \"missing\" | \"not-running\" | \"orphan\" | \"outdated\" | \"renamed\" | \"unexpected\" | \"unhealthy\" | \"unmanaged\")",
        value: input.kind
    }), undefined === input.component || "string" === typeof input.component || _report(_exceptionable, {
        path: _path + ".component",
        expected: "(string | undefined)",
        value: input.component
    }), undefined === input.containerName || "string" === typeof input.containerName || _report(_exceptionable, {
        path: _path + ".containerName",
        expected: "(string | undefined)",
        value: input.containerName
    }), (Array.isArray(input.differences) || _report(_exceptionable, {
        path: _path + ".differences",
        expected: "ReadonlyArray<FieldDifference>",
        value: input.differences
    })) && input.differences.map((elem: any, _index14: number) => ("object" === typeof elem && null !== elem || _report(_exceptionable, {
        path: _path + ".differences[" + _index14 + "]",
        expected: "FieldDifference",
        value: elem
    })) && _vo4(elem, _path + ".differences[" + _index14 + "]", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".differences[" + _index14 + "]",
        expected: "FieldDifference",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".differences",
        expected: "ReadonlyArray<FieldDifference>",
        value: input.differences
    })].every((flag: boolean) => flag); const _vo4 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["string" === typeof input.field || _report(_exceptionable, {
        path: _path + ".field",
        expected: "string",
        value: input.field
    }), "string" === typeof input.want || _report(_exceptionable, {
        path: _path + ".want",
        expected: "string",
        value: input.want
    }), "string" === typeof input.have || _report(_exceptionable, {
        path: _path + ".have",
        expected: "string",
        value: input.have
    })].every((flag: boolean) => flag); const _vo5 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [undefined === input.component || "string" === typeof input.component || _report(_exceptionable, {
        path: _path + ".component",
        expected: "(string | undefined)",
        value: input.component
    }), "name-taken" === input.reason || "port-taken" === input.reason || "dependency" === input.reason || "fight" === input.reason || "runtime" === input.reason || "failed" === input.reason || "backoff" === input.reason || "unsupported" === input.reason || _report(_exceptionable, {
        path: _path + ".reason",
        expected: "(\"backoff\" | \"dependency\" | \"failed\" | \"fight\" | \"name-taken\" | \"port-taken\" | \"runtime\" | \"unsupported\")",
        value: input.reason
    }), "string" === typeof input.message || _report(_exceptionable, {
        path: _path + ".message",
        expected: "string",
        value: input.message
    })].every((flag: boolean) => flag); const _vo6 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["number" === typeof input.generation || _report(_exceptionable, {
        path: _path + ".generation",
        expected: "number",
        value: input.generation
    }), "string" === typeof input.component || _report(_exceptionable, {
        path: _path + ".component",
        expected: "string",
        value: input.component
    }), "string" === typeof input.at || _report(_exceptionable, {
        path: _path + ".at",
        expected: "string",
        value: input.at
    }), "string" === typeof input.code || _report(_exceptionable, {
        path: _path + ".code",
        expected: "string",
        value: input.code
    }), "string" === typeof input.message || _report(_exceptionable, {
        path: _path + ".message",
        expected: "string",
        value: input.message
    }), undefined === input.exitCode || "number" === typeof input.exitCode || _report(_exceptionable, {
        path: _path + ".exitCode",
        expected: "(number | undefined)",
        value: input.exitCode
    }), (Array.isArray(input.lines) || _report(_exceptionable, {
        path: _path + ".lines",
        expected: "ReadonlyArray<string>",
        value: input.lines
    })) && input.lines.map((elem: any, _index15: number) => "string" === typeof elem || _report(_exceptionable, {
        path: _path + ".lines[" + _index15 + "]",
        expected: "string",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".lines",
        expected: "ReadonlyArray<string>",
        value: input.lines
    }), "boolean" === typeof input.previousServing || _report(_exceptionable, {
        path: _path + ".previousServing",
        expected: "boolean",
        value: input.previousServing
    })].every((flag: boolean) => flag); const _vo7 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["number" === typeof input.generation || _report(_exceptionable, {
        path: _path + ".generation",
        expected: "number",
        value: input.generation
    }), "string" === typeof input.component || _report(_exceptionable, {
        path: _path + ".component",
        expected: "string",
        value: input.component
    }), true === _vv16.has(input.step) || _report(_exceptionable, {
        path: _path + ".step",
        expected: "(\"create\" | \"healthy\" | \"pull\" | \"remove\" | \"restore\" | \"start\" | \"stop\" | \"unchanged\" | \"up\" | \"wait\")",
        value: input.step
    }), "string" === typeof input.at || _report(_exceptionable, {
        path: _path + ".at",
        expected: "string",
        value: input.at
    }), undefined === input.detail || "string" === typeof input.detail || _report(_exceptionable, {
        path: _path + ".detail",
        expected: "(string | undefined)",
        value: input.detail
    })].every((flag: boolean) => flag); const __is = (input: any): input is ObservedService => "object" === typeof input && null !== input && _io0(input); let errors: any; let _report: any; return __typia_transform__createStandardSchema._createStandardSchema((input: any): import("typia").IValidation<ObservedService> => {
    if (false === __is(input)) {
        errors = [];
        _report = (__typia_transform__validateReport._validateReport as any)(errors);
        ((input: any, _path: string, _exceptionable: boolean = true) => ("object" === typeof input && null !== input || _report(true, {
            path: _path + "",
            expected: "ObservedService",
            value: input
        })) && _vo0(input, _path + "", true) || _report(true, {
            path: _path + "",
            expected: "ObservedService",
            value: input
        }))(input, "$input", true);
        const success = 0 === errors.length;
        return success ? {
            success,
            data: input
        } : {
            success,
            errors,
            data: input
        } as any;
    }
    return {
        success: true,
        data: input
    } as any;
}); })();
export const validatePresence = (() => { const _io0 = (input: any): boolean => 1 === input.version && "string" === typeof input.node && "string" === typeof input.boot && "string" === typeof input.at && "string" === typeof input.startedAt && (undefined === input.leaving || true === input.leaving) && "string" === typeof input.agentVersion && ("object" === typeof input.runtime && null !== input.runtime && _io1(input.runtime)) && ("object" === typeof input.host && null !== input.host && _io2(input.host)) && "number" === typeof input.services && "number" === typeof input.containers && "number" === typeof input.outbox; const _io1 = (input: any): boolean => "podman" === input.name && ("ok" === input.health || "hung" === input.health || "unreachable" === input.health) && (undefined === input.version || "string" === typeof input.version); const _io2 = (input: any): boolean => "string" === typeof input.os && "string" === typeof input.arch && "string" === typeof input.kernel && "number" === typeof input.cpus && "number" === typeof input.load1 && "number" === typeof input.memoryBytes && "number" === typeof input.memoryFreeBytes && (undefined === input.diskBytes || "number" === typeof input.diskBytes) && (undefined === input.diskFreeBytes || "number" === typeof input.diskFreeBytes) && "number" === typeof input.uptimeSeconds; const _vo0 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [1 === input.version || _report(_exceptionable, {
        path: _path + ".version",
        expected: "1",
        value: input.version
    }), "string" === typeof input.node || _report(_exceptionable, {
        path: _path + ".node",
        expected: "string",
        value: input.node
    }), "string" === typeof input.boot || _report(_exceptionable, {
        path: _path + ".boot",
        expected: "string",
        value: input.boot
    }), "string" === typeof input.at || _report(_exceptionable, {
        path: _path + ".at",
        expected: "string",
        value: input.at
    }), "string" === typeof input.startedAt || _report(_exceptionable, {
        path: _path + ".startedAt",
        expected: "string",
        value: input.startedAt
    }), undefined === input.leaving || true === input.leaving || _report(_exceptionable, {
        path: _path + ".leaving",
        expected: "(true | undefined)",
        value: input.leaving
    }), "string" === typeof input.agentVersion || _report(_exceptionable, {
        path: _path + ".agentVersion",
        expected: "string",
        value: input.agentVersion
    }), ("object" === typeof input.runtime && null !== input.runtime || _report(_exceptionable, {
        path: _path + ".runtime",
        expected: "__type",
        value: input.runtime
    })) && _vo1(input.runtime, _path + ".runtime", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".runtime",
        expected: "__type",
        value: input.runtime
    }), ("object" === typeof input.host && null !== input.host || _report(_exceptionable, {
        path: _path + ".host",
        expected: "__type.o1",
        value: input.host
    })) && _vo2(input.host, _path + ".host", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".host",
        expected: "__type.o1",
        value: input.host
    }), "number" === typeof input.services || _report(_exceptionable, {
        path: _path + ".services",
        expected: "number",
        value: input.services
    }), "number" === typeof input.containers || _report(_exceptionable, {
        path: _path + ".containers",
        expected: "number",
        value: input.containers
    }), "number" === typeof input.outbox || _report(_exceptionable, {
        path: _path + ".outbox",
        expected: "number",
        value: input.outbox
    })].every((flag: boolean) => flag); const _vo1 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["podman" === input.name || _report(_exceptionable, {
        path: _path + ".name",
        expected: "\"podman\"",
        value: input.name
    }), "ok" === input.health || "hung" === input.health || "unreachable" === input.health || _report(_exceptionable, {
        path: _path + ".health",
        expected: "(\"hung\" | \"ok\" | \"unreachable\")",
        value: input.health
    }), undefined === input.version || "string" === typeof input.version || _report(_exceptionable, {
        path: _path + ".version",
        expected: "(string | undefined)",
        value: input.version
    })].every((flag: boolean) => flag); const _vo2 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["string" === typeof input.os || _report(_exceptionable, {
        path: _path + ".os",
        expected: "string",
        value: input.os
    }), "string" === typeof input.arch || _report(_exceptionable, {
        path: _path + ".arch",
        expected: "string",
        value: input.arch
    }), "string" === typeof input.kernel || _report(_exceptionable, {
        path: _path + ".kernel",
        expected: "string",
        value: input.kernel
    }), "number" === typeof input.cpus || _report(_exceptionable, {
        path: _path + ".cpus",
        expected: "number",
        value: input.cpus
    }), "number" === typeof input.load1 || _report(_exceptionable, {
        path: _path + ".load1",
        expected: "number",
        value: input.load1
    }), "number" === typeof input.memoryBytes || _report(_exceptionable, {
        path: _path + ".memoryBytes",
        expected: "number",
        value: input.memoryBytes
    }), "number" === typeof input.memoryFreeBytes || _report(_exceptionable, {
        path: _path + ".memoryFreeBytes",
        expected: "number",
        value: input.memoryFreeBytes
    }), undefined === input.diskBytes || "number" === typeof input.diskBytes || _report(_exceptionable, {
        path: _path + ".diskBytes",
        expected: "(number | undefined)",
        value: input.diskBytes
    }), undefined === input.diskFreeBytes || "number" === typeof input.diskFreeBytes || _report(_exceptionable, {
        path: _path + ".diskFreeBytes",
        expected: "(number | undefined)",
        value: input.diskFreeBytes
    }), "number" === typeof input.uptimeSeconds || _report(_exceptionable, {
        path: _path + ".uptimeSeconds",
        expected: "number",
        value: input.uptimeSeconds
    })].every((flag: boolean) => flag); const __is = (input: any): input is Presence => "object" === typeof input && null !== input && _io0(input); let errors: any; let _report: any; return __typia_transform__createStandardSchema._createStandardSchema((input: any): import("typia").IValidation<Presence> => {
    if (false === __is(input)) {
        errors = [];
        _report = (__typia_transform__validateReport._validateReport as any)(errors);
        ((input: any, _path: string, _exceptionable: boolean = true) => ("object" === typeof input && null !== input || _report(true, {
            path: _path + "",
            expected: "Presence",
            value: input
        })) && _vo0(input, _path + "", true) || _report(true, {
            path: _path + "",
            expected: "Presence",
            value: input
        }))(input, "$input", true);
        const success = 0 === errors.length;
        return success ? {
            success,
            data: input
        } : {
            success,
            errors,
            data: input
        } as any;
    }
    return {
        success: true,
        data: input
    } as any;
}); })();
export const validateNodeRecord = (() => { const _io0 = (input: any): boolean => 1 === input.version && "string" === typeof input.node && ("object" === typeof input.labels && null !== input.labels && false === Array.isArray(input.labels) && _io1(input.labels)) && "string" === typeof input.enrolledBy && "string" === typeof input.at; const _io1 = (input: any): boolean => Object.keys(input).every((key: any) => {
    const value = input[key];
    if (undefined === value)
        return true;
    return "string" === typeof value;
}); const _vo0 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [1 === input.version || _report(_exceptionable, {
        path: _path + ".version",
        expected: "1",
        value: input.version
    }), "string" === typeof input.node || _report(_exceptionable, {
        path: _path + ".node",
        expected: "string",
        value: input.node
    }), ("object" === typeof input.labels && null !== input.labels && false === Array.isArray(input.labels) || _report(_exceptionable, {
        path: _path + ".labels",
        expected: "Readonly<Record<string, string>>",
        value: input.labels
    })) && _vo1(input.labels, _path + ".labels", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".labels",
        expected: "Readonly<Record<string, string>>",
        value: input.labels
    }), "string" === typeof input.enrolledBy || _report(_exceptionable, {
        path: _path + ".enrolledBy",
        expected: "string",
        value: input.enrolledBy
    }), "string" === typeof input.at || _report(_exceptionable, {
        path: _path + ".at",
        expected: "string",
        value: input.at
    })].every((flag: boolean) => flag); const _vo1 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [false === _exceptionable || Object.keys(input).map((key: any) => {
        const value = input[key];
        if (undefined === value)
            return true;
        return "string" === typeof value || _report(_exceptionable, {
            path: _path + __typia_transform__accessExpressionAsString._accessExpressionAsString(key),
            expected: "string",
            value: value
        });
    }).every((flag: boolean) => flag)].every((flag: boolean) => flag); const __is = (input: any): input is NodeRecord => "object" === typeof input && null !== input && _io0(input); let errors: any; let _report: any; return __typia_transform__createStandardSchema._createStandardSchema((input: any): import("typia").IValidation<NodeRecord> => {
    if (false === __is(input)) {
        errors = [];
        _report = (__typia_transform__validateReport._validateReport as any)(errors);
        ((input: any, _path: string, _exceptionable: boolean = true) => ("object" === typeof input && null !== input || _report(true, {
            path: _path + "",
            expected: "NodeRecord",
            value: input
        })) && _vo0(input, _path + "", true) || _report(true, {
            path: _path + "",
            expected: "NodeRecord",
            value: input
        }))(input, "$input", true);
        const success = 0 === errors.length;
        return success ? {
            success,
            data: input
        } : {
            success,
            errors,
            data: input
        } as any;
    }
    return {
        success: true,
        data: input
    } as any;
}); })();
export const validateEvent = (() => { const _iv1 = new Set(["healthy", "unhealthy", "agent-started", "agent-stopped", "desired-accepted", "desired-refused", "desired-regressed", "deploy-succeeded", "deploy-failed", "service-stopped", "service-started", "service-restarted", "service-removed", "drift-opened", "drift-closed", "drift-fight", "flapping", "sweep-found", "runtime-hung", "runtime-unreachable", "runtime-recovered", "runtime-empty", "store-rebuilt", "events-dropped", "operator-wrote"]); const _vv2 = new Set(["healthy", "unhealthy", "agent-started", "agent-stopped", "desired-accepted", "desired-refused", "desired-regressed", "deploy-succeeded", "deploy-failed", "service-stopped", "service-started", "service-restarted", "service-removed", "drift-opened", "drift-closed", "drift-fight", "flapping", "sweep-found", "runtime-hung", "runtime-unreachable", "runtime-recovered", "runtime-empty", "store-rebuilt", "events-dropped", "operator-wrote"]); const _io0 = (input: any): boolean => 1 === input.version && "string" === typeof input.id && "string" === typeof input.node && "number" === typeof input.sequence && true === _iv1.has(input.kind) && ("info" === input.severity || "error" === input.severity || "warning" === input.severity) && (undefined === input.service || "string" === typeof input.service) && (undefined === input.component || "string" === typeof input.component) && "string" === typeof input.at && "string" === typeof input.message && (undefined === input.generation || "number" === typeof input.generation) && (undefined === input.author || "string" === typeof input.author) && (undefined === input.data || "object" === typeof input.data && null !== input.data && false === Array.isArray(input.data) && _io1(input.data)); const _io1 = (input: any): boolean => Object.keys(input).every((key: any) => {
    const value = input[key];
    if (undefined === value)
        return true;
    return true;
}); const _vo0 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [1 === input.version || _report(_exceptionable, {
        path: _path + ".version",
        expected: "1",
        value: input.version
    }), "string" === typeof input.id || _report(_exceptionable, {
        path: _path + ".id",
        expected: "string",
        value: input.id
    }), "string" === typeof input.node || _report(_exceptionable, {
        path: _path + ".node",
        expected: "string",
        value: input.node
    }), "number" === typeof input.sequence || _report(_exceptionable, {
        path: _path + ".sequence",
        expected: "number",
        value: input.sequence
    }), true === _vv2.has(input.kind) || _report(_exceptionable, {
        path: _path + ".kind",
        expected: "(\"agent-started\" | \"agent-stopped\" | \"deploy-failed\" | \"deploy-succeeded\" | \"desired-accepted\" | \"desired-refused\" | \"desired-regressed\" | \"drift-closed\" | \"drift-fight\" | \"drift-opened\" | \"events-dropped\" | \"flapping\" | \"healthy\" | \"operator-wrote\" | \"runtime-empty\" | \"runtime-hung\" | \"runtime-recovered\" | \"runtime-unreachable\" | \"service-removed\" | \"service-restarted\" | \"service-started\" | \"service-stopped\" | \"store-rebuilt\" | \"sweep-found\" | \"unhealthy\")",
        value: input.kind
    }), "info" === input.severity || "error" === input.severity || "warning" === input.severity || _report(_exceptionable, {
        path: _path + ".severity",
        expected: "(\"error\" | \"info\" | \"warning\")",
        value: input.severity
    }), undefined === input.service || "string" === typeof input.service || _report(_exceptionable, {
        path: _path + ".service",
        expected: "(string | undefined)",
        value: input.service
    }), undefined === input.component || "string" === typeof input.component || _report(_exceptionable, {
        path: _path + ".component",
        expected: "(string | undefined)",
        value: input.component
    }), "string" === typeof input.at || _report(_exceptionable, {
        path: _path + ".at",
        expected: "string",
        value: input.at
    }), "string" === typeof input.message || _report(_exceptionable, {
        path: _path + ".message",
        expected: "string",
        value: input.message
    }), undefined === input.generation || "number" === typeof input.generation || _report(_exceptionable, {
        path: _path + ".generation",
        expected: "(number | undefined)",
        value: input.generation
    }), undefined === input.author || "string" === typeof input.author || _report(_exceptionable, {
        path: _path + ".author",
        expected: "(string | undefined)",
        value: input.author
    }), undefined === input.data || ("object" === typeof input.data && null !== input.data && false === Array.isArray(input.data) || _report(_exceptionable, {
        path: _path + ".data",
        expected: "(__type | undefined)",
        value: input.data
    })) && _vo1(input.data, _path + ".data", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".data",
        expected: "(__type | undefined)",
        value: input.data
    })].every((flag: boolean) => flag); const _vo1 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [false === _exceptionable || Object.keys(input).map((key: any) => {
        const value = input[key];
        if (undefined === value)
            return true;
        return true;
    }).every((flag: boolean) => flag)].every((flag: boolean) => flag); const __is = (input: any): input is McpEvent => "object" === typeof input && null !== input && _io0(input); let errors: any; let _report: any; return __typia_transform__createStandardSchema._createStandardSchema((input: any): import("typia").IValidation<McpEvent> => {
    if (false === __is(input)) {
        errors = [];
        _report = (__typia_transform__validateReport._validateReport as any)(errors);
        ((input: any, _path: string, _exceptionable: boolean = true) => ("object" === typeof input && null !== input || _report(true, {
            path: _path + "",
            expected: "McpEvent",
            value: input
        })) && _vo0(input, _path + "", true) || _report(true, {
            path: _path + "",
            expected: "McpEvent",
            value: input
        }))(input, "$input", true);
        const success = 0 === errors.length;
        return success ? {
            success,
            data: input
        } : {
            success,
            errors,
            data: input
        } as any;
    }
    return {
        success: true,
        data: input
    } as any;
}); })();
export const validateRequest = (() => { const _io0 = (input: any): boolean => 1 === input.version && "string" === typeof input.id && (undefined === input.node || "string" === typeof input.node) && "string" === typeof input.author && "string" === typeof input.at && ("object" === typeof input.body && null !== input.body && _iu0(input.body)); const _io1 = (input: any): boolean => "ping" === input.verb; const _io2 = (input: any): boolean => "ps" === input.verb; const _io3 = (input: any): boolean => "floor" === input.verb && "string" === typeof input.service; const _io4 = (input: any): boolean => "restart" === input.verb && "string" === typeof input.service && (undefined === input.component || "string" === typeof input.component); const _io5 = (input: any): boolean => "logs" === input.verb && "string" === typeof input.service && (undefined === input.component || "string" === typeof input.component) && "boolean" === typeof input.follow && (undefined === input.tail || "number" === typeof input.tail) && (undefined === input.sinceMs || "number" === typeof input.sinceMs); const _io6 = (input: any): boolean => "renew" === input.verb && "string" === typeof input.request; const _io7 = (input: any): boolean => "cancel" === input.verb && "string" === typeof input.request; const _iu0 = (input: any): any => (() => {
    if ("ps" === input.verb)
        return _io2(input);
    else if ("ping" === input.verb)
        return _io1(input);
    else if ("floor" === input.verb)
        return _io3(input);
    else if ("restart" === input.verb)
        return _io4(input);
    else if ("logs" === input.verb)
        return _io5(input);
    else if ("cancel" === input.verb)
        return _io7(input);
    else if ("renew" === input.verb)
        return _io6(input);
    else
        return false;
})(); const _vo0 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [1 === input.version || _report(_exceptionable, {
        path: _path + ".version",
        expected: "1",
        value: input.version
    }), "string" === typeof input.id || _report(_exceptionable, {
        path: _path + ".id",
        expected: "string",
        value: input.id
    }), undefined === input.node || "string" === typeof input.node || _report(_exceptionable, {
        path: _path + ".node",
        expected: "(string | undefined)",
        value: input.node
    }), "string" === typeof input.author || _report(_exceptionable, {
        path: _path + ".author",
        expected: "string",
        value: input.author
    }), "string" === typeof input.at || _report(_exceptionable, {
        path: _path + ".at",
        expected: "string",
        value: input.at
    }), ("object" === typeof input.body && null !== input.body || _report(_exceptionable, {
        path: _path + ".body",
        expected: "(LogsQuery | __type | __type.o1 | __type.o2 | __type.o3 | __type.o4 | __type.o5)",
        value: input.body
    })) && _vu0(input.body, _path + ".body", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".body",
        expected: "(LogsQuery | __type | __type.o1 | __type.o2 | __type.o3 | __type.o4 | __type.o5)",
        value: input.body
    })].every((flag: boolean) => flag); const _vo1 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["ping" === input.verb || _report(_exceptionable, {
        path: _path + ".verb",
        expected: "\"ping\"",
        value: input.verb
    })].every((flag: boolean) => flag); const _vo2 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["ps" === input.verb || _report(_exceptionable, {
        path: _path + ".verb",
        expected: "\"ps\"",
        value: input.verb
    })].every((flag: boolean) => flag); const _vo3 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["floor" === input.verb || _report(_exceptionable, {
        path: _path + ".verb",
        expected: "\"floor\"",
        value: input.verb
    }), "string" === typeof input.service || _report(_exceptionable, {
        path: _path + ".service",
        expected: "string",
        value: input.service
    })].every((flag: boolean) => flag); const _vo4 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["restart" === input.verb || _report(_exceptionable, {
        path: _path + ".verb",
        expected: "\"restart\"",
        value: input.verb
    }), "string" === typeof input.service || _report(_exceptionable, {
        path: _path + ".service",
        expected: "string",
        value: input.service
    }), undefined === input.component || "string" === typeof input.component || _report(_exceptionable, {
        path: _path + ".component",
        expected: "(string | undefined)",
        value: input.component
    })].every((flag: boolean) => flag); const _vo5 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["logs" === input.verb || _report(_exceptionable, {
        path: _path + ".verb",
        expected: "\"logs\"",
        value: input.verb
    }), "string" === typeof input.service || _report(_exceptionable, {
        path: _path + ".service",
        expected: "string",
        value: input.service
    }), undefined === input.component || "string" === typeof input.component || _report(_exceptionable, {
        path: _path + ".component",
        expected: "(string | undefined)",
        value: input.component
    }), "boolean" === typeof input.follow || _report(_exceptionable, {
        path: _path + ".follow",
        expected: "boolean",
        value: input.follow
    }), undefined === input.tail || "number" === typeof input.tail || _report(_exceptionable, {
        path: _path + ".tail",
        expected: "(number | undefined)",
        value: input.tail
    }), undefined === input.sinceMs || "number" === typeof input.sinceMs || _report(_exceptionable, {
        path: _path + ".sinceMs",
        expected: "(number | undefined)",
        value: input.sinceMs
    })].every((flag: boolean) => flag); const _vo6 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["renew" === input.verb || _report(_exceptionable, {
        path: _path + ".verb",
        expected: "\"renew\"",
        value: input.verb
    }), "string" === typeof input.request || _report(_exceptionable, {
        path: _path + ".request",
        expected: "string",
        value: input.request
    })].every((flag: boolean) => flag); const _vo7 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["cancel" === input.verb || _report(_exceptionable, {
        path: _path + ".verb",
        expected: "\"cancel\"",
        value: input.verb
    }), "string" === typeof input.request || _report(_exceptionable, {
        path: _path + ".request",
        expected: "string",
        value: input.request
    })].every((flag: boolean) => flag); const _vu0 = (input: any, _path: string, _exceptionable: boolean = true): any => (() => {
    if ("ps" === input.verb)
        return _vo2(input, _path, true && _exceptionable);
    else if ("ping" === input.verb)
        return _vo1(input, _path, true && _exceptionable);
    else if ("floor" === input.verb)
        return _vo3(input, _path, true && _exceptionable);
    else if ("restart" === input.verb)
        return _vo4(input, _path, true && _exceptionable);
    else if ("logs" === input.verb)
        return _vo5(input, _path, true && _exceptionable);
    else if ("cancel" === input.verb)
        return _vo7(input, _path, true && _exceptionable);
    else if ("renew" === input.verb)
        return _vo6(input, _path, true && _exceptionable);
    else
        return _report(_exceptionable, {
            path: _path,
            expected: "(__type.o1 | __type | __type.o2 | __type.o3 | LogsQuery | __type.o5 | __type.o4)",
            value: input
        });
})(); const __is = (input: any): input is AgentRequest => "object" === typeof input && null !== input && _io0(input); let errors: any; let _report: any; return __typia_transform__createStandardSchema._createStandardSchema((input: any): import("typia").IValidation<AgentRequest> => {
    if (false === __is(input)) {
        errors = [];
        _report = (__typia_transform__validateReport._validateReport as any)(errors);
        ((input: any, _path: string, _exceptionable: boolean = true) => ("object" === typeof input && null !== input || _report(true, {
            path: _path + "",
            expected: "AgentRequest",
            value: input
        })) && _vo0(input, _path + "", true) || _report(true, {
            path: _path + "",
            expected: "AgentRequest",
            value: input
        }))(input, "$input", true);
        const success = 0 === errors.length;
        return success ? {
            success,
            data: input
        } : {
            success,
            errors,
            data: input
        } as any;
    }
    return {
        success: true,
        data: input
    } as any;
}); })();
export const validateReply = (() => { const _io0 = (input: any): boolean => 1 === input.version && "string" === typeof input.id && "string" === typeof input.node && "number" === typeof input.sequence && "boolean" === typeof input.last && (undefined === input.body || "object" === typeof input.body && null !== input.body && _iu0(input.body)) && (undefined === input.error || "object" === typeof input.error && null !== input.error && _io13(input.error)); const _io1 = (input: any): boolean => "ping" === input.verb && ("object" === typeof input.presence && null !== input.presence && _io2(input.presence)); const _io2 = (input: any): boolean => 1 === input.version && "string" === typeof input.node && "string" === typeof input.boot && "string" === typeof input.at && "string" === typeof input.startedAt && (undefined === input.leaving || true === input.leaving) && "string" === typeof input.agentVersion && ("object" === typeof input.runtime && null !== input.runtime && _io3(input.runtime)) && ("object" === typeof input.host && null !== input.host && _io4(input.host)) && "number" === typeof input.services && "number" === typeof input.containers && "number" === typeof input.outbox; const _io3 = (input: any): boolean => "podman" === input.name && ("ok" === input.health || "hung" === input.health || "unreachable" === input.health) && (undefined === input.version || "string" === typeof input.version); const _io4 = (input: any): boolean => "string" === typeof input.os && "string" === typeof input.arch && "string" === typeof input.kernel && "number" === typeof input.cpus && "number" === typeof input.load1 && "number" === typeof input.memoryBytes && "number" === typeof input.memoryFreeBytes && (undefined === input.diskBytes || "number" === typeof input.diskBytes) && (undefined === input.diskFreeBytes || "number" === typeof input.diskFreeBytes) && "number" === typeof input.uptimeSeconds; const _io5 = (input: any): boolean => "ps" === input.verb && (Array.isArray(input.containers) && input.containers.every((elem: any) => "object" === typeof elem && null !== elem && _io6(elem))); const _io6 = (input: any): boolean => "string" === typeof input.id && "string" === typeof input.name && (undefined === input.service || "string" === typeof input.service) && (undefined === input.component || "string" === typeof input.component) && "string" === typeof input.image && ("missing" === input.state || "running" === input.state || "created" === input.state || "exited" === input.state || "paused" === input.state || "stopping" === input.state || "unknown" === input.state) && (undefined === input.startedAt || "string" === typeof input.startedAt) && (undefined === input.exitCode || "number" === typeof input.exitCode) && (undefined === input.health || "starting" === input.health || "healthy" === input.health || "unhealthy" === input.health); const _io7 = (input: any): boolean => "floor" === input.verb && (null === input.accepted || "object" === typeof input.accepted && null !== input.accepted && _io8(input.accepted)); const _io8 = (input: any): boolean => "number" === typeof input.generation && "string" === typeof input.hash; const _io9 = (input: any): boolean => "restart" === input.verb && "string" === typeof input.component && "string" === typeof input.containerId; const _io10 = (input: any): boolean => "logs" === input.verb && (Array.isArray(input.lines) && input.lines.every((elem: any) => "object" === typeof elem && null !== elem && _io11(elem))); const _io11 = (input: any): boolean => "string" === typeof input.component && ("stdout" === input.stream || "stderr" === input.stream) && (undefined === input.at || "string" === typeof input.at) && "string" === typeof input.line; const _io12 = (input: any): boolean => "done" === input.verb; const _io13 = (input: any): boolean => "string" === typeof input.code && "string" === typeof input.message && (undefined === input.hint || "string" === typeof input.hint); const _iu0 = (input: any): any => (() => {
    if ("ping" === input.verb)
        return _io1(input);
    else if ("ps" === input.verb)
        return _io5(input);
    else if ("floor" === input.verb)
        return _io7(input);
    else if ("restart" === input.verb)
        return _io9(input);
    else if ("logs" === input.verb)
        return _io10(input);
    else if ("done" === input.verb)
        return _io12(input);
    else
        return false;
})(); const _vo0 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [1 === input.version || _report(_exceptionable, {
        path: _path + ".version",
        expected: "1",
        value: input.version
    }), "string" === typeof input.id || _report(_exceptionable, {
        path: _path + ".id",
        expected: "string",
        value: input.id
    }), "string" === typeof input.node || _report(_exceptionable, {
        path: _path + ".node",
        expected: "string",
        value: input.node
    }), "number" === typeof input.sequence || _report(_exceptionable, {
        path: _path + ".sequence",
        expected: "number",
        value: input.sequence
    }), "boolean" === typeof input.last || _report(_exceptionable, {
        path: _path + ".last",
        expected: "boolean",
        value: input.last
    }), undefined === input.body || ("object" === typeof input.body && null !== input.body || _report(_exceptionable, {
        path: _path + ".body",
        expected: "(__type | __type.o3 | __type.o4 | __type.o5 | __type.o6 | __type.o7 | undefined)",
        value: input.body
    })) && _vu0(input.body, _path + ".body", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".body",
        expected: "(__type | __type.o3 | __type.o4 | __type.o5 | __type.o6 | __type.o7 | undefined)",
        value: input.body
    }), undefined === input.error || ("object" === typeof input.error && null !== input.error || _report(_exceptionable, {
        path: _path + ".error",
        expected: "(ReplyError | undefined)",
        value: input.error
    })) && _vo13(input.error, _path + ".error", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".error",
        expected: "(ReplyError | undefined)",
        value: input.error
    })].every((flag: boolean) => flag); const _vo1 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["ping" === input.verb || _report(_exceptionable, {
        path: _path + ".verb",
        expected: "\"ping\"",
        value: input.verb
    }), ("object" === typeof input.presence && null !== input.presence || _report(_exceptionable, {
        path: _path + ".presence",
        expected: "Presence",
        value: input.presence
    })) && _vo2(input.presence, _path + ".presence", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".presence",
        expected: "Presence",
        value: input.presence
    })].every((flag: boolean) => flag); const _vo2 = (input: any, _path: string, _exceptionable: boolean = true): boolean => [1 === input.version || _report(_exceptionable, {
        path: _path + ".version",
        expected: "1",
        value: input.version
    }), "string" === typeof input.node || _report(_exceptionable, {
        path: _path + ".node",
        expected: "string",
        value: input.node
    }), "string" === typeof input.boot || _report(_exceptionable, {
        path: _path + ".boot",
        expected: "string",
        value: input.boot
    }), "string" === typeof input.at || _report(_exceptionable, {
        path: _path + ".at",
        expected: "string",
        value: input.at
    }), "string" === typeof input.startedAt || _report(_exceptionable, {
        path: _path + ".startedAt",
        expected: "string",
        value: input.startedAt
    }), undefined === input.leaving || true === input.leaving || _report(_exceptionable, {
        path: _path + ".leaving",
        expected: "(true | undefined)",
        value: input.leaving
    }), "string" === typeof input.agentVersion || _report(_exceptionable, {
        path: _path + ".agentVersion",
        expected: "string",
        value: input.agentVersion
    }), ("object" === typeof input.runtime && null !== input.runtime || _report(_exceptionable, {
        path: _path + ".runtime",
        expected: "__type.o1",
        value: input.runtime
    })) && _vo3(input.runtime, _path + ".runtime", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".runtime",
        expected: "__type.o1",
        value: input.runtime
    }), ("object" === typeof input.host && null !== input.host || _report(_exceptionable, {
        path: _path + ".host",
        expected: "__type.o2",
        value: input.host
    })) && _vo4(input.host, _path + ".host", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".host",
        expected: "__type.o2",
        value: input.host
    }), "number" === typeof input.services || _report(_exceptionable, {
        path: _path + ".services",
        expected: "number",
        value: input.services
    }), "number" === typeof input.containers || _report(_exceptionable, {
        path: _path + ".containers",
        expected: "number",
        value: input.containers
    }), "number" === typeof input.outbox || _report(_exceptionable, {
        path: _path + ".outbox",
        expected: "number",
        value: input.outbox
    })].every((flag: boolean) => flag); const _vo3 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["podman" === input.name || _report(_exceptionable, {
        path: _path + ".name",
        expected: "\"podman\"",
        value: input.name
    }), "ok" === input.health || "hung" === input.health || "unreachable" === input.health || _report(_exceptionable, {
        path: _path + ".health",
        expected: "(\"hung\" | \"ok\" | \"unreachable\")",
        value: input.health
    }), undefined === input.version || "string" === typeof input.version || _report(_exceptionable, {
        path: _path + ".version",
        expected: "(string | undefined)",
        value: input.version
    })].every((flag: boolean) => flag); const _vo4 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["string" === typeof input.os || _report(_exceptionable, {
        path: _path + ".os",
        expected: "string",
        value: input.os
    }), "string" === typeof input.arch || _report(_exceptionable, {
        path: _path + ".arch",
        expected: "string",
        value: input.arch
    }), "string" === typeof input.kernel || _report(_exceptionable, {
        path: _path + ".kernel",
        expected: "string",
        value: input.kernel
    }), "number" === typeof input.cpus || _report(_exceptionable, {
        path: _path + ".cpus",
        expected: "number",
        value: input.cpus
    }), "number" === typeof input.load1 || _report(_exceptionable, {
        path: _path + ".load1",
        expected: "number",
        value: input.load1
    }), "number" === typeof input.memoryBytes || _report(_exceptionable, {
        path: _path + ".memoryBytes",
        expected: "number",
        value: input.memoryBytes
    }), "number" === typeof input.memoryFreeBytes || _report(_exceptionable, {
        path: _path + ".memoryFreeBytes",
        expected: "number",
        value: input.memoryFreeBytes
    }), undefined === input.diskBytes || "number" === typeof input.diskBytes || _report(_exceptionable, {
        path: _path + ".diskBytes",
        expected: "(number | undefined)",
        value: input.diskBytes
    }), undefined === input.diskFreeBytes || "number" === typeof input.diskFreeBytes || _report(_exceptionable, {
        path: _path + ".diskFreeBytes",
        expected: "(number | undefined)",
        value: input.diskFreeBytes
    }), "number" === typeof input.uptimeSeconds || _report(_exceptionable, {
        path: _path + ".uptimeSeconds",
        expected: "number",
        value: input.uptimeSeconds
    })].every((flag: boolean) => flag); const _vo5 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["ps" === input.verb || _report(_exceptionable, {
        path: _path + ".verb",
        expected: "\"ps\"",
        value: input.verb
    }), (Array.isArray(input.containers) || _report(_exceptionable, {
        path: _path + ".containers",
        expected: "ReadonlyArray<LiveContainer>",
        value: input.containers
    })) && input.containers.map((elem: any, _index3: number) => ("object" === typeof elem && null !== elem || _report(_exceptionable, {
        path: _path + ".containers[" + _index3 + "]",
        expected: "LiveContainer",
        value: elem
    })) && _vo6(elem, _path + ".containers[" + _index3 + "]", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".containers[" + _index3 + "]",
        expected: "LiveContainer",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".containers",
        expected: "ReadonlyArray<LiveContainer>",
        value: input.containers
    })].every((flag: boolean) => flag); const _vo6 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["string" === typeof input.id || _report(_exceptionable, {
        path: _path + ".id",
        expected: "string",
        value: input.id
    }), "string" === typeof input.name || _report(_exceptionable, {
        path: _path + ".name",
        expected: "string",
        value: input.name
    }), undefined === input.service || "string" === typeof input.service || _report(_exceptionable, {
        path: _path + ".service",
        expected: "(string | undefined)",
        value: input.service
    }), undefined === input.component || "string" === typeof input.component || _report(_exceptionable, {
        path: _path + ".component",
        expected: "(string | undefined)",
        value: input.component
    }), "string" === typeof input.image || _report(_exceptionable, {
        path: _path + ".image",
        expected: "string",
        value: input.image
    }), "missing" === input.state || "running" === input.state || "created" === input.state || "exited" === input.state || "paused" === input.state || "stopping" === input.state || "unknown" === input.state || _report(_exceptionable, {
        path: _path + ".state",
        expected: "(\"created\" | \"exited\" | \"missing\" | \"paused\" | \"running\" | \"stopping\" | \"unknown\")",
        value: input.state
    }), undefined === input.startedAt || "string" === typeof input.startedAt || _report(_exceptionable, {
        path: _path + ".startedAt",
        expected: "(string | undefined)",
        value: input.startedAt
    }), undefined === input.exitCode || "number" === typeof input.exitCode || _report(_exceptionable, {
        path: _path + ".exitCode",
        expected: "(number | undefined)",
        value: input.exitCode
    }), undefined === input.health || "starting" === input.health || "healthy" === input.health || "unhealthy" === input.health || _report(_exceptionable, {
        path: _path + ".health",
        expected: "(\"healthy\" | \"starting\" | \"unhealthy\" | undefined)",
        value: input.health
    })].every((flag: boolean) => flag); const _vo7 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["floor" === input.verb || _report(_exceptionable, {
        path: _path + ".verb",
        expected: "\"floor\"",
        value: input.verb
    }), null === input.accepted || ("object" === typeof input.accepted && null !== input.accepted || _report(_exceptionable, {
        path: _path + ".accepted",
        expected: "(StateRef | null)",
        value: input.accepted
    })) && _vo8(input.accepted, _path + ".accepted", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".accepted",
        expected: "(StateRef | null)",
        value: input.accepted
    })].every((flag: boolean) => flag); const _vo8 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["number" === typeof input.generation || _report(_exceptionable, {
        path: _path + ".generation",
        expected: "number",
        value: input.generation
    }), "string" === typeof input.hash || _report(_exceptionable, {
        path: _path + ".hash",
        expected: "string",
        value: input.hash
    })].every((flag: boolean) => flag); const _vo9 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["restart" === input.verb || _report(_exceptionable, {
        path: _path + ".verb",
        expected: "\"restart\"",
        value: input.verb
    }), "string" === typeof input.component || _report(_exceptionable, {
        path: _path + ".component",
        expected: "string",
        value: input.component
    }), "string" === typeof input.containerId || _report(_exceptionable, {
        path: _path + ".containerId",
        expected: "string",
        value: input.containerId
    })].every((flag: boolean) => flag); const _vo10 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["logs" === input.verb || _report(_exceptionable, {
        path: _path + ".verb",
        expected: "\"logs\"",
        value: input.verb
    }), (Array.isArray(input.lines) || _report(_exceptionable, {
        path: _path + ".lines",
        expected: "ReadonlyArray<LogLine>",
        value: input.lines
    })) && input.lines.map((elem: any, _index4: number) => ("object" === typeof elem && null !== elem || _report(_exceptionable, {
        path: _path + ".lines[" + _index4 + "]",
        expected: "LogLine",
        value: elem
    })) && _vo11(elem, _path + ".lines[" + _index4 + "]", true && _exceptionable) || _report(_exceptionable, {
        path: _path + ".lines[" + _index4 + "]",
        expected: "LogLine",
        value: elem
    })).every((flag: boolean) => flag) || _report(_exceptionable, {
        path: _path + ".lines",
        expected: "ReadonlyArray<LogLine>",
        value: input.lines
    })].every((flag: boolean) => flag); const _vo11 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["string" === typeof input.component || _report(_exceptionable, {
        path: _path + ".component",
        expected: "string",
        value: input.component
    }), "stdout" === input.stream || "stderr" === input.stream || _report(_exceptionable, {
        path: _path + ".stream",
        expected: "(\"stderr\" | \"stdout\")",
        value: input.stream
    }), undefined === input.at || "string" === typeof input.at || _report(_exceptionable, {
        path: _path + ".at",
        expected: "(string | undefined)",
        value: input.at
    }), "string" === typeof input.line || _report(_exceptionable, {
        path: _path + ".line",
        expected: "string",
        value: input.line
    })].every((flag: boolean) => flag); const _vo12 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["done" === input.verb || _report(_exceptionable, {
        path: _path + ".verb",
        expected: "\"done\"",
        value: input.verb
    })].every((flag: boolean) => flag); const _vo13 = (input: any, _path: string, _exceptionable: boolean = true): boolean => ["string" === typeof input.code || _report(_exceptionable, {
        path: _path + ".code",
        expected: "string",
        value: input.code
    }), "string" === typeof input.message || _report(_exceptionable, {
        path: _path + ".message",
        expected: "string",
        value: input.message
    }), undefined === input.hint || "string" === typeof input.hint || _report(_exceptionable, {
        path: _path + ".hint",
        expected: "(string | undefined)",
        value: input.hint
    })].every((flag: boolean) => flag); const _vu0 = (input: any, _path: string, _exceptionable: boolean = true): any => (() => {
    if ("ping" === input.verb)
        return _vo1(input, _path, true && _exceptionable);
    else if ("ps" === input.verb)
        return _vo5(input, _path, true && _exceptionable);
    else if ("floor" === input.verb)
        return _vo7(input, _path, true && _exceptionable);
    else if ("restart" === input.verb)
        return _vo9(input, _path, true && _exceptionable);
    else if ("logs" === input.verb)
        return _vo10(input, _path, true && _exceptionable);
    else if ("done" === input.verb)
        return _vo12(input, _path, true && _exceptionable);
    else
        return _report(_exceptionable, {
            path: _path,
            expected: "(__type | __type.o3 | __type.o4 | __type.o5 | __type.o6 | __type.o7)",
            value: input
        });
})(); const __is = (input: any): input is AgentReply => "object" === typeof input && null !== input && _io0(input); let errors: any; let _report: any; return __typia_transform__createStandardSchema._createStandardSchema((input: any): import("typia").IValidation<AgentReply> => {
    if (false === __is(input)) {
        errors = [];
        _report = (__typia_transform__validateReport._validateReport as any)(errors);
        ((input: any, _path: string, _exceptionable: boolean = true) => ("object" === typeof input && null !== input || _report(true, {
            path: _path + "",
            expected: "AgentReply",
            value: input
        })) && _vo0(input, _path + "", true) || _report(true, {
            path: _path + "",
            expected: "AgentReply",
            value: input
        }))(input, "$input", true);
        const success = 0 === errors.length;
        return success ? {
            success,
            data: input
        } : {
            success,
            errors,
            data: input
        } as any;
    }
    return {
        success: true,
        data: input
    } as any;
}); })();
