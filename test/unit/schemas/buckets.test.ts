import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  bucketStream,
  DESIRED_BUCKET,
  INDEX_KEY,
  indexKey,
  keyOfSubject,
  keySubject,
  NODES_BUCKET,
  OBSERVED_BUCKET,
  PRESENCE_BUCKET,
  parseServiceKey,
  STREAMS,
  serviceKey,
  TRUST_BUCKET,
} from "../../../src/schemas/wire/buckets.ts";
import { eventRoot, wakesOf } from "../../../src/schemas/wire/subjects.ts";
import { isName, NAME_PATTERN } from "../../../src/values/names.ts";

const name = fc.stringMatching(NAME_PATTERN);

test("a key is parsed to what it was built from, in a subject too", () => {
  fc.assert(
    fc.property(name, name, (node, service) => {
      const key = serviceKey(node, service);
      assert.deepEqual(parseServiceKey(key), { node, service });
      assert.equal(keyOfSubject(DESIRED_BUCKET, keySubject(DESIRED_BUCKET, key)), key);
    }),
  );
});

test("the index and what is no key of a service are undefined", () => {
  assert.ok(!isName(INDEX_KEY), "no service can take the index's key");
  for (const key of [indexKey("rift"), "", "rift", "rift.", ".web", "rift.web.api"]) {
    assert.equal(parseServiceKey(key), undefined, key);
  }
});

test("every bucket and the events have exactly one stream, and no two share a subject", () => {
  const buckets = [DESIRED_BUCKET, OBSERVED_BUCKET, NODES_BUCKET, PRESENCE_BUCKET, TRUST_BUCKET];
  assert.deepEqual(
    STREAMS.flatMap(({ subjects }) => subjects),
    [...buckets.map((bucket) => keySubject(bucket, ">")), eventRoot],
  );
  assert.deepEqual(
    STREAMS.slice(0, 5).map((stream) => stream.name),
    buckets.map(bucketStream),
  );
});

test("no stream lets one header wipe it, and what records history cannot be purged", () => {
  for (const stream of STREAMS) assert.ok(!stream.allow_rollup_hdrs && stream.deny_delete, stream.name);
  const lasting = STREAMS.filter((stream) => stream.deny_purge).map((stream) => stream.name);
  assert.deepEqual(lasting, [bucketStream(DESIRED_BUCKET), bucketStream(TRUST_BUCKET), "MCP_EVENTS"]);
});

test("a write of desired state is republished where its node listens", () => {
  const republish = STREAMS[0]?.republish;
  assert.equal(republish?.src, keySubject(DESIRED_BUCKET, ">"));
  const written = keySubject(DESIRED_BUCKET, "rift.web");
  const woken = republish?.dest.replace(">", written.slice(keySubject(DESIRED_BUCKET, "").length));
  assert.ok(woken?.startsWith(wakesOf("rift").slice(0, -1)));
});
